"""The output of commands, cleaned for a report."""

from __future__ import annotations

import subprocess

import pytest

from fake_pypi.rehearsal.output import plain, reason_in


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("Traceback (most recent call last):\n  File 'x'\n    y\nNameError: no x\n\nERROR exited", "NameError: no x"),
        ("  Traceback (most recent call last):\n    File 'x'\n  a.b.SomeError: no y\n  more", "a.b.SomeError: no y"),
        ("noise\nerror: metadata is wrong\nmore", "error: metadata is wrong"),
        ("nothing to see", None),
    ],
)
def test_the_reason_of_a_failure_is_the_end_of_its_traceback(output: str, reason: str | None) -> None:
    assert reason_in(output) == reason


def test_colours_and_progress_bars_are_removed() -> None:
    done = subprocess.CompletedProcess("x", 0, "\x1b[32mPASSED\x1b[0m\n\x1b[2K 100% ━━━━ 5.3/5.3 kB\nend", "")
    assert plain(done) == "PASSED\nend"
