"""Explain a failed upload from the output of a tool or a CI log.

    twine upload dist/* 2>&1 | fake-pypi explain
    fake-pypi explain "400 Only one sdist may be uploaded per release."
    fake-pypi explain build.log

Text comes from the command line, from a file, or from standard input. Exit code 1 if it contains no known message.
"""

from __future__ import annotations

import argparse
import codecs
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.cli.formatting import paragraphs, print_text
from fake_pypi.cli.json_documents import CauseDescription, ExplainDocument, ExplainedMessage
from fake_pypi.cli.json_output import add_json, print_json
from fake_pypi.errors import UsageError

if TYPE_CHECKING:
    from typing import TypeGuard

    from fake_pypi.explain.findings import Cause, Finding
    from fake_pypi.rules.rule_set import Rule

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),  # the encoding of `>` in PowerShell
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DISTRIBUTION = re.compile(r"\.(?:whl|tar\.gz|zip|egg)$")
FILE_NAME = re.compile(r"[^\s:]*[/\\][^\s:]+|[^\s:/\\]+\.(?:log|txt|out|whl|tar\.gz|zip)")
MAX_EXPLAINED_CAUSES = 4
"""If there are more causes, only the first is explained, and the others are named."""
SAME_MESSAGE = "PyPI gives this message for several reasons:"
SEVERAL_REASONS = "There are several possible reasons, the most likely first:"
UNKNOWN = (
    "the text contains no message of PyPI and no known error of a tool.\n"
    "Run the tool again with --verbose and pass its complete output, or run `fake-pypi check` on the files."
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `fake-pypi explain`."""
    parser.add_argument(
        "text", nargs="*", metavar="TEXT|-", help="the output, or a file that contains it; -: standard input"
    )
    add_json(parser)
    parser.add_argument(
        "--as-of", metavar="DATE", help="the day on which the output was printed, as 2024-06-01 (default: not known)"
    )


def run(options: argparse.Namespace) -> int:
    """Print the explanation of each known message in the text; return 1 if there is none."""
    from fake_pypi.explain.findings import explain
    from fake_pypi.explain.output_cleaning import LONGEST_TEXT

    as_of = ""
    if options.as_of is not None:
        from fake_pypi.rules.rules_by_date import rule_date

        as_of = rule_date(options.as_of)
    text = _read_text(options.text)
    findings = explain(text, as_of=as_of)
    if options.json:
        print_json(ExplainDocument(tuple(map(_described, findings))))
    elif findings:
        print_text("\n\n".join(map(_as_text, findings)))
    else:
        limit = f"\nOnly its last {LONGEST_TEXT:,} characters were read."
        print_text(UNKNOWN + limit if len(text) > LONGEST_TEXT else UNKNOWN)
    return 0 if findings else 1


def _read_text(arguments: list[str]) -> str:
    text = _from_stdin() if arguments in ([], ["-"]) else _from_file(arguments) or " ".join(arguments)
    if not text.strip():
        raise UsageError("there is no text to explain", "paste the output of the tool, or pipe it in")
    return text


def _from_stdin() -> str:
    if sys.stdin.isatty():
        print("Paste the output, then press Ctrl-D (on Windows Ctrl-Z and Enter).", file=sys.stderr)
    return _decode(sys.stdin.buffer.read(), "standard input")


def _from_file(arguments: list[str]) -> str | None:
    """Return the content of the file that the only argument names; None if the arguments are the text itself."""
    if len(arguments) != 1:
        return None
    (name,) = arguments
    try:
        path = Path(name)
        if path.is_dir():
            raise UsageError(f"{name} is a directory", "name the file with the output, or pipe it in")
        if path.is_file():
            return _decode(path.read_bytes(), name)
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}", "pipe the text in instead") from None
    except ValueError:  # it cannot be the name of a file
        return None
    if FILE_NAME.fullmatch(name):
        raise UsageError(f"there is no file {name}", "name the file with the output, or pipe it in")
    return None


def _decode(content: bytes, name: str) -> str:
    encoding = next((encoding for mark, encoding in BYTE_ORDER_MARKS if content.startswith(mark)), "utf-8")
    if encoding != "utf-16" and b"\0" in content[:8192]:
        checkable = DISTRIBUTION.search(name)
        next_step = f"run `fake-pypi check {name}`" if checkable else "pass the output of a tool"
        raise UsageError(f"{name} is binary, not the output of a tool", next_step)
    return content.decode(encoding, "replace")


def _as_text(finding: Finding) -> str:
    cut = "" if finding.complete else " (cut short)"
    lines = [f"{_source(finding)}{cut}: {finding.text}"]
    lines += _dates(finding)
    explained, named = _split(finding)
    if len(explained) > 1:
        lines.append(f"  {SAME_MESSAGE if finding.is_message else SEVERAL_REASONS}")
    for cause in explained:
        remedy = finding.details if cause is explained[0] and finding.details else cause.remedy
        lines += ["", f"  {cause.id}", *paragraphs(cause.explanation), *paragraphs(remedy, "  -> ")]
        if _is_rule(cause):
            lines.append(f"     more: fake-pypi rules {cause.id}; see it: {_reproduction(cause)}")
    if named:
        lines += ["", *paragraphs(f"It may also be: {', '.join(cause.id for cause in named)}.", "  ")]
        lines.append("     more: fake-pypi rules ID")
    return "\n".join(lines)


def _dates(finding: Finding) -> list[str]:
    """Return lines about a message that PyPI does not use any more, or did not use on the day that was given."""
    lines = []
    if finding.until and finding.now:
        lines += paragraphs(f"PyPI used this message until {finding.until}. Today it says: {finding.now}", "  ")
    elif finding.until:
        lines += paragraphs(f"PyPI rejected uploads for this reason until {finding.until}, and does not today.", "  ")
    if not finding.is_of_day:
        lines.append("  As far as is known, PyPI did not use it on the day that you named.")
    return lines


def _split(finding: Finding) -> tuple[tuple[Cause, ...], tuple[Cause, ...]]:
    """Return the causes to explain, and those that are only named."""
    count = 1 if len(finding.causes) > MAX_EXPLAINED_CAUSES else len(finding.causes)
    return finding.causes[:count], finding.causes[count:]


def _source(finding: Finding) -> str:
    return "PyPI's message" if finding.is_message else "Found in the output"


def _is_rule(cause: Cause) -> TypeGuard[Rule]:
    from fake_pypi.rules.rule_set import Rule

    return isinstance(cause, Rule)


def _reproduction(rule: Rule) -> str:
    """Return the command that shows a rule; one that has ended needs its last day."""
    as_of = f" --as-of {rule.last_day}" if rule.until else ""
    return f"fake-pypi reproduce {rule.id}{as_of}"


def _described(finding: Finding) -> ExplainedMessage:
    return ExplainedMessage(
        message=finding.text,
        complete=finding.complete,
        until=finding.until or None,
        now=(finding.now or None) if finding.until else None,
        is_of_day=finding.is_of_day,
        details=finding.details or None,
        causes=tuple(map(_described_cause, finding.causes)),
    )


def _described_cause(cause: Cause) -> CauseDescription:
    from fake_pypi.explain.exchange_rejections import ExchangeRejection

    is_rule = _is_rule(cause) or isinstance(cause, ExchangeRejection)
    return CauseDescription(
        rule=cause.id if is_rule else None,
        error=None if is_rule else cause.id,
        status=getattr(cause, "status", None) or (0 if _is_rule(cause) else None),
        explanation=cause.explanation,
        remedy=cause.remedy,
    )
