"""Run the client matrix and render what came of it into the docs and the README.

python -m tests.e2e.matrix             every client, newest and oldest: run, then render
python -m tests.e2e.matrix --render    only write the tables again, from the last results
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from tests.e2e.cells import CELLS, CLIENTS, INSTALLS, MODES, SCENARIOS, WITHOUT, Cell  # noqa: E402
from tests.e2e.provision import PINS, SYSTEM  # noqa: E402

RESULTS = Path(__file__).with_name("matrix.json")
REFERENCE = PROJECT / "docs" / "reference" / "clients.md"
README = PROJECT / "README.md"
BEGIN, END = "<!-- clients: written by tests/e2e/matrix.py -->", "<!-- /clients -->"
AGES = ("newest", "oldest")
INTRODUCTION = """\
# Clients

Every cell of these tables is a test: that client, in a subprocess, in an instance of its own, judged by what the
index recorded (the client's own User-Agent, on the host of the mode) and by what the client printed.
`nox -s clients` runs them all and writes this page.
"""
LEGEND = """\
✓ is the newest and the oldest version of the line, (✓) one of them. A number says why there is no cell.
"""


def run() -> bool:
    """Run every cell and keep what passed; False if one did not."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        tests = ["tests/e2e/test_matrix.py", "tests/e2e/test_resolvers.py", "-n", "auto", f"--junitxml={report}"]
        env = {**os.environ, "FAKE_PYPI_CLIENTS": "all"}
        code = subprocess.run([sys.executable, "-m", "pytest", *tests], cwd=PROJECT, env=env, check=False).returncode
        results = {"pins": PINS, "passed": _passed(report) if report.exists() else []}
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return code == 0


def _passed(report: Path) -> list[str]:
    """The cells whose test has neither failed nor been skipped, as "newest twine-upload-real"."""
    passed = []
    for case in ET.parse(report).iter("testcase"):
        cell = case.find("properties/property[@name='cell']")
        if cell is not None and _went_well(case):
            passed.append(str(cell.get("value")))
    return sorted(passed)


def _went_well(case: ET.Element) -> bool:
    return all(case.find(outcome) is None for outcome in ("failure", "error", "skipped"))


def read_results() -> dict[str, Any]:
    """The results of the last run."""
    results: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return results


def reference_page(results: dict[str, Any]) -> str:
    """The page of the docs."""
    parts = [INTRODUCTION]
    for mode, title in MODES.items():
        parts.append(f"## On {title}\n" if mode == "real" else f"## At the {title} address\n")
        parts.append(_table(results, mode))
    reasons = dict.fromkeys(WITHOUT.values())
    parts += [LEGEND, "\n".join(f"{number}. {reason}" for number, reason in enumerate(reasons, 1)) + "\n"]
    return "\n".join(parts)


def readme_section(results: dict[str, Any]) -> str:
    """The short table: one line for each client."""
    lines = [
        "| client | tested with | uploads | trusted publishing | installs | at a plain-HTTP address too |",
        "|---|---|---|---|---|---|",
    ]
    for client in CLIENTS:
        plain = [name for name in SCENARIOS if _mark(results, Cell(client, name, "plain")) == "✓"]
        real = [name for name in SCENARIOS if _mark(results, Cell(client, name, "real")) == "✓"]
        marks = ("upload" in real, "trusted" in real, set(INSTALLS) <= set(real))
        ticks = " | ".join("✓" if mark else "" for mark in marks)
        missing = [SCENARIOS[name] for name in real if name not in plain]
        also = "✓" if not missing else f"not {', '.join(missing)}"
        lines.append(f"| {client} | {' and '.join(_versions(client))} | {ticks} | {also} |")
    return "\n".join(lines)


def _table(results: dict[str, Any], mode: str) -> str:
    head = ["client", *AGES, *SCENARIOS.values()]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for client in CLIENTS:
        marks = [_mark(results, Cell(client, scenario, mode)) for scenario in SCENARIOS]
        versions = _versions(client) if client not in SYSTEM else ["the system's", ""]
        lines.append(f"| {' | '.join([client, *versions, *marks])} |")
    return "\n".join(lines) + "\n"


def _mark(results: dict[str, Any], cell: Cell) -> str:
    if cell in WITHOUT:
        return str(list(dict.fromkeys(WITHOUT.values())).index(WITHOUT[cell]) + 1)
    ages = [age for age in AGES if cell.client not in SYSTEM or age == "newest"]
    passed = sum(f"{age} {cell}" in results["passed"] for age in ages)
    return "✓" if passed == len(ages) else "(✓)" if passed else "failed"


def _versions(client: str) -> list[str]:
    if client in SYSTEM:
        return ["the system's"]
    return [PINS[age][client][0].partition("==")[2] for age in AGES]


def expected_cells() -> set[str]:
    """Every cell that a whole run has to pass."""
    return {f"{age} {cell}" for age in AGES for cell in CELLS if age == "newest" or cell.client not in SYSTEM}


def render() -> None:
    """Write both tables."""
    results = read_results()
    REFERENCE.write_text(reference_page(results), encoding="utf-8")
    README.write_text(with_section(README.read_text(encoding="utf-8"), readme_section(results)), encoding="utf-8")


def with_section(readme: str, section: str) -> str:
    """The README with this table between its two marks."""
    return re.sub(f"(?s){re.escape(BEGIN)}.*{re.escape(END)}", f"{BEGIN}\n{section}\n{END}", readme)


def main(arguments: list[str]) -> int:
    """Run and render, or only render."""
    went_well = arguments == ["--render"] or run()
    render()
    return 0 if went_well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
