"""Reading requests to addresses of the APIs are answered as the real server's code answered them.

`extra/routes.json` holds more: the pages for people are not part of the fake, and are left out here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fidelity.comparison import differences
from tests.fidelity.exchange import Conversation
from tests.fidelity.replay import bring_about, side_by_side
from tests.fidelity.world import World

ROUTES: dict[str, Any] = json.loads((Path(__file__).parent / "recorded" / "extra" / "routes.json").read_text("utf-8"))
OF_AN_API = re.compile(r"/(?:simple|pypi|integrity|legacy|_|rss|packages)(?:[/?]|$)|/sitemap\.xml|/[^/]+\.sitemap\.xml")
OTHER_PROJECTS = re.compile(r"/simple/(?:\?|$)|/rss/|/sitemap\.xml|:action=list_classifiers")
"""Pages whose bodies show what else the recorded index held, or the classifiers of that day."""
KNOWN = re.compile(r"%00|%2e%2e|\.\.|/rss/$", re.IGNORECASE)
"""A NUL in an address, and names that are only dots: the real server fails, or shows the login page."""


CASES = [
    case
    for case in ROUTES["cases"]
    if OF_AN_API.match(case["send"]["path"])
    and not KNOWN.search(case["send"]["path"])
    and case["answer"]["status"] != 206  # a part of a page: pages are sent whole here
]


@pytest.fixture(scope="module")
def conversation() -> Iterator[Conversation]:
    world = World()
    talk = Conversation(world)
    for op in ROUTES["given"]:
        bring_about(op, world, talk)
    yield talk
    world.close()


def test_a_reading_request_to_an_api_is_answered_as_recorded(conversation: Conversation) -> None:
    wrong = []
    for case in CASES:
        recorded, request = dict(case["answer"]), case["send"]
        heard = conversation.send(request)
        if recorded.get("body_not_compared") or case.get("body_not_compared") or OTHER_PROJECTS.search(request["path"]):
            recorded["compare"] = ["status", "reason", "headers"]
        found = [
            each
            for each in differences(0, recorded, heard, "some-rule")
            if without_serials(each.recorded) != without_serials(each.ours)
        ]
        if found:
            wrong.append(f"{request['method']} {request['host']} {request['path']}")
            wrong += map(side_by_side, found)
    assert not wrong, "\n".join(wrong)


def without_serials(value: Any) -> Any:
    """The value with a placeholder for each serial, as recorded."""
    if isinstance(value, dict):
        serials = {"last_serial", "_last-serial"}
        return {name: "<serial>" if name in serials else without_serials(item) for name, item in value.items()}
    if isinstance(value, list):
        return [without_serials(item) for item in value]
    if isinstance(value, str):
        value = re.sub(r"(?<=SERIAL )\d+", "<serial>", value)
        return "<serial>" if re.fullmatch(r"\d+", value) else value
    return value


def test_the_recorded_requests_are_many() -> None:
    assert len(CASES) > 600
