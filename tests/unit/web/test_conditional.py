"""Entity tags."""

from __future__ import annotations

import pytest

from fake_pypi.web.conditional import entity_tag


@pytest.mark.parametrize("other", [("demo", 5), ("demo",), ("demo", "4"), ("demo", 4, None), (("demo", 4),)])
def test_other_facts_are_another_tag(other: tuple[object, ...]) -> None:
    assert entity_tag(*other) != entity_tag("demo", 4)


def test_the_same_facts_are_the_same_tag_in_every_process() -> None:
    assert entity_tag("demo", 4) == '"6308ca143605b218b794a6b6264d4cd4"'


def test_a_name_that_is_no_unicode_has_a_tag_too() -> None:
    assert entity_tag("\udcff").isascii()
