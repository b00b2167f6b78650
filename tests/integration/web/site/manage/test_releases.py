"""The releases of a project: yank, un-yank, delete; each message as recorded from the real server."""

from __future__ import annotations

import pytest

from fake_pypi.web.instance import Instance
from tests.integration.web.site.visiting import SiteVisitor

RELEASES, RELEASE = "/manage/project/demo/releases/", "/manage/project/demo/release/1.0/"
DISABLED = "Project deletion temporarily disabled. See https://pypi.org/help#admin-intervention for details."


def file_ids(browser: SiteVisitor) -> list[str]:
    return browser.get(RELEASE).values("file_id")


def subjects(instance: Instance) -> list[str]:
    return [mail.subject for mail in instance.index.mailbox]


def test_the_list_has_the_highest_version_first_and_a_dialog_for_each_action(alice: SiteVisitor) -> None:
    shown = alice.get(RELEASES)
    assert (shown.status, shown.title) == (200, "Manage 'demo' releases · PyPI")
    assert shown.words("h1", "h2") == ["demo", "Releases 2"]
    assert [each.words for each in shown.page.all("th", scope="row")] == ["1.1", "1.0"]
    assert {"2 files (1 Wheel, 1 Source)", "1 file (1 Wheel)"} <= set(shown.words("td"))
    for dialog in ("yank_release-modal-1", "yank_release-modal-2", "delete_release-modal-2"):
        assert shown.page.by_id(dialog).attributes["data-controller"] == "confirm modal-close"
    assert shown.page.by_id("yank_release-modal-2-title").words == "Yank release '1.0' ?"
    assert shown.page.by_id("yank_release-modal-2-confirm_yank_version").attributes["name"] == "confirm_yank_version"
    buttons = [each.attributes.get("data-expected") for each in shown.page.all("button")]
    assert [expected for expected in buttons if expected] == ["1.1", "1.1", "1.0", "1.0"]


def test_any_spelling_of_the_name_and_the_version_is_accepted(alice: SiteVisitor) -> None:
    assert alice.get("/manage/project/DeMo/releases/").title == "Manage 'demo' releases · PyPI"
    assert alice.get("/manage/project/demo/release/v1.0/").status == 200


def test_the_page_of_a_release_lists_its_files_with_a_dialog_for_each(alice: SiteVisitor) -> None:
    shown = alice.get(RELEASE)
    assert shown.title == "Manage 'demo' – release version 1.0 · PyPI"  # noqa: RUF001 - PyPI's dash
    headings = ["demo", "Releases 2", "Version 1.0 — view release", "Uploading new files", "Release settings"]
    assert set(headings) <= set(shown.words("h1", "h2", "h3"))
    dialogs = {"delete_file_from-modal-1", "delete_file_from-modal-2", "yank_version-modal", "delete_version-modal"}
    assert dialogs <= {each.attributes.get("id") for each in shown.page.elements}
    assert len(set(file_ids(alice))) == 2
    assert (
        shown.page.by_id("delete_file_from-modal-1-confirm_project_name").attributes["name"] == "confirm_project_name"
    )


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"confirm_yank_version": "", "yanked_reason": "r"}, "Confirm the request"),
        ({"confirm_yank_version": "1.1"}, "Could not yank release - '1.1' is not the same as '1.0'"),
        ({"confirm_yank_version": " 1.0 "}, "Could not yank release - ' 1.0 ' is not the same as '1.0'"),
        ({"confirm_unyank_version": ""}, "Confirm the request"),
        ({"confirm_unyank_version": "9"}, "Could not un-yank release - '9' is not the same as '1.0'"),
        ({"confirm_delete_version": ""}, "Confirm the request"),
        ({"confirm_delete_version": "1"}, "Could not delete release - '1' is not the same as '1.0'"),
        ({"confirm_project_name": "", "file_id": "x"}, "Confirm the request"),
        ({"confirm_project_name": "demo", "file_id": "x"}, "Could not find file"),
        ({"confirm_project_name": "demo", "file_id": "a1b2c3d4-0000-4000-8000-000000000000"}, "Could not find file"),
    ],
)
def test_a_form_without_the_right_confirmation_changes_nothing(
    alice: SiteVisitor, instance: Instance, fields: dict[str, str], message: str
) -> None:
    shown = alice.post(RELEASE, **fields)
    assert (shown.status, shown.location, shown.flashes) == (303, RELEASE, [("error", message)])
    demo = instance.index.projects["demo"]
    release = instance.index.releases.named(demo, "1.0")
    assert (release.yanked, len(instance.index.releases.files(demo, release))) == (False, 2)
    assert subjects(instance) == []


def test_a_release_is_yanked_with_a_reason_and_un_yanked(alice: SiteVisitor, instance: Instance) -> None:
    shown = alice.post(RELEASE, confirm_yank_version="1.0", yanked_reason="Broken on Python 3.9")
    assert (shown.status, shown.location) == (303, RELEASES)
    assert shown.flashes == [("success", "Yanked release '1.0'")]
    listed = alice.get(RELEASES)
    assert listed.words("h2") == ["Releases 1", "Yanked releases 1"]
    assert "Broken on Python 3.9" in listed.words("td")
    assert listed.page.by_id("unyank_release-modal-1-title").words == "Un-yank release '1.0' ?"
    assert alice.get(RELEASE).page.by_id("unyank_version-modal-confirm_unyank_version").attributes["type"] == "text"

    again = alice.post(RELEASE, confirm_yank_version="1.0", yanked_reason="2nd reason")
    assert again.flashes == [("success", "Yanked release '1.0'")]
    shown = alice.post(RELEASE, confirm_unyank_version="1.0")
    assert (shown.location, shown.flashes) == (RELEASES, [("success", "Un-yanked release '1.0'")])
    assert not instance.index.releases.named(instance.index.projects["demo"], "1.0").yanked
    yanked, unyanked = "[PyPI] A release for demo has been yanked.", "[PyPI] The demo release 1.0 has been un-yanked."
    assert subjects(instance) == [yanked, yanked, unyanked]


def test_files_and_the_release_are_deleted(alice: SiteVisitor, instance: Instance) -> None:
    first, second = file_ids(alice)
    shown = alice.post(RELEASE, confirm_project_name="wrong-name", file_id=first)
    assert shown.flashes == [("error", "Could not delete file - 'wrong-name' is not the same as 'demo'")]
    shown = alice.post(RELEASE, confirm_project_name="demo", file_id=first)
    assert (shown.location, shown.flashes) == (RELEASE, [("success", "Deleted file 'demo-1.0-py3-none-any.whl'")])
    assert alice.post(RELEASE, confirm_project_name="demo", file_id=first).flashes == [("error", "Could not find file")]
    shown = alice.post(RELEASE, confirm_project_name="demo", file_id=second)
    assert shown.flashes == [("success", "Deleted file 'demo-1.0.tar.gz'")]
    assert alice.get(RELEASE).status == 200
    assert "No files" in alice.get(RELEASES).words("td")

    shown = alice.post(RELEASE, confirm_delete_version="1.0")
    assert (shown.location, shown.flashes) == (RELEASES, [("success", "Deleted release '1.0'")])
    assert alice.post(RELEASE, confirm_delete_version="1.0").status == 404
    deleted = "[PyPI] File deleted for demo 1.0"
    assert subjects(instance) == [deleted, deleted, "[PyPI] A release for demo has been deleted."]


def test_a_file_of_another_release_is_not_deleted(alice: SiteVisitor) -> None:
    (other,) = alice.get("/manage/project/demo/release/1.1/").values("file_id")
    shown = alice.post(RELEASE, confirm_project_name="demo", file_id=other)
    assert shown.flashes == [("error", "Could not find file")]


@pytest.mark.parametrize("fields", [{"confirm_delete_version": "1.0"}, {"confirm_project_name": "", "file_id": "x"}])
def test_nothing_is_deleted_while_deletions_are_disabled(
    alice: SiteVisitor, instance: Instance, fields: dict[str, str]
) -> None:
    instance.index.flags.disallow_deletion = True
    shown = alice.post(RELEASE, **fields)
    assert (shown.location, shown.flashes) == (RELEASE, [("error", DISABLED)])


def test_what_is_no_release_or_no_form_is_not_found(alice: SiteVisitor) -> None:
    assert alice.get("/manage/project/demo/release/9.9/").status == 404
    assert alice.get("/manage/project/nothing/releases/").status == 404
    assert alice.post(RELEASE, something="else").status == 404
    assert alice.post(RELEASE, file_id="x").status == 404


def test_the_list_of_releases_takes_no_form(alice: SiteVisitor) -> None:
    shown = alice.post(RELEASES)
    assert (shown.status, shown.header("Allow")) == (405, "GET, HEAD, OPTIONS")
