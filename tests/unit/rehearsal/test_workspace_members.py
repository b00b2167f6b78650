"""The folders of the projects of one repository, as each tool declares them."""

from __future__ import annotations

from pathlib import Path

import pytest

from fake_pypi.rehearsal.workspace_members import member_folders, undeclared_members
from tests.unit.rehearsal.trees import project, tree

A_AND_B = {"packages/a/pyproject.toml": project("a"), "packages/b/pyproject.toml": project("b")}


def members(root: Path) -> list[str]:
    return [folder.relative_to(root).as_posix() for folder in member_folders(root)]


@pytest.mark.parametrize(
    "workspace",
    [
        '[tool.uv.workspace]\nmembers = ["packages/*"]',
        '[tool.pdm.workspace]\nmembers = ["packages/a", "packages/b"]',
        '[tool.hatch.envs.default]\nworkspace.members = ["packages/*"]',
        '[tool.hatch.envs.test.workspace]\nmembers = [{ path = "packages/a", features = ["x"] }, "packages/b"]',
        '[tool.poetry.dependencies]\na.path = "packages/a"\n[tool.poetry.group.x]\ndependencies.b.path="./packages/b"',
        '[tool.uv.sources]\na = { path = "packages/a", editable = true }\nb = [{ path = "packages/b" }]',
        '[dependency-groups]\ndev = ["a @ file:packages/a", "-e file:///${PROJECT_ROOT}/packages/b#egg=b"]',
        '[tool.hatch.envs.default]\ndependencies = ["a @ {root:uri}/packages/a", "b @ {root:uri}/packages/b"]',
        '[tool.pdm.dev-dependencies]\nall = ["-e file:///${PROJECT_ROOT}/packages/a", "-e ./packages/b"]',
    ],
)
def test_the_members_that_a_tool_declares_are_found(tmp_path: Path, workspace: str) -> None:
    assert members(tree(tmp_path, {"pyproject.toml": workspace, **A_AND_B})) == ["packages/a", "packages/b"]


def test_excluded_folders_and_folders_without_a_project_do_not_match_a_pattern(tmp_path: Path) -> None:
    workspace = '[tool.uv.workspace]\nmembers = ["packages/*", "libs/**"]\nexclude = ["packages/b", "libs/old*"]'
    files = {"packages/README.md": "", "packages/c/notes.txt": "", "libs/old/pyproject.toml": project("old")}
    deeper = {"libs/deep/er/pyproject.toml": project("deeper"), "libs/deep/.venv/x/setup.py": ""}
    root = tree(tmp_path, {"pyproject.toml": workspace, **A_AND_B, **files, **deeper})
    assert members(root) == ["packages/a", "libs/deep/er"]


def test_a_member_without_a_pattern_is_listed_even_if_it_has_no_project(tmp_path: Path) -> None:
    workspace = '[tool.uv.workspace]\nmembers = ["packages/a", "packages/missing"]'
    assert members(tree(tmp_path, {"pyproject.toml": workspace, **A_AND_B})) == ["packages/a", "packages/missing"]


@pytest.mark.parametrize(
    "lines",
    [
        "-e ./packages/a\n--editable=packages/b",
        "-e packages/a[extra]\n./packages/b  # comment",
        "b @ file:./packages/b",
    ],
)
def test_requirements_files_name_members(tmp_path: Path, lines: str) -> None:
    found = members(tree(tmp_path, {"requirements-dev.txt": f"-e .\nclick>=8\n-r other.txt\n{lines}", **A_AND_B}))
    assert found == [folder for folder in ("packages/a", "packages/b") if folder in lines]


def test_dependencies_of_dependencies_are_found(tmp_path: Path) -> None:
    root = {"pyproject.toml": '[tool.poetry]\nname = "root"\n[tool.poetry.dependencies]\na.path = "packages/a"'}
    a = {"packages/a/pyproject.toml": project("a", tables='[tool.uv.sources]\nb = { path = "../b" }')}
    assert members(tree(tmp_path, {**A_AND_B, **root, **a})) == ["packages/a", "packages/b"]


def test_dependencies_on_test_projects_and_outside_of_the_root_are_left_out(tmp_path: Path) -> None:
    sources = '[tool.uv.sources]\nx = { path = "tests/plugin" }\ny = { path = "../y" }\nz = { path = "dist/z.whl" }'
    files = {"tests/plugin/pyproject.toml": project("plugin"), "../y/pyproject.toml": project("y")}
    assert members(tree(tmp_path / "root", {"pyproject.toml": project("root", tables=sources), **files})) == []


def test_a_repository_without_declarations_is_searched(tmp_path: Path) -> None:
    others = {
        "libs/partners/one/setup.py": "",
        "libs/a/nested/pyproject.toml": project("nested"),
        "libs/a/pyproject.toml": project("a"),
        "tests/x/pyproject.toml": "",
        "examples/y/pyproject.toml": "",
        ".hidden/z/pyproject.toml": "",
        "far/far/far/away/pyproject.toml": "",
        "env/pyvenv.cfg": "",
        "env/lib/pyproject.toml": "",
    }
    root = tree(tmp_path, {"README.md": "", **others})
    assert [folder.relative_to(root).as_posix() for folder in undeclared_members(root)] == [
        "libs/a",
        "libs/partners/one",
    ]
    assert members(root) == []


def test_a_folder_with_nothing_in_it_has_no_members(tmp_path: Path) -> None:
    assert member_folders(tmp_path) == []
    assert undeclared_members(tmp_path / "missing") == []
