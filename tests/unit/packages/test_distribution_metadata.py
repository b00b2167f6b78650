from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

import pytest
from twine.package import PackageFile
from twine.repository import Repository

from fake_pypi.errors import UnreadablePackage
from fake_pypi.packages import distribution_metadata
from fake_pypi.packages.distribution_metadata import bare_form_fields, form_fields, metadata_bytes, read_metadata
from fake_pypi.packages.installed_packages import InstalledPackages
from fake_pypi.packages.package import Package
from fake_pypi.packages.recipe import Recipe
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel

FULL = Recipe(
    "Demo.Tool__x",
    "1.0",
    requires_python=">=3.8",
    dependencies=["six"],
    extras={"cli": ["rich"], "empty": []},
    classifiers=["Programming Language :: Python :: 3", "Private :: Do Not Upload"],
    keywords=["one", "two words"],
    project_urls={"Source": "https://example.com/a,b", "Docs": "https://example.com"},
    author="Ada",
    author_email="Ada <ada@example.com>",
    license_files={"LICENSE": "x", "licenses/OTHER.txt": "y"},
    headers=[
        ("Platform", "any"),
        ("Supported-Platform", "linux"),
        ("Dynamic", "Author"),
        ("Maintainer", "Bob"),
    ],
    description="# Title\n\nUmlauts: äöü\n\n    code: yes\n",
)
OLD = Recipe(
    "old",
    "0.1",
    metadata_version="2.1",
    license_files={"LICENSE": "x"},
    headers=[("Home-page", "https://x.example")],
)


def grouped(fields: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Group the values by field, in their order; the order of the fields is random in twine."""
    groups: dict[str, list[str]] = defaultdict(list)
    for key, value in fields:
        groups[key].append(value)
    return dict(groups)


def twine_sends(path: Path) -> dict[str, list[str]]:
    fields = PackageFile.from_filename(str(path), comment=None).metadata_dictionary()
    twine_fields = Repository._convert_metadata_to_list_of_tuples(fields)
    groups = grouped([*twine_fields, (":action", "file_upload"), ("protocol_version", "1")])
    groups.pop("md5_digest", None)  # twine 6 still sends it
    return groups


@pytest.mark.parametrize(
    "package",
    [
        wheel(FULL),
        sdist(FULL),
        wheel(OLD),
        sdist(OLD),
        wheel("bare", description=""),
        wheel("x", tag="cp311-abi3-any"),
    ],
    ids=lambda package: package.filename,
)
def test_the_form_is_exactly_what_twine_sends(package: Package, tmp_path: Path) -> None:
    path = package.write_to(tmp_path)
    assert grouped(form_fields(package)) == twine_sends(path)
    assert form_fields(path) == form_fields(package)


@pytest.mark.parametrize("project", ["hatchling", "twine", "setuptools", "flit-core", "packaging", "trove-classifiers"])
def test_the_form_of_a_real_distribution_is_exactly_what_twine_sends(project: str, tmp_path: Path) -> None:
    (file,) = InstalledPackages(tmp_path).files(project)
    if version("twine") < "7" and "Metadata-Version: 2.5" in metadata_bytes(file.path()).decode("utf-8"):
        pytest.skip("twine 6 does not know version 2.5 of the metadata")
    assert grouped(form_fields(file.path())) == twine_sends(file.path())


def test_the_form_starts_with_metadata_and_ends_with_the_action() -> None:
    keys = [key for key, _ in form_fields(wheel("demo"))]
    assert keys[-2:] == [":action", "protocol_version"]


def test_metadata_is_returned_byte_for_byte() -> None:
    assert metadata_bytes(wheel(FULL)) == metadata_bytes(sdist(FULL)) == FULL.metadata()
    assert read_metadata(wheel(FULL))["provides_extra"] == ["cli", "empty"]


def test_only_the_top_folder_is_read() -> None:
    vendored = {"aaa/_vendor/tomli-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tomli\nVersion: 1.0\n"}
    assert read_metadata(wheel("zzz", files=vendored))["name"] == "zzz"


def test_of_two_top_folders_the_one_of_the_file_name_is_read() -> None:
    assert read_metadata(wheel("demo", broken="second-dist-info"))["name"] == "demo"


def test_the_metadata_of_a_zip_sdist_is_read() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("demo-1.0/demo.egg-info/PKG-INFO", "Name: wrong\n")
        archive.writestr("demo-1.0/PKG-INFO", "Metadata-Version: 1.0\nName: demo\nVersion: 1.0\n")
    assert read_metadata(Package("demo-1.0.zip", buffer.getvalue()))["name"] == "demo"


def test_a_gzip_bomb_is_not_unpacked_completely(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distribution_metadata, "LONGEST_UNPACKED", 1 << 20)
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        member = tarfile.TarInfo("demo-1.0/zeros")
        member.size = 1 << 21
        archive.addfile(member, io.BytesIO(bytes(member.size)))
    bomb = Package("demo-1.0.tar.gz", gzip.compress(buffer.getvalue()))
    with pytest.raises(UnreadablePackage, match="unpacks to more than"):
        metadata_bytes(bomb)


def test_metadata_that_is_too_long_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distribution_metadata, "LONGEST_METADATA", 1000)
    with pytest.raises(UnreadablePackage, match="longer than 1000 bytes"):
        metadata_bytes(wheel("demo", description="x" * 2000))


def test_an_archive_without_metadata_is_an_error_but_has_a_bare_form() -> None:
    package = wheel("demo", "1.0", broken="no-metadata")
    with pytest.raises(UnreadablePackage, match="it has no METADATA"):
        form_fields(package)
    fields = dict(bare_form_fields(package))
    assert (fields["name"], fields["version"], fields["pyversion"]) == ("demo", "1.0", "py3")


def test_metadata_without_a_name_cannot_become_a_form() -> None:
    with pytest.raises(UnreadablePackage, match="lacks Metadata-Version, Name or Version"):
        form_fields(wheel("demo", broken="garbage-metadata"))


@pytest.mark.parametrize(
    ("filename", "expected"),
    [
        ("demo-1.0.tar.gz", ("demo", "1.0", "source", "sdist")),
        ("my-demo-1.0.zip", ("my-demo", "1.0", "source", "sdist")),
        ("demo.tar.gz", ("demo", "", "source", "sdist")),
        ("demo-1.0-2-cp311-abi3-any.whl", ("demo", "1.0", "cp311", "bdist_wheel")),
        ("demo.whl", ("demo", "", "any", "bdist_wheel")),
    ],
)
def test_a_bare_form_has_name_and_version_of_the_file_name(filename: str, expected: tuple[str, ...]) -> None:
    fields = dict(bare_form_fields(Package(filename, b"rubbish")))
    assert tuple(fields[key] for key in ("name", "version", "pyversion", "filetype")) == expected
