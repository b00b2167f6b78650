from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fake_pypi.index import Index
from fake_pypi.inspection.readme import renders
from fake_pypi.rules.examples import upload_of
from fake_pypi.rules.metadata_rule import example_with
from fake_pypi.rules.order import DESCRIPTION
from fake_pypi.rules.rule_set import RuleSet


@pytest.fixture
def said(tmp_path: Path) -> Any:
    def judge(**form: Any) -> str | None:
        index = Index()
        rejection = RuleSet(DESCRIPTION).judge(upload_of(example_with(**form), index, tmp_path), index).rejection
        return None if rejection is None else rejection.message

    return judge


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
def test_what_can_be_shown_is_fine(said: Any, readme: str, kind: str | None) -> None:
    assert said(description=readme, description_content_type=kind) is None


@pytest.mark.parametrize("readme", [":nosuchrole:`x`", "a |b|", ".. include:: /etc/passwd\n", "   \n"])
def test_broken_restructuredtext_is_rejected(said: Any, readme: str) -> None:
    see = " See https://pypi.org/help/#description-content-type for more information."

    assert said(description=readme) == (
        "The description failed to render in the default format of reStructuredText." + see
    )
    assert said(description=readme, description_content_type="text/x-rst; charset=UTF-8") == (
        "The description failed to render for 'text/x-rst; charset=UTF-8'." + see
    )


def test_markdown_fails_when_nothing_comes_out_of_it(said: Any) -> None:
    assert said(description=" \n", description_content_type="text/markdown") is not None


def test_a_type_that_another_rule_rejects_harms_nobody_here() -> None:
    assert renders("text", "text/x\ny: z")
