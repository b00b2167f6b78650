"""`fake-pypi serve --site` is another server in place of PyPI and TestPyPI, and `fake-pypi env` names it to clients."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fake_pypi import wheel
from fake_pypi.fake.http_upload import upload
from fake_pypi.sites import OTHER_SERVERS
from tests.e2e.cli.serving import fake_pypi, own_place, serving

pytestmark = pytest.mark.skipif(os.name == "nt", reason="`serve` is ended with a signal that Windows has not")


def run(*words: str | Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [str(word) for word in words]
    return subprocess.run(command, env=env, check=False, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("site", sorted(OTHER_SERVERS))
def test_clients_publish_to_it_and_install_from_it_with_the_variables_of_env(site: str, tmp_path: Path) -> None:
    file = wheel("hello", "1.0").write_to(tmp_path / "dist")
    with serving(tmp_path, "--quiet", "--site", site) as served:
        names = [line.partition("=")[0] for line in served.lines]
        assert names[:5] == [site, "upload-url", "simple-url", "username", "password"]
        assert names[5:] == ["control", "control-secret-file", "ready"]
        printed = served.command("env", "--json", "--url", served[site])
        env = {**served.env, **json.loads(printed.stdout)["variables"]}
        published = run(sys.executable, "-m", "twine", "upload", "--disable-progress-bar", file, env=env)
        assert published.returncode == 0, published
        pip = (sys.executable, "-m", "pip", "install", "--no-deps", "--target", tmp_path / "installed", "hello")
        installed = run(*pip, env=env)
        assert installed.returncode == 0, installed
        assert (tmp_path / "installed" / "hello" / "__init__.py").is_file()
        assert served.command("fault", "add", "503 when times=1").stdout == f"fault added on {site}: 503 when times=1\n"
        assert served.command("env", "--real-hosts").returncode == 2
        assert served.stop() == (0, "")


def test_the_password_and_the_files_outlive_a_restart(tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("one of my own\n", encoding="utf-8")
    options = ("--quiet", "--site", "devpi", "--data", str(tmp_path / "data"), "--password-file", str(password))
    for version in ("1.0", "2.0"):
        with serving(tmp_path, *options) as served:
            assert served["password"] == "one of my own"
            answer = upload(served["upload-url"], wheel("hello", version), "one of my own", user=served["username"])
            assert answer[0] == 200
            assert served.stop() == (0, "")
    checked = fake_pypi("data", "check", str(tmp_path / "data"), env=own_place(tmp_path))
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize(
    "options",
    [
        ("--site", "maven"),
        ("--site", "pypi"),
        ("--site", "devpi", "--token", "any"),
        ("--site", "devpi", "--token-file", "any"),
        ("--site", "devpi", "--testpypi-port", "8081"),
        ("--site", "devpi", "--new-projects-per-day", "4"),
        ("--site", "devpi", "--wheelhouse", "."),
        ("--site", "devpi", "--upstream", "http://127.0.0.1:1/simple/"),
        ("--site", "devpi", "--without", "duplicate-file"),
        ("--site", "devpi", "--open"),
        ("--site", "devpi", "--password-file", "no/such/file"),
        ("--password-file", "any"),
    ],
    ids=" ".join,
)
def test_what_does_not_fit_is_one_line(options: tuple[str, ...], tmp_path: Path) -> None:
    done = fake_pypi("serve", *options, env=own_place(tmp_path))
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1), done
