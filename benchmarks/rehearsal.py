"""A whole rehearsal next to the same tools run by hand: `python benchmarks/rehearsal.py [ROUNDS]`.

"By hand once" is what a careful maintainer types: build, twine check, both uploads, a fresh virtual environment
after each, and pip. "Every command" is what the rehearsal runs, one after another in a shell, and nothing around it.
The rehearsals are commands (`fake-pypi rehearse`), with the start of Python and pytest. Then several projects in one
session of pytest, on one worker and on four. Medians of at least five rounds, in turns: of the seconds, and of the
seconds of processor time, which depend less on what else the machine does.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fake_pypi import FakeIndexes

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
FROM_TESTPYPI = "pip install --index-url https://test.pypi.org/simple/ --extra-index-url https://pypi.org/simple/ {0}"
BY_HAND = """\
python -m build
twine check dist/*
twine upload --repository testpypi dist/*
virtualenv -q from-testpypi
from-testpypi/bin/{from_testpypi}
from-testpypi/bin/pip check
twine upload dist/*
virtualenv -q from-pypi
from-pypi/bin/pip install {pinned}
"""
EVERY_COMMAND = (
    BY_HAND
    + """\
twine upload dist/*
cp -r dist changed && printf '\\0' >> changed/*.tar.gz
twine upload changed/* || true
twine upload --skip-existing dist/*
virtualenv -q from-sdist
from-sdist/bin/pip install --no-binary {name} {pinned}
from-pypi/bin/pip install --dry-run --no-deps --ignore-installed {name}
from-pypi/bin/pip install --dry-run --no-deps --ignore-installed {pinned}
from-pypi/bin/pip install --dry-run --no-deps --ignore-installed {name}
"""
)


PROJECTS = ("hatchling", "flit-core", "setuptools", "poetry-core", "pdm-backend", "with-scripts")


@dataclass(frozen=True)
class Time:
    """Seconds, and seconds of processor time of this process and all that it started."""

    seconds: float
    processor: float


@contextmanager
def measured() -> Iterator[list[Time]]:
    """Measure a block; the list has one element after it."""
    times: list[Time] = []
    started, processor = time.perf_counter(), processor_time()
    yield times
    times.append(Time(time.perf_counter() - started, processor_time() - processor))


def processor_time() -> float:
    """Return the processor time of this process and of those that it has waited for."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def typed(script: str, example: Path, name: str, version: str) -> Time:
    """Run a script in a fresh copy of the project and fresh indexes; the time of the commands alone."""
    pinned = f"{name}=={version}"
    with tempfile.TemporaryDirectory() as scratch, FakeIndexes() as indexes:
        copy = Path(shutil.copytree(example, Path(scratch) / example.name))
        shell = indexes.shell()
        text = script.format(from_testpypi=FROM_TESTPYPI.format(pinned), pinned=pinned, name=name)
        with measured() as times:
            shell.script(text, cwd=copy)
        return times[0]


def run(*command: str) -> Time:
    """Run a command of this environment."""
    with measured() as times:
        subprocess.run([sys.executable, "-m", *command], check=True, stdout=subprocess.DEVNULL, cwd=EXAMPLES)
    return times[0]


def session(*options: str) -> Time:
    """Rehearse several projects in one session."""
    files = [f"{name}/pyproject.toml" for name in PROJECTS]
    return run("pytest", "--fake-pypi", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *options, *files)


def compare(rounds: int, ways: dict[str, Callable[[], Time]]) -> None:
    """Print a table with the ratios to the first way."""
    times: dict[str, list[Time]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            times[name].append(way())
    first = next(iter(times.values()))
    for name, taken in times.items():
        seconds, processor = median(taken, "seconds"), median(taken, "processor")
        print(
            f"{name:<32} {seconds:6.2f} s   x {seconds / median(first, 'seconds'):.2f}   processor {processor:6.2f} s"
            f"   x {processor / median(first, 'processor'):.2f}",
            flush=True,
        )


def median(times: list[Time], figure: str) -> float:
    """Return the median of one figure."""
    return statistics.median(getattr(one, figure) for one in times)


def main(rounds: int) -> None:
    """Print two tables."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # users have bytecode from their second run on
    example = EXAMPLES / "hatchling"
    compare(
        rounds,
        {
            "by hand once": lambda: typed(BY_HAND, example, "paper-folds", "2.1.0"),
            "every command, by hand": lambda: typed(EVERY_COMMAND, example, "paper-folds", "2.1.0"),
            "rehearsal": lambda: run("fake_pypi", "rehearse", str(example)),
            "rehearsal, --installer uv": lambda: run("fake_pypi", "rehearse", str(example), "--installer", "uv"),
        },
    )
    print(f"{len(PROJECTS)} projects in one session")
    compare(rounds, {"one worker": session, "-n 4": lambda: session("-n4")})


if __name__ == "__main__":
    main(max(int(sys.argv[1]) if len(sys.argv) > 1 else 5, 1))
