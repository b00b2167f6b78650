"""Reading requests are answered as the real server's code answered them: APIs, redirects, pages, files for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fidelity.cases import on_testpypi
from tests.fidelity.comparison import Difference, differences
from tests.fidelity.exchange import Conversation, Heard
from tests.fidelity.replay import bring_about, side_by_side
from tests.fidelity.world import World

HERE = Path(__file__).parent
ROUTES: dict[str, Any] = json.loads((HERE / "recorded" / "extra" / "routes.json").read_text("utf-8"))
KNOWN: dict[str, str] = json.loads((HERE / "known_route_differences.json").read_text("utf-8"))
"""Request -> why it is answered otherwise here."""
OTHER_PROJECTS = re.compile(
    r"/simple/(?:\?|$)|/rss/(?:updates|packages)|/sitemap\.xml|:action=list_classifiers|/stats/"
)
"""Pages whose bodies show what else the recorded index held, or the classifiers of that day."""
DATE = re.compile(r"(?<=<pubDate>)[^<]+")


@pytest.fixture(scope="module", params=["pypi", "testpypi"])
def site(request: pytest.FixtureRequest) -> str:
    """The name of the site that is sent the requests."""
    return str(request.param)


@pytest.fixture(scope="module")
def conversation(site: str) -> Iterator[Conversation]:
    world = World(site)
    talk = Conversation(world)
    for op in cases_of(site)["given"]:
        bring_about(op, world, talk)
    yield talk
    world.close()


def cases_of(site: str) -> dict[str, Any]:
    """What is uploaded before, the requests, and the answers of that site.

    TestPyPI has one host for everything, so requests to the upload host and for its address are left out.
    """
    requests = [case["send"] for case in ROUTES["cases"]]
    answers = [case["answer"] for case in ROUTES["cases"]]
    case: dict[str, Any] = {"given": ROUTES["given"], "steps": [], "answers": answers}
    if site == "testpypi":
        case = on_testpypi(case)
        case["answers"] = json.loads(
            json.dumps(case["answers"])
            .replace("Search PyPI", "Search TestPyPI")
            .replace("<ShortName>PyPI", "<ShortName>TestPyPI")
        )
    pairs = [
        {"send": send, "answer": answer}
        for send, answer in zip(requests, case["answers"], strict=True)
        if site == "pypi" or (send["host"] == "index" and not send["path"].startswith("/legacy"))
    ]
    return {"given": case["given"], "cases": pairs}


def test_a_reading_request_is_answered_as_recorded(conversation: Conversation, site: str) -> None:
    wrong, known = [], set()
    for case in cases_of(site)["cases"]:
        found = differing(case, conversation.send(case["send"]))
        name = name_of(case["send"])
        if found and name in KNOWN:
            known.add(name)
        elif found:
            wrong += [name, *map(side_by_side, found)]
    assert not wrong, "\n".join(wrong)
    assert known == {name for name in KNOWN if site == "pypi" or " upload " not in name}, "take what is identical off"


def test_at_least_98_percent_of_the_requests_are_answered_as_recorded() -> None:
    different = [case for case in ROUTES["cases"] if name_of(case["send"]) in KNOWN]
    assert len(different) <= len(ROUTES["cases"]) * 0.02


def name_of(request: dict[str, Any]) -> str:
    """Method, host and path of a request; its headers too where the recordings have several such requests."""
    language = dict(request.get("headers") or ()).get("Accept-Language")
    wants_range = "Range" in dict(request.get("headers") or ())
    details = f"{f' in {language}' if language else ''}{' in part' if wants_range else ''}"
    return f"{request['method']} {request['host']} {request['path']}{details}"


def differing(case: dict[str, Any], heard: Heard) -> list[Difference]:
    """The parts of an answer that are not as recorded; the values in Vary may come in any order."""
    recorded, path = dict(case["answer"]), case["send"]["path"]
    if recorded.get("body_not_compared") or OTHER_PROJECTS.search(path):
        recorded["compare"] = ["status", "reason", "headers"]
    found = [
        each
        for each in differences(0, recorded, heard, "some-rule")
        if without_serials(each.recorded) != without_serials(each.ours)
    ]
    varies = [vary_of(recorded["headers"]), vary_of(heard.headers)]
    return found if varies[0] == varies[1] else [*found, Difference(0, "headers Vary", *map(sorted, varies))]


def vary_of(headers: dict[str, Any]) -> set[str]:
    """The names in the header Vary."""
    values = [value for name, value in headers.items() if name.lower() == "vary"]
    return {name.strip() for value in values for name in value.split(",")}


def without_serials(value: Any) -> Any:
    """The value with a placeholder for each serial, as recorded, and for each date."""
    if isinstance(value, dict):
        serials = {"last_serial", "_last-serial"}
        return {name: "<serial>" if name in serials else without_serials(item) for name, item in value.items()}
    if isinstance(value, list):
        return [without_serials(item) for item in value]
    if isinstance(value, str):
        value = DATE.sub("<date>", re.sub(r"(?<=SERIAL )\d+", "<serial>", value))
        return "<serial>" if re.fullmatch(r"\d+", value) else value
    return value
