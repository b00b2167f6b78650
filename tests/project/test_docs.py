"""The written pages hold together: links lead somewhere, and lists of pages and examples are complete."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from examples.demo import examples
from fake_pypi import FakeIndexes, FakePyPI
from fake_pypi.cli import COMMANDS
from fake_pypi.pytest_plugin import fixtures, newhooks
from fake_pypi.pytest_plugin.options import OPTIONS

PROJECT = Path(__file__).resolve().parents[2]
PAGES = sorted([*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md"), *PROJECT.glob("examples/*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
HEADINGS = ["Context", "Choice", "Others", "Price", "When to look again"]


@pytest.mark.parametrize("page", [pytest.param(page, id=str(page.relative_to(PROJECT))) for page in PAGES])
def test_links_to_other_pages_lead_somewhere(page: Path) -> None:
    targets = LINK.findall(CODE.sub("", page.read_text(encoding="utf-8")))
    local = [target for target in targets if "://" not in target and not target.startswith("mailto:")]
    assert [target for target in local if not (page.parent / target).exists()] == []


def test_every_picture_is_made_by_a_program_and_shown_and_they_are_small() -> None:
    from docs.screenshots import PATHS

    recordings = re.findall(
        r'^    "([a-z]+)": \(', (PROJECT / "docs" / "recordings.py").read_text("utf-8"), re.MULTILINE
    )
    images = sorted((PROJECT / "docs" / "images").iterdir())
    names = [*(f"{name}.png" for name in PATHS), *(f"{name}.svg" for name in recordings)]
    assert [image.name for image in images] == sorted(names)
    assert len(recordings) == 2
    shown = {Path(target).name for page in PAGES for target in LINK.findall(page.read_text(encoding="utf-8"))}
    assert {image.name for image in images} <= shown
    assert sum(image.stat().st_size for image in images) < 1_500_000  # bytes


def test_a_recording_shows_what_the_program_prints_and_nothing_of_the_machine() -> None:
    for name, words in {"rehearsal": ["upload to PyPI", "8 passed"], "rejected": ["unsupported platform tag"]}.items():
        text = (PROJECT / "docs" / "images" / f"{name}.svg").read_text(encoding="utf-8")
        assert [word for word in words if word not in text] == []
        assert re.findall(r"/tmp/|/home/|/Users/", text) == []


def test_every_decision_is_listed_and_has_the_same_headings() -> None:
    folder = PROJECT / "docs" / "decisions"
    pages = sorted(folder.glob("0*.md"))
    listed = re.findall(r"\]\((0[^)]+)\)", (folder / "README.md").read_text(encoding="utf-8"))
    assert listed == [page.name for page in pages]
    odd = {
        page.name
        for page in pages
        if re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE) != HEADINGS
    }
    assert odd == set()


@pytest.mark.parametrize("page", ["README.md", "CHANGELOG.md"])
def test_the_page_has_the_number_of_replayed_cases(page: str) -> None:
    files = (PROJECT / "tests" / "fidelity" / "recorded").glob("*.json")
    cases = sum(len(json.loads(file.read_text(encoding="utf-8"))) for file in files)
    said = re.findall(r"(\d+) cases (?:were )?recorded", (PROJECT / page).read_text(encoding="utf-8"))
    assert [int(number) for number in said] == [cases]


def test_the_readme_names_the_pythons_and_the_system_that_the_classifiers_name() -> None:
    listed = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    pythons = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', listed)
    systems = re.findall(r'"Operating System :: .*?(\w+)"', listed)
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert f"Tested on {systems[0]} with CPython {pythons[0]} to {pythons[-1]}." in readme
    assert systems == ["Linux"]


def test_every_example_is_rehearsed_and_described() -> None:
    folders = {path.parent.name for path in PROJECT.glob("examples/*/pyproject.toml")}
    table = (PROJECT / "examples" / "README.md").read_text(encoding="utf-8")
    assert {example.folder for example in examples()} == folders
    assert {folder for folder in folders if f"[{folder}]({folder})" not in table} == set()


def reference(page: str) -> str:
    return (PROJECT / "docs" / "reference" / page).read_text(encoding="utf-8")


def test_every_option_has_its_place_in_the_reference() -> None:
    page = reference("options.md")
    names = ["--fake-pypi", "--fake-pypi-process-environment", *(f"--fake-pypi-{name}" for name, *_ in OPTIONS)]
    assert [name for name in names if not re.search(rf"`{name}[ `]", page)] == []


def test_every_fixture_and_hook_has_its_place_in_the_reference() -> None:
    page = reference("fixtures.md")
    names = [name for name in vars(fixtures) if re.match("fake_(test)?pypi", name)]
    names += [name for name in vars(newhooks) if name.startswith("pytest_fake_pypi")]
    assert [name for name in names if f"`{name}" not in page] == []
    assert {"fake_pypi", "pytest_fake_pypi_ready"} <= set(names)


def test_every_command_has_its_place_in_the_reference() -> None:
    page = reference("command-line.md")
    assert [name for name in COMMANDS if not re.search(rf"fake-pypi {name}\b|\|{name}\b", page)] == []


@pytest.mark.parametrize("make", [FakePyPI, FakeIndexes])
def test_every_public_attribute_of_an_index_is_in_the_reference(make: Callable[[], Any]) -> None:
    page = reference("python.md")
    with make() as index:
        names = [name for name in dir(index) if not name.startswith("_")]
    assert [name for name in names if not re.search(rf"`\.{name}\b", page)] == []
