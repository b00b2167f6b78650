"""The security history names the address and the program of the request."""

from __future__ import annotations

from fake_pypi.index import Index
from fake_pypi.index.sender import Sender
from fake_pypi.operations.actor import ADMINISTRATOR, SignedInUser
from fake_pypi.operations.security_history import record, record_role


def test_an_event_has_the_address_and_the_program_of_the_request(index: Index) -> None:
    user = index.accounts["alice"]
    record(index, SignedInUser(user, "203.0.113.1", "Firefox (Linux)"), user, "account:email:add", email="a@b.org")
    record(index, ADMINISTRATOR, user, "account:password:disabled")
    record(index, Sender(user=user), user, "account:api_token:added")
    newest = index.events.of(user.id, limit=3)
    assert [(event.tag, event.ip, event.user_agent, event.facts) for event in newest] == [
        ("account:api_token:added", "", "", {}),
        ("account:password:disabled", "127.0.0.1", "", {}),
        ("account:email:add", "203.0.113.1", "Firefox (Linux)", {"email": "a@b.org"}),
    ]


def test_an_event_about_a_role_is_in_both_histories(index: Index) -> None:
    project, bob = index.projects["demo"], index.accounts["bob"]
    record_role(index, ADMINISTRATOR, "change", project=project, user=bob, role="Owner", by="alice")
    [event] = index.events.of(project.id, limit=1)
    assert event.tag == "project:role:change"
    assert event.facts == {"submitted_by": "alice", "role_name": "Owner", "target_user": "bob"}
    [event] = index.events.of(bob.id, limit=1)
    assert event.tag == "account:role:change"
    assert event.facts == {"submitted_by": "alice", "project_name": "demo", "role_name": "Owner"}
