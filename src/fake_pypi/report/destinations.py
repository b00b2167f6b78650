"""The files into which reports are written: the ending of the name decides the format."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from fake_pypi.errors import UsageError
from fake_pypi.redaction import redact
from fake_pypi.report.report_content import Report, redacted

FORMATS = {".html": "HTML", ".json": "JSON", ".md": "Markdown"}


def check_destinations(files: Iterable[Path]) -> None:
    """Raise `UsageError` unless each file has a known ending and can be written. Folders that are missing are made."""
    for file in files:
        if file.suffix.lower() not in FORMATS:
            raise UsageError(f"the report {str(file)!r} has no known ending", f"choose from {', '.join(FORMATS)}")
        is_new = not file.exists()
        with _reported(file):
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("ab"):
                pass
            if is_new:
                file.unlink()


def write_report(report: Report, files: Iterable[Path], redact_more: Callable[[str], str] = str) -> None:
    """Write a report into files, in the formats of their endings, without secrets.

    `redact_more` removes secrets that `fake_pypi.redaction` does not know. Raises `UsageError` for a file that cannot
    be written.
    """
    public = redacted(report, lambda text: redact_more(redact(text)))
    for file in files:
        check_destinations([file])
        text = _written(public, file.suffix.lower())
        with _reported(file):
            partial = file.with_name(f"{file.name}.{os.getpid()}.partial")
            try:
                partial.write_text(text, encoding="utf-8", errors="replace", newline="\n")
                partial.replace(file)
            finally:
                partial.unlink(missing_ok=True)


def _written(report: Report, ending: str) -> str:
    if ending == ".json":
        from fake_pypi.report.json_document import to_json

        return to_json(report) + "\n"
    if ending == ".md":
        from fake_pypi.report.markdown_summary import markdown

        return markdown(report)
    from fake_pypi.report.html_document import html_document

    return html_document(report)


@contextlib.contextmanager
def _reported(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"the report {str(file)!r} cannot be written: {error.strerror or error}", "name another file"
        ) from None
