"""Which projects of a repository are released, in which order, and which are not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.rehearsal.monorepo import Monorepo, project_files
from tests.unit.rehearsal.trees import project, tree

WORKSPACE = '[tool.uv.workspace]\nmembers = ["packages/*"]'


def at(root: Path) -> Monorepo:
    monorepo = Monorepo.at(root)
    assert monorepo is not None
    return monorepo


def names(monorepo: Monorepo) -> list[list[str | None]]:
    return [[project.name for project in group] for group in monorepo.groups]


def test_projects_come_after_those_that_they_require(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": WORKSPACE,
        "packages/a/pyproject.toml": project("a", "b>=1", "click"),
        "packages/b/pyproject.toml": project("b", "Zed_Zed"),
        "packages/z/pyproject.toml": project("zed.zed"),
        "packages/other/pyproject.toml": project("other"),
    }
    assert names(at(tree(tmp_path, files))) == [["other"], ["zed-zed", "b", "a"]]


def test_a_root_that_is_a_project_is_released_too(tmp_path: Path) -> None:
    files = {"pyproject.toml": project("root", "a", tables=WORKSPACE), "packages/a/pyproject.toml": project("a")}
    assert names(at(tree(tmp_path, files))) == [["a", "root"]]


@pytest.mark.parametrize(
    ("tables", "reason"),
    [
        (project("a", classifiers=["Private :: Do Not Upload"]), "the classifier 'Private :: Do Not Upload'"),
        (project("a", tables="[tool.uv]\npackage = false"), r"`package = false` in \[tool.uv\]"),
        ('[tool.poetry]\npackage-mode = false\nname = "a"', r"`package-mode = false` in \[tool.poetry\]"),
        (project("a", tables="[tool.pdm]\ndistribution = false"), r"`distribution = false` in \[tool.pdm\]"),
        ('[project]\nname = "a"\nversion = "1"', r"it has no \[build-system\]"),
        ("[tool.ruff]", r"no \[project\] and no \[build-system\]"),
    ],
)
def test_a_project_that_is_not_to_be_published_has_a_reason(tmp_path: Path, tables: str, reason: str) -> None:
    files = {"packages/a/pyproject.toml": tables, "packages/b/pyproject.toml": project("b", "a")}
    monorepo = at(tree(tmp_path, {"pyproject.toml": WORKSPACE, **files}))
    assert names(monorepo) == [["b"]]
    [unpublished] = monorepo.unpublished
    assert unpublished.folder == tmp_path / "packages" / "a"
    assert re.search(reason, unpublished.reason)


def test_a_root_that_only_configures_tools_is_not_mentioned(tmp_path: Path) -> None:
    files = {"pyproject.toml": "[tool.ruff]\nline-length = 100", "packages/a/pyproject.toml": project("a")}
    monorepo = at(tree(tmp_path, files))
    assert (names(monorepo), monorepo.unpublished) == ([["a"]], ())


def test_a_project_with_other_projects_in_it_is_one_project(tmp_path: Path) -> None:
    files = {"pyproject.toml": project("root"), "packages/a/pyproject.toml": project("a")}
    assert Monorepo.at(tree(tmp_path, files)) is None
    assert names(Monorepo.named([tmp_path])) == [["root"]]


def test_a_cycle_is_named_and_the_rest_is_in_order(tmp_path: Path) -> None:
    files = {
        "packages/a/pyproject.toml": project("a", "b"),
        "packages/b/pyproject.toml": project("b", "c"),
        "packages/c/pyproject.toml": project("c", "a"),
        "packages/d/pyproject.toml": project("d", "a"),
    }
    monorepo = at(tree(tmp_path, files))
    assert monorepo.cycles == (("a", "b", "c", "a"),)
    [group] = names(monorepo)
    assert (sorted(map(str, group)), group[-1]) == (["a", "b", "c", "d"], "d")


def test_requirements_of_builds_and_of_extras_count_for_the_order(tmp_path: Path) -> None:
    backend = '[build-system]\nrequires = ["z-backend"]\n[project]\nname = "a"\nversion = "1"'
    extras = '[project.optional-dependencies]\nall = ["b[fast]>=1"]'
    files = {
        "packages/a/pyproject.toml": backend,
        "packages/b/pyproject.toml": project("b", "c"),
        "packages/c/pyproject.toml": project("c", tables=extras),
        "packages/z/pyproject.toml": project("z-backend"),
    }
    monorepo = at(tree(tmp_path, files))
    assert names(monorepo) == [["c", "b"], ["z-backend", "a"]]
    assert monorepo.cycles == ()


def test_projects_with_unknown_requirements_belong_to_all_others(tmp_path: Path) -> None:
    files = {
        "a/setup.py": "",
        "b/pyproject.toml": project("b", "c"),
        "c/pyproject.toml": project("c"),
        "d/setup.cfg": "[metadata]\nname = d\n[options]\ninstall_requires =\n    c>=1\n",
        "d/setup.py": "",
    }
    [group] = at(tree(tmp_path, files)).groups
    assert [project.root.name for project in group] == ["a", "c", "b", "d"]


def test_several_folders_are_named_at_once_and_what_is_no_project_has_a_reason(tmp_path: Path) -> None:
    files = {"a/pyproject.toml": project("a", "b"), "b/pyproject.toml": project("b"), "README.md": "", "notes/x": ""}
    root = tree(tmp_path, files)
    monorepo = Monorepo.named([str(root / "*")])
    assert names(monorepo) == [["b", "a"]]
    assert {other.folder.name for other in monorepo.unpublished} == {"README.md", "notes"}


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        (["missing-*"], "nothing matches"),
        (["notes", "README.md"], r"none of these is a project to release \(notes: "),
        (["missing"], "there is no folder"),
    ],
)
def test_paths_without_a_project_are_usage_errors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, paths: list[str], message: str
) -> None:
    monkeypatch.chdir(tree(tmp_path, {"README.md": "", "notes/x": ""}))
    with pytest.raises(UsageError, match=message):
        Monorepo.named(paths)


def test_two_projects_of_one_name_are_a_usage_error(tmp_path: Path) -> None:
    root = tree(tmp_path, {"a/pyproject.toml": project("Same.Name"), "b/pyproject.toml": project("same-name")})
    with pytest.raises(UsageError, match="both have the name same-name"):
        Monorepo.at(root)


def test_a_single_private_project_that_is_named_is_rehearsed(tmp_path: Path) -> None:
    root = tree(tmp_path, {"pyproject.toml": project("a", classifiers=["Private :: Do Not Upload"])})
    assert names(Monorepo.named([root])) == [["a"]]


def test_a_workspace_without_a_released_project_is_a_usage_error(tmp_path: Path) -> None:
    private = project("a", classifiers=["Private :: Do Not Upload"])
    root = tree(tmp_path, {"pyproject.toml": WORKSPACE, "packages/a/pyproject.toml": private})
    with pytest.raises(UsageError, match="none of these is a project to release"):
        Monorepo.named([root])


def test_ids_are_relative_to_the_folder_that_contains_all_projects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tree(tmp_path, {"libs/a/pyproject.toml": project("a"), "libs/b/pyproject.toml": project("b")})
    files = [root / "libs" / name / "pyproject.toml" for name in ("a", "b")]
    assert project_files([root]) == (files, root)
    assert project_files([root / "libs" / "a"]) == (files[:1], root / "libs" / "a")
    assert project_files([root / "libs" / "*"]) == (files, root / "libs")
    monkeypatch.chdir(root)
    assert project_files(["libs/a", "libs/b"]) == (files, root)
