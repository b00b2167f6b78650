"""A small process that kills the remaining commands when this process is killed."""

from __future__ import annotations

import atexit
import contextlib
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

from fake_pypi.temporary import process_folder

PROGRAM = Path(__file__).with_name("watchdog.sh")
SHELL = "/bin/sh"


class Watchdog:
    """A process that reads from a pipe until this process ends, in any way, and then kills commands that still run.

    Those are the commands that are being watched and, on Linux, every process that was started with a variable that
    names a path in the temporary folder of this process, such as HOME. The folder is removed as well. A shell script
    is started in 1 to 2 ms, before the first command. On Windows nothing is watched.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._kills = False
        self._inherited: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start the watchdog if it was not started in this process."""
        with self._lock:
            if os.name == "nt" or self._owner == os.getpid():
                return
            if self._process is not None:  # a forked process: that one belongs to the parent
                self._inherited.append(self._process)
            self._owner = os.getpid()
            self._process = subprocess.Popen(
                [SHELL, str(PROGRAM), str(process_folder())],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env={"PATH": os.defpath},
                start_new_session=True,
            )
            atexit.register(self._end, self._owner)

    @contextlib.contextmanager
    def watching(self, process: int, *, group: bool) -> Iterator[None]:
        """Kill a command (or the process group that it leads) if this process is killed meanwhile."""
        target = f"-{process}" if group else str(process)
        self._send(f"add {target}\n")
        try:
            yield
        finally:
            self._send(f"remove {target}\n")

    def kill_at_exit(self) -> None:
        """Kill remaining commands also when this process ends normally. May be called by a signal handler."""
        self._kills = True

    def _end(self, owner: int) -> None:
        """End the watchdog, which kills remaining commands only after `kill_at_exit`."""
        if owner != os.getpid():
            return
        if not self._kills:
            self._send("end\n")
        with self._lock:
            self._close()

    def _send(self, line: str) -> None:
        with self._lock:
            if self._process is not None and self._process.stdin is not None and self._owner == os.getpid():
                with contextlib.suppress(OSError):  # it was killed
                    os.write(self._process.stdin.fileno(), line.encode())

    def _close(self) -> None:
        if self._process is not None and self._process.stdin is not None and self._owner == os.getpid():
            self._process.stdin.close()
            self._process.wait()
        self._process, self._owner = None, 0


WATCHDOG = Watchdog()
"""The watchdog of this process."""
