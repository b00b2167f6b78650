"""Start `fake-pypi serve` on a data folder with 10,000 files, and back the folder up.

Run it with `python -m benchmarks.restart`, or with another number of files. The start is measured from the start of the
process to the line `ready`, as a median of some rounds, next to an empty folder; the backup with
`fake-pypi data backup` while the server runs and without one, next to `cp -a` with one `sync` of the file system.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from fake_pypi import FakeIndexes
from fake_pypi.packages.wheel import wheel

FILES, FILES_EACH, ROUNDS = 10_000, 10, 7
COMMAND = [sys.executable, "-m", "fake_pypi"]


def fill(data: Path, files: int) -> None:
    """Add that many files to the PyPI of a data folder."""
    packages = [
        wheel(f"project-{project}", f"1.{number}")
        for project in range(files // FILES_EACH)
        for number in range(FILES_EACH)
    ]
    with FakeIndexes(data=data, installed=False) as indexes:
        indexes.pypi.add(*packages)


def start(data: Path, env: dict[str, str]) -> tuple[float, subprocess.Popen[str]]:
    """Start the server, and return the seconds until it is ready, with its process."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [*COMMAND, "serve", "--quiet", "--data", str(data)], stdout=subprocess.PIPE, text=True, env=env
    )
    assert process.stdout is not None
    while (line := process.stdout.readline()) != "ready\n":
        if not line:
            raise SystemExit("the server did not start")
    return time.perf_counter() - began, process


def stop(process: subprocess.Popen[str]) -> float:
    """Stop the server, and return the seconds until its process has ended."""
    began = time.perf_counter()
    process.terminate()
    process.communicate()
    return time.perf_counter() - began


def starts(data: Path, env: dict[str, str]) -> tuple[list[float], list[float]]:
    """Return the seconds of some starts and stops, after one that is not counted."""
    seconds: list[tuple[float, float]] = []
    for _ in range(ROUNDS + 1):
        took, process = start(data, env)
        seconds.append((took, stop(process)))
    return [each[0] for each in seconds[1:]], [each[1] for each in seconds[1:]]


def timed(act: Callable[[], object]) -> float:
    """Return the seconds that a function takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def line(what: str, seconds: list[float]) -> None:
    """Print the median of a figure, and its range."""
    print(f"{what:52} {statistics.median(seconds):7.2f} s  ({min(seconds):.2f} to {max(seconds):.2f})", flush=True)


def main() -> None:
    """Print one line for each figure."""
    files = int(sys.argv[1]) if len(sys.argv) > 1 else FILES
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        env["TMPDIR"] = str(folder)
        full, empty = folder / "full", folder / "empty"
        line(f"add {files:,} files", [timed(lambda: fill(full, files))])
        for name, data in (("an empty folder", empty), (f"{files:,} files", full)):
            began, ended = starts(data, env)
            line(f"start to ready, {name}", began)
            line(f"stop, {name}", ended)
        targets = iter(folder / f"backup-{number}" for number in range(100))

        def back_up() -> None:
            subprocess.run([*COMMAND, "data", "backup", str(full), str(next(targets))], check=True, env=env)

        line(f"backup of {files:,} files, no server", [timed(back_up) for _ in range(3)])
        _, process = start(full, env)
        line(f"backup of {files:,} files, while a server runs", [timed(back_up) for _ in range(3)])
        stop(process)
        copies = iter(folder / f"copy-{number}" for number in range(100))

        def copy() -> None:
            shutil.copytree(full, next(copies))
            os.sync()

        line("copy of the folder and one sync", [timed(copy) for _ in range(3)])


if __name__ == "__main__":
    main()
