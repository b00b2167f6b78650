"""The e-mails that an index has sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from fake_pypi.index import Index


@pytest.fixture
def index() -> Iterator[Index]:
    with closing(Index()) as opened:
        yield opened


def test_messages_are_in_the_order_in_which_they_were_sent(index: Index) -> None:
    index.mailbox.send("a@example.org", "first", "text")
    index.mailbox.send("Bob <b@example.org>", "second", "see https://pypi.org/x?token=a.b-c_d\n<https://pypi.org/y>")
    assert len(index.mailbox) == 2
    assert [(message.to, message.subject) for message in index.mailbox] == [
        ("a@example.org", "first"),
        ("Bob <b@example.org>", "second"),
    ]
    assert index.mailbox[0].links == []
    assert index.mailbox[-1].links == ["https://pypi.org/x?token=a.b-c_d", "https://pypi.org/y"]
    assert index.mailbox[-1].at <= index.clock.now()


def test_an_emptied_mailbox_is_empty(index: Index) -> None:
    index.mailbox.send("a@example.org", "first", "text")
    index.mailbox.clear()
    assert (len(index.mailbox), list(index.mailbox)) == (0, [])
