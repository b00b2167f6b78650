"""Rehearse the examples and print what came of each: `python -m examples.demo [NAME ...]`.

Every example is copied first, because a copy may be committed and tagged without touching this repository.
The exit code is 1 if one of them did not end as expected.toml says.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HERE = Path(__file__).resolve().parent
LEFT_BEHIND = ("__pycache__", ".*_cache", "dist", "build", "*.egg-info", "*.so", "*.pyd")
TIME_LIMIT = 600  # seconds; a rehearsal takes a few


@dataclass(frozen=True)
class Example:
    """One entry of expected.toml: a project, how to rehearse it, and what has to come of it."""

    name: str
    folder: str
    expect: str
    shows: str
    says: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    git_tag: str = ""
    needs: tuple[str, ...] = ()
    only_on: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came of one rehearsal: `fine` if it is what was expected."""

    fine: bool
    words: str
    seconds: float = 0.0
    output: str = ""


def examples() -> list[Example]:
    """Read expected.toml."""
    listed = tomllib.loads((HERE / "expected.toml").read_text(encoding="utf-8"))["example"]
    return [_example(entry) for entry in listed]


def _example(entry: dict[str, Any]) -> Example:
    lists = {key: tuple(value) for key, value in entry.items() if isinstance(value, list)}
    return Example(**{**entry, **lists})


def why_not_here(example: Example) -> str:
    """Tell why this machine cannot rehearse the example, or nothing if it can."""
    if example.only_on and sys.platform != example.only_on:
        return f"only on {example.only_on}"
    if "git" in example.needs and not shutil.which("git"):
        return "needs git"
    if "compiler" in example.needs and not _compiler():
        return "needs a C compiler and Python's headers"
    return ""


def _compiler() -> bool:
    headers = Path(sysconfig.get_path("include"), "Python.h").is_file()
    return headers and any(map(shutil.which, ("cc", "gcc", "clang", "cl")))


def working_copy(example: Example, into: Path) -> Path:
    """Copy the example's project into a folder, as a git checkout with a tag if its build asks git."""
    copy = into / example.folder
    shutil.copytree(HERE / example.folder, copy, ignore=shutil.ignore_patterns(*LEFT_BEHIND))
    if example.git_tag:
        _git(copy, "init", "--quiet")
        _git(copy, "add", ".")
        _git(copy, "commit", "--quiet", "--message", "Release")
        _git(copy, "tag", example.git_tag)
    return copy


def _git(folder: Path, *arguments: str) -> None:
    # The user's own git configuration may demand signatures, hooks or templates: none of that is wanted here.
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    clean |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    who = ("-c", "user.name=Example", "-c", "user.email=example@example.com")
    subprocess.run(["git", *who, *arguments], cwd=folder, env=clean, check=True, capture_output=True)


def rehearse(example: Example, into: Path) -> Outcome:
    """Rehearse a copy of the example in a folder, with the command that a user would type."""
    project = working_copy(example, into)
    command = [_fake_pypi(), "rehearse", str(project), *example.arguments]
    started = time.monotonic()
    done = subprocess.run(
        command,
        cwd=into,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=TIME_LIMIT,
        check=False,
        encoding="utf-8",
        errors="replace",
    )
    words = {0: "passes", 1: "rejected"}.get(done.returncode, f"exit code {done.returncode}")
    report = " ".join(done.stdout.split())
    unsaid = [phrase for phrase in example.says if phrase not in report]
    if words == example.expect and unsaid:
        words += f", but says nothing of {' or '.join(unsaid)}"
    return Outcome(words == example.expect, words, time.monotonic() - started, done.stdout)


def _fake_pypi() -> str:
    script = shutil.which("fake-pypi", path=str(Path(sys.executable).parent))
    if script is None:
        sys.exit(f"fake-pypi is not installed for {sys.executable}: run `python tasks.py setup` first")
    return script


def try_out(example: Example, scratch: Path) -> Outcome:
    """Rehearse one example, or tell why it was left out."""
    reason = why_not_here(example)
    if reason:
        return Outcome(fine=True, words=f"skipped: {reason}")
    return rehearse(example, Path(tempfile.mkdtemp(dir=scratch)))


def chosen(names: list[str]) -> list[Example]:
    """Return the examples of these names or folders, in the order of expected.toml; all if none is named."""
    return [each for each in examples() if not names or {each.name, each.folder} & set(names)]


def report(wanted: list[Example]) -> list[Outcome]:
    """Rehearse these examples side by side, print a line for each, and return what nobody expected."""
    row = "{:<25} {:<46} {:>5}  {}"
    print(row.format("example", "what it shows", "s", "outcome"), flush=True)
    unexpected = []
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(os.cpu_count()) as pool:
        outcomes = pool.map(partial(try_out, scratch=Path(scratch)), wanted)
        for example, outcome in zip(wanted, outcomes, strict=True):
            seconds = f"{outcome.seconds:.1f}" if outcome.seconds else "-"
            words = outcome.words if outcome.fine else f"{outcome.words}   <- EXPECTED: {example.expect}"
            print(row.format(example.name, example.shows, seconds, words), flush=True)
            unexpected += [] if outcome.fine else [outcome]
    return unexpected


def main(names: list[str]) -> int:
    """Rehearse the examples of these names (all without any), print a table, and return the exit code."""
    wanted = chosen(names)
    if not wanted:
        there = ", ".join(example.name for example in examples())
        print(f"no example is called {' or '.join(names)}; there is: {there}")
        return 2
    unexpected = report(wanted)
    for outcome in unexpected:
        print(f"\n{outcome.output}")
    print(f"\n{len(wanted) - len(unexpected)} of {len(wanted)} examples ended as expected")
    return 1 if unexpected else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
