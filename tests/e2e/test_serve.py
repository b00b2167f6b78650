"""`fake-pypi serve` as the server of real clients over plain HTTP."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from tests.e2e.cli.serving import Serving, serving

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="`serve` is ended with a signal that Windows has not"),
]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Serving]:
    with serving(tmp_path, "--token", "letmein", "--data", str(tmp_path / "data")) as running:
        home = tmp_path / "home"
        home.mkdir()
        running.env.update(
            HOME=str(home), NO_PROXY="127.0.0.1", no_proxy="127.0.0.1", PIP_CONFIG_FILE=os.devnull, PIP_RETRIES="0"
        )
        yield running


def run(served: Serving, *words: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *map(str, words)], check=False, capture_output=True, text=True, env={**served.env, **env}
    )


def twine(served: Serving, *files: Path, index: str = "pypi") -> subprocess.CompletedProcess[str]:
    words = ["-m", "twine", "upload", "--non-interactive", "--disable-progress-bar"]
    url = f"{served[index].rstrip('/')}/legacy/"
    return run(served, *words, "--repository-url", url, *files, TWINE_USERNAME="__token__", TWINE_PASSWORD="letmein")


def pip_download(served: Serving, requirement: str, folder: Path) -> subprocess.CompletedProcess[str]:
    url = f"{served['pypi'].rstrip('/')}/simple/"
    return run(served, "-m", "pip", "download", "--no-deps", "--no-cache-dir", "-d", folder, "-i", url, requirement)


def test_twine_uploads_and_pip_downloads_until_a_yank_hides_the_release(served: Serving, tmp_path: Path) -> None:
    files = [
        make("hello", version).write_to(tmp_path / "dist") for version in ("1.0", "2.0") for make in (wheel, sdist)
    ]
    assert twine(served, *files).returncode == 0
    assert pip_download(served, "hello", tmp_path / "one").returncode == 0
    assert served.command("yank", "hello", "2.0", "--reason", "it is broken").returncode == 0
    assert pip_download(served, "hello", tmp_path / "two").returncode == 0
    exactly = pip_download(served, "hello==2.0", tmp_path / "three")
    names = [[each.name for each in (tmp_path / folder).iterdir()] for folder in ("one", "two", "three")]
    assert names == [
        ["hello-2.0-py3-none-any.whl"],
        ["hello-1.0-py3-none-any.whl"],
        ["hello-2.0-py3-none-any.whl"],
    ]
    assert "it is broken" in exactly.stdout + exactly.stderr


def test_twine_shows_the_words_of_a_rejection(served: Serving, tmp_path: Path) -> None:
    assert twine(served, wheel("hello", "1.0").write_to(tmp_path / "one")).returncode == 0
    changed = wheel("hello", "1.0", summary="changed").write_to(tmp_path / "two")
    rejected = twine(served, changed)
    assert rejected.returncode == 1
    said = " ".join((rejected.stdout + rejected.stderr).split())  # twine wraps its lines
    assert "HTTPError: 400" in said
    assert "File already exists" in said
    assert twine(served, changed, index="testpypi").returncode == 0


def test_uv_publishes_and_downloads(served: Serving, tmp_path: Path) -> None:
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    assert uv, "uv belongs to the test requirements"
    dist = wheel("hello", "1.0").write_to(tmp_path / "dist")
    env = {**served.env, "UV_CACHE_DIR": str(tmp_path / "cache"), "UV_NO_CONFIG": "1"}
    publish = [uv, "publish", "--publish-url", f"{served['pypi'].rstrip('/')}/legacy/", "--token", "letmein", str(dist)]
    published = subprocess.run(publish, check=False, capture_output=True, text=True, env=env)
    assert published.returncode == 0, published.stderr
    target = tmp_path / "installed"
    install = [uv, "pip", "install", "--python", sys.executable, "--target", str(target)]
    install += ["--index-url", f"{served['pypi'].rstrip('/')}/simple/", "hello"]
    installed = subprocess.run(install, check=False, capture_output=True, text=True, env=env)
    assert installed.returncode == 0, installed.stderr
    assert (target / "hello-1.0.dist-info").is_dir()


def test_everything_lasts_with_data(tmp_path: Path) -> None:
    words = ("--token", "letmein", "--data", str(tmp_path / "data"))
    dist = wheel("hello", "1.0").write_to(tmp_path / "dist")
    with serving(tmp_path, *words) as served:
        assert twine(served, dist).returncode == 0
        served.process.kill()  # the worst end that a server can have
    with serving(tmp_path, *words) as served:
        served.env["PIP_CONFIG_FILE"] = os.devnull
        assert pip_download(served, "hello", tmp_path / "got").returncode == 0
    assert (tmp_path / "got" / dist.name).read_bytes() == dist.read_bytes()


def test_a_user_who_creates_too_many_projects_is_rejected_by_the_limit(tmp_path: Path) -> None:
    with serving(tmp_path, "--token", "letmein", "--new-projects-per-day", "1") as running:
        running.env.update(HOME=str(tmp_path), NO_PROXY="127.0.0.1", no_proxy="127.0.0.1")
        first, second = (twine(running, wheel(name).write_to(tmp_path / name)) for name in ("one", "two"))
    assert first.returncode == 0, first.stdout + first.stderr
    assert second.returncode == 1
    assert "Too many new projects created" in second.stdout + second.stderr
