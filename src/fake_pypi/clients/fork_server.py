"""Import the modules of a Python program once, then run the program in a forked process for each command.

    python fork_server.py FOLDER MODULE...

FOLDER, which may be empty, is on the path while the modules are imported. Standard input is a socket. Each message on
it is JSON with `program` (the path of a script), `arguments`, `cwd` and `env`, and four open files: standard input,
output and error of the command, and a pipe that gets `process ID` and then `exit CODE`, each on a line. The process
ends when the socket is closed.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import runpy
import socket
import sys
from typing import Any

MESSAGE_SIZE = 1 << 20


def serve(folder: str, modules: list[str]) -> None:
    """Import modules and run the commands of all messages; return in the process of a command."""
    path = list(sys.path)
    if folder:
        sys.path.append(folder)
    for module in modules:
        with contextlib.suppress(Exception):  # other versions of a program have other modules
            importlib.import_module(module)
    sys.path[:] = path
    gc.freeze()  # pages of imported modules stay shared with the processes of commands
    control = socket.socket(fileno=0)
    while True:
        message, files, _, _ = socket.recv_fds(control, MESSAGE_SIZE, 4)
        if not message:
            _reap()
            os._exit(0)
        if os.fork() == 0:
            control.detach()
            become(json.loads(message), files)
            return
        for file in files:
            os.close(file)
        _reap()


def become(request: dict[str, Any], files: list[int]) -> None:
    """Return in a new process that has the open files, the folder and the environment of a command."""
    *streams, report = files
    process = os.fork()
    if process:
        for file in (0, 1, 2, *streams):
            os.close(file)
        _, status = os.waitpid(process, 0)
        os.write(report, f"exit {os.waitstatus_to_exitcode(status)}\n".encode())
        os._exit(0)
    os.setsid()
    os.write(report, f"process {os.getpid()}\n".encode())  # now: who knows the process may kill its group
    for number, file in enumerate(streams):
        os.dup2(file, number)
    for file in files:
        os.close(file)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    sys.argv[:] = [request["program"], *request["arguments"]]
    sys.path[0] = os.path.dirname(request["program"])  # noqa: PTH120 - as the interpreter does for a script


def _reap() -> None:
    """Release the processes of commands that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2:])
    runpy.run_path(sys.argv[0], run_name="__main__")
