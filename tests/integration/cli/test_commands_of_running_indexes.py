"""Commands that ask running indexes, called in this process: users, tokens, limits, requests."""

from __future__ import annotations

import json

import pytest

from fake_pypi.cli import main
from fake_pypi.fake import FakeIndexes


@pytest.mark.parametrize(
    "arguments",
    [
        ["user", "add", "alice"],
        ["user", "list"],
        ["token", "list"],
        ["limits"],
        ["limits", "--file-size", "1000"],
        ["requests"],
        ["fault", "list"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("as_json", [False, True], ids=["text", "json"])
def test_a_command_succeeds_for_the_indexes_of_a_shell(
    arguments: list[str], as_json: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with FakeIndexes() as indexes:
        for name, value in indexes.shell().env.items():
            if name.startswith("FAKE_PYPI"):
                monkeypatch.setenv(name, value)
        assert main([*arguments, *(["--json"] if as_json else [])]) == 0
        shown = capsys.readouterr()
    assert shown.err == ""
    assert not as_json or json.loads(shown.out)["schema"]
    assert arguments != ["user", "list"] or "maintainer" in shown.out
    assert arguments[:2] != ["user", "add"] or "alice" in shown.out
