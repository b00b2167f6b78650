"""A whole rehearsal next to the same tools run by hand: `python benchmarks/rehearsal.py [ROUNDS]`.

"By hand once" is what a careful maintainer types: build, twine check, both uploads, a fresh virtual environment
after each, and pip. "Every command" is what the rehearsal runs, one after another in a shell, and nothing around it.
Medians of at least five rounds, in turns.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from fake_pypi import FakeIndexes
from fake_pypi.rehearsal import STEPS, Rehearsal, SourceProject
from fake_pypi.settings import Settings

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


def typed(script: str, example: Path, name: str, version: str) -> float:
    """Run a script in a fresh copy of the project and fresh indexes; seconds of the commands alone."""
    pinned = f"{name}=={version}"
    with tempfile.TemporaryDirectory() as scratch, FakeIndexes(hidden=[name]) as indexes:
        copy = Path(shutil.copytree(example, Path(scratch) / example.name))
        shell = indexes.shell()
        text = script.format(from_testpypi=FROM_TESTPYPI.format(pinned), pinned=pinned, name=name)
        started = time.perf_counter()
        shell.script(text, cwd=copy)
        return time.perf_counter() - started


def rehearsed(example: Path) -> float:
    """Rehearse a project with everything around it: indexes made, tree copied, all thrown away; seconds."""
    started = time.perf_counter()
    with Rehearsal(SourceProject.at(example), Settings(), STEPS) as rehearsal:
        for step in STEPS:
            rehearsal.run_step(step.name)
    return time.perf_counter() - started


def main(rounds: int) -> None:
    """Print a table."""
    example = EXAMPLES / "hatchling"
    ways: dict[str, Callable[[], float]] = {
        "by hand once": lambda: typed(BY_HAND, example, "paper-folds", "2.1.0"),
        "every command, by hand": lambda: typed(EVERY_COMMAND, example, "paper-folds", "2.1.0"),
        "rehearsal": lambda: rehearsed(example),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            seconds[name].append(way())
    once = statistics.median(seconds["by hand once"])
    for name, took in seconds.items():
        middle = statistics.median(took)
        print(f"{name:<24} {middle:6.2f} s   x {middle / once:.2f}   ({min(took):.2f} to {max(took):.2f})")


if __name__ == "__main__":
    main(max(int(sys.argv[1]) if len(sys.argv) > 1 else 5, 1))
