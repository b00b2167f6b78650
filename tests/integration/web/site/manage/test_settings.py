"""The settings of a project, its documentation page and its security history."""

from __future__ import annotations

import pytest

from fake_pypi.web.instance import Instance
from tests.integration.web.site.visiting import SiteVisitor

PROJECT = "/manage/project/demo"
SETTINGS, HISTORY = f"{PROJECT}/settings/", f"{PROJECT}/history/"


def test_the_settings_have_dialogs_to_archive_and_to_delete(alice: SiteVisitor) -> None:
    shown = alice.get(SETTINGS)
    assert (shown.status, shown.title) == (200, "Manage 'demo' settings · PyPI")
    headings = {"demo", "Project settings", "API tokens", "Project description and sidebar", "Archive project"}
    headings |= {"Cannot transfer project to an organization", "Delete project"}
    assert headings <= set(shown.words("h1", "h2", "h3"))
    assert shown.page.by_id("archive-project-title").words == "Archive project ?"
    assert shown.page.by_id("project_name-modal-title").words == "Delete project 'demo' ?"
    assert shown.page.by_id("project_name-modal-confirm_project_name").attributes["name"] == "confirm_project_name"
    assert f"{PROJECT}/documentation/" not in shown.page.links


def test_a_project_is_archived_and_unarchived(alice: SiteVisitor, instance: Instance) -> None:
    shown = alice.post(f"{PROJECT}/archive/")
    assert (shown.location, shown.flashes) == (SETTINGS, [("success", "Project archived")])
    assert instance.index.projects["demo"].status == "archived-noindex"
    assert "Unarchive project" in alice.get(SETTINGS).words("h2")
    assert alice.get("/manage/projects/").words("h1") == ["Active Projects 0", "Archived Projects 1"]
    again = alice.post(f"{PROJECT}/archive/")
    assert (again.location, again.flashes) == (
        SETTINGS,
        [("error", "Cannot archive project with status archived-noindex")],
    )

    shown = alice.post(f"{PROJECT}/unarchive/")
    assert (shown.location, shown.flashes) == (SETTINGS, [("success", "Project unarchived")])
    again = alice.post(f"{PROJECT}/unarchive/")
    assert (again.location, again.flashes) == (SETTINGS, [("error", "Can only unarchive an archived project")])


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Confirm the request"),
        ("wrong", "Could not delete project - 'wrong' is not the same as 'demo'"),
        ("DEMO", "Could not delete project - 'DEMO' is not the same as 'demo'"),
    ],
)
def test_a_project_is_not_deleted_without_its_name(
    alice: SiteVisitor, instance: Instance, typed: str, message: str
) -> None:
    shown = alice.post(f"{PROJECT}/delete_project/", confirm_project_name=typed)
    assert (shown.status, shown.location, shown.flashes) == (303, SETTINGS, [("error", message)])
    assert instance.index.projects.get("demo") is not None


def test_a_project_is_deleted_and_blanks_around_its_name_do_not_count(alice: SiteVisitor, instance: Instance) -> None:
    shown = alice.post(f"{PROJECT}/delete_project/", confirm_project_name=" demo ")
    assert (shown.location, shown.flashes) == ("/manage/projects/", [("success", "Deleted the project 'demo'")])
    assert [mail.subject for mail in instance.index.mailbox] == ["[PyPI] The project demo has been deleted."]
    assert alice.post(f"{PROJECT}/delete_project/", confirm_project_name="demo").status == 404
    assert alice.get("/project/demo/").status == 404


def test_a_project_is_not_deleted_while_deletions_are_disabled(alice: SiteVisitor, instance: Instance) -> None:
    instance.index.flags.disallow_deletion = True
    message = "Project deletion temporarily disabled. See https://pypi.org/help#admin-intervention for details."
    shown = alice.post(f"{PROJECT}/delete_project/", confirm_project_name="demo")
    assert (shown.location, shown.flashes) == (SETTINGS, [("error", message)])


@pytest.mark.parametrize("page", ["delete_project", "archive", "unarchive", "collaboration/change"])
def test_an_address_of_a_form_alone_cannot_be_read(alice: SiteVisitor, page: str) -> None:
    shown = alice.get(f"{PROJECT}/{page}/")
    assert (shown.status, shown.header("Allow")) == (405, "POST")


def test_the_documentation_page_states_that_documentation_is_no_longer_hosted(alice: SiteVisitor) -> None:
    shown = alice.get(f"{PROJECT}/documentation/")
    assert (shown.status, shown.title) == (200, "Manage 'demo' documentation · PyPI")
    assert {"demo", "Documentation", "Project documentation"} <= set(shown.words("h1", "h2", "h3"))
    assert "Uploading new documentation is no longer supported" in shown.words("p")


def test_the_history_shows_what_was_done_by_whom_and_from_where(alice: SiteVisitor, bob: SiteVisitor) -> None:
    alice.post(f"{PROJECT}/release/1.0/", confirm_yank_version="1.0")
    alice.post(f"{PROJECT}/release/1.0/", confirm_unyank_version="1.0")
    alice.post(f"{PROJECT}/release/1.0/", confirm_delete_version="1.0")
    alice.post(f"{PROJECT}/collaboration/", username="bob", role_name="Maintainer")
    (token,) = bob.get("/manage/projects/").values("token")
    bob.post("/account/verify-project-role/", token=token, accept="Accept")
    alice.post(f"{PROJECT}/archive/")
    shown = alice.get(HISTORY)
    assert (shown.status, shown.title) == (200, "'demo' security history · PyPI")
    assert [each.words for each in shown.page.all("th", scope="col")] == ["Event", "Time", "Additional info"]
    assert shown.words("td")[::3][:6] == [
        "Project archived Archived by: alice",
        "bob added as project maintainer Added by: bob",
        "bob invited to join as project maintainer Invited by: alice",
        "Version 1 removed Removed by: alice",
        "Version 1 unyanked Yanked by: alice",
        "Version 1 yanked Yanked by: alice",
    ]
    assert shown.words("td")[2] == "Location info 127.0.0.1 Device Info Firefox (Linux)"


def test_the_history_has_25_events_on_a_page(alice: SiteVisitor) -> None:
    for _ in range(15):
        alice.post(f"{PROJECT}/archive/")
        alice.post(f"{PROJECT}/unarchive/")
    first = alice.get(HISTORY)
    assert len(first.words("td")) == 25 * 3
    assert f"{HISTORY}?page=2" in first.page.links
    assert alice.get(f"{HISTORY}?page=2").status == 200
    assert alice.get(f"{HISTORY}?page=99").status == 404
    assert alice.get(f"{HISTORY}?page=0").status == 404
    wrong = alice.get(f"{HISTORY}?page=x")
    assert wrong.status == 400
    assert b"must be an integer." in wrong.body
