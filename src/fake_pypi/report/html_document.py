"""A report as one HTML file, which needs no other file, no script and no network."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from fake_pypi.report.report_content import Report, StepReport
from fake_pypi.report.terminal_output import html_of
from fake_pypi.web.formats import file_size, web_address
from fake_pypi.web.rendering import asset

if TYPE_CHECKING:
    from datetime import datetime

    from jinja2 import Environment

STYLE = Path(__file__).parent / "assets" / "report.css"
CODE = re.compile(r"`([^`\n]+)`")
FOLDED_LINES = 12
"""Lines of output above which it is folded."""


def html_document(report: Report) -> str:
    """Return a report as an HTML document. Every value is escaped."""
    style = asset("site.css") + STYLE.read_text("utf-8")
    return _environment().get_template("report.html").render(report=report, style=style)


def duration(seconds: float) -> str:
    """Return a duration as text.

    >>> duration(0.042), duration(3.14), duration(75)
    ('0.04 s', '3.1 s', '1 min 15 s')
    """
    if seconds < 0.1:
        return f"{seconds:.2f} s"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def prose(text: str) -> Markup:
    """Return a text of our own as HTML, with code between backticks.

    >>> prose("Run `twine check <file>`.")
    Markup('Run <code>twine check &lt;file&gt;</code>.')
    """
    parts = CODE.split(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if at % 2 else escape(part) for at, part in enumerate(parts)
    )


def framed(page: str) -> str:
    """Return a page for the attribute `srcdoc` of a frame, in which links to its own parts stay within the frame."""
    return page.replace("<head>", '<head><base href="about:srcdoc">', 1)


def _moment(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S} UTC" if time else ""


def _clock(time: datetime | None) -> str:
    return f"{time:%H:%M:%S}.{time.microsecond // 1000:03}" if time else ""


def _is_long(output: str) -> bool:
    return output.count("\n") >= FOLDED_LINES


def _failed_command(step: StepReport) -> int:
    """Return the position of the command that a failed step ended with; -1 for any other step."""
    return len(step.commands) - 1 if step.outcome == "failed" and not step.rejections else -1


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("fake_pypi.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        clock=_clock,
        duration=duration,
        framed=framed,
        failed_command=_failed_command,
        file_size=file_size,
        is_long=_is_long,
        moment=_moment,
        prose=prose,
        terminal=html_of,
        web_address=web_address,
    )
    return environment
