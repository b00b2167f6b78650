"""A `run`, `rehearse` or `serve` that is killed leaves no process, and no folder after the next start."""

from __future__ import annotations

import contextlib
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.cli.serving import COMMAND, PATIENCE, own_place, serving

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="finds processes in /proc, with Linux's signals"),
]
SIGNALS = [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL]
CALL = """
import os, signal, socket, sys, time
if "deaf" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
if "detached" in sys.argv:
    os.setsid()
line = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
line.sendall(b"here")
time.sleep(600)
"""
TESTS = """
import sys

def test_a_command(fake_pypi_shell):
    fake_pypi_shell.run([sys.executable, "-c", {call!r}, {port!r}])
"""


@pytest.fixture(autouse=True)
def signals_that_end_a_process() -> Iterator[None]:
    """Give SIGHUP its usual effect: a test run under `nohup` ignores it, and so do the processes that it starts."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as created:
        created.settimeout(PATIENCE)
        yield created


def left(tmp_path: Path) -> list[str]:
    """List the folders in the temporary folder of a test."""
    return [path.name for path in (tmp_path / "tmp").iterdir() if "running" not in path.name]


def processes(tmp_path: Path) -> dict[str, str]:
    """Return the command lines of processes whose environment or arguments name the temporary folder of a test."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            named = f"{tmp_path}/tmp/" in line or f"{tmp_path}/".encode() in (folder / "environ").read_bytes()
            if named and line:  # not one that has ended, and that nobody has waited for
                found[folder.name] = line
    return found


def wait_until_gone(tmp_path: Path) -> None:
    end = time.monotonic() + 20
    while processes(tmp_path) and time.monotonic() < end:
        time.sleep(0.02)  # nobody tells when a process that is not our child has ended
    assert processes(tmp_path) == {}


def start(tmp_path: Path, *words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*COMMAND, *words],
        env=own_place(tmp_path),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def start_again(tmp_path: Path) -> None:
    """Let another command come and go, which removes what was left before."""
    subprocess.run([*COMMAND, "run", "--", "true"], env=own_place(tmp_path), check=True, capture_output=True)


def calls(listener: socket.socket, number: int) -> None:
    """Wait until this number of commands run."""
    for _ in range(number):
        line, _ = listener.accept()
        assert line.recv(4) == b"here"
        line.close()


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_killed_run_takes_its_command_and_what_that_started_with_it(
    tmp_path: Path, listener: socket.socket, number: signal.Signals
) -> None:
    port = str(listener.getsockname()[1])
    script = '"$0" -c "$1" "$2" & "$0" -c "$1" "$2" detached & "$0" -c "$1" "$2"'
    process = start(tmp_path, "run", "--", "sh", "-c", script, sys.executable, CALL, port)
    calls(listener, 3)
    assert left(tmp_path) != []
    process.send_signal(number)
    code = process.wait(PATIENCE)
    assert code == (-9 if number == signal.SIGKILL else 128 + number)
    wait_until_gone(tmp_path)
    start_again(tmp_path)
    assert left(tmp_path) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_command_that_ignores_the_signal_is_killed_after_a_while(
    tmp_path: Path, listener: socket.socket, number: signal.Signals
) -> None:
    port = str(listener.getsockname()[1])
    process = start(tmp_path, "run", "--", sys.executable, "-c", CALL, port, "deaf")
    calls(listener, 1)
    process.send_signal(number)
    assert process.wait(PATIENCE) == 128 + signal.SIGKILL
    wait_until_gone(tmp_path)
    assert left(tmp_path) == []


def test_a_run_below_nohup_survives_the_end_of_its_terminal(tmp_path: Path, listener: socket.socket) -> None:
    port = str(listener.getsockname()[1])
    process = subprocess.Popen(
        ["nohup", *COMMAND, "run", "--", sys.executable, "-c", CALL, port, "deaf"],
        env=own_place(tmp_path),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    calls(listener, 1)
    process.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(1)
    process.kill()
    process.wait()
    wait_until_gone(tmp_path)


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
@pytest.mark.parametrize("workers", [0, 1], ids=["one process", "a worker"])
def test_a_killed_pytest_takes_the_command_of_a_test_with_it(
    tmp_path: Path, listener: socket.socket, number: signal.Signals, workers: int
) -> None:
    test = tmp_path / "test_it.py"
    test.write_text(TESTS.format(call=CALL, port=str(listener.getsockname()[1])), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"-n{workers}", f"--basetemp={tmp_path}/b", test],
        env=own_place(tmp_path),
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    calls(listener, 1)
    process.send_signal(number)
    process.wait(PATIENCE)
    wait_until_gone(tmp_path)
    start_again(tmp_path)
    assert left(tmp_path) == []


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_killed_serve_leaves_no_folder_after_the_next_start(tmp_path: Path, number: signal.Signals) -> None:
    from fake_pypi.fake.http_upload import upload
    from fake_pypi.packages.wheel import wheel

    with serving(tmp_path) as served:
        assert upload(f"{served['pypi'].rstrip('/')}/legacy/", wheel("hello", "1.0"), served["token"])[0] == 200
        assert left(tmp_path) != []
        served.process.send_signal(number)
        served.process.wait(PATIENCE)
    if number != signal.SIGKILL:
        assert (served.process.returncode, left(tmp_path)) == (0, [])
    start_again(tmp_path)
    assert left(tmp_path) == []


def project(folder: Path) -> Path:
    (folder / "src" / "hello").mkdir(parents=True)
    (folder / "src" / "hello" / "__init__.py").touch()
    (folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        '[project]\nname = "hello"\nversion = "1.0"\n',
        encoding="utf-8",
    )
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
@pytest.mark.parametrize("attempt", range(4))
def test_a_rehearsal_that_is_killed_at_any_moment_leaves_nothing(
    tmp_path: Path, number: signal.Signals, attempt: int
) -> None:
    process = start(tmp_path, "rehearse", str(project(tmp_path / "project")))
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(random.Random(f"{number} {attempt}").uniform(0.1, 8))  # at any moment is what is tested
    process.send_signal(number)
    process.wait(PATIENCE)
    wait_until_gone(tmp_path)
    start_again(tmp_path)
    assert left(tmp_path) == []
