from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from fake_pypi.inspection.readme import renders
from fake_pypi.rules.order import DESCRIPTION
from fake_pypi.rules.rule_set import RuleSet


@pytest.fixture
def message_for(message_for: Any) -> Any:
    """As elsewhere, but with the rules for descriptions only."""
    return partial(message_for, rule_set=RuleSet(DESCRIPTION))


@pytest.mark.parametrize(
    ("readme", "kind"),
    [
        ("Title\n=====\n\ntext", None),
        ("# Title\n\n* a\n  * b\n\n```\nx\n```\n", None),
        ("Title\n==\n", "text/x-rst"),
        ("# Hi <b>", "text/markdown"),
        ("# Hi", "Text/Markdown; variant=CommonMark"),
        (":doc:`guide`", "text/markdown"),
        ("..broken::\n*", "text/plain"),
        ("", "text/x-rst"),
    ],
)
def test_what_can_be_shown_is_fine(message_for: Any, readme: str, kind: str | None) -> None:
    assert message_for(description=readme, description_content_type=kind) is None


@pytest.mark.parametrize("readme", [":nosuchrole:`x`", "a |b|", ".. include:: /etc/passwd\n", "   \n"])
def test_broken_restructuredtext_is_rejected(message_for: Any, readme: str) -> None:
    see = " See https://pypi.org/help/#description-content-type for more information."

    assert message_for(description=readme) == (
        "The description failed to render in the default format of reStructuredText." + see
    )
    assert message_for(description=readme, description_content_type="text/x-rst; charset=UTF-8") == (
        "The description failed to render for 'text/x-rst; charset=UTF-8'." + see
    )


def test_markdown_fails_when_nothing_comes_out_of_it(message_for: Any) -> None:
    assert message_for(description=" \n", description_content_type="text/markdown") is not None


def test_a_type_that_another_rule_rejects_is_not_rejected_here() -> None:
    assert renders("text", "text/x\ny: z")
