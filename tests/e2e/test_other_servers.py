"""Real publishing tools at the servers that are not PyPI; `nox -s other_servers` measures all of them."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from fake_pypi import FakePyPI, wheel
from tests.e2e import other_servers
from tests.e2e.provision import PINS

pytestmark = pytest.mark.slow

STORED = json.loads(other_servers.RESULTS.read_text(encoding="utf-8"))
SAMPLE = [(tool, server) for tool in ("twine", "uv", "maturin") for server in other_servers.SERVERS]


@pytest.mark.parametrize(("tool", "server"), SAMPLE, ids=lambda value: value)
def test_a_tool_publishes_as_it_was_measured(tool: str, server: str, tmp_path: Path) -> None:
    outcome = json.loads(json.dumps(asdict(other_servers.measure(tool, server, tmp_path))))
    assert outcome == STORED["results"][tool][server]


def test_every_tool_was_measured_at_every_server_in_the_version_that_is_pinned() -> None:
    assert {tool: list(servers) for tool, servers in STORED["results"].items()} == {
        tool: list(other_servers.SERVERS) for tool in other_servers.TOOLS
    }
    pinned = {tool: PINS["newest"][tool][0] for tool in other_servers.TOOLS}
    assert STORED["versions"] == pinned, "measure again: nox -s other_servers"


def test_the_documentation_has_the_stored_results() -> None:
    page = other_servers.PAGE.read_text(encoding="utf-8")
    assert other_servers.rendered(page) == page, "python -m tests.e2e.other_servers --render"


@pytest.mark.parametrize("server", [server for server in other_servers.SERVERS if server != "pypi"])
def test_pip_installs_from_each_server(server: str, tmp_path: Path) -> None:
    with FakePyPI(server) as fake:
        fake.upload(wheel("hello", "1.0"))
        command = [sys.executable, "-m", "pip", "--isolated", "install", "--no-cache-dir", "--no-deps", "--quiet"]
        subprocess.run([*command, "--target", str(tmp_path), "-i", fake.simple_url, "hello"], check=True)
        assert (tmp_path / "hello-1.0.dist-info").is_dir()
        assert not fake.errors
