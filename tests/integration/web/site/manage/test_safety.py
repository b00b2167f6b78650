"""What others write is text on the pages on which projects are managed, never markup."""

from __future__ import annotations

import pytest

from fake_pypi.operations.actor import ADMINISTRATOR
from fake_pypi.operations.seeding import seed
from fake_pypi.packages.wheel import wheel
from fake_pypi.web.instance import Instance
from tests.integration.web.site.manage.conftest import SignIn
from tests.integration.web.site.visiting import SiteVisitor

MARKUP = "\"'><script>alert(1)</script><b>"
PROJECT = "/manage/project/demo"


def is_text(body: bytes) -> bool:
    """Whether the page has the text, and no element of it."""
    return b"&lt;script&gt;alert(1)" in body and b"<script>alert" not in body


def test_the_reason_of_a_yank_is_text(alice: SiteVisitor) -> None:
    alice.post(f"{PROJECT}/release/1.0/", confirm_yank_version="1.0", yanked_reason=MARKUP)
    for page in ("releases", "release/1.0"):
        assert is_text(alice.get(f"{PROJECT}/{page}/").body)
    assert is_text(alice.get("/project/demo/1.0/").body)


def test_what_is_typed_to_confirm_is_text_in_the_message(alice: SiteVisitor, instance: Instance) -> None:
    for fields in ({"confirm_yank_version": MARKUP}, {"confirm_project_name": MARKUP, "file_id": MARKUP}):
        alice.post(f"{PROJECT}/release/1.0/", **fields)
    message = f"Could not yank release - {MARKUP!r} is not the same as '1.0'"
    instance.index.sessions.flash(alice.session, message, "error")
    assert is_text(alice.get("/manage/projects/").body)


def test_names_of_collaborators_are_text(alice: SiteVisitor, instance: Instance) -> None:
    instance.index.accounts.set_full_name(instance.index.accounts["bob"], MARKUP)
    alice.post(f"{PROJECT}/collaboration/", username="bob", role_name="Owner")
    assert is_text(alice.get(f"{PROJECT}/collaboration/").body)
    instance.index.projects.add_role("demo", instance.index.accounts["bob"], "Maintainer")
    assert is_text(alice.get(f"{PROJECT}/collaboration/").body)


@pytest.mark.parametrize("field", ["username", "role_name"])
def test_a_wrong_invitation_is_shown_again_as_text(alice: SiteVisitor, field: str) -> None:
    shown = alice.post(f"{PROJECT}/collaboration/", **{"username": "nobody", "role_name": "Owner", field: MARKUP})
    assert shown.status == 200
    assert b"<script>alert" not in shown.body


@pytest.mark.parametrize(
    "fields",
    [
        {"owner": MARKUP, "repository": MARKUP, "workflow_filename": MARKUP, "environment": MARKUP},
        {
            "namespace": MARKUP,
            "project": MARKUP,
            "workflow_filepath": MARKUP,
            "environment": MARKUP,
            "issuer_url": MARKUP,
        },
        {"email": MARKUP, "sub": MARKUP},
        {"organization": MARKUP, "project": MARKUP, "actor": MARKUP},
    ],
    ids=["github", "gitlab", "google", "activestate"],
)
def test_wrong_publishers_are_shown_again_as_text(alice: SiteVisitor, fields: dict[str, str]) -> None:
    assert is_text(alice.post(f"{PROJECT}/settings/publishing/", **fields).body)
    assert is_text(alice.post("/manage/account/publishing/", project_name=MARKUP, **fields).body)


def test_the_subject_of_a_publisher_is_text(alice: SiteVisitor) -> None:
    alice.post(f"{PROJECT}/settings/publishing/", email="svc@proj.iam.gserviceaccount.com", sub=MARKUP)
    assert is_text(alice.get(f"{PROJECT}/settings/publishing/").body)


def test_a_workflow_is_text_in_the_history(alice: SiteVisitor) -> None:
    fields = {"owner": "octo", "repository": "demo", "workflow_filename": "<script>alert(1)<script>.yml"}
    alice.post(f"{PROJECT}/settings/publishing/", **fields, environment="")
    for page in ("settings/publishing", "history"):
        assert is_text(alice.get(f"{PROJECT}/{page}/").body)


def test_a_link_to_an_own_project_cannot_carry_markup(alice: SiteVisitor) -> None:
    fields = {"email": "svc@proj.iam.gserviceaccount.com", "sub": MARKUP}
    shown = alice.post("/manage/account/publishing/", project_name="demo", **fields)
    assert b"<script>alert" not in shown.body
    (message,) = shown.errors["project_name"]
    assert message.startswith("This project already exists: use the project's publishing settings")


def test_summaries_are_text_in_the_list_of_projects(sign_in: SignIn, instance: Instance) -> None:
    bob = instance.index.accounts["bob"]
    seed(instance.index, ADMINISTRATOR, wheel("other", "1.0", summary=MARKUP), bob, files=instance)
    assert is_text(sign_in("bob").get("/manage/projects/").body)


def test_the_device_of_an_event_is_text(alice: SiteVisitor, instance: Instance) -> None:
    demo = instance.index.projects["demo"]
    instance.index.events.add(
        demo.id, "project:archive:enter", ip=MARKUP, user_agent=MARKUP, facts={"submitted_by": MARKUP}
    )
    assert is_text(alice.get(f"{PROJECT}/history/").body)
