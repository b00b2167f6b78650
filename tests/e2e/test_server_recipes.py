"""The commands of the container file and of the systemd unit work, in a new virtual environment."""

from __future__ import annotations

import configparser
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fake_pypi import wheel
from fake_pypi.fake.http_upload import upload

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the recipes are for Linux")

PROJECT = Path(__file__).resolve().parents[2]
RECIPES = PROJECT / "docs" / "how-to" / "server"
TOKEN = "swordfish"


def instructions(name: str) -> list[str]:
    """Return the arguments of every instruction of that name in the container file."""
    text = (RECIPES / "Containerfile").read_text(encoding="utf-8")
    return [line.removeprefix(f"{name} ") for line in text.splitlines() if line.startswith(f"{name} ")]


def words_of(arguments: str) -> list[str]:
    words: list[str] = json.loads(arguments[arguments.index("[") :])
    return words


class Container:
    """Places on this machine for those of the recipe."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = ""
        self.places = {
            "/opt/fake-pypi": str(folder / "venv"),
            "/data": str(folder / "data"),
            "http://127.0.0.1:8080": "{url}",
            "8080": "0",
            "8081": "0",
            "python -m venv": f"{sys.executable} -m virtualenv --quiet",
            "pytest-fake-pypi": str(PROJECT),
            "-o 1000 -g 1000": "",
            "${STATE_DIRECTORY}": str(folder / "state"),
            "0.0.0.0": "127.0.0.1",
        }
        names = ("HOME", "PATH", "PIP_INDEX_URL", "PIP_CONFIG_FILE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
        kept = {name: os.environ[name] for name in names if name in os.environ}
        proxies = {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
        (folder / "tmp").mkdir()
        self.env = {**kept, **proxies, "TMPDIR": str(folder / "tmp"), "FAKE_PYPI_TOKEN": TOKEN}

    def placed(self, text: str) -> str:
        for place, here in self.places.items():
            text = text.replace(place, here)
        return text.replace("{url}", self.url)

    def run(self, words: list[str]) -> subprocess.CompletedProcess[str]:
        placed = [self.placed(word) for word in words]
        return subprocess.run(placed, check=False, capture_output=True, text=True, env=self.env, timeout=400)

    @contextmanager
    def serving(self, words: list[str]) -> Iterator[subprocess.Popen[str]]:
        placed = [self.placed(word) for word in words]
        pipe = subprocess.PIPE
        with subprocess.Popen(placed, env=self.env, stdout=pipe, stderr=pipe, text=True) as process:
            try:
                assert process.stdout is not None
                lines = dict(line.split("=", 1) for line in iter(process.stdout.readline, "ready\n") if "=" in line)
                assert lines["token"] == f"{TOKEN}\n"
                self.url = lines["pypi"].strip()
                yield process
            finally:
                process.kill()


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> Container:
    """A place where all RUN instructions were carried out."""
    made = Container(tmp_path_factory.mktemp("container"))
    for command in instructions("RUN"):
        done = made.run(["sh", "-c", command])
        assert done.returncode == 0, done.stderr
    return made


@pytest.mark.slow
@pytest.mark.xdist_group("server recipes")
def test_the_container_file_serves_is_healthy_keeps_its_data_and_stops(container: Container) -> None:
    (start,), (check,) = instructions("CMD"), instructions("HEALTHCHECK")
    for version in ("1.0", "2.0"):
        with container.serving(words_of(start)) as process:
            assert container.run(words_of(check)).returncode == 0
            assert upload(f"{container.url}/legacy/", wheel("hello", version), TOKEN) == (200, "OK")
            process.send_signal(signal.SIGTERM)
            _, log = process.communicate(timeout=60)
        assert process.returncode == 0, log
        requests = [line for line in map(json.loads, log.splitlines()) if "status" in line]
        assert [request["status"] for request in requests] == [200, 200]
    assert container.run(words_of(check)).returncode != 0
    files = [file.name for file in (container.folder / "data" / "pypi" / "files").rglob("*.whl")]
    assert sorted(files) == ["hello-1.0-py3-none-any.whl", "hello-2.0-py3-none-any.whl"]
    written = {path.name for path in container.folder.iterdir()}
    assert written <= {"venv", "data", "tmp", "state"}


@pytest.mark.slow
@pytest.mark.xdist_group("server recipes")
def test_the_command_of_the_unit_serves_and_stops(container: Container) -> None:
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # as its documentation shows
    unit.read(RECIPES / "fake-pypi.service", encoding="utf-8")
    with container.serving(shlex.split(unit["Service"]["ExecStart"])) as process:
        assert upload(f"{container.url}/legacy/", wheel("hello", "1.0"), TOKEN) == (200, "OK")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert (container.folder / "state" / "pypi" / "index.sqlite3").is_file()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed here")
def test_systemd_knows_every_setting_of_the_unit(tmp_path: Path) -> None:
    program = tmp_path / "fake-pypi"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    text = (RECIPES / "fake-pypi.service").read_text(encoding="utf-8")
    unit = tmp_path / "fake-pypi.service"
    unit.write_text(text.replace("/opt/fake-pypi/bin/fake-pypi", str(program)), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", unit], check=False, capture_output=True, text=True)
    about_the_unit = [line for line in done.stderr.splitlines() if re.search(r"fake-pypi\.service", line)]
    assert about_the_unit == []
