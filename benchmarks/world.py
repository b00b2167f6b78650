"""What a world costs, and the judging of an ordinary wheel.

Run it with `python benchmarks/world.py`. Every figure is the median of some rounds; what counts imports runs in a
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
from fake_pypi.web.application import application
from fake_pypi.web.instance import Instance

ROUNDS = 7
WORLDS = 50  # in a round

SESSION = """
import time
from fake_pypi import FakeIndexes, wheel
with FakeIndexes(installed=False) as indexes:
    {use}
print(time.process_time() * 1000)
"""
USES = {
    "both indexes up, imports included": "indexes.pypi.url, indexes.testpypi.url",
    "... and tokens, proxy and CA ready": "indexes.connection()",
    "... and a wheel taken in by both": (
        "indexes.connection(); [index.upload(wheel('hello', '1.0')) for index in indexes.both]"
    ),
}


def milliseconds(work: Callable[[], object], times: int = 1) -> float:
    """Milliseconds that one turn of the work takes."""
    began = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - began) / times * 1000


def median(work: Callable[[], float]) -> float:
    """The median of some rounds, after one that does not count."""
    work()
    return statistics.median(work() for _ in range(ROUNDS))


def one_world(data: Path | None = None) -> None:
    """Make a world with its application, and throw it away."""
    world = Instance(data=data)
    application(world)
    world.close()


def new_worlds_on_file() -> float:
    """Milliseconds for a world that lasts, in a new folder each time."""
    with tempfile.TemporaryDirectory() as place:
        folders = iter(range(WORLDS))
        return milliseconds(lambda: one_world(Path(place) / str(next(folders))), WORLDS)


def session(use: str) -> float:
    """Milliseconds of processor time of a process that does nothing else."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", SESSION.format(use=use)]
    said = subprocess.run(command, check=True, capture_output=True, text=True, env=env)
    return float(said.stdout)


def judging() -> float:
    """Milliseconds to judge a wheel of 100 files and 1 MB, its facts not worked out yet."""
    files = {f"hello/module_{number}.py": os.urandom(5000).hex() for number in range(100)}
    example = Example(wheel("hello", "1.0", files=files))
    with tempfile.TemporaryDirectory() as place:
        index = Index()
        upload = upload_of(example, index, Path(place))
        took = milliseconds(lambda: PYPI.judge(upload, index))
        if PYPI.judge(upload, index).rejection is not None:
            raise SystemExit("the wheel was rejected: this measures nothing")
        index.close()
        return took


def line(what: str, figure: float, target: str = "") -> None:
    """Print one figure."""
    print(f"{what:40} {figure:8.1f} ms   {target}")


def main() -> None:
    """Print the table."""
    line("a fresh world in memory", median(lambda: milliseconds(one_world, WORLDS)), "(under 5)")
    line("a fresh world in a folder", median(new_worlds_on_file))
    for what, use in USES.items():
        line(what, median(lambda use=use: session(use)), "processor time (under 400)")
    line("judging a wheel, 100 files, 1 MB", median(judging), "(under 10)")


if __name__ == "__main__":
    main()
