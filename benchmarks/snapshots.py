"""How long reset, snapshot and restore of an index with 1,000 files take.

Run it with `python benchmarks/snapshots.py`. Times are milliseconds, as medians of some rounds, and in brackets the
processor time of the calling thread, which depends less on what else the machine does. Each reset is of the full index.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from fake_pypi import FakePyPI, wheel

FILES = 1_000
ROUNDS = 9


def main() -> None:
    """Print one line for an index in memory, and one for a data folder."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in (("in memory", None), ("data folder", Path(folder) / "data")):
            with FakePyPI(data=data) as pypi:
                pypi.add(*(wheel(f"project-{number}", "1.0") for number in range(FILES)))
                print(f"{name}, {FILES} files: {_figures(pypi)}")


def _figures(pypi: FakePyPI) -> str:
    full = pypi.snapshot()
    names = ("reset", "restore", "restore after a deletion", "snapshot")
    figures: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    for number in range(ROUNDS):
        figures["reset"].append(_milliseconds(pypi.reset))
        figures["restore"].append(_milliseconds(lambda: pypi.restore(full)))
        pypi.delete(f"project-{number}")
        figures["restore after a deletion"].append(_milliseconds(lambda: pypi.restore(full)))
        figures["snapshot"].append(_milliseconds(pypi.snapshot))
    return ", ".join(f"{name} {_median(times, 0):.1f} ms ({_median(times, 1):.1f})" for name, times in figures.items())


def _median(times: list[tuple[float, float]], position: int) -> float:
    return statistics.median(pair[position] for pair in times)


def _milliseconds(action: Callable[[], object]) -> tuple[float, float]:
    """Return the time that an action takes, and the processor time of this thread."""
    started, processor = time.perf_counter(), time.thread_time()
    action()
    return (time.perf_counter() - started) * 1_000, (time.thread_time() - processor) * 1_000


if __name__ == "__main__":
    main()
