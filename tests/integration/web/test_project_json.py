"""The JSON API beyond what was recorded: which release is the latest, links, what is left out."""

from __future__ import annotations

import pytest

from fake_pypi.packages.wheel import wheel
from fake_pypi.web.api.project_json import latest
from fake_pypi.web.instance import Instance
from tests.integration.asking import ask
from tests.integration.web.conftest import Add
from tests.integration.web.reading import project_json


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        ({}, None),
        ({"1.0": False, "1.1": False}, "1.1"),
        ({"1.0": False, "2.0rc1": False}, "1.0"),
        ({"1.0.dev1": False, "1.0a1": False}, "1.0a1"),
        ({"1.0": False, "1.1": True}, "1.0"),
        ({"1.0": True, "1.1": True}, "1.1"),
        ({"1.0": True, "2.0rc1": False}, "2.0rc1"),
        ({"1.0.post1": False, "1.0": False}, "1.0.post1"),
        ({"1!0.1": False, "2.0": False}, "1!0.1"),
        ({"1.9": False, "1.10": False}, "1.10"),
        ({"nonsense": False, "0.1.dev1": False}, "0.1.dev1"),
    ],
)
def test_the_latest_release_is_the_newest_final_one_that_is_not_yanked(
    versions: dict[str, bool], expected: str | None
) -> None:
    assert latest(versions.items()) == expected


@pytest.mark.parametrize(
    ("asked", "target"),
    [
        ("/pypi/My.Demo/json", "/pypi/my-demo/json"),
        ("/pypi/My.Demo/json/", "/pypi/my-demo/json/"),
        ("/pypi/My.Demo/1.0.0/json", "/pypi/my-demo/1.0.0/json"),
        ("/pypi/My.Demo/0!1.0/json/", "/pypi/my-demo/0!1.0/json/"),
        ("/pypi/My.Demo/json?x=1&y", "/pypi/my-demo/json?x=1&y="),
        ("/pypi/My.Demo/9.9/json", None),
    ],
)
def test_another_spelling_of_the_name_is_redirected_to_the_project(
    instance: Instance, add: Add, asked: str, target: str | None
) -> None:
    add(wheel("My.Demo", "1.0"))
    got = ask(instance, "GET", asked, HTTP_HOST="pypi.org")
    assert (got.status, got.headers.get("Location")) == ((301, f"https://pypi.org{target}") if target else (404, None))


def test_the_project_shows_its_latest_release_and_lists_all(instance: Instance, add: Add) -> None:
    add(*(wheel("demo", version, summary=f"the {version}") for version in ("1.0", "2.0rc1", "0.9")))
    value = project_json(instance, "demo")
    assert (value["info"]["version"], value["info"]["summary"]) == ("1.0", "the 1.0")
    assert {version: len(files) for version, files in value["releases"].items()} == {"0.9": 1, "1.0": 1, "2.0rc1": 1}
    assert value["urls"] == value["releases"]["1.0"]


def test_a_release_whose_files_are_deleted_is_still_listed(instance: Instance, add: Add) -> None:
    add(wheel("demo", "1.0"), wheel("demo", "1.1"))
    instance.index.releases.delete_file(instance.index.projects["demo"], "demo-1.1-py3-none-any.whl")
    assert project_json(instance, "demo")["releases"]["1.1"] == []


def test_links_have_the_host_of_the_request(instance: Instance, add: Add) -> None:
    add(wheel("demo", "1.0"))
    info = project_json(instance, "demo", HTTP_HOST="127.0.0.1:81")["info"]
    assert info["release_url"] == "http://127.0.0.1:81/project/demo/1.0/"
    assert (
        project_json(instance, "demo", HTTP_HOST="pypi.org")["info"]["project_url"] == "https://pypi.org/project/demo/"
    )


def test_a_page_that_the_client_has_is_left_out(instance: Instance, add: Add) -> None:
    add(wheel("demo", "1.0"), wheel("demo", "1.1"))
    tags = {path: ask(instance, "GET", path).headers["ETag"] for path in ("/pypi/demo/json", "/pypi/demo/1.0/json")}
    for path, tag in tags.items():
        assert ask(instance, "GET", path, HTTP_IF_NONE_MATCH=tag).status == 304
    instance.index.projects.add_role("demo", instance.index.accounts.add("bob"), "Maintainer")
    stale = tags["/pypi/demo/1.0/json"]
    assert ask(instance, "GET", "/pypi/demo/1.0/json", HTTP_IF_NONE_MATCH=stale).status == 200


@pytest.mark.parametrize("path", ["nope", "demo/9.9", "demo/nonsense", "nope/1.0", "demo/" + "9" * 5000])
def test_what_does_not_exist_is_404_in_json(instance: Instance, add: Add, path: str) -> None:
    add(wheel("demo", "1.0"))
    got = ask(instance, "GET", f"/pypi/{path}/json")
    assert (got.status, got.headers["Content-Type"], got.body) == (404, "application/json", b'{"message": "Not Found"}')
