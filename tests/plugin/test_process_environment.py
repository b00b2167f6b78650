"""`--fake-pypi-process-environment`: subprocesses of a project's own tests use the fakes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
import trustme  # noqa: F401 - pytester unloads what a run in this process imports; cryptography cannot be loaded twice

from fake_pypi.packages.wheel import wheel

PROJECT = """
    import os, pathlib, subprocess, sys

    HERE = pathlib.Path(__file__).parent
    HOME = {home!r}

    def run(*words, **env):
        return subprocess.run([sys.executable, *words], capture_output=True, text=True, env=dict(os.environ, **env))

    def test_twine_and_pip_use_the_fakes(tmp_path):
        token = run("-m", "fake_pypi", "token", "create").stdout.strip()
        auth = dict(TWINE_USERNAME="__token__", TWINE_PASSWORD=token)
        sent = run("-m", "twine", "upload", "--non-interactive", str(HERE / "hello-1.0-py3-none-any.whl"), **auth)
        assert sent.returncode == 0, sent.stdout + sent.stderr
        assert "https://upload.pypi.org/legacy/" in sent.stdout
        got = run("-m", "pip", "download", "--no-deps", "--dest", str(tmp_path), "hello")
        assert got.returncode == 0, got.stdout + got.stderr
        name = "hello-1.0-py3-none-any.whl"
        assert (tmp_path / name).read_bytes() == (HERE / name).read_bytes()

    def test_home_is_the_users_own():
        assert run("-c", "import os; print(os.path.expanduser('~'))").stdout.strip() == HOME
        assert list(pathlib.Path(HOME).iterdir()) == []

    def test_nothing_leaves_the_machine():
        code = "import urllib.request as r; r.urlopen('https://example.com/')"
        ended = run("-c", code)
        assert ended.returncode == 1 and "example.com" not in ended.stdout
"""


def project(pytester: pytest.Pytester, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose tests call tools; its user's home is empty and must stay so."""
    home = tmp_path / "home-of-somebody"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.setenv("RUSTUP_HOME", str(tmp_path / "rustup"))  # pip asks rustc for its version
    pytester.makepyfile(PROJECT.format(home=str(home)))
    wheel("hello", "1.0").write_to(pytester.path)
    return home


@pytest.mark.e2e
def test_twine_and_pip_in_subprocesses_use_the_fakes_and_home_is_unchanged(
    pytester: pytest.Pytester, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = project(pytester, tmp_path, monkeypatch)
    result = pytester.runpytest_subprocess(
        "--fake-pypi-process-environment", "-p", "no:randomly", "-p", "no:cacheprovider"
    )
    result.assert_outcomes(passed=3)
    assert list(home.iterdir()) == []


SEES = """
    import os

    def test_it():
        assert os.environ["FAKE_PYPI_URL"].startswith("http://127.0.0.1:")
        assert os.environ["HTTPS_PROXY"].startswith("http://127.0.0.1:")
        assert "TWINE_PASSWORD" not in os.environ
        os.environ["SET_BY_A_TEST"] = "yes"
"""


def test_the_environment_is_restored(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWINE_PASSWORD", "the user's own")
    monkeypatch.setenv("PIP_INDEX_URL", "https://example.com/simple/")
    monkeypatch.delenv("HTTPS_PROXY", raising=False)
    monkeypatch.setenv("SET_BY_A_TEST", "no")
    before = dict(os.environ)
    pytester.makepyfile(SEES)
    result = pytester.runpytest_inprocess("--fake-pypi-process-environment", "-p", "no:xdist")
    result.assert_outcomes(passed=1)
    changed = {name for name in before.keys() | os.environ if before.get(name) != os.environ.get(name)}
    assert changed - {"PYTEST_CURRENT_TEST", "SET_BY_A_TEST"} == set()


def test_folders_and_sockets_of_the_process_environment_are_removed_with_the_session(
    pytester: pytest.Pytester, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("TEMP", str(tmp_path))
    pytester.makepyfile(SEES)
    pytester.run(
        sys.executable, "-m", "pytest", "--fake-pypi-process-environment", "--basetemp", str(pytester.path / "base")
    )
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith("fake-pypi-")] == []


def test_without_the_option_nothing_is_changed(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("import os\ndef test_it():\n    assert 'FAKE_PYPI_URL' not in os.environ")
    pytester.runpytest_subprocess().assert_outcomes(passed=1)
