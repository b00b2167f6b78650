"""Pages that lag behind: what a release pipeline meets that asks too early."""

from __future__ import annotations

import pytest

from fake_pypi.errors import UsageMistake
from fake_pypi.packages.wheel import wheel
from fake_pypi.web.world import World
from tests.integration.asking import ask
from tests.integration.web.conftest import Add
from tests.integration.web.reading import follow, project_json, simple, versions


def test_the_json_api_shows_a_release_that_the_simple_index_still_hides(world: World, add: Add) -> None:
    add(wheel("demo", "1.0"))
    before = simple(world, "demo")["meta"]["_last-serial"]
    world.propagation.delay("simple", seconds=60)
    add(wheel("demo", "1.1"))
    assert project_json(world, "demo")["info"]["version"] == "1.1"
    assert versions(world, "demo") == ["1.0"]
    assert b"1.1" not in ask(world, "GET", "/simple/demo/").body
    assert simple(world, "demo")["meta"]["_last-serial"] == before
    world.index.clock.advance(seconds=61)
    assert versions(world, "demo") == ["1.0", "1.1"]


def test_a_number_of_requests_still_sees_the_old_page(world: World, add: Add) -> None:
    add(wheel("demo", "1.0"))
    world.propagation.delay("simple-json", requests=2)
    add(wheel("demo", "1.1"))
    assert [versions(world, "demo")[-1] for _ in range(4)] == ["1.0", "1.0", "1.1", "1.1"]


def test_of_two_cache_nodes_one_is_up_to_date(world: World, add: Add) -> None:
    add(wheel("demo", "1.0"))
    world.propagation.delay("json", seconds=60, alternating=True)
    add(wheel("demo", "1.1"))
    assert [project_json(world, "demo")["info"]["version"] for _ in range(4)] == ["1.0", "1.1", "1.0", "1.1"]


def test_a_new_project_is_not_there_at_first(world: World, add: Add) -> None:
    world.propagation.delay(requests=1)
    add(wheel("demo", "1.0"))
    assert [versions(world, "demo") for _ in range(2)] == [404, ["1.0"]]
    assert [project_json(world, "demo") == 404 for _ in range(2)] == [True, False]


def test_a_release_is_not_there_at_first(world: World, add: Add) -> None:
    add(wheel("demo", "1.0"))
    world.propagation.delay("json", requests=1)
    add(wheel("demo", "1.1"))
    assert [project_json(world, "demo/1.1") == 404 for _ in range(2)] == [True, False]


def test_a_file_may_be_listed_before_it_can_be_fetched(world: World, add: Add) -> None:
    world.propagation.delay("files", requests=1)
    add(wheel("demo", "1.0"))
    url = simple(world, "demo")["files"][0]["url"]
    assert [follow(world, url).status for _ in range(2)] == [404, 200]


def test_other_projects_and_earlier_files_are_in_time(world: World, add: Add) -> None:
    add(wheel("demo", "1.0"))
    world.propagation.delay("simple", project="Demo", seconds=60)
    add(wheel("other", "1.0"), wheel("demo", "1.1"))
    assert (versions(world, "other"), versions(world, "demo")) == (["1.0"], ["1.0"])
    world.propagation.clear()
    assert versions(world, "demo") == ["1.0", "1.1"]


def test_the_old_page_has_the_old_entity_tag(world: World, add: Add) -> None:
    add(wheel("demo", "1.0"))
    world.propagation.delay("simple-html", requests=1)
    add(wheel("demo", "1.1"))
    old, new = (ask(world, "GET", "/simple/demo/").headers["ETag"] for _ in range(2))
    assert old != new
    assert ask(world, "GET", "/simple/demo/", HTTP_IF_NONE_MATCH=new).status == 304


def test_a_surface_that_is_none_is_a_mistake_that_names_those_that_are(world: World) -> None:
    with pytest.raises(UsageMistake, match="simple-html, simple-json, json, files"):
        world.propagation.delay("html")
