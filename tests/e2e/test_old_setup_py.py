"""`python setup.py register` and `upload` of old Pythons, whose forms are less tidy than today's."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from fake_pypi import FakePyPI

SETUP = "from distutils.core import setup\nsetup(name='demo', version='1.0', author='\\xc3\\xa9')\n"
PYPIRC = "[distutils]\nindex-servers = fake\n[fake]\nrepository: {url}\nusername: alice\npassword: {word}\n"
GONE = "Project pre-registration is no longer required or supported, upload your files instead."


@pytest.fixture
def pypi() -> Iterator[FakePyPI]:
    with FakePyPI() as index:
        yield index


def interpreter(version: str) -> str:
    """The path of an old Python; every one that distutils was part of will do."""
    candidates = (f"python{version}", *Path.home().glob(f".pyenv/versions/{version}.*/bin/python{version}"))
    found = next((path for path in map(shutil.which, map(str, candidates)) if path and _runs(path)), None)
    if found is None:
        pytest.skip(f"Python {version} is not installed here")
    return found


def _runs(path: str) -> bool:
    done = subprocess.run([path, "-c", "import distutils.command.register"], capture_output=True, check=False)
    return done.returncode == 0


@pytest.mark.parametrize("version", ["2.7", "3.7", "3.10"])
def test_registering_a_project_is_answered_with_pypis_410(pypi: FakePyPI, tmp_path: Path, version: str) -> None:
    program = interpreter(version)
    (tmp_path / "setup.py").write_text(f"# coding: utf-8\n{SETUP}", encoding="utf-8")
    (tmp_path / ".pypirc").write_text(PYPIRC.format(url=pypi.upload_url, word=pypi.token.secret), encoding="utf-8")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP_"))}
    environ |= {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "NO_PROXY": "*", "no_proxy": "*"}
    command = [program, "-W", "ignore", "setup.py", "register", "-r", "fake"]
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=60, check=False)
    request = pypi.requests[-1]
    assert (request.method, request.path, request.status) == ("POST", "/legacy/", 410), done.stdout + done.stderr
    assert request.reason == GONE
    assert f"Server response (410): {GONE}" in done.stdout + done.stderr
