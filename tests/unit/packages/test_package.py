from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.packages.package import Package


@pytest.fixture(params=["in memory", "on disk"])
def package(request: pytest.FixtureRequest, tmp_path: Path) -> Package:
    if request.param == "in memory":
        return Package("demo-1.0.tar.gz", b"some bytes")
    (tmp_path / "demo-1.0.tar.gz").write_bytes(b"some bytes")
    return Package.at(tmp_path / "demo-1.0.tar.gz")


def test_a_package_can_be_read_opened_and_written(package: Package, tmp_path: Path) -> None:
    with package.open() as file:
        assert file.read() == b"some bytes"
    assert package.read() == b"some bytes"
    assert package.size == 10
    assert package.sha256 == hashlib.sha256(b"some bytes").hexdigest()
    assert package.blake2_256 == hashlib.blake2b(b"some bytes", digest_size=32).hexdigest()
    written = package.write_to(tmp_path / "new" / "folder")
    assert written.read_bytes() == b"some bytes"
    assert written.name == "demo-1.0.tar.gz"


def test_a_renamed_package_has_the_same_content(package: Package) -> None:
    renamed = package.renamed("demo-1.0-py3-none-any.whl")
    assert renamed.read() == package.read()
    assert (package.filetype, renamed.filetype) == ("sdist", "bdist_wheel")


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Package.at(tmp_path / "nothing.whl")


def test_a_package_without_content_and_path_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="neither content nor a path"):
        Package("demo-1.0.tar.gz").read()


@pytest.mark.parametrize("filename", ["../evil.whl", "/evil.whl", "a\\evil.whl", "a/b.whl", "", ".."])
def test_a_file_name_that_leads_out_of_the_folder_is_rejected(filename: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not the name of a file"):
        Package(filename, b"").write_to(tmp_path / "dist")
    assert list(tmp_path.rglob("*.whl")) == []
