"""What pytest costs with the plugin installed and unused, next to pytest without it.

Run it with `python benchmarks/startup.py [ROUNDS]`. Both sides take turns, so that a busy machine slows both; every
figure is a median. With `--imports` it lists what of ours, and what only for us, was imported.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 15
QUIET = ["-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist", "-p", "no:hypothesispytest"]
WITHOUT = ["-p", "no:fake_pypi"]


def run(folder: Path, *more: str) -> tuple[float, float]:
    """Milliseconds of one pytest run: on the clock, and of processor time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    command = [sys.executable, "-m", "pytest", *QUIET, *more]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall * 1000, spent * 1000


def imported(folder: Path, *more: str) -> set[str]:
    """Names of the modules that a run imports."""
    completed = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "pytest", *QUIET, *more],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    return {line.rpartition("|")[2].strip() for line in completed.stderr.splitlines() if "|" in line}


def main() -> None:
    """Print the two sides, and the difference."""
    rounds = next((int(word) for word in sys.argv[1:] if word.isdigit()), ROUNDS)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "test_unrelated.py").write_text("def test_it():\n    assert 1 + 1 == 2\n", encoding="utf-8")
        (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        for variable in ("PYTEST_ADDOPTS", "PYTHONDONTWRITEBYTECODE"):  # a user's second run finds its bytecode
            os.environ.pop(variable, None)
        run(folder), run(folder, *WITHOUT)  # write the bytecode
        if "--imports" in sys.argv:
            print("\n".join(sorted(imported(folder) - imported(folder, *WITHOUT))))
        pairs = [(run(folder), run(folder, *WITHOUT)) for _ in range(rounds)]
    for kind, name in enumerate(("wall clock", "processor")):
        with_us = statistics.median(pair[0][kind] for pair in pairs)
        without = statistics.median(pair[1][kind] for pair in pairs)
        more = statistics.median(pair[0][kind] - pair[1][kind] for pair in pairs)
        print(f"{name:11} with {with_us:6.1f} ms   without {without:6.1f} ms   more {more:5.1f} ms")


if __name__ == "__main__":
    main()
