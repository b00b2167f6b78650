from __future__ import annotations

import zipfile

import pytest

from fake_pypi.errors import UnreadablePackage
from fake_pypi.packages.distribution_metadata import read_metadata
from fake_pypi.packages.metadata_rewriting import rewrite_metadata
from fake_pypi.packages.package import Package
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel


@pytest.mark.parametrize("package", [wheel("demo", "1.0"), sdist("demo", "1.0")], ids=["wheel", "sdist"])
def test_rewritten_metadata_can_be_read(package: Package) -> None:
    other = {
        "summary": ["Other"],
        "classifiers": ["A", "B"],
        "project_urls": ["Home, https://example.com"],
        "description": ["A readme.\n\nMore."],
        "requires_python": [],
    }
    metadata = read_metadata(rewrite_metadata(package, other))
    assert metadata["summary"] == "Other"
    assert metadata["classifiers"] == ["A", "B"]
    assert metadata["project_urls"] == {"Home": "https://example.com"}
    assert metadata["description"] == "A readme.\n\nMore."
    assert "requires_python" not in metadata


def test_the_record_of_a_rewritten_wheel_matches_its_metadata() -> None:
    package = rewrite_metadata(wheel("demo", "1.0"), {"summary": ["Other"]})
    with zipfile.ZipFile(package.open()) as archive:
        record = archive.read("demo-1.0.dist-info/RECORD").decode()
        metadata = archive.read("demo-1.0.dist-info/METADATA")
    assert "demo-1.0.dist-info/METADATA,sha256=" in record
    assert f",{len(metadata)}\n" in record


def test_without_changes_the_same_package_is_returned() -> None:
    package = wheel("demo", "1.0")
    assert rewrite_metadata(package, {}) is package


def test_an_archive_without_metadata_cannot_be_rewritten() -> None:
    with pytest.raises(UnreadablePackage):
        rewrite_metadata(Package("demo-1.0-py3-none-any.whl", b"no zip archive"), {"summary": ["Other"]})
