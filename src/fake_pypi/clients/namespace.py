"""The program that starts every command of a strict shell (Linux).

`make` creates a network namespace that has only a loopback interface, listens there, and sends the namespace and the
listening sockets to the parent process; `enter` enters it and executes the command. It runs under `python -I -S`, and
imports only what the system calls need.
"""

from __future__ import annotations

import os
import socket
import struct
import sys

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
SIOCSIFFLAGS = 0x8914
IFF_UP = 1
BACKLOG = 256


def make(parent: socket.socket, addresses: list[tuple[str, int]]) -> None:
    """Make the namespace and send it through `parent`: its files first, then a socket for each address.

    If it cannot be made, the reason is sent instead.
    """
    try:
        namespaces = _unshare_network()
        _start_loopback()
        listening = [_listen(host, port) for host, port in addresses]
    except OSError as error:
        parent.sendall(f"{error.strerror or error}".encode())
        return
    files = [os.open(f"/proc/self/ns/{kind}", os.O_RDONLY) for kind in namespaces]
    socket.send_fds(parent, [" ".join(namespaces).encode()], [*files, *(listener.fileno() for listener in listening)])


def enter(namespaces: list[str], command: list[str]) -> int:
    """Enter the namespaces (files below /proc) and execute `command`; return only if that fails."""
    try:
        # All are opened first: inside the new user namespace, files of the parent process cannot be opened.
        for file in [os.open(path, os.O_RDONLY | os.O_CLOEXEC) for path in namespaces]:
            _set_namespace(file)
    except OSError as error:
        sys.stderr.write(f"the strict shell is closed ({error.strerror}): open another one\n")
        return 126
    try:
        os.execvp(command[0], command)  # noqa: S606 - no shell: the command is one already, or a list
    except OSError as error:
        is_unknown = isinstance(error, FileNotFoundError)
        sys.stderr.write(f"{command[0]}: {'command not found' if is_unknown else error.strerror}\n")
        return 127 if is_unknown else 126


def _unshare_network() -> list[str]:
    """Unshare, and return the kinds of new namespaces. Some systems allow it to root only, others to users only."""
    user, group = os.geteuid(), os.getegid()
    try:
        _unshare(CLONE_NEWUSER | CLONE_NEWNET)
    except OSError:
        _unshare(CLONE_NEWNET)
        return ["net"]
    # User and group ids are the same inside: files that a command writes belong to its user.
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{user} {user} 1")
    _write("/proc/self/gid_map", f"{group} {group} 1")
    return ["user", "net"]


def _start_loopback() -> None:
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", IFF_UP))


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG)


def _unshare(flags: int) -> None:
    if sys.version_info >= (3, 12):
        os.unshare(flags)
    else:
        _call("unshare", flags)


def _set_namespace(file: int) -> None:
    if sys.version_info >= (3, 12):
        os.setns(file)
    else:
        _call("setns", file, 0)


def _call(name: str, *arguments: int) -> None:
    import ctypes

    if getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def _write(path: str, text: str) -> None:
    file = os.open(path, os.O_WRONLY)
    try:
        os.write(file, text.encode())
    finally:
        os.close(file)


def _main(words: list[str]) -> int:
    if words[0] == "make":
        pairs = (address.rpartition(":") for address in words[2:])
        make(socket.socket(fileno=int(words[1])), [(host, int(port)) for host, _, port in pairs])
        return 0
    end = words.index("--")
    return enter(words[1:end], words[end + 1 :])


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
