"""How long a fresh index takes, and the judgement of an ordinary wheel.

Run it with `python benchmarks/fresh_index.py`. Every figure is the median of some rounds; what counts imports runs in a
process of its own each time.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from fake_pypi.index import Index
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.examples import upload_of
from fake_pypi.rules.order import PYPI
from fake_pypi.rules.rule_set import Example
from fake_pypi.web.application import Application
from fake_pypi.web.instance import Instance

ROUNDS = 7
INDEXES = 50  # in a round

SESSION = """
import time
from fake_pypi import FakeIndexes, wheel
with FakeIndexes(installed=False) as indexes:
    {use}
print(time.process_time() * 1000)
"""
USES = {
    "both indexes open, imports included": "indexes.pypi.url, indexes.testpypi.url",
    "... and tokens, proxy and CA ready": "indexes.connection()",
    "... and a wheel uploaded to both": (
        "indexes.connection(); [index.upload(wheel('hello', '1.0')) for index in indexes.all]"
    ),
}


def milliseconds(work: Callable[[], object], times: int = 1) -> float:
    """Return the milliseconds that one call takes."""
    began = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - began) / times * 1000


def median(work: Callable[[], float]) -> float:
    """Return the median of some rounds, after one that does not count."""
    work()
    return statistics.median(work() for _ in range(ROUNDS))


def open_and_close(data: Path | None = None) -> None:
    """Open an index with its application, and close it."""
    instance = Instance(data=data)
    Application(instance)
    instance.close()


def new_indexes_on_disk() -> float:
    """Return the milliseconds for an index with a data folder, a new one each time."""
    with tempfile.TemporaryDirectory() as folder:
        folders = iter(range(INDEXES))
        return milliseconds(lambda: open_and_close(Path(folder) / str(next(folders))), INDEXES)


def session(use: str) -> float:
    """Return the milliseconds of processor time of a process that does nothing else."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", SESSION.format(use=use)]
    completed = subprocess.run(command, check=True, capture_output=True, text=True, env=env)
    return float(completed.stdout)


def judging() -> float:
    """Return the milliseconds to judge a wheel of 100 files and 1 MB, none of which is read yet."""
    files = {f"hello/module_{number}.py": os.urandom(5000).hex() for number in range(100)}
    example = Example(wheel("hello", "1.0", files=files))
    with tempfile.TemporaryDirectory() as folder:
        index = Index()
        upload = upload_of(example, index, Path(folder))
        duration = milliseconds(lambda: PYPI.judge(upload, index))
        if PYPI.judge(upload, index).rejection is not None:
            raise SystemExit("the wheel was rejected: this measures nothing")
        index.close()
        return duration


def line(what: str, figure: float, target: str = "") -> None:
    """Print one figure."""
    print(f"{what:40} {figure:8.1f} ms   {target}")


def main() -> None:
    """Print the table."""
    line("a fresh index in memory", median(lambda: milliseconds(open_and_close, INDEXES)), "(under 5)")
    line("a fresh index in a folder", median(new_indexes_on_disk))
    for what, use in USES.items():
        line(what, median(lambda use=use: session(use)), "processor time (under 400)")
    line("judging a wheel, 100 files, 1 MB", median(judging), "(under 10)")


if __name__ == "__main__":
    main()
