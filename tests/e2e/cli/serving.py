"""`fake-pypi serve` in a process of its own, as a user runs it in another terminal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

COMMAND = [sys.executable, "-m", "fake_pypi"]
PATIENCE = 60  # seconds


@dataclass
class Serving:
    """A running `serve`: what it printed, and the environment that commands need to find it."""

    process: subprocess.Popen[str]
    env: dict[str, str]
    lines: list[str] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return dict(line.split("=", 1) for line in self.lines if "=" in line)[name]

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a `fake-pypi` command next to it."""
        return fake_pypi(*words, env=self.env)

    def stop(self, number: int = signal.SIGINT) -> tuple[int, str]:
        """Send a signal, and return the exit code and the standard error."""
        self.process.send_signal(number)
        _, stderr = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, stderr


def fake_pypi(*words: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*COMMAND, *words],
        check=False,
        capture_output=True,
        text=True,
        env=None if env is None else dict(env),
        stdin=subprocess.DEVNULL,
        timeout=PATIENCE,
    )


def own_place(folder: Path) -> dict[str, str]:
    """An environment in which temporary files go below a folder, so that servers of other tests are not met."""
    place = folder / "tmp"
    place.mkdir(exist_ok=True)
    hidden = ("FAKE_PYPI_CONTROL", "FAKE_PYPI_TOKEN", "TMP", "TEMP", "XDG_RUNTIME_DIR")
    return {**{name: value for name, value in os.environ.items() if name not in hidden}, "TMPDIR": str(place)}


@contextmanager
def serving(folder: Path, *words: str, **variables: str) -> Iterator[Serving]:
    """Start `serve` and wait until it says `ready`; it is killed at the end if it still runs."""
    env = {**own_place(folder), **variables}
    process = subprocess.Popen(
        [*COMMAND, "serve", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env
    )
    served = Serving(process, env)
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        for line in process.stdout:
            served.lines.append(line.rstrip("\n"))
            if served.lines[-1] == "ready" or served.lines[-1].startswith("{"):  # with --json
                break
        yield served
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()
