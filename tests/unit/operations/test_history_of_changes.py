"""What operations on projects, tokens and publishers add to the security history."""

from __future__ import annotations

import pytest

from fake_pypi.errors import OperationRejected
from fake_pypi.index import Index
from fake_pypi.operations import deletion, projects, publishers, releases, tokens
from fake_pypi.operations.actor import SignedInUser
from tests.unit.operations.conftest import Folder


@pytest.fixture
def alice(index: Index) -> SignedInUser:
    return SignedInUser(index.accounts["alice"], address="203.0.113.7", user_agent="browser/1")


def newest(index: Index, subject: str) -> tuple[str, dict[str, object]]:
    event = index.events.of(subject, limit=1)[0]
    assert (event.ip, event.user_agent) == ("203.0.113.7", "browser/1")
    return event.tag, dict(event.facts)


def test_a_yank_is_recorded_with_its_reason(index: Index, alice: SignedInUser) -> None:
    demo = index.projects["demo"].id
    version = {"submitted_by": "alice", "canonical_version": "1"}
    releases.yank(index, alice, "demo", "1.0", "broken")
    assert newest(index, demo) == ("project:release:yank", {**version, "yanked_reason": "broken"})
    releases.unyank(index, alice, "demo", "1.0")
    assert newest(index, demo) == ("project:release:unyank", version)


def test_deletions_are_recorded(index: Index, alice: SignedInUser, files: Folder) -> None:
    demo = index.projects["demo"].id
    version = {"submitted_by": "alice", "canonical_version": "1"}
    deletion.delete_file(index, alice, "demo-1.0.tar.gz", files=files)
    assert newest(index, demo) == ("file:remove", {**version, "filename": "demo-1.0.tar.gz", "project_id": demo})
    deletion.delete_release(index, alice, "demo", "1.0", files=files)
    assert newest(index, demo) == ("project:release:remove", version)


def test_archiving_is_recorded(index: Index, alice: SignedInUser) -> None:
    demo = index.projects["demo"].id
    projects.archive(index, alice, "demo")
    assert newest(index, demo) == ("project:archive:enter", {"submitted_by": "alice"})
    projects.unarchive(index, alice, "demo")
    assert newest(index, demo) == ("project:archive:exit", {"submitted_by": "alice"})


def test_a_token_is_recorded_for_its_user_and_its_projects(index: Index, alice: SignedInUser) -> None:
    token = tokens.create(index, alice, alice.user, projects=["demo"], description="CI")
    caveats = [{"version": 1, "permissions": {"projects": ["demo"]}}]
    facts = {"description": "CI", "user": "alice"}
    assert newest(index, alice.user.id) == ("account:api_token:added", {"description": "CI", "caveats": caveats})
    assert newest(index, index.projects["demo"].id) == ("project:api_token:added", facts)

    tokens.remove(index, alice, token)
    assert newest(index, alice.user.id) == ("account:api_token:removed", {"macaroon_id": token.id})
    assert newest(index, index.projects["demo"].id) == ("project:api_token:removed", facts)


def test_publishers_are_recorded_for_the_project_and_pending_ones_for_the_user(
    index: Index, alice: SignedInUser
) -> None:
    facts = {"email": "robot@example.com", "sub": ""}
    publisher = publishers.add(index, alice, "google", facts, project="demo")
    described = {
        "publisher": "Google",
        "specifier": "robot@example.com",
        "url": None,
        "submitted_by": "alice",
    }
    demo = index.projects["demo"].id
    assert newest(index, demo) == ("project:oidc:publisher-added", {**described, "id": publisher.id})
    publishers.remove(index, alice, publisher, "demo")
    assert newest(index, demo) == ("project:oidc:publisher-removed", {**described, "id": publisher.id})

    pending = publishers.add_pending(index, alice, "google", facts, project_name="fresh", user=alice.user)
    recorded = {**described, "id": pending.id, "project": "fresh"}
    assert newest(index, alice.user.id) == ("account:oidc:pending-publisher-added", recorded)
    publishers.remove_pending(index, alice, pending)
    assert newest(index, alice.user.id) == ("account:oidc:pending-publisher-removed", recorded)


def test_what_is_rejected_or_taken_back_is_not_recorded(index: Index, alice: SignedInUser, bob: SignedInUser) -> None:
    demo = index.projects["demo"].id
    count = index.events.count(demo)
    with pytest.raises(OperationRejected):
        releases.yank(index, bob, "demo", "1.0")
    index.flags.set("read-only")
    releases.yank(index, alice, "demo", "1.0")
    assert index.events.count(demo) == count
