from __future__ import annotations

import pytest

from fake_pypi.workflows.github.running.builtin_actions.action_table import BUILTIN_ACTIONS, split_reference
from fake_pypi.workflows.github.running.builtin_actions.repaired_wheels import is_plain_linux_wheel


@pytest.mark.parametrize(
    ("uses", "action", "version"),
    [
        ("actions/checkout@v4", "actions/checkout", "v4"),
        ("pypa/gh-action-pypi-publish@release/v1", "pypa/gh-action-pypi-publish", "release/v1"),
        ("actions/cache/restore@" + "0" * 40, "actions/cache/restore", "0" * 40),
    ],
)
def test_a_reference_is_an_action_and_a_version(uses: str, action: str, version: str) -> None:
    assert split_reference(uses) == (action, version)


def test_every_action_says_what_happens() -> None:
    assert [action.name for action in BUILTIN_ACTIONS.values() if not action.description] == []


@pytest.mark.parametrize(
    ("filename", "is_plain"),
    [
        ("demo-1.0-cp311-cp311-linux_x86_64.whl", True),
        ("demo-1.0-cp311-cp311-manylinux_2_17_x86_64.whl", False),
        ("demo-1.0-py3-none-any.whl", False),
        ("demo-1.0.tar.gz", False),
    ],
)
def test_a_wheel_for_plain_linux_is_recognized(filename: str, is_plain: bool) -> None:
    assert is_plain_linux_wheel(filename) is is_plain
