"""tests/unit/conftest.py: a unit test that opens a socket or starts a process fails."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

CONFTEST = Path(__file__).resolve().parents[1] / "unit" / "conftest.py"
PROCESS = "belong into tests/e2e (processes and real tools) or tests/plugin"
SOCKET = "belong into tests/integration (sockets in this process)"


@pytest.fixture(autouse=True)
def conftest(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(CONFTEST.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("code", "destination"),
    [
        ("import socket; socket.socket()", SOCKET),
        ("import socket; socket.socketpair()", SOCKET),
        ("from fake_pypi import FakePyPI; FakePyPI().__enter__()", SOCKET),
        ("import subprocess, sys; subprocess.run([sys.executable, '-c', ''])", PROCESS),
        ("import os; os.system('exit')", PROCESS),
        pytest.param(
            "import multiprocessing; multiprocessing.get_context('fork').Process(target=print).start()",
            PROCESS,
            marks=pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork"),
        ),
    ],
)
def test_a_test_that_is_no_unit_test_fails_and_is_sent_away(
    code: str, destination: str, pytester: pytest.Pytester
) -> None:
    pytester.makepyfile(f"def test_it():\n    {code}\n")
    result = pytester.runpytest_subprocess("-p", "no:fake_pypi")
    result.assert_outcomes(failed=1)
    assert destination in result.stdout.str()


def test_an_exception_that_the_code_catches_fails_the_test_too(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import contextlib, socket

        def test_it():
            with contextlib.suppress(BaseException):
                socket.create_connection(("127.0.0.1", 1))
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(failed=1)


def test_a_fixture_and_a_thread_count_as_well(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import socket, threading
        import pytest

        @pytest.fixture
        def server():
            return socket.create_server(("127.0.0.1", 0))

        def test_a_fixture(server): pass

        def test_a_thread():
            caught = []
            def body():
                try: socket.socket()
                except BaseException as error: caught.append(error)
            thread = threading.Thread(target=body)
            thread.start()
            thread.join()
            assert caught
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(errors=1, failed=1)


def test_a_test_without_sockets_and_processes_passes(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(tmp_path):\n    (tmp_path / 'file').write_text('text')\n")
    pytester.runpytest_subprocess().assert_outcomes(passed=1)
