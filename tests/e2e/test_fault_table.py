"""A sample of the table of clients and faults: what is measured now is what the table shows."""

from __future__ import annotations

import pytest

from tests.e2e import fault_table
from tests.e2e.fault_cells import PLAIN

pytestmark = pytest.mark.slow

UPLOAD = "when method=POST path=/legacy/"
SAMPLE = [
    ("twine upload", f"503 {UPLOAD}"),
    ("twine upload", "tls wrong-host host=upload.pypi.org"),
    ("twine upload", f"half-answer {UPLOAD} times=1"),
    (f"twine upload{PLAIN}", f"lost-answer {UPLOAD} times=1"),
    ("uv publish", f"503 {UPLOAD}"),
    ("uv publish", f"lost-answer {UPLOAD} times=1"),
    ("uv publish", f"redirect-loop {UPLOAD}"),
    ("flit publish", f"429 retry_after=3 {UPLOAD}"),
    ("pip install", "corrupt when filename=hello-1.0-*.whl"),
    ("pip install", "stale pages=simple seconds=600"),
    ("uv pip install", "wrong-digest when path=/simple/hello/"),
]
"""Cells that take seconds."""
COMPARED = ("attempts", "exit", "stored", "processed", "again", "rebuilt", "skip", "installed")
"""Times and texts differ from run to run."""


@pytest.mark.parametrize(("client", "fault"), SAMPLE)
def test_a_client_does_what_the_table_shows(client: str, fault: str) -> None:
    stored = fault_table.read_results()[client][fault]
    measured = fault_table.measure(client, fault)
    assert {key: measured.get(key) for key in COMPARED} == {key: stored.get(key) for key in COMPARED}
