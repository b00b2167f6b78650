"""Repositories with several projects, as each tool has them: with the real backends, and pip between the projects."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

FLIT = '[build-system]\nrequires = ["flit-core"]\nbuild-backend = "flit_core.buildapi"\n'
POETRY = '[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n'


def a_project(
    folder: Path, *requires: str, version: str = "1.0", backend: str = FLIT, table: str = "", imports: str = ""
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    module = folder.name.replace("-", "_")
    (folder / "pyproject.toml").write_text(
        f"{backend}[project]\nname = '{folder.name}'\nversion = '{version}'\ndescription = 'A test'\n"
        f"readme = 'README.md'\nrequires-python = '>=3.10'\ndependencies = {list(requires)}\n{table}"
    )
    (folder / "README.md").write_text("# Hello\n")
    (folder / f"{module}.py").write_text(f'"""Hello."""\n{imports}\n')


def rehearse(root: Path, arguments: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "--fake-pypi", "-p", "no:cacheprovider", "-p", "no:randomly", "-v"]
    return subprocess.run(
        [*command, *shlex.split(arguments)], cwd=root, capture_output=True, text=True, timeout=400, check=False
    )


def test_a_hatch_workspace_whose_root_is_a_project_too(tmp_path: Path) -> None:
    workspace = '[tool.hatch.envs.default]\nworkspace.members = ["plugins/*"]\n'
    a_project(tmp_path, "hello-plug>=1", table=f"{workspace}[tool.flit.module]\nname = 'hello_root'\n")
    (tmp_path / "pyproject.toml").write_text(
        (tmp_path / "pyproject.toml").read_text().replace(f"name = '{tmp_path.name}'", "name = 'hello-root'", 1)
    )
    (tmp_path / "hello_root.py").write_text('"""Hello."""\nimport hello_plug\n')
    a_project(tmp_path / "plugins" / "hello-plug")
    result = rehearse(tmp_path, "-k 'install and not TestPyPI'")
    assert result.returncode == 0, result.stdout
    lines = [line for line in result.stdout.splitlines() if "PASSED" in line]
    assert [line.partition("::")[0] for line in lines] == ["plugins/hello-plug/pyproject.toml", "pyproject.toml"]


def test_uv_builds_the_members_of_a_workspace_into_the_dist_folder_of_the_root(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.uv.workspace]\nmembers = ['packages/*']\n")
    a_project(tmp_path / "packages" / "hello-core")
    a_project(
        tmp_path / "packages" / "hello-app",
        "hello-core>=1",
        table="[tool.uv.sources]\nhello-core = { workspace = true }\n",
    )
    result = rehearse(tmp_path, "--fake-pypi-builder=uv --fake-pypi-publisher=uv -k 'build or upload'")
    assert result.returncode == 0, result.stdout
    assert "published: hello-core 1.0 on PyPI: hello_core-1.0-py3-none-any.whl, hello_core-1.0.tar.gz" in result.stdout
    assert "published: hello-app 1.0 on PyPI: hello_app-1.0-py3-none-any.whl, hello_app-1.0.tar.gz" in result.stdout
    assert not list(tmp_path.rglob("dist"))


def test_poetry_path_dependencies_are_rejected_by_pypi(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.poetry]\npackage-mode = false\n[tool.poetry.dependencies]\nhello-app = { path = "libs/hello-app" }\n'
    )
    a_project(tmp_path / "libs" / "hello-core", backend=POETRY)
    app = tmp_path / "libs" / "hello-app"
    a_project(app)
    (app / "pyproject.toml").write_text(
        f"{POETRY}[tool.poetry]\nname = 'hello-app'\nversion = '1.0'\ndescription = 'A test'\nauthors = []\n"
        "readme = 'README.md'\n[tool.poetry.dependencies]\npython = '>=3.10'\nhello-core = { path = '../hello-core' }\n"
    )
    result = rehearse(tmp_path, "-k check")
    assert "libs/hello-core/pyproject.toml::release::check PASSED" in result.stdout
    assert "libs/hello-app/pyproject.toml::release::check FAILED" in result.stdout
    assert "Can't have direct dependency: hello-core @ file:" in result.stdout
    assert "not rehearsed: the root: it has `package-mode = false` in [tool.poetry]" in result.stdout


def test_plain_folders_that_require_each_other_are_uploaded_before_they_are_installed(tmp_path: Path) -> None:
    a_project(tmp_path / "packages" / "hello-one", "hello-two")
    a_project(tmp_path / "packages" / "hello-two", "hello-one")
    result = rehearse(tmp_path, "-k 'install and TestPyPI'")
    assert result.returncode == 0, result.stdout
    assert "warning: hello-one requires hello-two requires hello-one: nobody can install one of them" in result.stdout


@pytest.mark.parametrize(
    ("core", "message"),
    [
        ("version = '2.0'", "hello-app 1.0 requires hello-core<2, and this repository releases hello-core 2.0"),
        (
            "version = '1.0'\nclassifiers = ['Private :: Do Not Upload']",
            "hello-app 1.0 requires hello-core<2, which is not published: it has the classifier 'Private :: Do Not",
        ),
    ],
)
def test_a_sibling_that_does_not_satisfy_a_requirement_fails_the_check(tmp_path: Path, core: str, message: str) -> None:
    a_project(tmp_path / "hello-core")
    pyproject = tmp_path / "hello-core" / "pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace("version = '1.0'", core))
    a_project(tmp_path / "hello-app", "hello-core<2")
    result = rehearse(tmp_path, "-k check")
    assert result.returncode == 1
    assert f"check: {message}" in result.stdout


def test_a_build_backend_of_the_same_repository_is_installed_from_the_index(tmp_path: Path) -> None:
    backend = tmp_path / "hello-backend"
    a_project(backend, "flit-core", imports="from flit_core.buildapi import *")
    own = '[build-system]\nrequires = ["hello-backend"]\nbuild-backend = "hello_backend"\n'
    a_project(tmp_path / "hello-app", backend=own)
    result = rehearse(tmp_path, "-k 'hello-app and check'")
    assert result.returncode == 0, result.stdout
