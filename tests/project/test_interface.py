"""The public interface is as docs/reference/interface.txt describes it: no part of it changes unnoticed."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path

import pytest

from docs import interface

INSTRUCTIONS = """\
This is a change of the public interface.
If it is wanted: update the description with `python3 tasks.py interface`, and add a changelog fragment
(`python3 tasks.py fragment --help`); what is removed or renamed is deprecated first (docs/reference/compatibility.md).
"""


def differences(stored: str, present: str) -> str:
    """Return the changed lines with what to do about them, or an empty text."""
    lines = list(unified_diff(stored.splitlines(), present.splitlines(), "stored", "present", n=0, lineterm=""))
    return "\n".join([INSTRUCTIONS, *lines]) if lines else ""


@pytest.fixture(scope="module")
def present() -> str:
    return interface.interface()


def test_the_stored_description_is_that_of_the_code(present: str) -> None:
    changed = differences(interface.FILE.read_text(encoding="utf-8"), present)
    assert not changed, changed


@pytest.mark.parametrize(
    "line",
    [
        "FakePyPI.yank(project: str, version: str, reason: str = '', *, user: User | str | None = None) -> None",
        "Clock.advance(*, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None",
        "fake_testpypi: FakePyPI (scope function)",
        "ini: fake_pypi_scripts (bool, default True)",
        "fake-pypi serve --log-format text|json",
        "2 wrong usage with one line on stderr",
        "FAKE_PYPI_CONTROL_SECRET",
        "duplicate-file: 400",
    ],
)
def test_each_kind_of_public_name_is_described(present: str, line: str) -> None:
    assert line in present.splitlines()


def test_a_removed_option_is_shown_with_what_to_do(present: str) -> None:
    line = "fake-pypi serve --log-format text|json"
    message = differences(present, present.replace(f"{line}\n", ""))
    assert f"-{line}" in message.splitlines()
    assert "python3 tasks.py interface" in message


def test_a_function_is_described_in_the_same_way_by_every_python() -> None:
    class Example:
        def method(self, name: str | None = None, *rest: Path, **more: "dict[str, int]") -> list[str]:  # noqa: UP037
            raise NotImplementedError

    expected = "(name: str | None = None, *rest: Path, **more: dict[str, int]) -> list[str]"
    assert interface.signature(Example.method).replace("'", "") == expected
