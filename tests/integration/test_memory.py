"""What a running server needs, read from the system while clients send it much."""

from __future__ import annotations

import random
import sys
import threading

import pytest

from benchmarks import memory

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the resident size is read from /proc"),
]
MOST = 120  # megabytes


@pytest.mark.parametrize("text", ["ascii", "one wide character"])
def test_large_forms_at_once_leave_a_server_small(text: str) -> None:
    """One wide character makes Python keep four bytes for every other one."""
    wide = "\U0001f40d".encode() if text != "ascii" else b""
    block = wide + bytes((1 << 20) - len(wide))
    with memory.serving() as (port, process):
        sizes = [3, 31] * 12
        jobs = [threading.Thread(target=memory.send, args=(port, 'name="description"', each, block)) for each in sizes]
        for job in jobs:
            job.start()
        for job in jobs:
            job.join()
        assert memory.resident(process, "VmHWM") < MOST


def test_many_requests_with_much_text_leave_a_server_small() -> None:
    """After 2,000 the record is full and stays as it is; it would have 30 MB of text without a bound."""
    with memory.serving() as (port, process):
        statuses: dict[int, int] = {}
        memory._requests(port, random.Random(1), 2_000, statuses)
        before = memory.resident(process)
        memory._requests(port, random.Random(2), 2_000, statuses)
        assert sum(statuses.values()) == 4_000
        assert memory.resident(process) < before + 10
        assert memory.resident(process, "VmHWM") < MOST
