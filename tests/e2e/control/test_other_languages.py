"""The programs of the how-to pages, in JavaScript and shell, test a publishing tool against `fake-pypi serve`."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from fake_pypi import wheel
from tests.e2e.cli.serving import own_place, serving
from tests.project.code_blocks import texts_on

pytestmark = pytest.mark.skipif(os.name == "nt", reason="`serve` is ended with a signal that Windows has not")

PAGE = "test-a-tool-in-another-language"
PROGRAMS = {"javascript": ("node", "publish.mjs"), "sh": ("sh", "publish.sh")}
NEEDED = {"javascript": ("node",), "sh": ("sh", "curl", "sha256sum")}


def require(*programs: str) -> None:
    """Skip a test whose programs are not installed; in CI that is a failure."""
    missing = [program for program in programs if shutil.which(program) is None]
    if missing and os.environ.get("CI"):
        pytest.fail(f"not installed: {', '.join(missing)}")
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


def environment(tmp_path: Path) -> dict[str, str]:
    """An environment in which `fake-pypi` is the command of this interpreter, and no other server is met."""
    folder = tmp_path / "bin"
    folder.mkdir()
    command = folder / "fake-pypi"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m fake_pypi "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    return {**own_place(tmp_path), "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


@pytest.mark.parametrize("language", PROGRAMS)
def test_the_program_of_the_page_passes(language: str, tmp_path: Path) -> None:
    require(*NEEDED[language])
    (program,) = (text for text in texts_on(f"docs/how-to/{PAGE}.md", language) if "publish" in text.lower())
    interpreter, filename = PROGRAMS[language]
    (tmp_path / filename).write_text(program, encoding="utf-8")
    package = wheel("hello", "1.0").write_to(tmp_path / "dist")
    done = subprocess.run(
        [interpreter, filename, str(package)],
        cwd=tmp_path,
        env=environment(tmp_path),
        check=False,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert (done.returncode, done.stdout.splitlines()[-1:], done.stderr) == (0, ["passed"], ""), done


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_the_commands_of_the_page_about_containers_work(tmp_path: Path) -> None:
    require("sh", "curl")
    ports = {name: free_port() for name in ("8080", "8081", "8082")}
    start, reset = texts_on("docs/how-to/service-container.md", "sh")
    for name, port in ports.items():
        start, reset = start.replace(name, str(port)), reset.replace(name, str(port))
    secret = "a long secret of this test"
    options = start.partition("fake-pypi serve ")[2].split()
    assert "FAKE_PYPI_CONTROL_SECRET" in start
    variables = {"FAKE_PYPI_CONTROL_SECRET": secret, "FAKE_PYPI_TOKEN": "chosen-token"}
    with serving(tmp_path, *options, **variables) as served:
        assert served["token"] == "chosen-token"
        assert served["control"] == f"http://127.0.0.1:{ports['8082']}/_fake/api/v1/"
        for port in ports.values():
            with urlopen(f"http://127.0.0.1:{port}/_fake/health") as response:
                assert response.read() == b'{"alive": true, "ready": true}'
        done = subprocess.run(
            ["sh", "-c", reset],
            env={**os.environ, "HOST": "127.0.0.1", "FAKE_PYPI_CONTROL_SECRET": secret, "no_proxy": "127.0.0.1"},
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert (done.returncode, '"id": "main"' in done.stdout) == (0, True), done
        assert '"token": "chosen-token"' not in done.stdout  # each index has a token of its own; both are accepted
