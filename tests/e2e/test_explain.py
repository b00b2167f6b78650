"""`fake-pypi explain` understands what real tools print when they are used wrongly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fake_pypi.clients.shell import Shell
from fake_pypi.explain.findings import explain
from fake_pypi.fake import FakeIndexes
from fake_pypi.packages.wheel import wheel


@pytest.fixture
def indexes() -> Iterator[FakeIndexes]:
    with FakeIndexes() as indexes:
        yield indexes
        assert indexes.servers.errors == []


@pytest.fixture
def shell(indexes: FakeIndexes) -> Shell:
    return indexes.shell()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    wheel("hello", "1.0").write_to(tmp_path / "dist")
    return tmp_path


def found(shell: Shell, command: str, project: Path, **env: str | None) -> list[str]:
    done = shell.run(command, cwd=project, check=False, env=env)
    assert done.returncode != 0
    return [cause.id for finding in explain(done.stdout + done.stderr) for cause in finding.causes]


@pytest.mark.parametrize(
    ("command", "mistake"),
    [
        ("twine upload --dry-run dist/*", "no-dry-run"),
        ("twine upload --yank dist/*", "no-yank-option"),
        ("twine check --repository testpypi dist/*", "check-uses-no-repository"),
    ],
)
def test_options_that_do_not_exist(command: str, mistake: str, shell: Shell, project: Path) -> None:
    assert mistake in found(shell, command, project)


def test_the_token_of_testpypi_on_pypi(shell: Shell, indexes: FakeIndexes, project: Path) -> None:
    other = indexes.testpypi.token.secret
    assert "unknown-token" in found(shell, "twine upload dist/*", project, TWINE_PASSWORD=other)
    assert "unknown-token" in found(shell, "uv publish dist/*", project, UV_PUBLISH_TOKEN=other)


def test_a_user_name_other_than_token(shell: Shell, project: Path) -> None:
    assert found(shell, "twine upload -u jane dist/*", project) == ["password-not-supported"]


def test_a_secret_that_is_empty(shell: Shell, project: Path) -> None:
    empty = {"TWINE_USERNAME": "__token__", "TWINE_PASSWORD": ""}
    assert "no-identity" in found(shell, "twine upload dist/*", project, **empty)


def test_no_credentials_at_all(indexes: FakeIndexes, project: Path) -> None:
    shell = indexes.shell(credentials=False)
    assert "no-secret" in found(shell, "twine upload --non-interactive dist/*", project)
    assert "no-secret" in found(shell, "uv publish dist/*", project)


def test_a_comment_behind_the_password_in_pypirc(shell: Shell, indexes: FakeIndexes, project: Path) -> None:
    lines = ["[pypi]", "username = __token__", f"password = {indexes.pypi.token.secret} # for releases"]
    (shell.home / ".pypirc").write_text("\n".join(lines), encoding="utf-8")
    none = dict.fromkeys(("TWINE_USERNAME", "TWINE_PASSWORD"))
    assert "unknown-token" in found(shell, "twine upload dist/*", project, **none)
    assert [cause.id for finding in explain("\n".join(lines)) for cause in finding.causes] == [
        "comment-behind-password"
    ]


def test_files_that_the_tool_cannot_read(shell: Shell, project: Path) -> None:
    next((project / "dist").iterdir()).write_bytes(b"no zip archive")
    assert found(shell, "twine upload dist/*", project) == ["file-unreadable"]
    assert found(shell, "uv publish dist/*", project) == ["file-unreadable"]


@pytest.mark.parametrize(
    "address", ["https://upload.pypi.org/legacy", "https://pypi.org/legacy/", "https://pypi.org/simple/"]
)
def test_an_address_that_takes_no_uploads(address: str, shell: Shell, indexes: FakeIndexes, project: Path) -> None:
    token = {"TWINE_USERNAME": "__token__", "TWINE_PASSWORD": indexes.pypi.token.secret}
    assert found(shell, f"twine upload --repository-url {address} dist/*", project, **token) == ["wrong-address"]


def test_a_project_is_not_registered_any_more(shell: Shell, project: Path) -> None:
    assert found(shell, "twine register dist/hello-1.0-py3-none-any.whl", project) == ["no-registration"]


def test_no_file_at_all(shell: Shell, project: Path) -> None:
    assert found(shell, "twine upload nothing/*", project) == ["nothing-to-upload"]
    assert found(shell, "uv publish nothing/*", project) == ["nothing-to-upload"]


@pytest.mark.parametrize("backend", ["hatchling.build", "setuptools.build_meta", "flit_core.buildapi", "pdm.backend"])
def test_a_version_that_is_none(backend: str, shell: Shell, project: Path) -> None:
    (project / "hello.py").write_text('"""Hello."""\n', encoding="utf-8")
    (project / "pyproject.toml").write_text(
        f'[build-system]\nrequires = []\nbuild-backend = "{backend}"\n'
        '[project]\nname = "hello"\nversion = "0.1.0-test.1"\ndescription = "Hello"\n',
        encoding="utf-8",
    )
    assert "not-a-version" in found(shell, "python -m build --no-isolation", project)
