"""Rehearse the examples and print the results: `python -m examples.demo [NAME ...]`.

Every example is copied first, so that the copy can be committed and tagged without changing this repository.
The exit code is 1 if a result differs from expected.toml.
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
NOT_COPIED = ("__pycache__", ".*_cache", "dist", "build", "*.egg-info", "*.so", "*.pyd")
TIME_LIMIT = 600  # seconds; a rehearsal takes a few


@dataclass(frozen=True)
class Example:
    """An entry of expected.toml: a project, how to rehearse it, and the expected result."""

    name: str
    folder: str
    expect: str
    shows: str
    output_contains: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    git_tag: str = ""
    needs: tuple[str, ...] = ()
    only_on: str = ""


@dataclass(frozen=True)
class Result:
    """The result of one rehearsal; `is_expected` if it is that of expected.toml."""

    is_expected: bool
    description: str
    seconds: float = 0.0
    output: str = ""


def examples() -> list[Example]:
    """Read expected.toml."""
    listed = tomllib.loads((HERE / "expected.toml").read_text(encoding="utf-8"))["example"]
    return [_example(entry) for entry in listed]


def _example(entry: dict[str, Any]) -> Example:
    lists = {key: tuple(value) for key, value in entry.items() if isinstance(value, list)}
    return Example(**{**entry, **lists})


def skip_reason(example: Example) -> str:
    """Return why this machine cannot rehearse the example; empty if it can."""
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
    """Copy the example's project into a folder, as a git checkout with a tag if its build needs one."""
    copy = into / example.folder
    shutil.copytree(HERE / example.folder, copy, ignore=shutil.ignore_patterns(*NOT_COPIED))
    if example.git_tag:
        _git(copy, "init", "--quiet")
        _git(copy, "add", ".")
        _git(copy, "commit", "--quiet", "--message", "Release")
        _git(copy, "tag", example.git_tag)
    return copy


def _git(folder: Path, *arguments: str) -> None:
    # The user's own git configuration may require signatures, hooks or templates.
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    clean |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    identity = ("-c", "user.name=Example", "-c", "user.email=example@example.com")
    subprocess.run(["git", *identity, *arguments], cwd=folder, env=clean, check=True, capture_output=True)


def rehearse(example: Example, into: Path) -> Result:
    """Rehearse a copy of the example in a folder, with the command that a user would type."""
    project = working_copy(example, into)
    command = [_fake_pypi(), "rehearse", str(project), *example.arguments]
    started = time.monotonic()
    completed = subprocess.run(
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
    description = {0: "passes", 1: "rejected"}.get(completed.returncode, f"exit code {completed.returncode}")
    report = " ".join(completed.stdout.split())
    missing = [phrase for phrase in example.output_contains if phrase not in report]
    if description == example.expect and missing:
        description += f", but the output does not contain {' or '.join(missing)}"
    return Result(description == example.expect, description, time.monotonic() - started, completed.stdout)


def _fake_pypi() -> str:
    script = shutil.which("fake-pypi", path=str(Path(sys.executable).parent))
    if script is None:
        sys.exit(f"fake-pypi is not installed for {sys.executable}: run `python tasks.py setup` first")
    return script


def rehearse_or_skip(example: Example, scratch: Path) -> Result:
    """Rehearse one example, or return why it was skipped."""
    reason = skip_reason(example)
    if reason:
        return Result(is_expected=True, description=f"skipped: {reason}")
    return rehearse(example, Path(tempfile.mkdtemp(dir=scratch)))


def select(names: list[str]) -> list[Example]:
    """Return the examples of these names or folders, in the order of expected.toml; all if none is named."""
    return [example for example in examples() if not names or {example.name, example.folder} & set(names)]


def report(selected: list[Example]) -> list[Result]:
    """Rehearse these examples in parallel, print a line for each, and return the unexpected results."""
    row = "{:<25} {:<46} {:>5}  {}"
    print(row.format("example", "what it shows", "s", "result"), flush=True)
    unexpected = []
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(partial(rehearse_or_skip, scratch=Path(scratch)), selected)
        for example, result in zip(selected, results, strict=True):
            seconds = f"{result.seconds:.1f}" if result.seconds else "-"
            description = (
                result.description if result.is_expected else f"{result.description}   <- EXPECTED: {example.expect}"
            )
            print(row.format(example.name, example.shows, seconds, description), flush=True)
            unexpected += [] if result.is_expected else [result]
    return unexpected


def main(names: list[str]) -> int:
    """Rehearse the examples of these names (all without any), print a table, and return the exit code."""
    selected = select(names)
    if not selected:
        known = ", ".join(example.name for example in examples())
        print(f"there is no example {' or '.join(names)}; choose from {known}")
        return 2
    unexpected = report(selected)
    for result in unexpected:
        print(f"\n{result.output}")
    print(f"\n{len(selected) - len(unexpected)} of {len(selected)} examples ended as expected")
    return 1 if unexpected else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
