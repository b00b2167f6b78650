"""The simple index beyond what was recorded: links, states, entity tags."""

from __future__ import annotations

import gzip
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.web.instance import Instance
from fake_pypi.web.page_cache import PageCache
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


def test_a_page_put_together_from_kept_texts_is_the_page_that_is_made_anew(instance: Instance, add: Add) -> None:
    add(wheel("demo", "1.0"), wheel("other", "1.0"))
    index = instance.index
    project, releases = index.projects["demo"], index.releases
    for change in (
        lambda: None,
        lambda: add(wheel("demo", "1.10"), sdist("demo", "1.10")),
        lambda: add(wheel("demo", "1.9")),
        lambda: add(wheel("other", "1.1")),
        lambda: releases.yank(project, "1.9", "broken"),
        lambda: releases.yank(project, "1.10", journal=False),
        lambda: releases.unyank(project, "1.9"),
        lambda: index.projects.spell(project, "Demo"),
        lambda: releases.delete_file(project, "demo-1.10.tar.gz"),
        lambda: releases.set_status(project, "1.9", "quarantined", journal=False),
        lambda: index.projects.set_status("demo", "quarantined"),
        lambda: index.projects.set_status("demo", "active"),
        lambda: releases.set_status(project, "1.9", "active"),
        lambda: releases.delete(project, "1.9"),
        lambda: add(*(wheel("demo", f"2.{number}") for number in range(60))),
        lambda: index.projects.set_status("demo", "archived"),
    ):
        change()
        for accept in (JSON_V1, "text/html"):
            for host in ("pypi.org", "127.0.0.1:81"):
                asked: dict[str, Any] = {"HTTP_ACCEPT": accept, "HTTP_HOST": host}
                kept = [ask(instance, "GET", "/simple/demo/", **asked) for _ in range(2)]
                cache, instance.page_cache = instance.page_cache, PageCache()
                anew = ask(instance, "GET", "/simple/demo/", **asked)
                instance.page_cache = cache
                assert [(page.status, page.body) for page in kept] == 2 * [(200, anew.body)]


def test_uploads_and_reads_at_once_leave_the_page_with_every_file(instance: Instance, add: Add) -> None:
    add(wheel("demo", "0.0"))
    ended = threading.Event()

    def read() -> set[int]:
        sizes = set()
        while not ended.is_set():
            sizes.add(len(simple(instance, "demo")["files"]))
        return sizes

    with ThreadPoolExecutor(8) as pool:
        readers = [pool.submit(read) for _ in range(4)]
        writers = [pool.submit(add, wheel("demo", f"1.{number}")) for number in range(40)]
        for writer in writers:
            writer.result()
        ended.set()
        assert all(reader.result() <= set(range(1, 42)) for reader in readers)
    assert len(simple(instance, "demo")["files"]) == 41
