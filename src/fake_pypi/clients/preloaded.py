"""Programs whose modules are imported once, for many commands: each command is a fork of one process (Linux)."""

from __future__ import annotations

import contextlib
import glob
import json
import os
import shlex
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from fake_pypi.errors import FakePyPIError

SERVER = Path(__file__).with_name("fork_server.py")
SHELL_CHARACTERS = set("|&;<>()$`\\!#~{}[]?\n")
"""Characters for which a line needs a shell; `*` is expanded here."""
CAN_FORK = sys.platform == "linux"
"""On macOS, system libraries do not work in a forked process; Windows cannot fork."""


class ServerEnded(FakePyPIError):
    """The process that was to run a command has ended."""


class PreloadedProgram:
    """A Python script that has a process with its modules imported; `start` runs it there with arguments.

    `python` is the interpreter of the script, `launcher` precedes it, `env` is the environment in which the modules
    are imported; `folder` is one that contains them if they are not on the interpreter's path. The import is in the
    background. `variables` are added to the environment of each command.
    """

    def __init__(
        self,
        script: Path,
        python: Path,
        modules: Sequence[str],
        *,
        env: Mapping[str, str],
        folder: Path | None = None,
        variables: Mapping[str, str] | None = None,
        launcher: Sequence[str] = (),
    ) -> None:
        self.script = script
        self._start_variables = _start_variables(env)
        self._variables = dict(variables or {})
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._lock = threading.Lock()
        with theirs:
            self._process: subprocess.Popen[bytes] = subprocess.Popen(
                [*launcher, str(python), str(SERVER), str(folder or ""), *modules],
                env=dict(env),
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

    def suits(self, env: Mapping[str, str]) -> bool:
        """Return whether an interpreter that starts with these variables would be as the one that is running."""
        return _start_variables(env) == self._start_variables

    def start(
        self,
        arguments: Sequence[str],
        *,
        cwd: Path | None,
        env: Mapping[str, str],
        streams: tuple[IO[bytes], IO[bytes], IO[bytes]],
    ) -> ForkedProcess:
        """Start the script; raise `ServerEnded` if that is impossible."""
        request = {
            "program": str(self.script),
            "arguments": list(arguments),
            "cwd": str(cwd or Path.cwd()),
            "env": {**env, **self._variables},
        }
        ours, theirs = os.pipe()
        try:
            files = [*(stream.fileno() for stream in streams), theirs]
            with self._lock:
                socket.send_fds(self._socket, [json.dumps(request).encode()], files)
        except OSError as error:
            os.close(ours)
            raise ServerEnded(f"{self.script.name} is not preloaded: {error}") from None
        finally:
            os.close(theirs)
        return ForkedProcess(os.fdopen(ours, encoding="ascii"))

    def close(self) -> None:
        """End the process; commands that it started go on."""
        self._socket.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(1.0)
        self._process.kill()
        self._process.wait()


class ForkedProcess:
    """A command that a preloaded program runs."""

    def __init__(self, report: IO[str]) -> None:
        self._report = report
        word, _, number = report.readline().partition(" ")
        if word != "process":
            report.close()
            raise ServerEnded("the process of a preloaded program has ended")
        self.pid = int(number)
        self.returncode: int | None = None

    def wait(self) -> int:
        """Wait for the end of the command and return its exit code, which is negative for a signal."""
        if self.returncode is None:
            word, _, number = self._report.readline().partition(" ")
            self.returncode = int(number) if word == "exit" else -9  # the process that waited for it was killed too
            self._report.close()
        return self.returncode


def _start_variables(env: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that an interpreter reads when it starts."""
    return {name: value for name, value in env.items() if name.startswith(("PYTHON", "LC_", "LD_", "LANG"))}


def words_of(line: str, cwd: Path | None) -> list[str] | None:
    """Return the words of a line as a shell would, with patterns expanded; None if only a shell can run it.

    >>> words_of("twine check 'a b'", None)
    ['twine', 'check', 'a b']
    >>> words_of("twine check dist/* | less", None) is None
    True
    """
    if SHELL_CHARACTERS & set(line) or "=" in line.partition(" ")[0]:
        return None
    if "*" in line and ("'" in line or '"' in line):
        return None
    words = []
    for word in shlex.split(line):
        found = sorted(glob.glob(word, root_dir=cwd)) if "*" in word else []  # noqa: PTH207 - words stay relative
        words += found or [word]
    return words
