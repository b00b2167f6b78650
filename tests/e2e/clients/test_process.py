from __future__ import annotations

import os
import socket
import sys
import time

import pytest

from fake_pypi.clients.process import run_to_end

posix_only = pytest.mark.skipif(os.name == "nt", reason="Windows has no process groups to look at")

CALL = """
import socket, sys, time
line = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
print(1)
time.sleep(600)
"""


def _hung_up(listener: socket.socket) -> bool:
    """The process that called us is gone: its end of the line is closed."""
    listener.settimeout(20)
    line, _ = listener.accept()
    with line:
        line.settimeout(20)
        return line.recv(1) == b""


@pytest.fixture
def listener() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


def test_output_and_exit_code_are_returned() -> None:
    program = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"
    completed = run_to_end([sys.executable, "-c", program], cwd=None, env=os.environ)
    assert (completed.returncode, completed.stdout, completed.stderr, completed.timed_out) == (
        3,
        "out\n",
        "err\n",
        False,
    )


def test_input_is_read_and_without_it_there_is_nothing_to_read() -> None:
    program = [sys.executable, "-c", "import sys; print(repr(sys.stdin.read()))"]
    assert run_to_end(program, cwd=None, env=os.environ, input="grüße").stdout == "'grüße'\n"
    assert run_to_end(program, cwd=None, env=os.environ).stdout == "''\n"


@posix_only
def test_a_command_cannot_prompt_on_the_terminal() -> None:
    completed = run_to_end([sys.executable, "-c", "open('/dev/tty')"], cwd=None, env=os.environ)
    assert "No such device or address" in completed.stderr or "Device not configured" in completed.stderr


@posix_only
def test_after_the_timeout_all_child_processes_are_killed(listener: socket.socket) -> None:
    port = str(listener.getsockname()[1])
    command = ["/bin/sh", "-c", '"$0" -c "$1" "$2" & sleep 600', sys.executable, CALL, port]
    with listener:
        started = time.monotonic()
        result = run_to_end(command, cwd=None, env=os.environ, timeout=2)
        assert result.timed_out
        assert time.monotonic() - started < 20
        assert _hung_up(listener)


@posix_only
def test_background_processes_of_a_command_are_killed(listener: socket.socket) -> None:
    port = str(listener.getsockname()[1])
    # `read` waits until the child has called; then the command ends and leaves it there.
    script = 'exec 3< <("$0" -u -c "$1" "$2"); read -r _ <&3; echo done'
    command = ["bash", "-c", script, sys.executable, CALL, port]
    with listener:
        completed = run_to_end(command, cwd=None, env=os.environ)
        assert (completed.returncode, completed.stdout) == (0, "done\n")
        assert _hung_up(listener)


def test_a_command_that_ends_in_time_is_not_killed() -> None:
    completed = run_to_end([sys.executable, "-c", "print('quick')"], cwd=None, env=os.environ, timeout=60)
    assert (completed.returncode, completed.stdout, completed.timed_out) == (0, "quick\n", False)
