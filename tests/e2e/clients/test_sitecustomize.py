from __future__ import annotations

import ast
import contextlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from fake_pypi.clients import sitecustomize
from fake_pypi.clients.connection_settings import REAL_HOSTS
from fake_pypi.clients.shell import Shell

from .conftest import Notebook

LOOK_UP = "import socket, sys; print(socket.getaddrinfo(sys.argv[1], 443, type=socket.SOCK_STREAM)[0][4])"


OLD_PYTHONS = [shutil.which("python2.7"), *map(str, Path.home().glob(".pyenv/versions/2.7*/bin/python"))]


def python_2() -> str:
    """Return a Python 2.7 that runs (a shim of pyenv may not), or skip."""
    for python in filter(None, OLD_PYTHONS):
        with contextlib.suppress(OSError):
            if subprocess.run([python, "-V"], capture_output=True, check=False, timeout=60).returncode == 0:
                return python
    pytest.skip("there is no Python 2.7 here")


def test_nothing_in_it_is_newer_than_python_2() -> None:
    tree = ast.parse(Path(sitecustomize.__file__).read_text("utf-8"), feature_version=(3, 7))
    for node in ast.walk(tree):
        assert not isinstance(node, (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Nonlocal))
        assert not isinstance(node, ast.FunctionDef) or not (node.returns or node.args.kwonlyargs)
        assert not isinstance(node, ast.arg) or node.annotation is None


def test_a_child_process_with_python_2_uses_the_fakes_too(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("WORD = 'hello'\n", encoding="utf-8")
    program = """
import socket, sitecustomize
print(sitecustomize.WORD)
print(socket.getaddrinfo("upload.PyPI.org", 443)[0][4])
print(socket.getaddrinfo(u"localhost", 443, socket.AF_INET)[0][4])
socket.getaddrinfo("example.com", 443)
"""
    path = os.pathsep.join([shell.env["PYTHONPATH"], str(tmp_path)])
    completed = shell.run([python_2(), "-c", program], env={"PYTHONPATH": path}, check=False)
    assert completed.stdout.splitlines() == [
        "hello",
        str(("127.0.0.1", shell.connection.proxy_port)),
        "('127.0.0.1', 443)",
    ]
    assert "only the fake indexes can be reached" in completed.stderr
    assert "import sitecustomize" not in completed.stderr
    assert [(lookup.host, lookup.port) for lookup in shell.blocked_lookups] == [("example.com", "443")]


def test_the_users_files_are_hidden_from_python_2_as_well(shell: Shell, tmp_path: Path) -> None:
    hidden = tmp_path / ".pypirc"
    hidden.write_text("[pypi]", encoding="utf-8")
    program = f"import os; print(os.path.isfile({str(hidden)!r})); open({str(hidden)!r})"
    completed = shell.run([python_2(), "-c", program], env={"FAKE_PYPI_HIDDEN": str(hidden)}, check=False)
    assert completed.stdout == "False\n"
    assert "IOError: [Errno 2] No such file or directory" in completed.stderr


@pytest.mark.parametrize("host", REAL_HOSTS)
def test_real_hosts_are_found_at_the_proxy(shell: Shell, host: str) -> None:
    found = shell.run(["python", "-c", LOOK_UP, host.upper()])
    assert found.stdout.strip() == repr(("127.0.0.1", shell.connection.proxy_port))


def test_a_client_that_ignores_proxies_uses_the_fake(shell: Shell, notebook: Notebook) -> None:
    program = """
import urllib.request
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
print(direct.open("https://upload.pypi.org/legacy/").read().decode())
"""
    assert shell.run(["python", "-c", program]).stdout == "ok\n"
    assert notebook.asked == [("GET", "upload.pypi.org", "/legacy/")]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1", "0.0.0.0"])
def test_lookups_of_this_machine_are_unchanged(shell: Shell, host: str) -> None:
    found = shell.run(["python", "-c", LOOK_UP, host])
    assert ast.literal_eval(found.stdout)[1] == 443


@pytest.mark.parametrize("host", ["pypi.localhost", "A.B.localhost."])
def test_names_below_localhost_are_answered_without_a_resolver(shell: Shell, host: str) -> None:
    program = "import socket, sys; print(sorted({found[4][:2] for found in socket.getaddrinfo(sys.argv[1], 443)}))"
    found = shell.run(["python", "-c", program, host])
    assert ast.literal_eval(found.stdout) == [("127.0.0.1", 443), ("::1", 443)]


@pytest.mark.parametrize("host", ["127.0.0.999", "127.evil.example", "127.1", "8.8.8.8"])
def test_names_that_resemble_loopback_addresses_are_not_looked_up(shell: Shell, host: str) -> None:
    rejected = shell.run(["python", "-c", LOOK_UP, host], check=False)
    assert "only the fake indexes can be reached" in rejected.stderr
    assert [lookup.host for lookup in shell.blocked_lookups] == [host]


def test_the_lookup_of_another_name_fails_and_is_recorded(shell: Shell, tmp_path: Path) -> None:
    script = tmp_path / "caller.py"
    script.write_text(LOOK_UP, encoding="utf-8")
    rejected = shell.run(["python", str(script), "example.com"], check=False)
    assert "Name or service not known: only the fake indexes can be reached" in rejected.stderr
    assert [(lookup.host, lookup.port, lookup.program) for lookup in shell.blocked_lookups] == [
        ("example.com", "443", "caller.py")
    ]


def test_a_shell_without_blocked_lookups_has_an_empty_list(shell: Shell) -> None:
    assert shell.blocked_lookups == []


def test_the_next_sitecustomize_on_the_path_runs_too(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("WORD = 'hello'\n", encoding="utf-8")
    path = os.pathsep.join([shell.env["PYTHONPATH"], str(tmp_path)])
    completed = shell.run(["python", "-c", "import sitecustomize; print(sitecustomize.WORD)"], env={"PYTHONPATH": path})
    assert completed.stdout == "hello\n"


def test_a_copy_of_another_session_on_the_path_runs_once(shell: Shell, tmp_path: Path) -> None:
    other = tmp_path / "lookups-of-another-session"
    other.mkdir()
    shutil.copyfile(sitecustomize.__file__, other / "sitecustomize.py")
    (tmp_path / "sitecustomize.py").write_text("print('hello')\n", encoding="utf-8")
    path = os.pathsep.join([shell.env["PYTHONPATH"], str(other), str(tmp_path)])
    found = shell.run(["python", "-c", LOOK_UP, REAL_HOSTS[0]], env={"PYTHONPATH": path})
    assert found.stdout.splitlines() == ["hello", repr(("127.0.0.1", shell.connection.proxy_port))]
    assert found.stderr == ""


def test_start_up_imports_nothing_but_the_c_module(shell: Shell) -> None:
    completed = shell.run(["python", "-c", "import sys; print('socket' in sys.modules, 'pathlib' in sys.modules)"])
    assert completed.stdout == "False False\n"
