"""The sections of the help page."""

from __future__ import annotations

from fake_pypi.rules.order import PYPI
from fake_pypi.web.site.help import sections


def test_a_rule_is_explained_in_the_section_that_its_message_links_to() -> None:
    (section,) = [section for section in sections(PYPI, "pypi.org") if section.anchor == "file-name-reuse"]
    assert {rule.id for rule in section.rules} == {"duplicate-file", "filename-reuse"}


def test_links_lead_to_the_site_of_the_page_and_facts_are_named() -> None:
    messages = [rule.message for section in sections(PYPI, "test.pypi.org") for rule in section.rules]
    assert messages
    for message in messages:
        assert "https://pypi.org/" not in message
        assert "{" not in message


def test_an_anchor_that_is_new_in_a_message_has_a_section() -> None:
    changed = PYPI.with_rule(
        type("New", (type(PYPI["no-2fa"]),), {"id": "new", "message_template": "See /help/#new-one."})()
    )
    assert "new-one" in [section.anchor for section in sections(changed, "pypi.org")]


def test_every_section_has_a_title_and_a_text_of_its_own() -> None:
    listed = sections(PYPI, "pypi.org")
    assert len({section.anchor for section in listed}) == len({section.title for section in listed}) == len(listed)
    assert all(section.text for section in listed)
