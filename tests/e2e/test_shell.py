"""twine, pip, uv, build and curl, verbatim, in a shell where the real host names are the fakes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fake_pypi.clients.shell import Shell
from fake_pypi.clients.venv import VirtualEnvironment
from fake_pypi.errors import CommandFailed
from fake_pypi.fake import FakeIndexes, FakePyPI
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel

EXAMPLES = Path(__file__).parents[2] / "examples"


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
    """A folder with `dist/`, as after a build."""
    dist = tmp_path / "project" / "dist"
    dist.mkdir(parents=True)
    wheel("hello", "1.0", scripts={"hello": "hello:main"}, files=_hello("1.0")).write_to(dist)
    sdist("hello", "1.0").write_to(dist)
    return dist.parent


@pytest.fixture
def example(tmp_path: Path) -> Callable[[str], Path]:
    def copy(name: str) -> Path:
        return Path(shutil.copytree(EXAMPLES / name, tmp_path / name))

    return copy


def _hello(version: str) -> dict[str, str]:
    return {"hello/__init__.py": f"def main() -> None:\n    print('hello {version}')\n"}


def _uploads(index: FakePyPI, client: str) -> list[tuple[str, int]]:
    """Host and status of what this client posted, by its own User-Agent."""
    return [
        (request.host, request.status)
        for request in index.requests
        if request.path == "/legacy/" and request.method == "POST" and request.user_agent.startswith(client)
    ]


# ------------------------------------------------------------------------------------------------ uploading


def test_twine_uploads_to_each_index_by_its_name_in_pypirc(shell: Shell, indexes: FakeIndexes, project: Path) -> None:
    told = shell.run("twine upload --repository testpypi dist/*", cwd=project)
    assert "https://test.pypi.org/project/hello/1.0/" in told.stdout
    assert _uploads(indexes.testpypi, "twine/") == [("test.pypi.org", 200)] * 2
    assert indexes.pypi.project("hello") is None

    told = shell.run("twine upload dist/*", cwd=project)
    assert "https://pypi.org/project/hello/1.0/" in told.stdout
    assert _uploads(indexes.pypi, "twine/") == [("upload.pypi.org", 200)] * 2


def test_twine_shows_pypis_words_for_a_changed_file(shell: Shell, indexes: FakeIndexes, project: Path) -> None:
    shell.run("twine upload dist/*.whl", cwd=project)
    wheel("hello", "1.0", files=_hello("1.0, changed")).write_to(project / "dist")
    rejected = shell.run("twine upload dist/*.whl", cwd=project, check=False)
    assert rejected.returncode == 1
    assert "File already exists" in rejected.stdout
    assert indexes.pypi.rejections[-1].rule == "duplicate-file"


def test_twine_skips_existing_files_that_it_requests_from_the_old_host_name(
    shell: Shell, indexes: FakeIndexes, project: Path
) -> None:
    shell.run("twine upload dist/*", cwd=project)
    told = shell.run("twine upload --skip-existing dist/*", cwd=project)
    assert "Skipping hello-1.0-py3-none-any.whl because it appears to already exist" in " ".join(told.stdout.split())
    assert ("pypi.python.org", "/pypi/hello/json") in [(each.host, each.path) for each in indexes.pypi.requests]


def test_a_project_token_takes_the_place_of_the_account_token(
    shell: Shell, indexes: FakeIndexes, project: Path
) -> None:
    shell.run("twine upload dist/*", cwd=project)
    shell.use_tokens(pypi=indexes.pypi.add_token(projects=["hello"]).secret)
    wheel("hello", "1.1").write_to(project / "dist")
    shell.run("twine upload dist/hello-1.1*", cwd=project)
    wheel("another", "1.0").write_to(project / "dist")
    rejected = shell.run("twine upload dist/another*", cwd=project, check=False)
    assert "403 Forbidden" in rejected.stdout


def test_uv_publishes_with_the_token_from_the_environment(shell: Shell, indexes: FakeIndexes, project: Path) -> None:
    shell.run("uv publish --publish-url https://test.pypi.org/legacy/ --token $TEST_PYPI_API_TOKEN", cwd=project)
    shell.run("UV_PUBLISH_TOKEN=$PYPI_API_TOKEN uv publish", cwd=project)
    assert _uploads(indexes.testpypi, "uv/") == [("test.pypi.org", 200)] * 2
    assert _uploads(indexes.pypi, "uv/") == [("upload.pypi.org", 200)] * 2


def test_without_credentials_twine_gives_up_instead_of_waiting(indexes: FakeIndexes, project: Path) -> None:
    shell = indexes.shell(credentials=False)
    rejected = shell.run("twine upload dist/*", cwd=project, check=False, timeout=60)
    assert rejected.returncode != 0
    assert indexes.pypi.project("hello") is None


def test_a_failure_shows_no_token(shell: Shell, indexes: FakeIndexes, project: Path) -> None:
    secret = indexes.pypi.token.secret
    with pytest.raises(CommandFailed) as failed:
        shell.run(f"twine upload -u __token__ -p {secret} no-such-file.whl", cwd=project)
    assert secret not in str(failed.value)
    assert "InvalidDistribution" in str(failed.value)


# ----------------------------------------------------------------------------------------------- installing


def test_pip_installs_from_testpypi_with_pypi_for_the_rest(
    shell: Shell, indexes: FakeIndexes, project: Path, tmp_path: Path
) -> None:
    shell.run("twine upload --repository testpypi dist/*", cwd=project)
    venv = VirtualEnvironment(tmp_path / "venv", shell)
    urls = "--index-url https://test.pypi.org/simple/ --extra-index-url https://pypi.org/simple/"
    venv.run(f"pip install {urls} hello")
    assert venv.run("hello").stdout == "hello 1.0\n"
    assert {each.host for each in indexes.testpypi.requests if each.user_agent.startswith("pip/")} == {
        "test.pypi.org",
        "test-files.pythonhosted.org",
    }


def test_pip_finds_other_peoples_packages_where_the_tests_run(shell: Shell, tmp_path: Path) -> None:
    venv = VirtualEnvironment(tmp_path / "venv", shell)
    venv.install("idna")
    assert venv.run(["python", "-c", "import idna; print(idna.encode('ä.example').decode())"]).stdout == (
        "xn--4ca.example\n"
    )


def test_uvx_runs_what_was_just_published(shell: Shell, project: Path) -> None:
    shell.run("twine upload --repository testpypi dist/*", cwd=project)
    assert shell.run("uvx --index-url https://test.pypi.org/simple/ hello", cwd=project).stdout == "hello 1.0\n"


def test_what_uv_installs_as_a_tool_is_a_command_afterwards(shell: Shell, indexes: FakeIndexes) -> None:
    indexes.pypi.add(wheel("hello", "1.0", scripts={"hello": "hello:main"}, files=_hello("1.0")))
    assert shell.script("uv tool install --quiet hello\nhello").stdout == "hello 1.0\n"


def test_uv_installs_the_file_of_this_index_and_not_of_the_previous_one(tmp_path: Path) -> None:
    said = []
    for words in ("first", "second"):
        with FakeIndexes() as indexes:
            indexes.pypi.add(wheel("hello", "1.0", files=_hello(words), scripts={"hello": "hello:main"}))
            venv = VirtualEnvironment(tmp_path / words, indexes.shell())
            venv.run("uv pip install hello==1.0")
            said.append(venv.run("hello").stdout)
    assert said == ["hello first\n", "hello second\n"]


# ------------------------------------------------------------------------------------------------- building


@pytest.mark.slow
def test_a_whole_release_runs_as_guides_write_it(
    shell: Shell, indexes: FakeIndexes, example: Callable[[str], Path]
) -> None:
    shell.script(
        """
        python -m build
        python -m twine check dist/*
        twine upload --repository testpypi dist/*
        twine upload dist/*
        virtualenv --quiet fresh
        source fresh/bin/activate
        pip install paper-folds
        python -c 'import paper_folds'
        """,
        cwd=example("hatchling"),
    )
    for index in indexes.pypi, indexes.testpypi:
        release = index.project("paper-folds")
        assert release is not None
        assert [len(each.filenames) for each in release.releases.values()] == [2]


def test_uv_builds_with_a_backend_from_where_the_tests_run(shell: Shell, example: Callable[[str], Path]) -> None:
    folder = example("flit-core")
    shell.run("uv build", cwd=folder)
    assert len(list((folder / "dist").glob("*.whl"))) == 1


# ------------------------------------------------------------------------------------------- nothing gets out


def test_curl_reaches_the_fake_and_no_other_host(shell: Shell, indexes: FakeIndexes) -> None:
    indexes.testpypi.add(wheel("hello", "1.0"))
    page = shell.run("curl --silent https://test.pypi.org/simple/hello/").stdout
    assert "https://test-files.pythonhosted.org/packages/" in page
    rejected = shell.run("curl --silent --show-error https://example.com/", check=False)
    assert rejected.returncode != 0
    assert [request.host for request in indexes.servers.proxy.blocked_requests] == ["example.com"]


@pytest.mark.skipif(shutil.which("wget") is None, reason="there is no wget on this machine")
def test_wget_meets_the_fake_as_well(shell: Shell, indexes: FakeIndexes) -> None:
    indexes.testpypi.add(wheel("hello", "1.0"))
    page = shell.run("wget --quiet --output-document - https://test.pypi.org/simple/hello/").stdout
    assert "https://test-files.pythonhosted.org/packages/" in page
    assert indexes.testpypi.requests[-1].user_agent.startswith("Wget/")


def test_a_client_that_ignores_proxies_meets_the_fake_too(shell: Shell, indexes: FakeIndexes) -> None:
    program = """
import urllib.error, urllib.request
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
try:
    direct.open("https://pypi.org/simple/nothing-of-that-name/")
except urllib.error.HTTPError as answer:
    print(answer.code)
"""
    assert shell.run(["python", "-c", program]).stdout == "404\n"
    assert [(each.host, each.via) for each in indexes.pypi.requests] == [("pypi.org", "tls")]


def test_the_users_own_settings_and_credentials_stay_outside(
    indexes: FakeIndexes, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "real-home"
    (home / ".config" / "pip").mkdir(parents=True)
    (home / ".config" / "pip" / "pip.conf").write_text("[global]\nno-index = true\n", encoding="utf-8")
    (home / ".pypirc").write_text("[pypi]\nrepository = https://company.example/\n", encoding="utf-8")
    (home / ".netrc").write_text("machine pypi.org login me password mine\n", encoding="utf-8")
    for name, value in {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "TWINE_REPOSITORY_URL": "https://company.example/",
        "UV_DEFAULT_INDEX": "https://company.example/simple/",
        "PIP_INDEX_URL": "https://company.example/simple/",
        "NO_PROXY": ".org",
    }.items():
        monkeypatch.setenv(name, value)
    before = sorted(home.rglob("*"))

    shell = indexes.shell()
    shell.run("twine upload dist/*", cwd=project)
    shell.run("pip download --no-deps --dest downloaded hello", cwd=project)
    shell.run("uvx hello", cwd=project)

    assert sorted(home.rglob("*")) == before
    assert indexes.servers.proxy.blocked_requests == []
    assert shell.blocked_lookups == []


def test_closing_the_indexes_removes_the_home(project: Path) -> None:
    with FakeIndexes() as indexes:
        shell = indexes.shell()
        shell.run("twine upload dist/*", cwd=project)
        assert shell.home.is_dir()
    assert not shell.folders.directory.exists()
