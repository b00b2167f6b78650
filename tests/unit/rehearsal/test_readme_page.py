"""The README as PyPI shows it."""

from __future__ import annotations

from pathlib import Path

from fake_pypi import wheel
from fake_pypi.rehearsal.readme_page import ReadmePage
from tests.unit.rehearsal.test_built_release import FINE, built


def page(folder: Path, description: str, kind: str = "text/markdown") -> ReadmePage:
    changes = {"description": description, "description_content_type": kind}
    return ReadmePage.of(built(folder, wheel("hello", "1.0", **{**FINE, **changes})))


def test_a_readme_is_a_document_to_look_at(tmp_path: Path) -> None:
    text = "# Hello\n\n[on](https://example.org) [this](#hello) [mail](mailto:a@example.org)\n\n![x](https://example.org/x)"
    readme = page(tmp_path, text)
    assert readme.warnings == ()
    file = readme.write_to(tmp_path / "new" / "folder")
    assert file.name == "hello-1.0.html"
    content = file.read_text(encoding="utf-8")
    assert "<title>hello 1.0</title>" in content
    assert '<img src="https://example.org/x" alt="x">' in content


def test_relative_addresses_are_warnings(tmp_path: Path) -> None:
    text = "![logo](docs/logo.png) [license](LICENSE) [top](#top) [again](LICENSE) [2](/b) [3](c.md#x) [4](d)"
    images, links = page(tmp_path, text).warnings
    assert "the README has images that do not work on PyPI, because they are relative: docs/logo.png:" in images
    assert "relative: LICENSE, /b, c.md#x and 1 more: write full addresses" in links


def test_a_readme_that_pypi_cannot_render_is_a_page_without_description(tmp_path: Path) -> None:
    readme = page(tmp_path, "Title\n=\n\n.. raw:: html\n", "text/x-rst")
    assert readme.html is None
    assert "no description" in readme.document
