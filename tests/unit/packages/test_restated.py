"""The same distribution with other metadata."""

from __future__ import annotations

import zipfile

import pytest

from fake_pypi.errors import UnreadablePackage
from fake_pypi.packages.metadata import read_metadata
from fake_pypi.packages.package import Package
from fake_pypi.packages.restated import restated
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel


@pytest.mark.parametrize("package", [wheel("demo", "1.0"), sdist("demo", "1.0")], ids=["wheel", "sdist"])
def test_restated_metadata_is_read_back(package: Package) -> None:
    other = {
        "summary": ["Other"],
        "classifiers": ["A", "B"],
        "project_urls": ["Home, https://example.com"],
        "description": ["A readme.\n\nMore."],
        "requires_python": [],
    }
    metadata = read_metadata(restated(package, other))
    assert metadata["summary"] == "Other"
    assert metadata["classifiers"] == ["A", "B"]
    assert metadata["project_urls"] == {"Home": "https://example.com"}
    assert metadata["description"] == "A readme.\n\nMore."
    assert "requires_python" not in metadata


def test_the_record_of_a_restated_wheel_still_fits() -> None:
    package = restated(wheel("demo", "1.0"), {"summary": ["Other"]})
    with zipfile.ZipFile(package.open()) as archive:
        record = archive.read("demo-1.0.dist-info/RECORD").decode()
        metadata = archive.read("demo-1.0.dist-info/METADATA")
    assert "demo-1.0.dist-info/METADATA,sha256=" in record
    assert f",{len(metadata)}\n" in record


def test_without_changes_it_is_the_very_same_package() -> None:
    package = wheel("demo", "1.0")
    assert restated(package, {}) is package


def test_an_archive_without_metadata_cannot_be_restated() -> None:
    with pytest.raises(UnreadablePackage):
        restated(Package("demo-1.0-py3-none-any.whl", b"no zip archive"), {"summary": ["Other"]})
