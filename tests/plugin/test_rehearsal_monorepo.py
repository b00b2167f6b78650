"""The release steps of several projects in one repository: collected in order, grouped, and named if left out."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.plugin.test_rehearsal import STEPS, ids
from tests.plugin.test_rehearsal_xdist import RAN

WORKSPACE = '[tool.uv.workspace]\nmembers = ["packages/*"]\n'


def a_project(folder: Path, name: str, *requires: str, table: str = "", build_requires: tuple[str, ...] = ()) -> None:
    """Its backend is its own and rejects to build, so a whole rehearsal takes half a second."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text(
        f"[build-system]\nrequires = {list(build_requires)}\nbuild-backend = 'backend'\nbackend-path = ['.']\n"
        f"[project]\nname = '{name}'\nversion = '1.0'\ndependencies = {list(requires)}\n{table}"
    )
    (folder / "backend.py").write_text("raise SystemExit('not today')\n")


@pytest.fixture
def root(pytester: pytest.Pytester) -> Path:
    """A workspace: app requires core, and other requires nothing."""
    a_project(pytester.path / "packages" / "app", "app", "core")
    a_project(pytester.path / "packages" / "core", "core")
    a_project(pytester.path / "packages" / "other", "other")
    (pytester.path / "pyproject.toml").write_text(WORKSPACE)
    return pytester.path


def release_ids(*names: str) -> list[str]:
    return [f"packages/{name}/pyproject.toml::release::{step}" for name in names for step in STEPS]


@pytest.mark.parametrize("arguments", [("pyproject.toml",), ("packages/other", "packages/app", "packages/core")])
def test_the_projects_of_a_workspace_are_collected_in_order_of_release(
    pytester: pytest.Pytester, root: Path, arguments: tuple[str, ...]
) -> None:
    files = [argument if argument.endswith(".toml") else f"{argument}/pyproject.toml" for argument in arguments]
    result = pytester.runpytest_subprocess("--fake-pypi", "--collect-only", "-q", "-p", "no:randomly", *files)
    assert sorted(ids(result)) == sorted(release_ids("core", "app", "other"))
    assert [each for each in ids(result) if "other" not in each] == release_ids("core", "app")


def test_the_command_takes_a_root_or_several_folders(pytester: pytest.Pytester, root: Path) -> None:
    for paths in ([], ["packages/*"]):
        result = pytester.run(sys.executable, "-m", "fake_pypi", "rehearse", *paths)
        result.assert_outcomes(failed=3, skipped=21)
        assert "packages/core/pyproject.toml::release::build FAILED" in result.stdout.str()


def test_a_project_has_keys_of_its_own(pytester: pytest.Pytester, root: Path) -> None:
    a_project(root / "packages" / "core", "core", table='[tool.pytest.ini_options]\nfake_pypi_build = "sdist"\n')
    result = pytester.run(sys.executable, "-m", "fake_pypi", "rehearse", "--", "-k", "build")
    result.stdout.fnmatch_lines(["*runs `python -m build --sdist`", "*runs `python -m build`"])
    a_project(root / "packages" / "core", "core", table='[tool.pytest.ini_options]\nfake_pypi_builder = "hammer"\n')
    result = pytester.run(sys.executable, "-m", "fake_pypi", "rehearse")
    assert result.ret == 2
    assert "'hammer' is not a builder" in result.stderr.str()


def test_a_root_project_and_its_tests_are_collected_too(pytester: pytest.Pytester, root: Path) -> None:
    a_project(root, "the-root", "app", table=WORKSPACE)
    pytester.makepyfile("def test_own(): pass")
    result = pytester.runpytest_subprocess("--fake-pypi", "--collect-only", "-q", "-p", "no:randomly")
    assert len(ids(result)) == 4 * len(STEPS) + 1
    steps = [each for each in ids(result) if "::release::" in each and "other" not in each]
    assert steps == [*release_ids("core", "app"), *(f"pyproject.toml::release::{step}" for step in STEPS)]


def test_a_step_of_one_project_can_be_named(pytester: pytest.Pytester, root: Path) -> None:
    step = "packages/app/pyproject.toml::release::build"
    result = pytester.runpytest_subprocess("--fake-pypi", "--rootdir=.", "--collect-only", "-q", step)
    assert ids(result) == [step]


def test_what_is_not_released_is_named_with_the_reason(pytester: pytest.Pytester, root: Path) -> None:
    a_project(root / "packages" / "lab", "lab", "core", table="[tool.uv]\npackage = false")
    result = pytester.runpytest_subprocess("--fake-pypi", "-k", "check and other")
    result.stdout.fnmatch_lines(["not rehearsed: packages/lab: it has `package = false` in [[]tool.uv[]]"])


def test_cycles_and_more_new_projects_than_pypi_allows_are_warnings(pytester: pytest.Pytester, root: Path) -> None:
    a_project(root / "packages" / "core", "core", "app")
    for name in ("four", "five"):
        a_project(root / "packages" / name, name)
    result = pytester.runpytest_subprocess("--fake-pypi", "-k", "check and other")
    result.stdout.fnmatch_lines(
        [
            "warning: app requires core requires app: *",
            "warning: 5 projects are released: PyPI allows 4 new projects in 24 hours *",
        ]
    )


def test_a_step_that_needs_another_project_is_skipped_if_that_failed(pytester: pytest.Pytester, root: Path) -> None:
    a_project(root / "packages" / "app", "app", build_requires=("core",))
    result = pytester.runpytest_subprocess("--fake-pypi", "-rs", "-k", "core or app", "-p", "no:randomly")
    result.assert_outcomes(failed=1, skipped=15)
    result.stdout.fnmatch_lines(["SKIPPED * core was not published: build failed: the project cannot be built*"])


def test_a_workspace_without_a_released_project_is_a_usage_error(pytester: pytest.Pytester) -> None:
    a_project(pytester.path / "packages" / "lab", "lab", table="[tool.uv]\npackage = false")
    (pytester.path / "pyproject.toml").write_text(WORKSPACE)
    result = pytester.runpytest_subprocess("--fake-pypi")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*none of these is a project to release (lab: it has `package = false`*"])


@pytest.mark.parametrize("mode", ["load", "loadfile"])
def test_projects_that_depend_on_each_other_are_on_one_worker(pytester: pytest.Pytester, root: Path, mode: str) -> None:
    result = pytester.runpytest_subprocess("--fake-pypi", "-v", "-n2", "--dist", mode, "-p", "no:randomly")
    result.assert_outcomes(failed=3, skipped=21)
    ran: dict[str, list[str]] = {}
    for line in result.outlines:
        if match := RAN.match(line):
            ran.setdefault(match["worker"], []).append(match["test"])
    assert release_ids("core", "app") in [[test for test in tests if "other" not in test] for tests in ran.values()]
    assert sum(len(tests) for tests in ran.values()) == 24
