"""Recorded cases: where they lie, how they are read, and what they would be on TestPyPI."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

Case = dict[str, Any]

RECORDED = Path(__file__).parent / "recorded"
KNOWN_DIFFERENCES = Path(__file__).parent / "known_differences.json"

_TESTPYPI_HOSTS = (
    (re.compile(r"(?<![@\w.-])upload\.pypi\.org"), "test.pypi.org"),
    (re.compile(r"(?<![@\w.-])pypi\.org"), "test.pypi.org"),
    (re.compile(r"(?<![@\w.-])files\.pythonhosted\.org"), "test-files.pythonhosted.org"),
)


def load(files: Iterable[Path] = ()) -> Iterator[Case]:
    """The cases of the given files, by default all recorded ones, in the order they were recorded in."""
    for file in files or sorted(RECORDED.glob("*.json")):
        yield from json.loads(Path(file).read_text("utf-8"))


def known_differences() -> dict[str, str]:
    """Case id -> why it cannot be met. The list may only get shorter."""
    listed: dict[str, str] = json.loads(KNOWN_DIFFERENCES.read_text("utf-8"))
    return listed


def family(case: Case) -> str:
    """``"names"`` for the case ``"names/invalid-13"``."""
    return str(case["id"]).partition("/")[0]


def on_testpypi(case: Case) -> Case:
    """The same case on TestPyPI: its host names in the answers, its audience in the id-tokens."""
    return {
        **case,
        "given": _translated(case["given"]),
        "steps": _translated(case["steps"]),
        "answers": _with_its_hosts(case["answers"]),
    }


def needs_two_hosts(case: Case) -> bool:
    """Whether a case is about pypi.org and upload.pypi.org being apart: TestPyPI has one host for both."""
    return any(
        (recorded["status"] == 404 and (request["host"] == "upload" or request["path"].startswith("/legacy")))
        or (request["host"] == "upload" and request["path"].startswith("/pypi"))
        for request, recorded in zip(requests(case), case["answers"], strict=True)
    )


def requests(case: Case) -> list[dict[str, Any]]:
    """What the steps of a case send, one for each recorded answer."""
    return [step["send"] for step in case["steps"] if "send" in step]


def _translated(value: Any) -> Any:
    if isinstance(value, list):
        return [_translated(item) for item in value]
    if not isinstance(value, dict):
        return value
    changed = {name: _translated(item) for name, item in value.items()}
    if changed.get("audience") == "pypi":
        changed["audience"] = "testpypi"
    if changed.get("location") == "test.pypi.org":
        changed["location"] = "pypi.org"
    return changed


def _with_its_hosts(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_its_hosts(item) for item in value]
    if isinstance(value, dict):
        changed = {name: _with_its_hosts(item) for name, item in value.items()}
        return {**changed, "audience": "testpypi"} if value.get("audience") == "pypi" else changed
    if isinstance(value, str):
        for pattern, host in _TESTPYPI_HOSTS:
            value = pattern.sub(host, value)
    return value
