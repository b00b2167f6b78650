"""`--fake-pypi-process-environment` keeps HOME; real publishing tools still find none of the user's settings there."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from fake_pypi.fake import FakeIndexes
from fake_pypi.packages.wheel import wheel
from tests.e2e.provision import programs_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="the user's settings lie elsewhere there"),
]

PYPIRC = """
[distutils]
index-servers = pypi
[pypi]
repository = https://upload.pypi.org/legacy/
username = __token__
password = {token}
"""
SETTINGS = {
    ".pypirc": PYPIRC,
    ".netrc": "machine upload.pypi.org login __token__ password {token}\n",
    ".config/pypoetry/auth.toml": '[pypi-token]\npypi = "{token}"\n',
    ".config/pdm/config.toml": '[repository.pypi]\nusername = "__token__"\npassword = "{token}"\n',
    ".config/hatch/config.toml": '[publish.index]\nuser = "__token__"\nauth = "{token}"\n',
    ".config/uv/uv.toml": 'publish-url = "https://company.example/legacy/"\n',
    ".config/git/ignore": "*.log\n",
    ".curlrc": "fail\nurl = https://company.example/\n",
}
"""What a user has, by the place in the home. The token is valid for the fake index."""

COMMANDS = {
    "twine": "twine upload --non-interactive dist/*",
    "flit": "flit publish --no-use-vcs",
    "hatch": "hatch publish --no-prompt",
    "poetry": "poetry publish --no-interaction",
    "pdm": "pdm publish --no-build",
    "uv": "uv publish --trusted-publishing never",
}
PROJECT = """
[build-system]
requires = ["flit_core"]
build-backend = "flit_core.buildapi"
[project]
name = "hello"
version = "1.0"
description = "Greets."
"""


@pytest.fixture
def indexes() -> Iterator[FakeIndexes]:
    with FakeIndexes() as indexes:
        yield indexes
        assert indexes.servers.errors == []


@pytest.fixture
def home(indexes: FakeIndexes, tmp_path: Path) -> Path:
    """The home of a user who publishes every day."""
    home = tmp_path / "home"
    for name, text in SETTINGS.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text.replace("{token}", indexes.pypi.token.secret), encoding="utf-8")
        (home / name).chmod(0o600)
    return home


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project = tmp_path / "project"
    project.mkdir()
    (project / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    (project / "hello.py").write_text('"""Greets."""\n', encoding="utf-8")
    wheel("hello", "1.0").write_to(project / "dist")
    return project


@pytest.fixture
def variables(indexes: FakeIndexes, home: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of a subprocess of a session of that user with `--fake-pypi-process-environment`."""
    for name in [name for name in os.environ if name.startswith("XDG_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    changed = {**os.environ, **indexes.environment()}
    return {name: value for name, value in changed.items() if value is not None}


def run(line: str, project: Path, env: dict[str, str], client: str) -> subprocess.CompletedProcess[str]:
    programs = programs_of(client, "newest")
    path = os.pathsep.join([*([str(programs)] if programs else []), env["PATH"]])
    return subprocess.run(
        ["sh", "-c", line],
        cwd=project,
        env={**env, "PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("client", COMMANDS)
def test_no_client_publishes_with_what_the_user_has_stored(
    client: str, indexes: FakeIndexes, home: Path, project: Path, variables: dict[str, str]
) -> None:
    ended = run(COMMANDS[client], project, variables, client)
    assert ended.returncode != 0, ended.stdout + ended.stderr
    assert indexes.pypi.project("hello") is None
    assert [request.sender for request in indexes.pypi.requests if request.sender] == []
    assert variables["HOME"] == str(home)


@pytest.mark.parametrize("client", COMMANDS)
def test_the_same_settings_publish_where_they_are_in_force(
    client: str, indexes: FakeIndexes, project: Path, variables: dict[str, str]
) -> None:
    """Shows that the settings above are those that the client reads."""
    kept = ("FAKE_PYPI_HIDDEN", "XDG_CONFIG_HOME", "NETRC", "POETRY_CONFIG_DIR", "PDM_CONFIG_FILE", "HATCH_CONFIG")
    env = {name: value for name, value in variables.items() if name not in kept}
    ended = run(COMMANDS[client], project, env, client)
    published = indexes.pypi.project("hello") is not None
    assert published or "https://company.example/legacy/" in ended.stdout + ended.stderr, ended.stdout + ended.stderr


def test_maturin_is_the_client_that_cannot_be_kept_from_pypirc(
    indexes: FakeIndexes, project: Path, variables: dict[str, str]
) -> None:
    ended = run("maturin upload --non-interactive dist/*", project, variables, "maturin")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert indexes.pypi.project("hello") is not None


def test_uv_keeps_the_settings_of_the_project(indexes: FakeIndexes, project: Path, variables: dict[str, str]) -> None:
    own = f'\n[[tool.uv.index]]\nname = "own"\nurl = "{indexes.testpypi.simple_url}"\n'
    own += f'publish-url = "{indexes.testpypi.upload_url}"\n'
    (project / "pyproject.toml").write_text(PROJECT + own, encoding="utf-8")
    token = indexes.testpypi.token.secret
    ended = run(f"uv publish --index own --token {token}", project, variables, "uv")
    assert ended.returncode == 0, ended.stderr
    assert indexes.testpypi.project("hello") is not None


def test_curl_and_git_read_what_they_should(project: Path, variables: dict[str, str], home: Path) -> None:
    ended = run('curl --silent "$FAKE_PYPI_URL/_health/"', project, variables, "curl")
    assert (ended.returncode, ended.stdout) == (0, "OK")
    run("git init --quiet && touch some.log", project, variables, "curl")
    assert run("git check-ignore some.log", project, variables, "curl").stdout == "some.log\n"


def test_a_pypirc_that_a_test_writes_into_another_home_is_read(
    indexes: FakeIndexes, home: Path, project: Path, variables: dict[str, str], tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / ".pypirc").write_text((home / ".pypirc").read_text(encoding="utf-8"), encoding="utf-8")
    ended = run(COMMANDS["twine"], project, {**variables, "HOME": str(other)}, "twine")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert indexes.pypi.project("hello") is not None
