"""Signed texts that expire."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from fake_pypi.index import Index
from fake_pypi.index.signed_tokens import MAX_AGE, Purpose, SignedToken


@pytest.fixture
def index() -> Iterator[Index]:
    with closing(Index()) as opened:
        yield opened


@pytest.mark.parametrize("purpose", list(MAX_AGE))
def test_a_token_is_valid_for_its_time(index: Index, purpose: Purpose) -> None:
    token = index.signed_tokens.sign(purpose, {"user.id": 7, "action": "x"})
    index.clock.advance(seconds=MAX_AGE[purpose] - 2)
    content = index.signed_tokens.read(purpose, token)
    assert isinstance(content, SignedToken)
    assert content.data == {"user.id": "7", "action": "x"}
    assert content.at == pytest.approx(index.clock.timestamp() - MAX_AGE[purpose] + 2, abs=5)
    index.clock.advance(seconds=4)
    assert index.signed_tokens.read(purpose, token) == "expired"


def test_a_token_is_for_one_purpose_and_one_index(index: Index) -> None:
    token = index.signed_tokens.sign("email", {"a": "b"})
    assert index.signed_tokens.read("password", token) == "invalid"
    with closing(Index()) as other:
        assert other.signed_tokens.read("email", token) == "invalid"


@pytest.mark.parametrize(
    ("token", "problem"), [(None, "missing"), ("", "missing"), ("bogus", "invalid"), ("a.b.c", "invalid")]
)
def test_another_text_is_no_token(index: Index, token: str | None, problem: str) -> None:
    assert index.signed_tokens.read("email", token) == problem


def test_a_changed_token_is_invalid(index: Index) -> None:
    token = index.signed_tokens.sign("email", {"a": "b"})
    assert index.signed_tokens.read("email", f"X{token[1:]}") == "invalid"


def test_tokens_stay_valid_when_the_data_folder_is_opened_again(tmp_path: Path) -> None:
    with closing(Index(path=tmp_path / "index.sqlite3")) as first:
        token = first.signed_tokens.sign("email", {"a": "b"})
    with closing(Index(path=tmp_path / "index.sqlite3")) as second:
        content = second.signed_tokens.read("email", token)
        assert isinstance(content, SignedToken)
        assert content.data == {"a": "b"}
