from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("field", ["requires_dist", "provides_dist", "obsoletes_dist"])
@pytest.mark.parametrize("text", ["requests", "requests[socks]>=2; python_version < '3.13'", "a==2.0+local"])
def test_a_requirement_that_follows_pep_508_is_accepted(message_for: Any, field: str, text: str) -> None:
    assert message_for(**{field: text}) is None


def test_a_line_feed_may_follow_a_requirement(message_for: Any) -> None:
    assert message_for(requires_dist="requests>=2\n") is None
    assert message_for(requires_dist="requests>=2\n\n") == "'requests>=2\\n\\n' is invalid for 'requires-dist'."


def test_the_first_invalid_requirement_is_reported(message_for: Any) -> None:
    assert message_for(requires_dist=["a", "b c", "!!"]) == "'b c' is invalid for 'requires-dist'."


def test_an_address_is_shown_as_packaging_writes_it(message_for: Any) -> None:
    words = "Can't have direct dependency: requests @ https://example.com/r.whl."

    assert message_for(requires_dist="requests@https://example.com/r.whl") == words


def test_an_address_in_an_old_field_is_shown_as_it_was_sent(message_for: Any) -> None:
    assert message_for(provides_dist="x@https://e.com/x") == "Can't have direct dependency: 'x@https://e.com/x'."


def test_the_message_about_an_old_field_has_the_position_of_the_error(message_for: Any) -> None:
    words = message_for(obsoletes_dist="!!")

    assert words is not None
    assert words.splitlines() == [
        "'!!' is invalid: Expected package name at the start of dependency specifier",
        "    !!",
        "    ^.",
    ]


@pytest.mark.parametrize("versions", [">=3.9", "~=3.9", "==3.*", ">= 3.9 ", "===3"])
def test_python_versions_may_be_given_with_any_specifier(message_for: Any, versions: str) -> None:
    assert message_for(requires_python=versions) is None


@pytest.mark.parametrize("versions", [">=3.9.*", "foo", "3.9"])
def test_other_python_versions_are_rejected(message_for: Any, versions: str) -> None:
    assert message_for(requires_python=versions) == f"{versions!r} is invalid for 'requires-python'."


@pytest.mark.parametrize("extra", ["cli", "CLI", "a--b", "a.b_c"])
def test_an_extra_is_named_like_a_project(message_for: Any, extra: str) -> None:
    assert message_for(provides_extra=extra) is None


@pytest.mark.parametrize("extra", ["a b", "\u00e9", "-a"])
def test_an_extra_under_another_name_is_rejected(message_for: Any, extra: str) -> None:
    assert message_for(provides_extra=["fine", extra]) == f"{extra!r} is invalid for 'provides-extra'."
