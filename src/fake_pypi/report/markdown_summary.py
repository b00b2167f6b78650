"""A report as Markdown: short enough for the summary of a job on GitHub."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from fake_pypi.report.report_content import IndexReport, RejectionReport, RemainingTask, Report, RunReport
from fake_pypi.report.terminal_output import without_controls
from fake_pypi.web.formats import file_size

LARGEST_SUMMARY = 1 << 20
"""Bytes of the summary of a step on GitHub; it shows none of a longer one."""
MARKS = {"passed": "✅ passed", "failed": "❌ failed", "skipped": "⏭️ skipped", "none": ""}
LAST_LINES = 20
"""Lines of the output of a failed command."""
SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~#&$@])")
CUT = "\n\n*The rest is left out: GitHub shows at most 1 MiB.*\n"


def markdown(report: Report) -> str:
    """Return a report as GitHub's Markdown: steps, failures with their remedy, published files, what is left to do."""
    return "\n".join([line for run in report.runs for line in _run(run)]) + "\n"


def summary_file(environ: Mapping[str, str]) -> Path | None:
    """Return the file to which a step of a job on GitHub Actions appends its summary; None elsewhere."""
    if environ.get("GITHUB_ACTIONS") != "true" or not environ.get("GITHUB_STEP_SUMMARY"):
        return None
    return Path(environ["GITHUB_STEP_SUMMARY"])


def append_summary(report: Report, file: Path) -> None:
    """Append a report, without secrets, to the summary of a job, as far as the limit allows. Raises `OSError`."""
    text = markdown(report).encode("utf-8", "replace")
    left = LARGEST_SUMMARY - (file.stat().st_size if file.exists() else 0)
    if len(text) > left:
        end = CUT.encode()
        text = text[: max(0, left - len(end))].rpartition(b"\n")[0] + end if left > len(end) else b""
    with file.open("ab") as opened:
        opened.write(text)


def _run(run: RunReport) -> Iterator[str]:
    mark = MARKS[run.outcome]
    yield from (f"## {_text(run.title)}{f': {mark}' if mark else ''}", "")
    if run.steps:
        yield from ("| step | result | time |", "|---|---|---|")
        for step in run.steps:
            seconds = "" if step.outcome == "skipped" else f"{step.seconds:.1f} s"
            yield f"| {_text(step.name)} | {MARKS[step.outcome]} | {seconds} |"
        yield ""
    yield from _failures(run)
    yield from _published(run.indexes)
    for title, lines in (
        ("Warnings", run.warnings),
        ("Assumed", run.notes),
        ("Blocked requests to other hosts", run.blocked_requests),
        ("Not checked", run.not_checked),
    ):
        if lines:
            yield from (f"### {title}", "", *(f"- {_text(line)}" for line in lines), "")
    if run.remaining:
        yield from ("### Left to do on the real site", "")
        for task in run.remaining:
            yield from _task(task)
        yield ""


def _failures(run: RunReport) -> Iterator[str]:
    for step in run.steps:
        if step.outcome != "failed":
            continue
        yield from (f"### {_text(step.name)} failed: {_text(step.summary)}", "")
        for rejection in step.rejections:
            yield from _rejection(rejection)
        if not step.rejections and step.commands:
            command = step.commands[-1]
            yield from (
                "<details><summary>Output</summary>",
                "",
                *_block(command.command, command.output),
                "</details>",
                "",
            )
        yield from (f"- {_prose(advice)}" for advice in step.advice)
        yield ""
    if run.message and not any(step.outcome == "failed" for step in run.steps):
        yield from (*_block("", run.message), "")
    if not run.steps:
        for rejection in (rejection for index in run.indexes for rejection in index.rejections):
            yield from _rejection(rejection)


def _rejection(rejection: RejectionReport) -> Iterator[str]:
    name = f"{_text(rejection.filename)}: " if rejection.filename else ""
    yield f"- {name}**{rejection.status} {_text(rejection.message)}** (rule `{rejection.rule}`)"
    if rejection.explanation:
        yield f"  <br>Why: {_prose(rejection.explanation)}"
    if rejection.remedy:
        yield f"  <br>What to do: {_prose(rejection.remedy)}"
    yield ""


def _published(indexes: Iterable[IndexReport]) -> Iterator[str]:
    rows = [
        f"| {_text(index.title)} | {_text(file.filename)} | {file_size(file.size)} | `{file.sha256[:16]}…` |"
        for index in indexes
        for project in index.projects
        for release in project.releases
        for file in release.files
    ]
    if rows:
        yield from (
            "### Published on the fake indexes",
            "",
            "| index | file | size | SHA256 |",
            "|---|---|---|---|",
            *rows,
            "",
        )


def _task(task: RemainingTask) -> Iterator[str]:
    yield f"- [ ] **{_text(task.title)}**"
    if task.address:
        yield f"  <br><{task.address}>"
    for entry in task.entries:
        yield f"  <br>{_text(entry.label)}: {_code(entry.value)}"


def _block(command: str, output: str) -> list[str]:
    """Return a command and the end of its output as a block, fenced so that no output can end it."""
    text = without_controls(output).strip()
    lines = text.splitlines()
    left_out = [f"({len(lines) - LAST_LINES} lines before)"] if len(lines) > LAST_LINES else []
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return [f"{fence}text", *([f"$ {command}"] if command else []), *left_out, *lines[-LAST_LINES:], fence, ""]


def _code(text: str) -> str:
    return f"<code>{_text(text)}</code>"


def _prose(text: str) -> str:
    """Return a text of our own, which has code between backticks."""
    return _text(text).replace("\\`", "`")


def _text(text: str) -> str:
    """Return a text on one line, in which nothing is Markdown or HTML."""
    return SPECIAL.sub(r"\\\1", " ".join(without_controls(text).split()))
