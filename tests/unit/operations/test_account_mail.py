"""Who gets an e-mail, at which address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from fake_pypi.index import Index
from fake_pypi.operations.account_mail import send
from fake_pypi.operations.actor import ADMINISTRATOR, SignedInUser, Visitor


@pytest.fixture
def index() -> Iterator[Index]:
    """Return an index without users."""
    with closing(Index()) as opened:
        yield opened


@pytest.mark.parametrize(
    ("full_name", "recipient"),
    [
        ("", "alice <alice@example.com>"),
        ("Bob", "Bob <alice@example.com>"),
        ("Alice A.", '"Alice A." <alice@example.com>'),
        ("{0} {user}", "{0} {user} <alice@example.com>"),
    ],
)
def test_the_recipient_has_a_name(index: Index, full_name: str, recipient: str) -> None:
    send(index, Visitor(), index.accounts.add("alice", full_name=full_name), "Subject", "one", "{two}")
    [message] = index.mailbox
    assert (message.to, message.subject, message.text) == (recipient, "[PyPI] Subject", "one\n\n{two}\n")


def test_an_address_that_is_not_verified_gets_only_what_is_about_it(index: Index) -> None:
    alice = index.accounts.add("alice", email="unverified")
    send(index, Visitor(), alice, "not sent", "text")
    send(index, Visitor(), alice, "sent", "text", unverified=True)
    assert [message.subject for message in index.mailbox] == ["[PyPI] sent"]
    assert index.events.count(alice.id) == 1


def test_a_user_without_an_address_gets_nothing(index: Index) -> None:
    send(index, Visitor(), index.accounts.add("alice", email="none"), "Subject", "text", unverified=True)
    assert len(index.mailbox) == 0


def test_the_history_hides_the_address_of_a_signed_in_sender(index: Index) -> None:
    alice = index.accounts.add("alice")
    for actor in (Visitor("203.0.113.1"), ADMINISTRATOR, SignedInUser(alice, "203.0.113.1")):
        send(index, actor, alice, "Subject", "text")
    events = list(reversed(index.events.of(alice.id)))
    assert [(event.ip, event.user_agent, event.facts["redact_ip"]) for event in events] == [
        ("127.0.0.1", "", False),
        ("127.0.0.1", "", False),
        ("127.0.0.1", "", True),
    ]
    assert events[0].facts["from_"] == "noreply@pypi.org"
