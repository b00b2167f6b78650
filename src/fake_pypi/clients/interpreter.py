"""How commands are started: the shell that runs a line, the program that a list starts, signals and exit codes."""

from __future__ import annotations

import errno
import os
import shlex
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from fake_pypi.clients.watchdog import WATCHDOG
from fake_pypi.errors import UsageError

GRACE_SECONDS = 5.0
"""Seconds between the signal that ends a command and SIGKILL."""
MOST_OUTPUT = 1_000_000
"""Bytes of the output of a command that are kept for a report."""
_IS_WINDOWS = os.name == "nt"


def arguments(command: str | Sequence[str], launcher: Sequence[str], env: Mapping[str, str]) -> list[str] | str:
    """Return the arguments with which the operating system starts a command; on Windows, a string for cmd.

    >>> arguments(["twine", "--version"], ["strace"], {})
    ['strace', 'twine', '--version']
    """
    if not command:
        raise UsageError("there is no command to run", "give a line, or a list that starts with a program")
    if not isinstance(command, str):
        program, *arguments = command
        return [*launcher, _program_path(program, env), *arguments]
    if _IS_WINDOWS:
        return command
    # bash where there is one, because guides are written for it.
    shell = shutil.which("bash", path=env.get("PATH")) or "/bin/sh"
    return [*launcher, shell, "-c", command]


def bash(env: Mapping[str, str]) -> str:
    """Return the bash that runs scripts, or raise `UsageError`. The one in system32 would start Linux (WSL)."""
    path = shutil.which("bash", path=env.get("PATH"))
    if path is None or (_IS_WINDOWS and "system32" in path.lower()):
        raise UsageError("there is no bash on this machine", "install one, or give run() one line after another")
    return path


def interactive_shell(env: Mapping[str, str], home: Path) -> list[str]:
    """Return the user's own interactive shell. An empty .zshrc prevents the questions of zsh to new users."""
    if _IS_WINDOWS:
        return [env.get("COMSPEC", "cmd.exe")]
    shell = env.get("SHELL") or shutil.which("bash", path=env.get("PATH")) or "/bin/sh"
    if shell.endswith("zsh"):
        (home / ".zshrc").touch()
    return [shell]


def with_prompt(env: Mapping[str, str], shell: str) -> dict[str, str]:
    """Return the environment of an interactive shell, with a prompt for bash that names the fake."""
    return {**env, "PS1": r"(fake-pypi) \w \$ "} if Path(shell).name == "bash" else dict(env)


def sleep_program() -> str:
    """Return the script of a `sleep` that advances the clocks of the fakes."""
    program = Path(__file__).with_name("sleep.py")
    return f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -I {shlex.quote(str(program))} "$@"\n'


def exit_code_of(error: OSError) -> int:
    """Return the code that shells use: 126 for a program that may not be run, 127 for one that does not exist."""
    return 126 if isinstance(error, PermissionError) else 127


def not_started(argv: Sequence[str] | str, error: OSError) -> str:
    """Return a line with the reason why a command could not be started."""
    program = argv if isinstance(argv, str) else argv[0]
    reason = "command not found" if isinstance(error, FileNotFoundError) else error.strerror
    if error.errno == errno.ENOEXEC:
        reason = f"{reason}: a script needs a first line such as #!/bin/sh"
    return f"{program}: {reason}\n"


def wait_attached(process: subprocess.Popen[bytes]) -> int:
    """Wait for a command on this process's terminal. Both processes receive Ctrl-C; the command decides what to do."""
    while True:
        try:
            code = process.wait()
        except KeyboardInterrupt:
            continue
        return code if code >= 0 or sys.platform == "win32" else 128 - code


@contextmanager
def copied_output(process: subprocess.Popen[bytes], output: list[str] | None) -> Iterator[None]:
    """Print what a command writes into its pipes, and add the text to a list at the end; None: it has no pipes.

    A program that the command leaves running may keep the pipes open: it is waited for no longer than
    `GRACE_SECONDS`. Of each pipe the last `MOST_OUTPUT` bytes are kept.
    """
    pipes = () if output is None else ((process.stdout, sys.stdout.buffer), (process.stderr, sys.stderr.buffer))
    kept = [bytearray() for _ in pipes]

    def copy(source: IO[bytes], target: IO[bytes], text: bytearray) -> None:
        while block := os.read(source.fileno(), 65_536):
            target.write(block)
            target.flush()
            text += block
            del text[:-MOST_OUTPUT]

    threads = [
        threading.Thread(target=copy, args=(source, target, text), daemon=True)
        for (source, target), text in zip(pipes, kept, strict=True)
    ]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join(GRACE_SECONDS)
    if output is not None:
        output += [bytes(text).decode("utf-8", "replace") for text in kept]


def stop_signals() -> tuple[signal.Signals, ...]:
    """Return the signals that end a program from outside; SIGHUP only where it is not ignored, as below `nohup`."""
    hang_up = getattr(signal, "SIGHUP", None)
    if hang_up is None or signal.getsignal(hang_up) is signal.SIG_IGN:
        return (signal.SIGTERM,)
    return (signal.SIGTERM, hang_up)


@contextmanager
def forwarded_stop_signals() -> Iterator[Callable[[subprocess.Popen[bytes]], None]]:
    """Forward SIGTERM and SIGHUP to the command that is given to the yielded function, also those received before.

    A command that does not end is killed after `GRACE_SECONDS`. What it leaves running is killed when this process
    ends.
    """
    received: list[int] = []
    commands: list[subprocess.Popen[bytes]] = []

    def forward(number: int, _frame: object) -> None:
        received.append(number)
        WATCHDOG.kill_at_exit()
        for command in commands:
            _stop(command, number)

    def add(command: subprocess.Popen[bytes]) -> None:
        commands.append(command)
        for number in received:
            _stop(command, number)

    if threading.current_thread() is not threading.main_thread():  # only the main thread may set handlers
        yield add
        return
    before = {number: signal.signal(number, forward) for number in stop_signals()}
    try:
        yield add
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(command: subprocess.Popen[bytes], number: int) -> None:
    command.send_signal(number)
    timer = threading.Timer(GRACE_SECONDS, command.kill)
    timer.daemon = True
    timer.start()


def _program_path(program: str, env: Mapping[str, str]) -> str:
    """Return the path of a program on the shell's PATH (Windows would use this process's), or its name."""
    if Path(program).name != program:
        return program
    return shutil.which(program, path=env.get("PATH")) or program
