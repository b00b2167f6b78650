"""Settings, which are checked before anything starts."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.settings import Settings


def test_the_settings_from_the_start_can_work() -> None:
    assert Settings().checked() == Settings()


def test_settings_cannot_be_changed() -> None:
    settings = Settings()
    with pytest.raises(FrozenInstanceError):
        settings.build = "sdist"  # type: ignore[misc]


@pytest.mark.parametrize("build", ["sdist", "wheel", "both"])
def test_each_thing_to_build_can_be_built(build: str) -> None:
    assert Settings(build=build).checked().build == build  # type: ignore[arg-type]


def test_nothing_else_can_be_built() -> None:
    with pytest.raises(UsageError, match="'egg' cannot be built: choose from sdist, wheel, both"):
        Settings(build="egg").checked()  # type: ignore[arg-type]


def test_only_pip_and_uv_can_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings(installer="uv").checked().installer == "uv"
    with pytest.raises(UsageError, match="'conda' is not an installer: choose from pip, uv"):
        Settings(installer="conda").checked()  # type: ignore[arg-type]
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(tmp_path))
    with pytest.raises(UsageError, match="there is no command `uv`: install uv, or rehearse with pip"):
        Settings(installer="uv").checked()


def test_only_known_tools_can_be_named() -> None:
    assert Settings(publisher="hatch", builder="uv").checked().publisher == "hatch"
    with pytest.raises(UsageError, match="'npm' is not a publisher: choose from twine, uv, poetry"):
        Settings(publisher="npm").checked()  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="'twine' is not a builder: choose from build, uv, poetry"):
        Settings(builder="twine").checked()  # type: ignore[arg-type]


def test_a_release_version_is_a_version_of_files_that_are_not_built_yet(tmp_path: Path) -> None:
    (tmp_path / "hello-1.0-py3-none-any.whl").touch()
    assert Settings(release_version="3.0rc1").checked().release_version == "3.0rc1"
    with pytest.raises(UsageError, match=r"'3\.0-test' is not a version"):
        Settings(release_version="3.0-test").checked()
    with pytest.raises(UsageError, match="built files have their version already"):
        Settings(release_version="3.0", dist=tmp_path).checked()


def test_a_wheelhouse_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert Settings(wheelhouse=(tmp_path,)).checked().wheelhouse == (tmp_path,)
    for wrong in ("file", "nowhere"):
        with pytest.raises(UsageError, match=f"{wrong}' is not a directory: give a folder of wheels"):
            Settings(wheelhouse=(tmp_path, tmp_path / wrong)).checked()


@pytest.mark.parametrize("name", ["hello-1.0-py3-none-any.whl", "hello-1.0.tar.gz", "hello-1.0.zip"])
def test_a_folder_of_files_has_files(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"no wheel and no sdist in .*: build first, or do not use --fake-pypi-dist"):
        Settings(dist=tmp_path).checked()
    with pytest.raises(UsageError, match="no wheel and no sdist"):
        Settings(dist=tmp_path / "nowhere").checked()
    (tmp_path / name).write_bytes(b"")
    assert Settings(dist=tmp_path).checked().dist == tmp_path
