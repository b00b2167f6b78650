"""Faults act on the requests that meet their conditions, and on no other."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from fake_pypi import FakePyPI
from fake_pypi.packages.wheel import wheel
from fake_pypi.web.instance import Instance
from tests.integration.asking import ask, upload
from tests.integration.web.conftest import Add

DEMO = wheel("demo", "1.0")


@pytest.fixture
def pypi() -> Iterator[FakePyPI]:
    with FakePyPI() as index:
        yield index


def statuses(instance: Instance, *paths: str, **environ: Any) -> list[int]:
    """The status of each address; 0 where the connection was closed."""
    return [ask(instance, "GET", path, **environ).status for path in paths]


def test_without_conditions_every_request_is_met(instance: Instance) -> None:
    instance.faults.add("reset")
    assert statuses(instance, "/simple/", "/_health/", "/nowhere") == [0, 0, 0]


@pytest.mark.parametrize(
    ("conditions", "met"),
    [
        ("method=GET", [0, 0, 0]),
        ("method=POST", [404, 404, 200]),
        ("path=/simple/*", [0, 0, 200]),
        ("path=/simple/demo/", [0, 404, 200]),
        ("project=DEMO", [0, 404, 200]),
        ("client=pip/*", [0, 0, 0]),
        ("client=uv/*", [404, 404, 200]),
        ("index=pypi", [0, 0, 0]),
        ("index=testpypi", [404, 404, 200]),
        ("request=2", [404, 0, 200]),
        ("every=2", [404, 0, 200]),
        ("times=2", [0, 0, 200]),
        ("path=/simple/* request=2", [404, 0, 200]),
        ("probability=0", [404, 404, 200]),
        ("probability=1", [0, 0, 0]),
    ],
)
def test_a_fault_acts_where_its_conditions_are_met(instance: Instance, conditions: str, met: list[int]) -> None:
    fault = instance.faults.add(f"reset when {conditions}")
    paths = "/simple/demo/", "/simple/other/", "/_health/"
    assert statuses(instance, *paths, HTTP_USER_AGENT="pip/26.0 {}") == met
    assert instance.faults.used == {str(fault): met.count(0)}


def test_the_same_seed_selects_the_same_requests(instance: Instance) -> None:
    runs = []
    for _ in range(2):
        instance.faults.clear()
        instance.faults.add("reset when probability=0.5 seed=3")
        runs.append(statuses(instance, *["/_health/"] * 20))
    assert runs[0] == runs[1]
    assert set(runs[0]) == {0, 200}


def test_a_fault_ends_after_its_time_on_the_clock_of_the_index(instance: Instance) -> None:
    instance.faults.add("reset when for=60")
    assert statuses(instance, "/_health/") == [0]
    instance.index.clock.advance(seconds=61)
    assert statuses(instance, "/_health/") == [200]


def test_faults_end_when_they_are_cleared(instance: Instance) -> None:
    instance.faults.add("reset")
    instance.faults.clear()
    assert statuses(instance, "/_health/") == [200]
    assert instance.faults.used == {}


def test_the_pages_of_this_tool_are_never_met(instance: Instance) -> None:
    instance.faults.add("reset")
    assert statuses(instance, "/_fake/health") == [200]


def test_an_upload_is_met_by_its_project_and_by_its_filename(pypi: FakePyPI) -> None:
    instance, token = pypi.instance, pypi.token.secret
    for conditions in ("project=demo", "filename=demo-*.whl"):
        pypi.faults.clear()
        pypi.faults.add(f"reset when method=POST {conditions} times=1")
        assert upload(instance, DEMO, token).status == 0
        assert pypi.project("demo") is None
    assert upload(instance, DEMO, token).status == 200


def test_a_file_is_met_by_its_project_and_by_its_filename(instance: Instance, add: Add) -> None:
    add(DEMO)
    path = f"/packages/{instance.index.releases.file(DEMO.filename).path}"  # type: ignore[union-attr]
    for conditions, expected in (("project=demo", 0), ("filename=*.whl", 0), ("filename=*.tar.gz", 200)):
        instance.faults.clear()
        instance.faults.add(f"reset when {conditions}")
        assert statuses(instance, path) == [expected]


def test_the_record_names_the_faults_that_acted(instance: Instance) -> None:
    instance.faults.add("reset when path=/simple/*")
    statuses(instance, "/simple/", "/_health/")
    assert [request.fault for request in instance.record.requests] == ["reset when 'path=/simple/*'", ""]


@pytest.mark.parametrize(("at", "read"), [("before", 0), ("during", 512), ("after", 1024)])
def test_a_reset_reads_the_given_part_of_the_body(instance: Instance, at: str, read: int) -> None:
    instance.faults.add("reset", at=at)
    body = io.BytesIO(bytes(1024))
    assert ask(instance, "POST", "/legacy/", body, CONTENT_LENGTH="1024").status == 0
    assert body.tell() == read


def test_the_system_of_the_client_reports_a_reset(pypi: FakePyPI) -> None:
    pypi.faults.add("reset when times=1")
    with socket.create_connection((pypi.host, pypi.port), timeout=20) as client:
        client.sendall(b"POST /legacy/ HTTP/1.1\r\nHost: pypi.org\r\nContent-Length: 100000\r\n\r\n" + bytes(1000))
        with pytest.raises(ConnectionResetError):
            client.recv(1)


def test_a_fault_behind_one_that_answers_does_not_act(instance: Instance) -> None:
    for line in ("503 when times=1", "502 when times=1", "delay seconds=0", "504 when times=1"):
        instance.faults.add(line)
    assert statuses(instance, *["/_health/"] * 4) == [503, 502, 504, 200]
    assert [request.fault for request in instance.record.requests] == [
        "503 when times=1",
        "502 when times=1",
        "delay seconds=0, 504 when times=1",
        "delay seconds=0",
    ]
    assert list(instance.faults.used.values()) == [1, 1, 2, 1]
    assert instance.faults.report[0] == "503 when times=1, used 1 time"
