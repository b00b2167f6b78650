"""The keys of projects that are released with others."""

from __future__ import annotations

from pathlib import Path

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.rehearsal.project_settings import with_own_settings
from fake_pypi.settings import Settings

TABLE = "[tool.pytest.ini_options]\n"


def configured(folder: Path, text: str) -> Path:
    (folder / "pyproject.toml").write_text(TABLE + text)
    return folder


def test_the_keys_of_one_project_replace_those_of_the_session(tmp_path: Path) -> None:
    folder = configured(
        tmp_path,
        "fake_pypi_skip_module = ['demo.gui', 'demo.old*']\nfake_pypi_scripts = false\nfake_pypi_build = 'sdist'\n",
    )
    settings = with_own_settings(Settings(skipped_modules=("other",)), folder)
    assert settings == Settings(skipped_modules=("demo.gui", "demo.old*"), scripts=False, build="sdist")


def test_the_command_line_comes_first(tmp_path: Path) -> None:
    folder = configured(tmp_path, "fake_pypi_build = 'sdist'\n")
    assert with_own_settings(Settings(build="wheel"), folder, overridden=["fake_pypi_build"]).build == "wheel"


def test_keys_that_concern_all_projects_are_left_out(tmp_path: Path) -> None:
    settings = Settings()
    assert with_own_settings(settings, configured(tmp_path, "fake_pypi_wheelhouse = ['wheels']\n")) is settings


def test_only_the_folder_of_the_project_counts(tmp_path: Path) -> None:
    configured(tmp_path, "fake_pypi_build = 'sdist'\n")
    (tmp_path / "member").mkdir()
    assert with_own_settings(Settings(), tmp_path / "member") == Settings()


def test_an_impossible_value_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'hammer' is not a publisher"):
        with_own_settings(Settings(), configured(tmp_path, "fake_pypi_publisher = 'hammer'\n"))
