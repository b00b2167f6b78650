"""`fake-pypi env` gives another process what it needs to use a running `serve`; `serve` hands out its control API."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from fake_pypi import wheel
from tests.e2e.cli.serving import Serving, fake_pypi, serving
from tests.unit.cli.schemas import valid_document

pytestmark = pytest.mark.skipif(os.name == "nt", reason="`serve` is ended with a signal that Windows has not")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Serving]:
    with serving(tmp_path, "--quiet") as running:
        yield running


def variables(served: Serving, *options: str) -> dict[str, str | None]:
    done = served.command("env", "--json", *options)
    assert done.returncode == 0, done
    return dict(valid_document(done.stdout, "env")["variables"])


def applied(served: Serving, changes: dict[str, str | None]) -> dict[str, str]:
    merged = {**served.env, **changes}
    return {name: value for name, value in merged.items() if value is not None}


def twine(env: dict[str, str], *words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "twine", "upload", "--non-interactive", "--disable-progress-bar", *map(str, words)]
    return subprocess.run(command, env=env, check=False, capture_output=True, text=True, timeout=120)


def status(served: Serving, address: str, **headers: str) -> int:
    opener = build_opener(ProxyHandler({}))
    try:
        with opener.open(Request(address, headers=headers), timeout=60) as response:
            return int(response.status)
    except HTTPError as error:
        with error:
            return error.code


def test_a_process_with_the_variables_publishes_to_the_running_index(served: Serving, tmp_path: Path) -> None:
    file = wheel("hello", "1.0").write_to(tmp_path / "dist")
    done = twine(applied(served, variables(served)), file)
    assert done.returncode == 0, done
    assert served.command("yank", "hello", "1.0").returncode == 0


def test_a_process_with_the_variables_of_real_hosts_publishes_to_pypi_org(served: Serving, tmp_path: Path) -> None:
    file = wheel("hello", "1.0").write_to(tmp_path / "dist")
    changes = variables(served, "--real-hosts")
    token = str(changes["PYPI_API_TOKEN"])
    done = twine(applied(served, changes), "-u", "__token__", "-p", token, file)
    assert (done.returncode, "https://pypi.org/project/hello/1.0/" in done.stdout) == (0, True), done
    assert changes.get("HOME") is None
    assert Path(str(changes["SSL_CERT_FILE"])).is_file()


def test_the_variables_are_lines_for_a_shell(served: Serving) -> None:
    lines = served.command("env", "--client", "twine").stdout.splitlines()
    assert all(line.startswith("export ") for line in lines)
    assert f"export FAKE_PYPI_URL={served['pypi']}" in lines
    plain = served.command("env", "--client", "twine", "--format", "dotenv").stdout.splitlines()
    assert f"FAKE_PYPI_URL={served['pypi']}" in plain
    assert served.command("env", "--client", "nothing").returncode == 2
    assert served.command("env", "--client", "uv", "--real-hosts").returncode == 2


def test_without_a_server_the_command_says_so_in_one_line(tmp_path: Path) -> None:
    from tests.e2e.cli.serving import own_place

    done = fake_pypi("env", env=own_place(tmp_path))
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)


def test_serve_prints_the_control_api_and_a_private_file_with_its_secret(served: Serving) -> None:
    assert [line.partition("=")[0] for line in served.lines if "localhost" not in line] == [
        "pypi",
        "testpypi",
        "token",
        "control",
        "control-secret-file",
        "ready",
    ]
    assert served["control"].endswith("/_fake/api/v1/")
    file = Path(served["control-secret-file"])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    secret = file.read_text(encoding="utf-8").strip()
    assert status(served, f"{served['control']}indexes", Authorization=f"Bearer {secret}") == 200
    assert status(served, f"{served['control']}indexes") == 401
    assert status(served, f"{served['pypi']}/_fake/api/v1/indexes", Authorization=f"Bearer {secret}") == 404
    assert served.stop()[0] == 0
    assert not file.exists()


def test_the_file_and_the_secret_can_be_chosen(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("something older", encoding="utf-8")
    with serving(
        tmp_path, "--control-secret-file", str(file), FAKE_PYPI_CONTROL_SECRET="sixteen letters or more"
    ) as served:
        assert served["control-secret-file"] == str(file)
        assert (file.read_text(encoding="utf-8"), stat.S_IMODE(file.stat().st_mode)) == (
            "sixteen letters or more\n",
            0o600,
        )


@pytest.mark.parametrize(
    ("options", "variable", "message"),
    [
        ((), "short", "FAKE_PYPI_CONTROL_SECRET is shorter than 16 characters"),
        (("--control-secret-file", "no/such/folder/secret"), "", "cannot be written"),
    ],
)
def test_wrong_settings_are_one_line(tmp_path: Path, options: tuple[str, ...], variable: str, message: str) -> None:
    with serving(tmp_path, *options, FAKE_PYPI_CONTROL_SECRET=variable) as served:
        _, stderr = served.process.communicate(timeout=60)
        assert (served.process.returncode, message in stderr, len(stderr.splitlines())) == (2, True, 1), stderr
