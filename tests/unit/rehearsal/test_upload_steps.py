"""Rebuilt files of a release: other bytes under the same names."""

from __future__ import annotations

import tarfile
import zipfile
from pathlib import Path

from fake_pypi import sdist, wheel
from fake_pypi.packages.distribution_metadata import read_metadata
from fake_pypi.rehearsal.built_release import BuiltRelease
from fake_pypi.rehearsal.check_step import rejections
from fake_pypi.rehearsal.upload_steps import rebuild
from fake_pypi.rules.order import PYPI
from tests.unit.rehearsal.test_built_release import FINE, built


def test_rebuilt_files_have_other_bytes_and_the_same_metadata(tmp_path: Path) -> None:
    release = built(tmp_path, wheel("hello", "1.0", **FINE), sdist("hello", "1.0", **FINE))
    rebuilt = BuiltRelease.in_folder(rebuild(release, tmp_path / "rebuilt"))
    assert [file.name for file in rebuilt.files] == [file.name for file in release.files]
    for before, after in zip(release.files, rebuilt.files, strict=True):
        assert before.read_bytes() != after.read_bytes()
        assert read_metadata(before) == read_metadata(after)
    with zipfile.ZipFile(rebuilt.wheels[0]) as archive:
        assert archive.testzip() is None
    with tarfile.open(rebuilt.sdists[0]) as archive:
        assert len(archive.getnames()) > 0
    assert rejections(rebuilt.files, PYPI) == []
