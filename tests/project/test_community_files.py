"""Forms, workflows and metadata for other sites have the shape that these sites require."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import fake_pypi

PROJECT = Path(__file__).resolve().parents[2]
GITHUB = PROJECT / ".github"
FORMS = sorted(GITHUB.glob("ISSUE_TEMPLATE/[0-9]*.yml"))


@pytest.mark.parametrize(
    ("schema", "pattern"),
    [
        ("github-issue-forms", ".github/ISSUE_TEMPLATE/[0-9]*.yml"),
        ("github-issue-config", ".github/ISSUE_TEMPLATE/config.yml"),
        ("github-workflows", ".github/workflows/*.yml"),
        ("dependabot", ".github/dependabot.yml"),
        ("citation-file-format", "CITATION.cff"),
    ],
)
def test_files_follow_the_schema_of_the_site_that_reads_them(schema: str, pattern: str) -> None:
    files = sorted(map(str, PROJECT.glob(pattern)))
    assert files
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", *files]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def fields(form: Path) -> list[dict[str, Any]]:
    return [part for part in yaml.safe_load(form.read_text(encoding="utf-8"))["body"] if part["type"] != "markdown"]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_the_fields_of_a_form_have_different_ids_and_the_version_is_asked(form: Path) -> None:
    ids = [field["id"] for field in fields(form)]
    assert len(ids) == len(set(ids))
    assert "version" in ids


def test_the_form_about_a_missing_rejection_requires_the_words_of_pypi() -> None:
    required = {field["id"] for field in fields(FORMS[0]) if field["validations"]["required"]}
    assert {"words", "file", "date"} <= required


def test_the_citation_has_the_version_of_the_package() -> None:
    citation = yaml.safe_load((PROJECT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == fake_pypi.__version__


def test_vulnerabilities_are_reported_in_private() -> None:
    links = yaml.safe_load((GITHUB / "ISSUE_TEMPLATE" / "config.yml").read_text(encoding="utf-8"))["contact_links"]
    assert any(link["url"].endswith("/security/advisories/new") for link in links)
