"""The requests of a failed test: the last ones in its report, and all of them in an HTTP archive."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fake_pypi.pytest_plugin.options import settings_of

if TYPE_CHECKING:
    from fake_pypi.fake import FakePyPI

INDEXES: pytest.StashKey[list[FakePyPI]] = pytest.StashKey()
"""The indexes of a test, open or closed."""
MOST_LINES = 10
"""The number of requests to each index that a report shows."""


def remember_index(item: pytest.Item, index: FakePyPI) -> None:
    """Show the requests of an index if the test fails."""
    item.stash.setdefault(INDEXES, []).append(index)


def describe_requests(item: pytest.Item, report: pytest.TestReport) -> None:
    """Add a section to the report of a failed test for each of its indexes that received requests."""
    indexes = item.stash.get(INDEXES, [])
    if not report.failed or not any(index.requests for index in indexes):
        return
    from fake_pypi.web.recording.mismatch import line

    for index in indexes:
        total, last = index.requests.total, index.requests[-MOST_LINES:]
        if last:
            shown = f"{total} in all" if total == len(last) else f"the last {len(last)} of {total}"
            title = f"requests to {index.site.title} at {index.url} ({shown})"
            report.sections.append((title, "\n".join(map(line, last))))
    folder = settings_of(item.config).har
    if folder is not None:
        _write_archive(folder, item, indexes)


def _write_archive(folder: Path, item: pytest.Item, indexes: list[FakePyPI]) -> None:
    from fake_pypi.web.recording.http_archive import write_archive

    name = re.sub(r"[^\w.\[\]-]+", "-", item.nodeid)
    write_archive(folder / f"{name[-200:]}.har", (request for index in indexes for request in index.requests))
