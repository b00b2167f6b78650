"""Faults of connections: which acts at which step, and how often."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.index import Index
from fake_pypi.serving.connection_faults import fault_at
from fake_pypi.web.application import Application
from fake_pypi.web.faults.active import Faults
from fake_pypi.web.faults.kinds import FAMILIES, KINDS
from fake_pypi.web.instance import Instance


@pytest.fixture
def instance() -> Iterator[Instance]:
    opened = Instance()
    yield opened
    opened.close()


def effects(instance: Instance, step: str, *hosts: str) -> list[str | None]:
    app = Application(instance)
    return [fault_at(app, step, host, "proxy") for host in hosts]


@pytest.mark.parametrize(
    ("line", "step", "effect"),
    [
        ("refuse", "connection", "connection"),
        ("no-connect", "tunnel", "tunnel"),
        ("tls expired", "handshake", "expired"),
        ("tls wrong-host", "handshake", "wrong-host"),
    ],
)
def test_a_kind_acts_at_its_step_alone(instance: Instance, line: str, step: str, effect: str) -> None:
    instance.faults.add(line)
    steps = ("connection", "tunnel", "handshake")
    expected = [effect if each == step else None for each in steps]
    assert [effects(instance, each, "pypi.org")[0] for each in steps] == expected
    assert instance.faults.used == {line: 1}


def test_a_host_is_selected_by_a_glob(instance: Instance) -> None:
    instance.faults.add("refuse host=*.pypi.org")
    hosts = ("pypi.org", "upload.pypi.org", "files.pythonhosted.org")
    assert effects(instance, "connection", *hosts) == [None, "connection", None]


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ("times=2", [True, True, False, False]),
        ("request=3", [False, False, True, False]),
        ("every=2", [False, True, False, True]),
        ("probability=0", [False] * 4),
        ("index=testpypi", [False] * 4),
    ],
)
def test_connections_are_counted_as_requests_are(instance: Instance, conditions: str, expected: list[bool]) -> None:
    fault = instance.faults.add(f"refuse when {conditions}")
    results = effects(instance, "connection", *["pypi.org"] * 4)
    assert [result is not None for result in results] == expected
    assert instance.faults.used[str(fault)] == sum(expected)


def test_a_fault_of_connections_ends_on_the_clock_of_the_index(instance: Instance) -> None:
    instance.faults.add("no-connect when for=60")
    assert effects(instance, "tunnel", "pypi.org") == ["tunnel"]
    instance.index.clock.advance(seconds=61)
    assert effects(instance, "tunnel", "pypi.org") == [None]


def test_each_use_is_recorded_as_a_connect_without_an_answer(instance: Instance) -> None:
    instance.faults.add("tls expired")
    effects(instance, "handshake", "upload.pypi.org")
    request = instance.record.requests[-1]
    assert (request.method, request.scheme, request.host) == ("CONNECT", "https", "upload.pypi.org")
    assert (request.status, request.fault, request.via) == (0, "tls expired", "proxy")


def test_a_closed_index_lets_no_connection_fail(instance: Instance) -> None:
    instance.faults.add("refuse")
    instance.close()
    assert effects(instance, "connection", "pypi.org") == [None]


def test_an_application_without_faults_lets_nothing_fail() -> None:
    assert fault_at(print, "connection", "pypi.org", "direct") is None


@pytest.mark.parametrize("condition", ["method=GET", "path=/simple/", "project=demo", "filename=*.whl", "client=pip/*"])
@pytest.mark.parametrize("kind", ["refuse", "tls", "no-connect"])
def test_what_acts_before_a_request_has_no_condition_on_it(kind: str, condition: str) -> None:
    faults = Faults(Index())
    with pytest.raises(UsageError, match=f"{kind} acts before a request is read"):
        faults.add(f"{kind} when {condition}")
    assert not faults


def test_every_kind_is_described_and_named_once() -> None:
    assert sum(len(family) for family in FAMILIES.values()) == len(KINDS) == 26
    assert [name for name, kind in KINDS.items() if not (kind.__doc__ or "").strip()] == []
