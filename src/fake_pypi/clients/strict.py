"""A network in which nothing but the fakes exists: a Linux namespace with its own loopback, and no way out."""

from __future__ import annotations

import array
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from fake_pypi.errors import UsageError

PROGRAM = Path(__file__).with_name("namespace.py")
MOST_FILES = 32
WHAT_TO_DO = (
    "run without strict mode, or allow user namespaces (Ubuntu: sysctl "
    "kernel.apparmor_restrict_unprivileged_userns=0; Docker: --security-opt seccomp=unconfined)"
)


class StrictNetwork:
    """A network namespace, and in it a listening socket on each of `addresses`: the addresses of the fakes.

    >>> network = StrictNetwork([("127.0.0.1", 8080)])
    >>> subprocess.run([*network.launcher, "curl", "https://example.com/"])    # could not resolve host

    Whoever serves `sockets` answers inside: the environment of a command need not change. No process is left
    running: the namespace is there as long as our open files, and ends with `close`. Inside, users are who
    they are outside. What a daemon does for a program that asks it through a Unix socket is not covered.

    Raises `UsageError` where the kernel gives no namespace.
    """

    def __init__(self, addresses: Sequence[tuple[str, int]]) -> None:
        if not sys.platform.startswith("linux"):
            raise UsageError("strict mode needs Linux", "run without it: the proxy rejects other hosts")
        kinds, files = _make(addresses)
        self._namespaces = files[: len(kinds)]
        self.sockets = [socket.socket(fileno=file) for file in files[len(kinds) :]]

    @property
    def launcher(self) -> list[str]:
        """What to put in front of a command, so that it runs in here."""
        places = [f"/proc/{os.getpid()}/fd/{file}" for file in self._namespaces]
        return [sys.executable, "-I", "-S", str(PROGRAM), "enter", *places, "--"]

    def close(self) -> None:
        """Let the namespace go; commands that still run in it keep theirs, with nobody to talk to."""
        for file in self._namespaces:
            os.close(file)
        self._namespaces = []
        for each in self.sockets:
            each.close()


def _make(addresses: Sequence[tuple[str, int]]) -> tuple[list[str], list[int]]:
    """Let the program make a namespace; the kinds of it that are new, then its files and the sockets."""
    here, there = socket.socketpair()
    with here:
        with there:
            places = [f"{host}:{port}" for host, port in addresses]
            words = [sys.executable, "-I", "-S", str(PROGRAM), "make", str(there.fileno()), *places]
            made = subprocess.run(words, pass_fds=[there.fileno()], stderr=subprocess.PIPE, text=True, check=False)
        said, files = _receive(here)
    if not files:
        why = said or made.stderr.strip().rpartition("\n")[2] or f"exit code {made.returncode}"
        what = f"this kernel gives no network of our own, which strict mode needs ({why})"
        raise UsageError(what, WHAT_TO_DO)
    return said.split(), files


def _receive(here: socket.socket) -> tuple[str, list[int]]:
    """`socket.recv_fds`, with files that commands do not inherit."""
    numbers = array.array("i")
    said, received, _, _ = here.recvmsg(1024, socket.CMSG_LEN(MOST_FILES * numbers.itemsize))
    for level, kind, data in received:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            numbers.frombytes(data[: len(data) - len(data) % numbers.itemsize])
    for file in numbers:
        os.set_inheritable(file, False)  # noqa: FBT003 - takes no name
    return said.decode(), list(numbers)
