"""A virtual environment for each client of the matrix, made on demand and kept in `.clients/`."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from filelock import FileLock

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PROJECT = Path(__file__).resolve().parents[2]
CACHE = PROJECT / ".clients"
PINS: dict[str, dict[str, list[str]]] = tomllib.loads(
    Path(__file__).with_name("clients.toml").read_text(encoding="utf-8")
)
READERS: dict[str, dict[str, list[str]]] = tomllib.loads(
    Path(__file__).with_name("readers.toml").read_text(encoding="utf-8")
)
SYSTEM = ("curl", "urllib")
"""Clients that are there already: nothing of them can be pinned."""


def programs_of(client: str, age: str) -> Path | None:
    """The folder of a client's commands; installed at its first use, from wherever pip is configured to look.

    Several test processes may ask at once: the first one installs, the others wait.
    """
    if client in SYSTEM:
        return None
    requirements = (PINS | READERS)[age][client]
    facts = "\n".join([sys.version, *requirements])
    venv = CACHE / f"{client}-{age}-{hashlib.sha256(facts.encode()).hexdigest()[:12]}"
    CACHE.mkdir(exist_ok=True)
    done = venv / "complete"
    if not done.exists():
        with FileLock(f"{venv}.lock"):
            if not done.exists():
                _install(requirements, venv)
                done.touch()
    return venv / ("Scripts" if os.name == "nt" else "bin")


def _install(requirements: list[str], venv: Path) -> None:
    shutil.rmtree(venv, ignore_errors=True)
    python = [sys.executable, "-m"]
    _must([*python, "virtualenv", "--quiet", "--no-download", "--no-seed", str(venv)])
    _must([*python, "pip", "--python", str(venv), "install", "--quiet", *requirements])


def _must(command: list[str]) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
