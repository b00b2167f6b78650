"""Why did the upload fail? Paste what the tool or the CI log printed.

    twine upload dist/* 2>&1 | fake-pypi explain
    fake-pypi explain "400 Only one sdist may be uploaded per release."
    fake-pypi explain build.log

Text comes from the command line, from a file, or from standard input. Exit code 1 if nothing in it is known.
"""

from __future__ import annotations

import argparse
import codecs
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fake_pypi.cli.paragraphs import advice, show
from fake_pypi.errors import UsageMistake

if TYPE_CHECKING:
    from fake_pypi.rules.explaining import Cause, Finding

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),  # what PowerShell writes with `>`
    (codecs.BOM_UTF16_BE, "utf-16"),
)
UNKNOWN = (
    "nothing in this text is known: neither PyPI's words, nor a usual mistake.\n"
    "Run the tool again with --verbose and give all it prints, or try `fake-pypi check` on the files."
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `fake-pypi explain`."""
    parser.add_argument(
        "text", nargs="*", metavar="TEXT|-", help="what was printed, or a file that holds it; -: standard input"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON value for machines")


def run(options: argparse.Namespace) -> int:
    """Say what each known thing in the text means; return 1 if there is none."""
    from fake_pypi.rules.explaining import explain

    findings = explain(_given(options.text))
    if options.json:
        print(json.dumps([_as_json(finding) for finding in findings], indent=2))
    else:
        show("\n\n".join(map(_as_text, findings)) or UNKNOWN)
    return 0 if findings else 1


def _given(words: list[str]) -> str:
    text = _from_stdin() if words in ([], ["-"]) else _from_file(words) or " ".join(words)
    if not text.strip():
        raise UsageMistake("there is no text to explain", "paste what the tool printed, or pipe it in")
    return text


def _from_stdin() -> str:
    if sys.stdin.isatty():
        print("Paste what was printed, then press Ctrl-D (on Windows Ctrl-Z and Enter).", file=sys.stderr)
    return _decoded(sys.stdin.buffer.read())


def _from_file(words: list[str]) -> str | None:
    try:
        return _decoded(Path(words[0]).read_bytes()) if len(words) == 1 else None
    except (OSError, ValueError):  # no file, or nothing that could be the name of one
        return None


def _decoded(content: bytes) -> str:
    encoding = next((name for mark, name in MARKS if content.startswith(mark)), "utf-8")
    return content.decode(encoding, "replace")


def _as_text(finding: Finding) -> str:
    cut = "" if finding.complete else " (cut short)"
    lines = [f"{_said(finding)}{cut}: {finding.words}"]
    if len(finding.causes) > 1:
        lines.append("  PyPI has these words for several reasons; it was one of:")
    for cause in finding.causes:
        lines += ["", f"  {cause.id}", *advice(cause)]
        if finding.is_refusal:
            lines.append(f"     more: fake-pypi rules {cause.id}; see it: fake-pypi reproduce {cause.id}")
    return "\n".join(lines)


def _said(finding: Finding) -> str:
    return "PyPI's words" if finding.is_refusal else "It says"


def _as_json(finding: Finding) -> dict[str, Any]:
    return {
        "words": finding.words,
        "complete": finding.complete,
        "causes": [_cause(cause, is_rule=finding.is_refusal) for cause in finding.causes],
    }


def _cause(cause: Cause, *, is_rule: bool) -> dict[str, Any]:
    status = getattr(cause, "status", None)
    return {
        "id": cause.id,
        "kind": "rule" if is_rule else "mistake",
        "status": status,
        "why": cause.why,
        "do": cause.do,
    }
