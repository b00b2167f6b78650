from __future__ import annotations

import sys
from pathlib import Path

import pytest

from fake_pypi.workflows.github.running.uv_program import adapt

RUNNING = f"3.{sys.version_info[1]}"
OTHER = "3.7"


@pytest.mark.parametrize(
    ("arguments", "adapted", "replaced"),
    [
        (["build", "--python", OTHER], ["build", "--python", "/job/python"], [OTHER]),
        (["build", f"--python={OTHER}"], ["build", "--python", "/job/python"], [OTHER]),
        (["build", "-p", RUNNING], ["build", "--python", RUNNING], []),
        (["build", "--python-preference", "only-managed", "."], ["build", "."], []),
        (["run", "--managed-python", "x"], ["run", "x"], []),
        (["run", "--", "tool", "--python", OTHER], ["run", "--", "tool", "--python", OTHER], []),
    ],
)
def test_interpreters_that_are_not_usable_are_replaced(
    arguments: list[str], adapted: list[str], replaced: list[str]
) -> None:
    result = adapt(arguments, {}, "/job/python", is_any_usable=False)

    assert (result[0], result[2]) == (adapted, replaced)


def test_a_pinned_version_that_is_not_usable_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".python-version").write_text(f"{OTHER}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    _, variables, replaced = adapt(["build"], {}, "/job/python", is_any_usable=False)

    assert variables == {"UV_PYTHON": "/job/python"}
    assert replaced == [OTHER]
