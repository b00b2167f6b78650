"""A network that contains only the fake indexes: a Linux network namespace with its own loopback interface."""

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
MAX_FILES = 32
REMEDY = (
    "run without strict mode, or allow user namespaces (Ubuntu: sysctl "
    "kernel.apparmor_restrict_unprivileged_userns=0; Docker: --security-opt seccomp=unconfined)"
)


class StrictNetwork:
    """A network namespace with a listening socket on each of `addresses`, the addresses of the fakes.

    >>> network = StrictNetwork([("127.0.0.1", 8080)])
    >>> subprocess.run([*network.launcher, "curl", "https://example.com/"])    # could not resolve host

    The server that accepts connections on `sockets` is reached inside at the same addresses, so the environment of a
    command need not change. No process keeps running: the namespace exists until `close` closes its files. User ids
    are the same inside. A daemon that a program reaches through a Unix socket is not restricted.

    Raises `UsageError` if the kernel does not allow the namespace.
    """

    def __init__(self, addresses: Sequence[tuple[str, int]]) -> None:
        if not sys.platform.startswith("linux"):
            raise UsageError("strict mode needs Linux", "run without it; the proxy still rejects other hosts")
        kinds, files = _make(addresses)
        self._namespaces = files[: len(kinds)]
        self.sockets = [socket.socket(fileno=file) for file in files[len(kinds) :]]

    @property
    def launcher(self) -> list[str]:
        """The arguments that start a command in this network; the command follows them."""
        files = [f"/proc/{os.getpid()}/fd/{file}" for file in self._namespaces]
        return [sys.executable, "-I", "-S", str(PROGRAM), "enter", *files, "--"]

    def close(self) -> None:
        """Close the namespace and the sockets; commands that still run in it reach no host any more."""
        for file in self._namespaces:
            os.close(file)
        self._namespaces = []
        for listener in self.sockets:
            listener.close()


def _make(addresses: Sequence[tuple[str, int]]) -> tuple[list[str], list[int]]:
    """Make a namespace with the program; return the kinds of namespaces, and their files and the sockets."""
    parent, child = socket.socketpair()
    with parent:
        with child:
            names = [f"{host}:{port}" for host, port in addresses]
            words = [sys.executable, "-I", "-S", str(PROGRAM), "make", str(child.fileno()), *names]
            completed = subprocess.run(words, pass_fds=[child.fileno()], stderr=subprocess.PIPE, check=False)
        message, files = _receive(parent)
    if not files:
        reason = (
            message
            or completed.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
            or f"exit code {completed.returncode}"
        )
        raise UsageError(f"this kernel does not allow the network namespace of strict mode ({reason})", REMEDY)
    return message.split(), files


def _receive(parent: socket.socket) -> tuple[str, list[int]]:
    """Receive like `socket.recv_fds`, but with files that commands do not inherit."""
    numbers = array.array("i")
    message, received, _, _ = parent.recvmsg(1024, socket.CMSG_LEN(MAX_FILES * numbers.itemsize))
    for level, kind, data in received:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            numbers.frombytes(data[: len(data) - len(data) % numbers.itemsize])
    for file in numbers:
        os.set_inheritable(file, False)  # noqa: FBT003 - takes no name
    return message.decode(), list(numbers)
