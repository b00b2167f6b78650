"""A report as one HTML file."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

from fake_pypi.report.html_document import duration, html_document
from tests.unit.report.sample import INDEX, REJECTION, REPORT, RUN, STEPS

VOID = {"meta", "br", "link", "img", "input", "hr"}
MARKUP = '"><script>alert(1)</script><img src="https://example.com/x.png">'


class Elements(HTMLParser):
    """The elements of a document: their names and attributes, and those that are not closed."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.all: list[tuple[str, dict[str, str | None]]] = []
        self.opened: list[str] = []
        self.wrong: list[str] = []
        self.feed(document)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.all.append((tag, dict(attributes)))
        if tag not in VOID:
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.opened or self.opened.pop() != tag:
            self.wrong.append(tag)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.all if name == tag]


def test_it_is_one_well_formed_document_without_scripts_and_other_files() -> None:
    elements = Elements(html_document(REPORT))
    assert (elements.wrong, elements.opened) == ([], [])
    assert elements.named("script") == elements.named("img") == elements.named("link") == []
    [policy] = [meta["content"] for meta in elements.named("meta") if "http-equiv" in meta]
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline';")
    addresses = [attributes[name] for _, attributes in elements.all for name in ("src", "action") if name in attributes]
    assert addresses == []


def test_every_link_inside_leads_somewhere_and_no_id_is_used_twice() -> None:
    elements = Elements(html_document(replace(REPORT, runs=(RUN, RUN))))
    ids = [attributes["id"] for _, attributes in elements.all if "id" in attributes]
    assert len(ids) == len(set(ids))
    inside = [link["href"][1:] for link in elements.named("a") if link.get("href", "").startswith("#")]  # type: ignore[index, union-attr]
    assert set(inside) <= set(ids)
    assert "run-2-step-2" in inside


def test_every_part_is_shown() -> None:
    text = html_document(REPORT)
    for part in (
        "Rehearsal of demo 1.0",
        "2026-11-21 09:30:05 UTC",
        "PyPI rejected the upload",
        "3.8 s",
        "File already exists &lt;&amp;&gt;.",
        "<code>--skip-existing</code>",
        "Register the publisher",
        "demo-1.0.tar.gz contains compiled files",
        "whether the name demo is free",
        "example.com:443 by pip",
        "the version 1.0 of the tag",
        "$ python -m build",
        '<span class="ansi-green">Successfully built</span> demo',
        "exit code 1",
        "demo/__init__.py",
        "And 2 more.",
        "Requires-Dist",
        "yanked: broken",
        "twine 7.0.0",
        "503 times=1, used 1 time",
        "Pending publisher",
        "All requests but the newest 1.",
        "a" * 64,
    ):
        assert part in text, part


def test_the_project_page_is_shown_in_a_sandbox() -> None:
    [frame] = Elements(html_document(REPORT)).named("iframe")
    assert frame["srcdoc"] == "<!DOCTYPE html><p>Page"
    assert frame["sandbox"] == "allow-popups allow-popups-to-escape-sandbox"
    assert frame["title"]


def test_values_are_escaped_everywhere() -> None:
    step = replace(STEPS[1], name=MARKUP, summary=MARKUP, advice=(MARKUP,), description=MARKUP)
    index = replace(INDEX, rejections=(replace(REJECTION, message=MARKUP, detail=MARKUP),), faults=(MARKUP,))
    run = replace(RUN, name=MARKUP, message=MARKUP, warnings=(MARKUP,), steps=(step,), indexes=(index,))
    elements = Elements(html_document(replace(REPORT, runs=(run, run), platform=MARKUP)))
    assert elements.named("script") == elements.named("img") == []
    assert elements.wrong == []


def test_an_address_that_is_not_of_the_web_is_no_link() -> None:
    task = replace(RUN.remaining[0], address="javascript:alert(1)")
    text = html_document(replace(REPORT, runs=(replace(RUN, remaining=(task,)),)))
    assert 'href="javascript' not in text


def test_long_output_is_folded_and_that_of_the_failed_command_is_not() -> None:
    long = replace(STEPS[0].commands[0], output="line\n" * 100)
    failed = replace(STEPS[1], rejections=(), commands=(long, replace(long, command="twine")))
    text = html_document(replace(REPORT, runs=(replace(RUN, steps=(replace(STEPS[0], commands=(long,)), failed)),)))
    opened = re.findall(r"<details( open)?><summary><code>\$ ([^<]+)", text)
    assert opened == [("", "python -m build"), ("", "python -m build"), (" open", "twine")]


def test_a_duration_has_the_unit_that_fits() -> None:
    assert [duration(seconds) for seconds in (0.004, 0.4, 59.9, 60, 3601)] == [
        "0.00 s", "0.4 s", "59.9 s", "1 min 0 s", "60 min 1 s",
    ]  # fmt: skip
