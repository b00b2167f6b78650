"""XML-RPC: calls beyond the recorded ones, and bodies that are none."""

from __future__ import annotations

import json
import xmlrpc.client
from collections.abc import Callable
from typing import Any

import pytest

from fake_pypi.index import Index
from fake_pypi.index.projects import ProjectRow
from fake_pypi.packages.wheel import wheel
from fake_pypi.web.instance import Instance
from tests.integration.asking import ask
from tests.integration.web.conftest import Add

BOMB = b'<!DOCTYPE a [<!ENTITY b "bbbb">]><methodCall><methodName>&b;</methodName></methodCall>'


def call(instance: Instance, method: str, *parameters: Any) -> Any:
    """The value that a call returns; a fault as (code, text)."""
    return read(instance, xmlrpc.client.dumps(parameters, method).encode())


def read(instance: Instance, body: bytes) -> Any:
    """The value, or the fault, that a body is answered with."""
    got = ask(instance, "POST", "/pypi", body, CONTENT_TYPE="text/xml")
    assert got.status == 200
    try:
        return xmlrpc.client.loads(got.body)[0][0]
    except xmlrpc.client.Fault as fault:
        return fault.faultCode, fault.faultString


def test_releases_can_be_found_by_all_their_classifiers(instance: Instance, add: Add) -> None:
    framework, licence = "Framework :: Pytest", "Topic :: Utilities"
    add(wheel("demo", "1.0", classifiers=[framework, licence]), wheel("other", "1.0", classifiers=[framework]))
    assert call(instance, "browse", [framework, licence]) == [["demo", "1.0"]]


def test_the_changelog_starts_after_the_requested_serial(instance: Instance, add: Add) -> None:
    add(wheel("demo", "1.0"))
    serial = call(instance, "changelog_last_serial")
    assert call(instance, "changelog_since_serial", serial - 1)[0][3] == "add py3 file demo-1.0-py3-none-any.whl"
    assert call(instance, "changelog_since_serial", serial) == []
    assert [len(each) for each in call(instance, "changelog", 0)] == [4] * serial
    assert [each[-1] for each in call(instance, "changelog", 0, True)] == list(range(1, serial + 1))


CHANGES: list[tuple[str, str | None, Callable[[Index, ProjectRow], None]]] = [
    ("yank release", "1.0", lambda index, demo: index.releases.yank(demo, "1.0", "broken")),
    ("yank release", "1.0", lambda index, demo: index.releases.yank(demo, "1.0", "very broken")),
    ("unyank release", "1.0", lambda index, demo: index.releases.unyank(demo, "1.0")),
    ("project quarantined", None, lambda index, demo: index.projects.set_status("demo", "quarantined")),
    ("project quarantine cleared", None, lambda index, demo: index.projects.set_status("demo", "quarantine-exit")),
    ("project archived", None, lambda index, demo: index.projects.set_status("demo", "archived-noindex")),
    ("project unarchived", None, lambda index, demo: index.projects.set_status("demo", "active")),
    ("release quarantined", "1.0", lambda index, demo: index.releases.set_status(demo, "1.0", "quarantined")),
    ("release quarantine cleared", "1.0", lambda index, demo: index.releases.set_status(demo, "1.0", "active")),
]


def test_each_change_of_a_project_changes_its_serial_on_every_page(instance: Instance, add: Add) -> None:
    add(wheel("demo", "1.0"), wheel("demo", "2.0"))
    demo, serial = instance.index.projects["demo"], call(instance, "changelog_last_serial")
    tag = ask(instance, "GET", "/simple/demo/").headers["ETag"]
    for action, version, change in CHANGES:
        change(instance.index, demo)
        change(instance.index, demo)  # nothing changes any more, so nothing is written
        ((name, of, _, told, now),) = call(instance, "changelog_since_serial", serial)
        assert (name, of, told) == ("demo", version, action)
        assert call(instance, "changelog", 0, True)[-1][3:] == [action, now]
        page = ask(instance, "GET", "/simple/demo/")
        assert now == serial + 1 == int(page.headers["X-PyPI-Last-Serial"])
        assert page.headers["ETag"] != tag
        if "quarantined" not in action:
            assert json.loads(ask(instance, "GET", "/pypi/demo/json").body)["last_serial"] == now
        serial, tag = now, page.headers["ETag"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", -32700),
        (b"<nonsense", -32700),
        (b"\xff\xfe", -32700),
        (BOMB, -32700),
        (b"<methodCall></methodCall>", -32700),
        (xmlrpc.client.dumps((1, 2, 3), "changelog_since_serial").encode(), -32602),
        (xmlrpc.client.dumps(("x",), "changelog_since_serial").encode(), -32500),
        (xmlrpc.client.dumps((float("nan"),), "changelog").encode(), None),
    ],
)
def test_a_body_that_is_no_call_is_a_fault(instance: Instance, body: bytes, code: int | None) -> None:
    answer = read(instance, body)
    assert answer == [] if code is None else answer[0] == code


@pytest.mark.parametrize("method", ["user_packages", "package_roles", "browse", "changelog"])
def test_parameters_that_are_nested_too_deeply_are_a_fault(instance: Instance, method: str) -> None:
    deep = "<array><data><value>" * 3_000 + "</value></data></array>" * 3_000
    value = f"<param><value>{deep}</value></param>"
    body = f"<methodCall><methodName>{method}</methodName><params>{value}</params></methodCall>"
    code, text = read(instance, body.encode())
    assert code == -32500
    assert text.startswith("TypeError: " if method == "changelog" else "RecursionError: ")


def test_too_many_calls_are_rejected_with_a_waiting_time(instance: Instance) -> None:
    from fake_pypi.web.api.xmlrpc import CALLS

    for _ in range(CALLS.quota):
        instance.index.rate_limits.hit(CALLS, "127.0.0.1")
    assert "too many requests" in call(instance, "changelog_last_serial")[1]
    instance.index.clock.advance(hours=1)
    assert call(instance, "changelog_last_serial") == 0
