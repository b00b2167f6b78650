"""The part of a rule's page about clients: what each printed when the rule rejected its upload.

`python -m tests.e2e.client_output` measures it with the real clients.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from docs.generators.markdown import code_list
from fake_pypi.rules.rule_set import Rule

RESULTS = Path(__file__).resolve().parents[1] / "data" / "client_output.json"
PROGRESS = re.compile(
    r"^(🔐|🚀|.{0,3}Warning: The maturin|Uploading |Publishing |Hashing |- Uploading |Artifact repository"
    r"|WARNING: Project requires a python|INFO: python.use_venv|Virtualenv is created|See \.\.\. for detailed"
    r"|dist/\S+ \.\.\.$|.*?\d+(\.\d+)?%|[━ ]+)"
)
NOT_SENT = "No publishing tool sends such a request."


@cache
def results() -> dict[str, dict[str, Any]]:
    """Return the measured results: `{"RULE": {"CLIENT": {...}}}`."""
    measured: dict[str, dict[str, Any]] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return measured


def rejected_clients(rule: Rule) -> list[str]:
    """Return the clients whose upload the rule rejected."""
    return [client for client, result in results().get(rule.id, {}).items() if result["result"] == "rejected"]


def output_of_clients(rule: Rule) -> str:
    """Return what each client printed, and which clients do not get as far as the rule."""
    measured = results().get(rule.id, {})
    if not measured:
        return NOT_SENT
    dates = sorted({result["date"] for result in measured.values()})
    parts = [f"Measured {'on ' + dates[0] if len(dates) == 1 else 'from ' + dates[0] + ' to ' + dates[-1]}."]
    for outcome in ("rejected", "stopped"):
        parts += [block(client, result, outcome) for client, result in measured.items() if result["result"] == outcome]
    others = [client for client, result in measured.items() if result["result"] not in {"rejected", "stopped"}]
    if others:
        parts.append(f"What this rule rejects is not sent by {code_list(others)}.")
    return "\n\n".join(parts)


def block(client: str, result: dict[str, Any], outcome: str) -> str:
    """Return the output of one client below a line with its version and its exit code."""
    ending = "was stopped while it tried again" if result["exit"] is None else f"exit code {result['exit']}"
    before = ", stops before the upload" if outcome == "stopped" else ""
    lines = [line for line in result["output"] if not PROGRESS.match(line)] or ["(nothing but its progress)"]
    return "\n".join([f"{client} {result['version']}{before}, {ending}:", "", "```text", *lines, "```"])
