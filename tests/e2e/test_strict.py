"""Strict mode: commands run in a network that holds nothing but the fakes (Linux namespaces)."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from fake_pypi.clients.preloaded import PreloadedProgram
from fake_pypi.clients.shell import Shell
from fake_pypi.clients.strict import StrictNetwork
from fake_pypi.clients.venv import VirtualEnvironment
from fake_pypi.errors import CommandFailed, UsageError
from fake_pypi.fake import FakeIndexes
from fake_pypi.packages.wheel import wheel
from fake_pypi.rehearsal import STEPS, Rehearsal, SourceProject
from fake_pypi.serving.server import Server
from fake_pypi.settings import Settings
from tests.e2e.namespaces import NAMESPACES_ARE_ALLOWED

pytestmark = [
    pytest.mark.skipif(not NAMESPACES_ARE_ALLOWED, reason="this kernel gives users no network namespace"),
]


@pytest.fixture
def indexes() -> Iterator[FakeIndexes]:
    with FakeIndexes() as indexes:
        yield indexes
        assert indexes.servers.errors == []


@pytest.fixture
def shell(indexes: FakeIndexes) -> Shell:
    return indexes.shell(strict=True)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    dist = tmp_path / "project" / "dist"
    dist.mkdir(parents=True)
    code = {"hello/__init__.py": "def main() -> None:\n    print('hello 1.0')\n"}
    wheel("hello", "1.0", scripts={"hello": "hello:main"}, files=code).write_to(dist)
    return dist.parent


def test_a_release_needs_nothing_but_the_fakes(
    shell: Shell, indexes: FakeIndexes, project: Path, tmp_path: Path
) -> None:
    shell.run("twine upload --repository testpypi dist/*", cwd=project)
    shell.run("uv publish --token $PYPI_API_TOKEN", cwd=project)
    venv = VirtualEnvironment(tmp_path / "venv", shell)
    venv.install("hello")
    assert venv.run("hello").stdout == "hello 1.0\n"
    hosts = {each.host for index in indexes.all for each in index.requests}
    assert hosts == {"test.pypi.org", "upload.pypi.org", "pypi.org", "files.pythonhosted.org"}


def test_the_plain_addresses_and_the_control_channel_are_there_too(shell: Shell, indexes: FakeIndexes) -> None:
    indexes.pypi.add(wheel("hello", "1.0"))
    assert "hello-1.0" in shell.run("curl --silent --show-error $FAKE_PYPI_URL/simple/hello/").stdout
    shell.run([sys.executable, "-m", "fake_pypi", "yank", "hello", "1.0"])
    hello = indexes.pypi.project("hello")
    assert hello is not None
    assert hello.releases["1.0"].yanked


@pytest.mark.parametrize("address", ["https://93.184.215.14/", "http://192.0.2.1/", "http://[2001:db8::1]/"])
def test_no_address_outside_can_be_reached(shell: Shell, address: str) -> None:
    rejected = shell.run(f"curl --noproxy '*' --silent --show-error --globoff {address}", check=False)
    assert rejected.returncode == 7  # curl's "failed to connect"


def test_other_programs_of_this_machine_cannot_be_reached_either(shell: Shell) -> None:
    with Server(_anybody) as other:
        assert subprocess.run(["curl", "--silent", other.url], check=False).returncode == 0
        assert shell.run(["curl", "--silent", other.url], check=False).returncode == 7


ASK_THE_PROXY = """
import os, socket, sys, urllib.parse
proxy = urllib.parse.urlsplit(os.environ["HTTPS_PROXY"])
with socket.create_connection((proxy.hostname, proxy.port), timeout=20) as client:
    client.sendall(sys.argv[1].encode())
    while block := client.recv(65536):
        sys.stdout.write(block.decode())
"""


def _ask_the_proxy(shell: Shell, line: str, inner: str = "") -> str:
    request = f"{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n{inner}"
    return shell.run(["python", "-c", ASK_THE_PROXY, request]).stdout


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "other.localhost", "[::ffff:127.0.0.1]", "127.0.0.1."])
def test_the_proxy_leads_to_no_other_program_of_this_machine(shell: Shell, indexes: FakeIndexes, host: str) -> None:
    inner = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    with Server(_anybody) as other:
        for line, sent in ((f"CONNECT {host}:{other.port}", inner), (f"GET http://{host}:{other.port}/", "")):
            answer = _ask_the_proxy(shell, line, sent)
            assert answer.startswith("HTTP/1.1 403 fake-pypi lets nothing out"), answer
            assert "here" not in answer.split("\r\n\r\n")[-1]
        assert [attempt.rpartition(":")[2] for attempt in indexes.blocked_requests] == [
            f"{other.port} (CONNECT)",
            f"{other.port} (http)",
        ]


def test_the_proxy_cannot_be_made_to_connect_to_itself_from_outside(shell: Shell) -> None:
    own = shell.connection.proxy_port
    with Server(_anybody) as other:
        inner = f"CONNECT 127.0.0.1:{other.port} HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"
        assert _ask_the_proxy(shell, f"CONNECT 127.0.0.1:{own}", inner).startswith("HTTP/1.1 403 ")


def test_the_proxy_leads_to_the_ports_of_the_session(shell: Shell, indexes: FakeIndexes) -> None:
    indexes.pypi.add(wheel("hello", "1.0"))
    for host in ("127.0.0.1", "localhost"):
        line = f"GET http://{host}:{indexes.pypi.port}/simple/hello/"
        assert "hello-1.0" in _ask_the_proxy(shell, line)
    control = indexes.servers.control.url
    assert _ask_the_proxy(shell, f"GET {control}/_fake/api/v1/").startswith("HTTP/1.1 401 ")


def test_a_server_that_a_command_starts_is_reached_by_it(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "page").write_text("from inside", encoding="utf-8")
    program = """
import http.server, threading, urllib.request
with http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler) as server:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for host in ("127.0.0.1", "localhost"):
        print(urllib.request.urlopen(f"http://{host}:{server.server_port}/page").read().decode())
    server.shutdown()
"""
    assert shell.run(["python", "-c", program], cwd=tmp_path).stdout == "from inside\nfrom inside\n"


def test_a_host_that_is_not_faked_is_rejected_and_reported(shell: Shell, indexes: FakeIndexes) -> None:
    shell.run("curl --silent https://example.com/", check=False)
    assert indexes.blocked_requests == [f"example.com:443 (CONNECT by curl/{_curl_version()})"]


def test_files_belong_to_who_wrote_them(shell: Shell, tmp_path: Path) -> None:
    shell.run("touch written", cwd=tmp_path)
    written = (tmp_path / "written").stat()
    assert (written.st_uid, written.st_gid) == (os.geteuid(), os.getegid())
    assert shell.run("id -u").stdout == f"{os.geteuid()}\n"


def test_exit_codes_are_those_of_the_commands(shell: Shell) -> None:
    assert shell.run("exit 3", check=False).returncode == 3
    assert shell.run(["no-such-program"], check=False).returncode == 127
    with pytest.raises(CommandFailed, match="no-such-program: command not found"):
        shell.run(["no-such-program", "--version"])


def test_indexes_are_replaced_in_the_same_network() -> None:
    from fake_pypi.fake.session_servers import SessionServers

    servers = SessionServers()
    try:
        seen = []
        for version in ("1.0", "2.0"):
            with FakeIndexes(servers=servers) as indexes:
                indexes.pypi.add(wheel("hello", version))
                shell = indexes.shell(strict=True)
                seen.append(shell.run("curl --silent https://pypi.org/simple/hello/").stdout.count(version))
        assert all(seen)
    finally:
        servers.close()


def test_nothing_is_left_behind() -> None:
    threads, files = threading.active_count(), _open_files()
    with FakeIndexes() as indexes:
        shell = indexes.shell(strict=True)
        inside = shell.run("readlink /proc/self/ns/net").stdout.strip()
        assert inside != _network_of("self")
    assert threading.active_count() == threads
    assert _open_files() == files
    assert inside not in _networks_of_processes()


def test_a_command_after_the_end_is_an_error_that_names_the_reason(shell: Shell, indexes: FakeIndexes) -> None:
    indexes.close()
    late = shell.run(["true"], check=False)
    assert late.returncode == 126
    assert "the strict shell is closed" in late.stderr


def test_the_command_line_runs_commands_strictly(tmp_path: Path) -> None:
    run = [sys.executable, "-m", "fake_pypi", "run", "--strict", "--", "curl", "--noproxy", "*", "--silent"]
    assert subprocess.run([*run, "https://93.184.215.14/"], check=False).returncode == 7


def test_a_kernel_without_namespaces_is_an_error_of_one_line(tmp_path: Path) -> None:
    # Inside a namespace whose limit of further ones is 0, the kernel says no as a hardened one does.
    limits = "/proc/sys/user/max_user_namespaces /proc/sys/user/max_net_namespaces"
    script = f'for limit in {limits}; do echo 0 > $limit; done; exec "$@"'
    forbidden = ["unshare", "--user", "--map-root-user", "--net", "sh", "-c", script, "sh"]
    run = [sys.executable, "-m", "fake_pypi", "run", "--strict", "--", "touch", "it-ran"]
    told = subprocess.run([*forbidden, *run], check=False, capture_output=True, text=True, cwd=tmp_path)
    assert told.returncode == 2
    assert told.stderr.count("\n") == 1
    assert "this kernel does not allow the network namespace" in told.stderr
    assert not (tmp_path / "it-ran").exists()


def test_a_network_without_addresses_is_only_loopback() -> None:
    network = StrictNetwork([])
    try:
        shown = subprocess.run(
            [*network.launcher, "cat", "/proc/net/dev"], check=True, capture_output=True, text=True
        ).stdout
        assert [line.partition(":")[0].strip() for line in shown.splitlines()[2:]] == ["lo"]
    finally:
        network.close()


def test_a_port_that_cannot_be_listened_on_is_an_error() -> None:
    with pytest.raises(UsageError, match="Cannot assign requested address"):
        StrictNetwork([("192.0.2.1", 8080)])


def _anybody(environ: object, start_response: object) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])  # type: ignore[operator]
    return [b"here\n"]


def _curl_version() -> str:
    return subprocess.run(["curl", "--version"], check=True, capture_output=True, text=True).stdout.split()[1]


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def _network_of(process: str) -> str:
    return str((Path("/proc") / process / "ns" / "net").readlink())


def _networks_of_processes() -> set[str]:
    seen = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            seen.add(_network_of(process.name))
        except OSError:
            continue
    return seen


def test_a_preloaded_program_is_in_the_network_of_the_shell(shell: Shell, tmp_path: Path) -> None:
    script = tmp_path / "network.py"
    script.write_text("import os\nprint(os.readlink('/proc/self/ns/net'))\n")
    script.chmod(0o755)
    program = PreloadedProgram(script, Path(sys.executable), (), env=shell.env, launcher=shell.launcher)
    shell.preloaded[str(script)] = program
    try:
        network = shell.run([str(script)]).stdout.strip()
    finally:
        program.close()
    assert network == shell.run("readlink /proc/self/ns/net").stdout.strip()
    assert network != str(Path("/proc/self/ns/net").readlink())


def test_a_strict_rehearsal_runs_preloaded_tools(project: Path) -> None:
    (project / "pyproject.toml").write_text("[project]\nname = 'hello'\nversion = '1.0'\n")
    settings = Settings(dist=project / "dist", strict=True)
    with Rehearsal(SourceProject.at(project), settings, STEPS) as rehearsal:
        rehearsal.run_step("install from TestPyPI")
        assert {Path(name).name for name in rehearsal.resources.shell.preloaded} == {"twine", "pip"}
        assert rehearsal.resources.shell.launcher
        assert rehearsal.blocked_requests == []
