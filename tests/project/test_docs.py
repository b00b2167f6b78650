"""The written pages hold together: links lead somewhere, and lists of pages and examples are complete."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from _pytest.config.argparsing import Parser

import fake_pypi
from examples.demo import examples
from fake_pypi import FakeIndexes, FakePyPI
from fake_pypi.cli import COMMANDS, command_parser
from fake_pypi.pytest_plugin import fixtures, newhooks
from fake_pypi.pytest_plugin.options import add_options

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
    if page.is_relative_to(PROJECT / "docs"):  # the site has no other pages
        documents = [(page.parent / target).resolve() for target in local if target.endswith(".md")]
        assert [document for document in documents if not document.is_relative_to(PROJECT / "docs")] == []


def test_every_picture_is_made_by_a_program_and_shown_and_they_are_small() -> None:
    from docs.screenshots import PATHS, REPORT

    recordings = re.findall(
        r'^    "([a-z]+)": \(', (PROJECT / "docs" / "recordings.py").read_text("utf-8"), re.MULTILINE
    )
    images = sorted((PROJECT / "docs" / "images").iterdir())
    names = [*(f"{name}.png" for name in (*PATHS, REPORT)), *(f"{name}.svg" for name in recordings)]
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


def plugin_options() -> set[str]:
    """Return the options that the plugin adds to pytest."""
    parser = Parser(_ispytest=True)
    add_options(parser)
    return {name for group in parser._groups for option in group.options for name in option.names()}


def test_every_option_has_its_place_in_the_reference() -> None:
    page = reference("options.md")
    assert [name for name in plugin_options() if not re.search(rf"`{name}[ `]", page)] == []
    assert "--fake-pypi-strict" in plugin_options()


def test_every_option_in_the_reference_exists() -> None:
    used = set(re.findall(r"--fake-pypi[a-z-]*", reference("options.md")))
    assert used - plugin_options() == set()


def test_every_fixture_in_the_reference_exists() -> None:
    rows = re.findall(r"^\| `(\w+)[`(]", reference("fixtures.md"), flags=re.MULTILINE)
    assert [name for name in rows if not hasattr(fixtures, name) and not hasattr(newhooks, name)] == []
    assert len(rows) > 8


def test_every_fixture_and_hook_has_its_place_in_the_reference() -> None:
    page = reference("fixtures.md")
    names = [name for name in vars(fixtures) if re.match("fake_(test)?pypi", name)]
    names += [name for name in vars(newhooks) if name.startswith("pytest_fake_pypi")]
    assert [name for name in names if f"`{name}" not in page] == []
    assert {"fake_pypi", "pytest_fake_pypi_ready"} <= set(names)


def test_every_command_has_its_place_in_the_reference() -> None:
    page = reference("command-line.md")
    assert [name for name in COMMANDS if not re.search(rf"fake-pypi {name}\b|\|{name}\b", page)] == []


def test_every_option_of_a_command_in_the_overview_exists() -> None:
    wrong = []
    for line in reference("command-line.md").splitlines():
        if match := re.match(r"\| `fake-pypi ([a-z|\\]+) ?(.*?)` \|", line):
            for name in re.split(r"\\?\|", match[1]):
                known = options_of(command_parser(name))
                own = re.sub(r" -- .*", "", match[2])
                wrong += [f"{name} {used}" for used in re.findall(r"--[a-z][a-z-]*", own) if used not in known]
    assert wrong == []


def options_of(parser: argparse.ArgumentParser) -> set[str]:
    """Return the options of a command and of the commands below it."""
    help_texts = [parser.format_help()]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            help_texts += [below.format_help() for below in action.choices.values()]
    return set(re.findall(r"--[a-z][a-z-]*", "\n".join(help_texts)))


def test_every_public_name_of_the_package_is_in_the_reference() -> None:
    page = reference("python.md")
    assert [name for name in fake_pypi.__all__ if f"`{name}" not in page and not re.search(rf"\b{name}\(", page)] == []


@pytest.mark.parametrize("make", [FakePyPI, FakeIndexes])
def test_every_attribute_in_the_reference_exists(make: Callable[[], Any]) -> None:
    page = reference("python.md")
    section = page.partition(f"\n## {make.__name__}\n")[2].partition("\n## ")[0]
    named = {
        name
        for row in re.findall(r"^\| (`\..*?) \|", section, flags=re.MULTILINE)
        for name in re.findall(r"`\.(\w+)", row)
    }
    with make() as index:
        assert {name for name in named if not hasattr(index, name)} == set()
    assert len(named) > 10


@pytest.mark.parametrize("make", [FakePyPI, FakeIndexes])
def test_every_public_attribute_of_an_index_is_in_the_reference(make: Callable[[], Any]) -> None:
    page = reference("python.md")
    with make() as index:
        names = [name for name in dir(index) if not name.startswith("_")]
    assert [name for name in names if not re.search(rf"`\.{name}\b", page)] == []
