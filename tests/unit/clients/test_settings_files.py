"""The settings files that clients read in a shell."""

from __future__ import annotations

import configparser
import os
import stat
from pathlib import Path

import pytest

from fake_pypi.clients.settings_files import has_global_pip_settings, write_pypirc


def test_a_pypirc_has_the_sections_that_guides_show(tmp_path: Path) -> None:
    path = write_pypirc(tmp_path, {"pypi": "one", "testpypi": "two%"})
    read = configparser.RawConfigParser()
    read.read_string(path.read_text("utf-8"))
    assert read["distutils"]["index-servers"].split() == ["pypi", "testpypi"]
    assert dict(read["pypi"]) == {
        "repository": "https://upload.pypi.org/legacy/",
        "username": "__token__",
        "password": "one",
    }
    assert dict(read["testpypi"]) == {
        "repository": "https://test.pypi.org/legacy/",
        "username": "__token__",
        "password": "two%",
    }


@pytest.mark.skipif(os.name == "nt", reason="Windows has no file modes")
def test_only_the_owner_may_read_a_rewritten_pypirc(tmp_path: Path) -> None:
    write_pypirc(tmp_path, {"pypi": "one"}).chmod(0o644)
    path = write_pypirc(tmp_path, {"pypi": "two"})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "two" in path.read_text("utf-8")


def test_without_tokens_there_is_no_pypirc(tmp_path: Path) -> None:
    write_pypirc(tmp_path, {"pypi": "one"})
    assert not write_pypirc(tmp_path, {}).exists()


def test_global_settings_of_pip_are_found(tmp_path: Path) -> None:
    place = tmp_path / "pip.conf"
    assert has_global_pip_settings([place]) is False
    place.touch()
    assert has_global_pip_settings([tmp_path / "elsewhere", place]) is True
