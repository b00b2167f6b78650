"""`fake-pypi serve`: both indexes, until they are stopped."""

from __future__ import annotations

import getpass
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from fake_pypi.fake.http_upload import upload
from fake_pypi.packages.wheel import wheel
from tests.e2e.cli.serving import PATIENCE, fake_pypi, own_place, serving

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM that a process could answer")


def get(url: str) -> dict[str, object]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url, headers={"Accept": "application/vnd.pypi.simple.v1+json"})
    with opener.open(request) as answer:
        return dict(json.load(answer))


def test_addresses_and_token_are_printed_in_order_and_ready_is_last(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        names = [line.partition("=")[0] for line in served.lines]
        assert names == ["pypi", "testpypi", "token", "control", "control-secret-file", "ready"]


def test_both_indexes_accept_the_printed_token(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        for name in ("pypi", "testpypi"):
            assert upload(f"{served[name]}/legacy/", wheel("hello", "1.0"), served["token"]) == (200, "OK")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_a_signal_ends_it_cleanly_and_leaves_nothing(tmp_path: Path, number: int) -> None:
    with serving(tmp_path) as served:
        upload(f"{served['pypi'].rstrip('/')}/legacy/", wheel("hello", "1.0"), served["token"])
        code, stderr = served.stop(number)
    assert code == 0
    assert "Traceback" not in stderr
    left = [each for each in (tmp_path / "tmp").rglob("*") if each.is_file()]
    assert left == []


def test_a_file_of_another_user_at_the_place_of_registration_is_a_warning(tmp_path: Path) -> None:
    own_place(tmp_path)
    (tmp_path / "tmp" / f"fake-pypi-running-{getpass.getuser()}").touch()
    with serving(tmp_path) as served:
        assert upload(f"{served['pypi']}/legacy/", wheel("hello", "1.0"), served["token"]) == (200, "OK")
        code, stderr = served.stop()
    assert code == 0
    assert stderr.splitlines()[0].startswith(
        "fake-pypi: `fake-pypi yank` and similar commands cannot find this server: "
    )
    assert "Traceback" not in stderr


@pytest.mark.parametrize(("words", "status"), [([], 421), (["--host", "0.0.0.0"], 200)], ids=["loopback", "--host"])
def test_other_hosts_are_accepted_only_at_an_address_that_is_not_loopback(
    tmp_path: Path, words: list[str], status: int
) -> None:
    with serving(tmp_path, *words) as served:
        connection = http.client.HTTPConnection(served["pypi"].removeprefix("http://"))
        connection.request("GET", "/simple/", headers={"Host": "index.company.example"})
        assert connection.getresponse().status == status
        connection.close()


def test_each_request_is_a_line_on_stderr_without_a_token(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        upload(f"{served['pypi'].rstrip('/')}/legacy/", wheel("hello", "1.0"), served["token"])
        get(f"{served['pypi'].rstrip('/')}/simple/")
        _, stderr = served.stop()
    addresses, *requests = stderr.splitlines()
    assert addresses.startswith("fake-pypi: for browsers: ")
    assert [line.rpartition("-> ")[2] for line in requests] == ["200 OK", "200 OK"]
    assert served["token"] not in stderr


def test_the_addresses_for_browsers_are_on_stderr(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        ports = [served[name].rpartition(":")[2] for name in ("pypi", "testpypi")]
        _, stderr = served.stop()
    first, second = (f"http://{name}.localhost:{port}/" for name, port in zip(("pypi", "testpypi"), ports, strict=True))
    assert stderr == f"fake-pypi: for browsers: {first} and {second}\n"


def test_open_opens_the_start_page_in_the_browser_of_the_user(tmp_path: Path) -> None:
    program = tmp_path / "browser.py"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE)
        address = listener.getsockname()
        send = f"import socket, sys; socket.create_connection({address!r}).sendall(sys.argv[1].encode())"
        program.write_text(send, encoding="utf-8")
        with serving(tmp_path, "--open", BROWSER=f"{sys.executable} {program} %s") as served:
            connection, _ = listener.accept()
            with connection, connection.makefile() as stream:
                opened = stream.read()
            port = served["pypi"].rpartition(":")[2]
            assert served.stop()[0] == 0
    assert opened == f"http://pypi.localhost:{port}/_fake/"


def test_open_without_a_browser_is_a_line_and_the_indexes_run(tmp_path: Path) -> None:
    with serving(tmp_path, "--open", BROWSER="no-such-browser-here %s", PATH=str(tmp_path), DISPLAY="") as served:
        assert served.process.stderr is not None
        lines = [served.process.stderr.readline() for _ in range(2)]
        assert get(f"{served['pypi']}/simple/")["projects"] == []
    port = served["pypi"].rpartition(":")[2]
    expected = f"fake-pypi: no browser could be started: open http://pypi.localhost:{port}/_fake/ yourself\n"
    assert lines[1] == expected


def test_quiet_prints_no_line_per_request(tmp_path: Path) -> None:
    with serving(tmp_path, "--quiet") as served:
        get(f"{served['pypi'].rstrip('/')}/simple/")
        assert served.stop() == (0, "")


def test_requests_work_after_standard_error_was_closed(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        assert served.process.stderr is not None
        served.process.stderr.close()
        for _ in range(2):
            assert get(f"{served['pypi'].rstrip('/')}/simple/")["projects"] == []


def test_data_is_kept_with_its_tokens(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(tmp_path, "--data", str(data)) as served:
        token = served["token"]
        assert upload(f"{served['pypi'].rstrip('/')}/legacy/", wheel("hello", "1.0"), token)[0] == 200
        served.stop()
    with serving(tmp_path, "--data", str(data)) as served:
        assert len(get(f"{served['pypi'].rstrip('/')}/simple/hello/")["files"]) == 1  # type: ignore[arg-type]
        assert upload(f"{served['pypi'].rstrip('/')}/legacy/", wheel("hello", "2.0"), token)[0] == 200


def test_both_indexes_accept_a_given_token_also_after_a_restart(tmp_path: Path) -> None:
    words = ("--token", "any text will do", "--data", str(tmp_path / "data"))
    for version in ("1.0", "2.0"):
        with serving(tmp_path, *words) as served:
            assert served["token"] == "any text will do"
            for name in ("pypi", "testpypi"):
                url = f"{served[name].rstrip('/')}/legacy/"
                assert upload(url, wheel("hello", version), "any text will do") == (200, "OK")
                assert upload(url, wheel("hello", version), "any other text")[0] == 403
            assert served.stop()[0] == 0


def test_a_token_in_a_file_is_accepted_and_no_process_list_shows_it(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("from a file\n", encoding="utf-8")
    with serving(tmp_path, "--token-file", str(file)) as served:
        assert served["token"] == "from a file"
        assert upload(f"{served['pypi'].rstrip('/')}/legacy/", wheel("hello"), "from a file") == (200, "OK")
        arguments = Path(f"/proc/{served.process.pid}/cmdline")
        assert not arguments.exists() or b"from a file" not in arguments.read_bytes()


def test_a_token_in_the_environment_is_accepted(tmp_path: Path) -> None:
    with serving(tmp_path, FAKE_PYPI_TOKEN="from a variable") as served:
        assert upload(f"{served['testpypi'].rstrip('/')}/legacy/", wheel("hello"), "from a variable") == (200, "OK")


@pytest.mark.parametrize("content", [None, b"", b"\n", b"two\nlines\n", b"\xff\xfe"])
def test_a_token_file_without_a_token_is_exit_code_2_and_one_line(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "token"
    if content is not None:
        file.write_bytes(content)
    completed = fake_pypi("serve", "--token-file", str(file), env=own_place(tmp_path))
    assert (completed.returncode, completed.stdout) == (2, "")
    assert completed.stderr.startswith(f"fake-pypi: --token-file {file} ")
    assert len(completed.stderr.splitlines()) == 1


def test_a_token_and_a_file_with_one_are_wrong_usage(tmp_path: Path) -> None:
    completed = fake_pypi("serve", "--token", "one", "--token-file", "two", env=own_place(tmp_path))
    assert completed.returncode == 2
    assert len(completed.stderr.splitlines()) == 1


def test_the_requested_ports_are_used(tmp_path: Path) -> None:
    free = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    one, other = (each.getsockname()[1] for each in free)
    for each in free:
        each.close()
    with serving(tmp_path, "--port", str(one), "--testpypi-port", str(other)) as served:
        assert f":{one}" in served["pypi"]
        assert f":{other}" in served["testpypi"]


def test_a_port_in_use_is_exit_code_2_and_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for option in ("--port", "--testpypi-port"):
            completed = fake_pypi("serve", option, str(port), env=own_place(tmp_path))
            assert (completed.returncode, completed.stdout) == (2, "")
            assert completed.stderr == (
                f"fake-pypi: port {port} on 127.0.0.1 is in use: stop the other program, or use port 0\n"
            )


def test_a_data_folder_in_use_is_exit_code_2_and_one_line(tmp_path: Path) -> None:
    with serving(tmp_path, "--data", str(tmp_path / "data")) as served:
        completed = fake_pypi("serve", "--data", str(tmp_path / "data"), env=own_place(tmp_path))
        assert upload(f"{served['pypi']}/legacy/", wheel("hello", "1.0"), served["token"])[0] == 200
    assert completed.returncode == 2
    assert len(completed.stderr.splitlines()) == 1
    assert "in use by another fake PyPI" in completed.stderr


def test_twine_uploads_with_a_given_token(tmp_path: Path) -> None:
    dist = wheel("hello", "1.0").write_to(tmp_path / "dist")
    with serving(tmp_path, "--token", "letmein") as served:
        env = {
            **served.env,
            "HOME": str(tmp_path),
            "TWINE_USERNAME": "__token__",
            "TWINE_PASSWORD": "letmein",
            "NO_PROXY": "127.0.0.1",
        }
        url = f"{served['pypi'].rstrip('/')}/legacy/"
        completed = subprocess.run(
            [sys.executable, "-m", "twine", "upload", "--non-interactive", "--repository-url", url, str(dist)],
            check=False,
            capture_output=True,
            text=True,
            env=env,
        )
    assert completed.returncode == 0, completed.stdout + completed.stderr
