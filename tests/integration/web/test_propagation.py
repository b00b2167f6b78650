"""Propagation delay: what a release pipeline gets that requests pages too early."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.request import Request, urlopen

import pytest

from fake_pypi import FakePyPI
from fake_pypi.errors import FakePyPIError, NotFound, UsageError
from fake_pypi.packages.wheel import wheel
from fake_pypi.web.instance import Instance
from tests.integration.asking import ask
from tests.integration.web.conftest import Add
from tests.integration.web.reading import JSON_V1, follow, project_json, simple, versions


@pytest.fixture
def pypi() -> Iterator[FakePyPI]:
    with FakePyPI() as index:
        yield index


def test_the_json_api_shows_a_release_that_the_simple_index_still_hides(instance: Instance, add: Add) -> None:
    add(wheel("demo", "1.0"))
    before = simple(instance, "demo")["meta"]["_last-serial"]
    instance.faults.add("stale", pages="simple", seconds=60)
    add(wheel("demo", "1.1"))
    assert project_json(instance, "demo")["info"]["version"] == "1.1"
    assert versions(instance, "demo") == ["1.0"]
    assert b"1.1" not in ask(instance, "GET", "/simple/demo/").body
    assert simple(instance, "demo")["meta"]["_last-serial"] == before
    instance.index.clock.advance(seconds=61)
    assert versions(instance, "demo") == ["1.0", "1.1"]


def test_a_number_of_requests_still_sees_the_old_page(instance: Instance, add: Add) -> None:
    add(wheel("demo", "1.0"))
    instance.faults.add("stale", pages="simple-json", requests=2)
    add(wheel("demo", "1.1"))
    assert [versions(instance, "demo")[-1] for _ in range(4)] == ["1.0", "1.0", "1.1", "1.1"]


def test_of_two_cache_nodes_one_is_up_to_date(instance: Instance, add: Add) -> None:
    add(wheel("demo", "1.0"))
    instance.faults.add("stale", pages="json", seconds=60, alternating=True)
    add(wheel("demo", "1.1"))
    assert [project_json(instance, "demo")["info"]["version"] for _ in range(4)] == ["1.0", "1.1", "1.0", "1.1"]


def test_a_new_project_is_not_listed_at_first(instance: Instance, add: Add) -> None:
    instance.faults.add("stale", requests=1)
    add(wheel("demo", "1.0"))
    assert [versions(instance, "demo") for _ in range(2)] == [404, ["1.0"]]
    assert [project_json(instance, "demo") == 404 for _ in range(2)] == [True, False]


def test_a_release_is_not_listed_at_first(instance: Instance, add: Add) -> None:
    add(wheel("demo", "1.0"))
    instance.faults.add("stale", pages="json", requests=1)
    add(wheel("demo", "1.1"))
    assert [project_json(instance, "demo/1.1") == 404 for _ in range(2)] == [True, False]


def test_a_file_may_be_listed_before_it_can_be_fetched(instance: Instance, add: Add) -> None:
    instance.faults.add("stale", pages="files", requests=1)
    add(wheel("demo", "1.0"))
    url = simple(instance, "demo")["files"][0]["url"]
    assert [follow(instance, url).status for _ in range(2)] == [404, 200]


def test_other_projects_and_earlier_files_are_in_time(instance: Instance, add: Add) -> None:
    add(wheel("demo", "1.0"))
    instance.faults.add("stale", pages="simple", seconds=60, when={"project": "Demo"})
    add(wheel("other", "1.0"), wheel("demo", "1.1"))
    assert (versions(instance, "other"), versions(instance, "demo")) == (["1.0"], ["1.0"])
    instance.faults.clear()
    assert versions(instance, "demo") == ["1.0", "1.1"]


def test_the_old_page_has_the_old_entity_tag(instance: Instance, add: Add) -> None:
    add(wheel("demo", "1.0"))
    instance.faults.add("stale", pages="simple-html", requests=1)
    add(wheel("demo", "1.1"))
    old, new = (ask(instance, "GET", "/simple/demo/").headers["ETag"] for _ in range(2))
    assert old != new
    assert ask(instance, "GET", "/simple/demo/", HTTP_IF_NONE_MATCH=new).status == 304


DEMO = wheel("demo", "1.0")
CHANGES: dict[str, tuple[Callable[[FakePyPI], object], object, object]] = {
    "an upload": (lambda pypi: pypi.add(wheel("demo", "1.1")), {"1.0": False}, {"1.0": False, "1.1": False}),
    "a yank": (lambda pypi: pypi.yank("demo", "1.0", "bad"), {"1.0": False}, {"1.0": "bad"}),
    "a deleted release": (lambda pypi: pypi.delete("demo", "1.0"), {"1.0": False}, {}),
    "a deleted file": (lambda pypi: pypi.delete(filename=DEMO.filename), {"1.0": False}, {}),
    "a deleted project": (lambda pypi: pypi.delete("demo"), {"1.0": False}, 404),
    "a quarantined project": (lambda pypi: pypi.set_status("demo", "quarantined"), {"1.0": False}, {}),
}


def shown(pypi: FakePyPI) -> object:
    """Return what installers read: the versions with the reasons of yanks, or the status of the answer."""
    page = simple(pypi.instance, "demo")
    return page if page == 404 else {each["filename"].split("-")[1]: each["yanked"] for each in page["files"]}


def simple_list(pypi: FakePyPI) -> Any:
    """`/simple/` in JSON."""
    return json.loads(ask(pypi.instance, "GET", "/simple/", HTTP_ACCEPT=JSON_V1).body)


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_arrives_late(pypi: FakePyPI, change: str) -> None:
    happen, before, after = CHANGES[change]
    pypi.add(DEMO)
    pypi.faults.add("stale", pages="simple", seconds=60)
    happen(pypi)
    assert shown(pypi) == before
    pypi.clock.advance(seconds=61)
    assert shown(pypi) == after


def test_a_deletion_is_delayed_too(pypi: FakePyPI) -> None:
    pypi.add(DEMO)
    pypi.yank("demo", "1.0", "bad")
    pypi.set_status("demo", "archived")
    pypi.faults.add("stale", pages="simple", requests=1)
    pypi.unyank("demo", "1.0")
    assert [shown(pypi) for _ in range(2)] == [{"1.0": "bad"}, {"1.0": False}]
    pypi.set_status("demo", "active")
    seen = [simple(pypi.instance, "demo")["project-status"]["status"] for _ in range(2)]
    assert seen == ["archived", "active"]


def test_changes_arrive_one_after_the_other(pypi: FakePyPI) -> None:
    pypi.faults.add("stale", pages="simple", seconds=60)
    pypi.add(DEMO)
    pypi.clock.advance(seconds=40)
    pypi.yank("demo", "1.0", "bad")
    assert shown(pypi) == 404
    pypi.clock.advance(seconds=30)
    assert shown(pypi) == {"1.0": False}
    pypi.clock.advance(seconds=40)
    assert shown(pypi) == {"1.0": "bad"}


def test_a_name_that_was_registered_again_still_has_the_page_of_the_first_project(pypi: FakePyPI) -> None:
    pypi.add(DEMO)
    pypi.faults.add("stale", pages="simple", seconds=60)
    pypi.delete("demo")
    pypi.squat("demo")
    assert shown(pypi) == {"1.0": False}
    pypi.clock.advance(seconds=61)
    assert shown(pypi) == {"99.0": False}


def test_a_deleted_project_leaves_the_list_late(pypi: FakePyPI) -> None:
    pypi.add(DEMO, wheel("other", "1.0"))
    serial = pypi.index.journal.last_serial
    pypi.faults.add("stale", pages="list", requests=1, when={"project": "demo"})
    pypi.delete("demo")
    pypi.add(wheel("third", "1.0"))
    pages = [simple_list(pypi) for _ in range(2)]
    assert [[each["name"] for each in page["projects"]] for page in pages] == [
        ["demo", "other", "third"],
        ["other", "third"],
    ]
    assert pages[0]["meta"]["_last-serial"] == serial < pages[1]["meta"]["_last-serial"]


def test_a_deleted_file_can_be_fetched_for_a_while(pypi: FakePyPI) -> None:
    pypi.add(DEMO)
    url = simple(pypi.instance, "demo")["files"][0]["url"]
    pypi.faults.add("stale", pages="files", seconds=60)
    pypi.delete("demo", "1.0")
    assert follow(pypi.instance, url).body == DEMO.content
    assert follow(pypi.instance, f"{url}.metadata").status == 200
    pypi.clock.advance(seconds=61)
    assert [follow(pypi.instance, each).status for each in (url, f"{url}.metadata")] == [404, 404]


def test_a_rejected_change_is_never_seen(pypi: FakePyPI) -> None:
    pypi.add(DEMO)
    pypi.faults.add("stale", pages="simple", seconds=60)
    with pytest.raises(NotFound, match=r"1\.0"):
        pypi.delete("demo", "9.9")
    with pytest.raises(FakePyPIError):
        pypi.add(wheel("demo", "1.1"), DEMO)
    pypi.clock.advance(seconds=61)
    assert shown(pypi) == {"1.0": False}


def wait_for(pypi: FakePyPI, version: str, sleep: Callable[[float], object], *, patience: int = 10) -> int:
    """Request the simple index until the version is listed, as release scripts do; return the number of requests."""
    for asked in range(1, patience + 1):
        request = Request(f"{pypi.simple_url}demo/", headers={"Accept": JSON_V1})
        with urlopen(request, timeout=10) as answer:
            if version in json.load(answer)["versions"]:
                return asked
        sleep(0.25)
    raise TimeoutError(f"{version} did not arrive")


def test_a_release_script_waits_on_the_clock_of_the_fake(pypi: FakePyPI) -> None:
    pypi.add(DEMO)
    pypi.faults.add("stale", pages="simple", seconds=90)
    pypi.add(wheel("demo", "1.1"))
    assert wait_for(pypi, "1.1", lambda _: pypi.clock.advance(seconds=30)) == 4


def test_a_release_script_that_gives_up_too_early_is_found_out(pypi: FakePyPI) -> None:
    pypi.add(DEMO)
    pypi.faults.add("stale", pages="simple", requests=3)
    pypi.add(wheel("demo", "1.1"))
    with pytest.raises(TimeoutError, match=r"1\.1 did not arrive"):
        wait_for(pypi, "1.1", lambda _: None, patience=3)
    assert wait_for(pypi, "1.1", lambda _: None, patience=1) == 1


def test_a_release_script_waits_in_real_time(pypi: FakePyPI) -> None:
    pypi.add(DEMO)
    pypi.faults.add("stale", pages="simple", seconds=1)
    started = time.monotonic()
    pypi.add(wheel("demo", "1.1"))
    assert wait_for(pypi, "1.1", time.sleep, patience=100) > 1
    assert time.monotonic() - started >= 1


def test_an_unknown_page_is_an_error_that_names_the_known_ones(instance: Instance) -> None:
    with pytest.raises(UsageError, match="simple-html, simple-json, json, files"):
        instance.faults.add("stale", pages="html")
