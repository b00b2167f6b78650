"""The simple index beyond what was recorded: links, states, entity tags."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.web.instance import Instance
from tests.integration.asking import ask
from tests.integration.web.conftest import Add
from tests.integration.web.reading import JSON_V1, REAL, follow, simple


def test_links_have_the_host_of_the_request(instance: Instance, add: Add) -> None:
    add(wheel("demo", "1.0"))
    hosts = {"pypi.org": "https://files.pythonhosted.org/", "127.0.0.1:81": "http://127.0.0.1:81/"}
    for host, start in hosts.items():
        assert simple(instance, "demo", HTTP_HOST=host)["files"][0]["url"].startswith(f"{start}packages/")


def test_every_link_leads_to_the_bytes_it_promises(instance: Instance, add: Add) -> None:
    packages = {each.filename: each for each in (wheel("demo", "1.0"), sdist("demo", "1.0"))}
    add(*packages.values())
    for file in simple(instance, "demo")["files"]:
        assert follow(instance, file["url"]).body == packages[file["filename"]].read()
        assert file["hashes"]["sha256"] == packages[file["filename"]].sha256


def test_metadata_is_served_for_the_files_with_core_metadata_on_the_page(instance: Instance, add: Add) -> None:
    add(wheel("demo", "1.0"), sdist("demo", "1.0"))
    statuses = {
        file["filename"]: (bool(file["core-metadata"]), follow(instance, file["url"] + ".metadata").status)
        for file in simple(instance, "demo")["files"]
    }
    assert statuses == {"demo-1.0-py3-none-any.whl": (True, 200), "demo-1.0.tar.gz": (False, 404)}


@pytest.mark.parametrize(
    ("status", "shown", "files"),
    [
        ("active", "active", 1),
        ("archived", "archived", 1),
        ("archived-noindex", "archived", 1),
        ("quarantined", "quarantined", 0),
        ("quarantine-exit", "active", 1),
    ],
)
def test_a_state_shows_as_the_specification_names_it(
    instance: Instance, add: Add, status: str, shown: str, files: int
) -> None:
    add(wheel("demo", "1.0"))
    instance.index.projects.set_status("demo", status)  # type: ignore[arg-type]
    page = simple(instance, "demo")
    assert (page["project-status"], len(page["files"])) == ({"status": shown}, files)


def test_an_entity_tag_changes_with_every_fact_of_the_page(instance: Instance, add: Add) -> None:
    add(wheel("demo", "1.0"))
    project, releases = instance.index.projects["demo"], instance.index.releases
    seen = []
    for change in (
        lambda: None,
        lambda: add(wheel("demo", "1.1")),
        lambda: releases.yank(project, "1.0", "broken"),
        lambda: releases.yank(project, "1.0", "very broken"),
        lambda: releases.unyank(project, "1.0"),
        lambda: releases.set_status(project, "1.1", "quarantined"),
        lambda: instance.index.projects.set_status("demo", "archived"),
        lambda: releases.delete(project, "1.0"),
    ):
        change()
        got = ask(instance, "GET", "/simple/demo/", HTTP_ACCEPT=JSON_V1)
        seen.append((got.headers["ETag"], got.body))
    assert len({tag for tag, _ in seen}) == len({body for _, body in seen}) == 8


@pytest.mark.parametrize(
    ("asked", "status"),
    [("{tag}", 304), ("W/{tag}", 304), ('"other", {tag}', 304), ('"other"', 200), ("*", 200), ("{tag", 200)],
)
def test_a_page_that_the_client_has_is_left_out(instance: Instance, add: Add, asked: str, status: int) -> None:
    add(wheel("demo", "1.0"))
    tag = ask(instance, "GET", "/simple/demo/").headers["ETag"]
    named = asked.replace("{tag}", tag).replace("{tag", tag[:-1])
    got = ask(instance, "GET", "/simple/demo/", HTTP_IF_NONE_MATCH=named)
    assert (got.status, bool(got.body)) == (status, status == 200)
    assert ("Content-Type" in got.headers) == (status == 200)


def test_another_form_and_another_host_have_tags_of_their_own(instance: Instance, add: Add) -> None:
    add(wheel("demo", "1.0"))
    asked: list[dict[str, Any]] = [{}, {"HTTP_ACCEPT": JSON_V1}, REAL, {"HTTP_ACCEPT": JSON_V1, **REAL}]
    assert len({ask(instance, "GET", "/simple/demo/", **each).headers["ETag"] for each in asked}) == 4


def test_a_deleted_project_that_comes_back_has_another_tag(instance: Instance, add: Add) -> None:
    add(wheel("demo", "1.0"))
    tag = ask(instance, "GET", "/simple/demo/").headers["ETag"]
    instance.index.releases.delete_all(instance.index.projects["demo"])
    instance.index.projects.delete("demo")
    assert simple(instance, "demo") == 404
    add(wheel("demo", "1.1"))
    assert ask(instance, "GET", "/simple/demo/", HTTP_IF_NONE_MATCH=tag).status == 200


@pytest.mark.parametrize(
    ("asked", "packed"),
    [("gzip", True), ("br, gzip;q=0.5", True), ("gzip;q=0", False), ("identity", False), (None, False)],
)
def test_pages_are_compressed_for_those_who_can_read_it(
    instance: Instance, add: Add, asked: str | None, packed: bool
) -> None:
    add(wheel("demo", "1.0"))
    plain = ask(instance, "GET", "/simple/demo/", HTTP_ACCEPT=JSON_V1).body
    got = ask(instance, "GET", "/simple/demo/", HTTP_ACCEPT=JSON_V1, HTTP_ACCEPT_ENCODING=asked)
    assert got.headers.get("Content-Encoding") == ("gzip" if packed else None)
    assert (gzip.decompress(got.body) if packed else got.body) == plain
    assert got.headers["Content-Length"] == str(len(got.body))


def test_a_query_is_written_again_behind_the_normalized_name(instance: Instance, add: Add) -> None:
    add(wheel("demo", "1.0"))
    got = ask(instance, "GET", "/simple/Demo/?format=a/b&x", HTTP_HOST="pypi.org")
    assert got.headers["Location"] == "https://pypi.org/simple/demo/?format=a%2Fb&x="


def test_only_who_reads_gets_an_entity_tag(instance: Instance, add: Add) -> None:
    add(wheel("demo", "1.0"))
    got = ask(instance, "OPTIONS", "/simple/demo/")
    assert (got.status, got.headers.get("ETag")) == (200, None)


def test_head_has_the_headers_of_get(instance: Instance, add: Add) -> None:
    add(wheel("demo", "1.0"))
    got, head = (ask(instance, method, "/simple/demo/") for method in ("GET", "HEAD"))
    assert (head.status, head.headers, head.body) == (got.status, got.headers, b"")


def test_versions_that_are_none_come_first(instance: Instance, add: Add) -> None:
    add(wheel("demo", "1.0"), wheel("demo", "not-a-version", checked=False))
    assert simple(instance, "demo")["versions"] == ["not-a-version", "1.0"]


def test_html_in_a_reason_stays_text(instance: Instance, add: Add) -> None:
    add(wheel("demo", "1.0"))
    instance.index.releases.yank(instance.index.projects["demo"], "1.0", "\"><script>alert('x')</script>")
    body = ask(instance, "GET", "/simple/demo/").body.decode()
    assert "<script>" not in body
    assert json.loads(json.dumps(simple(instance, "demo")))["files"][0]["yanked"].startswith('"><script>')


def test_a_part_of_a_page_is_sent_as_of_a_file(instance: Instance, add: Add) -> None:
    add(wheel("demo", "1.0"))
    whole = ask(instance, "GET", "/simple/demo/")
    part = ask(instance, "GET", "/simple/demo/", HTTP_RANGE="bytes=0-10")
    assert (part.status, part.body) == (206, whole.body[:11])
    assert part.headers["Content-Range"] == f"bytes 0-10/{len(whole.body)}"
    assert part.headers["ETag"] == whole.headers["ETag"]
    beyond = ask(instance, "GET", "/simple/demo/", HTTP_RANGE="bytes=9999999-")
    assert (beyond.status, beyond.headers["Content-Range"]) == (416, f"bytes */{len(whole.body)}")
    of_another = ask(instance, "GET", "/simple/demo/", HTTP_RANGE="bytes=0-10", HTTP_IF_RANGE='"another"')
    assert (of_another.status, of_another.body) == (200, whole.body)
    assert ask(instance, "HEAD", "/simple/demo/", HTTP_RANGE="bytes=0-10").status == 200


@pytest.mark.parametrize(("path", "status"), [("/simple/demo%00/", 500), ("/packages/source/d/demo%00/x.tar.gz", 400)])
def test_a_nul_in_an_address_fails_as_on_pypi(instance: Instance, path: str, status: int) -> None:
    answered = ask(instance, "GET", path.replace("%00", "\0"), HTTP_HOST="pypi.org")
    assert (answered.status, answered.headers["Content-Type"]) == (status, "text/html")
