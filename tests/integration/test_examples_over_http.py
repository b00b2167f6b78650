"""Every rule's example, sent over HTTP: the server answers with that very rule."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from fake_pypi import FakePyPI
from fake_pypi.fake.acting import Scene
from fake_pypi.packages.metadata import read_metadata
from fake_pypi.packages.package import Package
from fake_pypi.packages.restated import FIELDS, restated
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.book import Rule
from fake_pypi.rules.order import PYPI

each_rule = pytest.mark.parametrize("rule", tuple(PYPI), ids=lambda rule: rule.id)


@each_rule
def test_the_server_answers_an_example_with_its_rule(rule: Rule, tmp_path: Path) -> None:
    with FakePyPI() as pypi:
        answered = Scene(pypi, rule.example(), tmp_path).send_by_hand()
    assert (answered.rule, answered.status) == (rule.id, rule.status)


@each_rule
def test_the_index_is_as_it_was_after_a_refusal(rule: Rule, tmp_path: Path) -> None:
    with FakePyPI() as pypi:
        scene = Scene(pypi, rule.example(), tmp_path)
        before = pypi.index.journal.last_serial
        scene.send_by_hand()
        assert pypi.index.journal.last_serial == before
        assert list(pypi.world.spool.iterdir()) == []


@each_rule
def test_the_file_for_a_real_tool_carries_what_the_form_says(rule: Rule, tmp_path: Path) -> None:
    example = rule.example()
    with FakePyPI() as pypi:
        path = Scene(pypi, example, tmp_path / "by-hand").write_package(tmp_path / "dist")
    beyond_metadata = set(example.form) - FIELDS or set(example.file) - {"filename"}
    name = example.file.get("filename", example.package.filename)
    if path is None:
        assert beyond_metadata or len(name) > 255 or "/" in name or "import_name" in example.form
    else:
        assert not beyond_metadata
        assert path.name == name


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


def test_a_restated_wheel_is_accepted_and_its_record_still_fits(tmp_path: Path) -> None:
    package = restated(wheel("demo", "1.0"), {"summary": ["Other"]})
    with FakePyPI() as pypi:
        pypi.upload(package)
        assert pypi.project("demo") is not None
    with zipfile.ZipFile(package.open()) as archive:
        record = archive.read("demo-1.0.dist-info/RECORD").decode()
        metadata = archive.read("demo-1.0.dist-info/METADATA")
    assert "demo-1.0.dist-info/METADATA,sha256=" in record
    assert f",{len(metadata)}\n" in record
