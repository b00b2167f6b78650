"""The release steps under pytest-xdist: on one worker, in order, in every mode."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fake_pypi.pytest_plugin.release_collection import release_id

RAN = re.compile(r"^\[(?P<worker>gw\d+)\] \[ *\d+%\] (?P<outcome>[A-Z]+) (?P<test>.+?) *$")


def a_project_that_fails_at_once(folder: Path, name: str = "never-built") -> None:
    """Its backend is its own and rejects to build, so a whole rehearsal takes half a second."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text(
        "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n"
        f"[project]\nname = '{name}'\nversion = '1.0'\n"
    )
    (folder / "backend.py").write_text("raise SystemExit('not today')\n")


def run_on_two_workers(pytester: pytest.Pytester, mode: str, *options: str) -> dict[str, list[str]]:
    """Run steps and thirty tests; return the steps that each worker ran, in their order."""
    a_project_that_fails_at_once(pytester.path)
    pytester.makepyfile(
        test_one="import pytest\n@pytest.mark.parametrize('n', range(15))\ndef test_it(n): pass\n",
        test_two="import pytest\n@pytest.mark.parametrize('n', range(15))\ndef test_it(n): pass\n",
    )
    result = pytester.runpytest_subprocess("--fake-pypi", "-v", "-n2", "--dist", mode, *options)
    ran: dict[str, list[str]] = {}
    for line in result.outlines:
        if match := RAN.match(line):
            ran.setdefault(match["worker"], []).append(f"{match['outcome']} {match['test']}")
    times = 2 if mode == "each" else 1
    result.assert_outcomes(passed=30 * times, failed=1 * times, skipped=7 * times)
    return ran


def steps_in(ran: list[str]) -> list[str]:
    """The steps of the project at rootdir that a worker ran."""
    return [each for each in ran if "::release::" in each]


WHOLE = [
    "FAILED pyproject.toml::release::build",
    "SKIPPED pyproject.toml::release::check",
    "SKIPPED pyproject.toml::release::upload to TestPyPI",
    "SKIPPED pyproject.toml::release::install from TestPyPI",
    "SKIPPED pyproject.toml::release::upload to PyPI",
    "SKIPPED pyproject.toml::release::upload again",
    "SKIPPED pyproject.toml::release::install from PyPI",
    "SKIPPED pyproject.toml::release::yank",
]


@pytest.mark.parametrize("mode", ["load", "loadscope", "loadfile", "loadgroup", "worksteal"])
def test_one_worker_runs_all_steps_in_order(pytester: pytest.Pytester, mode: str) -> None:
    ran = run_on_two_workers(pytester, mode)
    assert [steps_in(tests) for tests in ran.values() if steps_in(tests)] == [WHOLE]


def test_with_dist_each_every_worker_has_its_own_rehearsal(pytester: pytest.Pytester) -> None:
    ran = run_on_two_workers(pytester, "each")
    assert [steps_in(tests) for tests in ran.values()] == [WHOLE, WHOLE]


@pytest.mark.parametrize("mode", ["load", "worksteal"])
def test_the_other_tests_are_spread_over_the_workers(pytester: pytest.Pytester, mode: str) -> None:
    ran = run_on_two_workers(pytester, mode)
    assert all(any("test_it" in test for test in tests) for tests in ran.values())
    assert len(ran) == 2


def test_two_projects_can_be_rehearsed_in_one_session(pytester: pytest.Pytester) -> None:
    a_project_that_fails_at_once(pytester.path / "other", "other")
    a_project_that_fails_at_once(pytester.path)
    result = pytester.runpytest_subprocess("--fake-pypi", "--fake-pypi-project=other", "-v", "-n2")
    result.assert_outcomes(failed=2, skipped=14)


@pytest.mark.parametrize("mode", ["load", "worksteal"])
def test_a_worker_that_crashes_gives_its_steps_back(
    pytester: pytest.Pytester, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))  # who crashes cannot tidy up
    a_project_that_fails_at_once(pytester.path)
    pytester.makepyfile(
        "import os, pytest\n@pytest.mark.parametrize('n', range(6))\ndef test_it(n):\n    if n == 3: os._exit(1)\n"
    )
    result = pytester.runpytest_subprocess("--fake-pypi", "-v", "-n2", "--dist", mode)
    result.assert_outcomes(passed=5, failed=2, skipped=7)


def test_a_test_with_the_name_of_a_step_is_not_a_step() -> None:
    assert release_id("pyproject.toml::release::upload to PyPI") == "pyproject.toml::release"
    assert release_id("../other/setup.py::release::yank") == "../other/setup.py::release"
    assert release_id("tests/test_it.py::release::build") is None
    assert release_id("pyproject.toml::release::something else") is None
