"""Steps that are ended from outside: by a time-out, Ctrl-C, `pytest.exit`, or their own time limit."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from tests.plugin.test_rehearsal import a_project

posix = pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="interrupts steps with SIGALRM")

INTERRUPT = """
import signal

import pytest

def interrupt(signum, frame):
    {interruption}

signal.signal(signal.SIGALRM, interrupt)

@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    if item.name == "build":
        signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
"""
SLOW_BACKEND = "import time\ntime.sleep(600)\n"


@pytest.fixture
def slow_project(pytester: pytest.Pytester) -> Path:
    """A project whose build lasts longer than any test."""
    project = a_project(pytester.path, requires="")
    file = project / "pyproject.toml"
    file.write_text(file.read_text().replace('"flit_core.buildapi"', '"slow"\nbackend-path = ["."]'))
    (project / "slow.py").write_text(SLOW_BACKEND)
    return project


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files of what the test runs."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@posix
@pytest.mark.parametrize("interruption", ["pytest.fail('Timeout (>0.5s)')", "raise RuntimeError('Timeout (>0.5s)')"])
def test_steps_that_need_an_interrupted_step_are_skipped_with_the_reason(
    pytester: pytest.Pytester, slow_project: Path, temporary: Path, interruption: str
) -> None:
    pytester.makeconftest(INTERRUPT.format(interruption=interruption))
    result = pytester.runpytest_subprocess("--fake-pypi", "pyproject.toml", "-rs", "-p", "no:cacheprovider")
    result.assert_outcomes(failed=1, skipped=7)
    result.stdout.fnmatch_lines(["SKIPPED [[]7[]] pyproject.toml:1: build failed: interrupted by Timeout (>0.5s)"])
    result.stdout.no_fnmatch_line("*Error in teardown*")
    assert list(temporary.iterdir()) == []


@posix
def test_an_interrupted_need_that_was_not_selected_fails_the_step_that_was(
    pytester: pytest.Pytester, slow_project: Path
) -> None:
    pytester.makeconftest(INTERRUPT.format(interruption="pytest.fail('Timeout')").replace("build", "upload again"))
    result = pytester.runpytest_subprocess("--fake-pypi", "pyproject.toml", "-k", "again or yank")
    result.assert_outcomes(failed=2, deselected=6)
    result.stdout.fnmatch_lines(["upload again: Timeout", "build: interrupted by Timeout"])


@posix
@pytest.mark.parametrize(
    ("interruption", "says"),
    [
        ("pytest.exit('enough')", "*Exit: enough*"),
        ("raise KeyboardInterrupt", "*KeyboardInterrupt*"),
    ],
)
def test_a_session_that_ends_during_a_step_leaves_no_files_and_processes(
    pytester: pytest.Pytester, slow_project: Path, temporary: Path, interruption: str, says: str
) -> None:
    pytester.makeconftest(INTERRUPT.format(interruption=interruption))
    result = pytester.runpytest_subprocess("--fake-pypi", "pyproject.toml", "-p", "no:cacheprovider")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines([says])
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    "command",
    [
        ["-m", "pytest", "--fake-pypi", "pyproject.toml", "--fake-pypi-timeout=1", "-rs"],
        ["-m", "pytest", "--fake-pypi", "pyproject.toml", "-o", "fake_pypi_timeout=1", "-rs"],
        ["-m", "fake_pypi", "rehearse", "--timeout=1"],
    ],
    ids=["option", "setting", "command"],
)
def test_a_step_that_takes_too_long_fails_and_the_others_are_skipped(
    pytester: pytest.Pytester, slow_project: Path, command: list[str]
) -> None:
    result = pytester.run(sys.executable, *command)
    result.assert_outcomes(failed=1, skipped=7)
    result.stdout.fnmatch_lines(
        ["build: not finished within 1 seconds", "command: python -m build", "*`fake-pypi rehearse --timeout SECONDS`*"]
    )


@pytest.mark.parametrize("value", ["-1", "soon", "inf", "nan"])
def test_a_time_limit_that_is_none_is_wrong_usage(pytester: pytest.Pytester, value: str) -> None:
    a_project(pytester.path)
    result = pytester.runpytest_subprocess("--fake-pypi", f"--fake-pypi-timeout={value}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*is not a time limit: give a number of seconds, or 0 for no limit"])


@pytest.mark.parametrize("option", ["-x", "--maxfail=1", "--stepwise"])
def test_a_session_that_ends_at_the_first_failure_ends_in_the_steps_too(
    pytester: pytest.Pytester, temporary: Path, option: str
) -> None:
    a_project(pytester.path, requires=repr("no-such-backend"))
    result = pytester.runpytest_subprocess("--fake-pypi", "pyproject.toml", option)
    result.assert_outcomes(failed=1)
    assert list(temporary.iterdir()) == []


def test_the_time_limit_of_pytest_timeout_does_not_end_a_step(pytester: pytest.Pytester) -> None:
    """pytest-timeout reads the closest marker `timeout`; this stands for it, under its name."""
    a_project(pytester.path)
    pytester.makepyfile(
        timeout="""
        def pytest_configure(config):
            config.addinivalue_line("markers", "timeout(seconds): ...")
        def pytest_collection_finish(session):
            print("LIMITS", {item.get_closest_marker("timeout").args for item in session.items})
        """
    )
    result = pytester.runpytest_subprocess(
        "--fake-pypi", "pyproject.toml", "-p", "timeout", "--collect-only", "--strict-markers"
    )
    result.stdout.fnmatch_lines(["*LIMITS {(0,)}"])
