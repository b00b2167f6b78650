"""The text of a fault, read and written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.index import Index
from fake_pypi.web.faults.active import Faults
from fake_pypi.web.faults.connections import Reset, Tls
from fake_pypi.web.faults.grammar import Conditions, names_of
from fake_pypi.web.faults.kinds import KINDS
from fake_pypi.web.faults.wrong_content import Stale


@pytest.fixture
def faults() -> Faults:
    return Faults(Index())


@pytest.mark.parametrize(
    "line",
    [
        "reset",
        "reset at=during when method=POST 'path=/legacy/*' times=1",
        "stale seconds=60 alternating pages=simple,json when project=demo",
        "stale requests=2 when 'filename=*.whl' 'client=pip/*' request=2 index=testpypi",
        "reset when every=3 probability=0.5 seed=7 for=90",
        "reset when 'client=my tool'",
        "503 retry_after=2 'reason=first byte timeout' when method=POST",
        "delay seconds=0.5 jitter=0.25 seed=3",
        "slow bytes_per_second=100 part=request",
        "tls wrong-host host=files.pythonhosted.org when times=1",
        "truncate bytes=10 when 'filename=*.whl'",
    ],
)
def test_a_fault_is_written_as_it_was_read(faults: Faults, line: str) -> None:
    assert str(faults.add(line)) == line


def test_python_arguments_are_the_same_fault_as_the_text(faults: Faults) -> None:
    text = faults.add("stale seconds=60 pages=simple,json alternating when project=demo times=2")
    arguments = faults.add(
        "stale", seconds=60, pages=("simple", "json"), alternating=True, when={"project": "Demo"}, times=2
    )
    assert text == arguments


def test_values_have_their_types_and_defaults(faults: Faults) -> None:
    fault = faults.add("stale seconds=0.5 when times=2 for=10")
    assert fault.kind == Stale(seconds=0.5, requests=0, alternating=False, pages=("all",))
    assert (fault.when.times, fault.when.seconds, fault.when.method) == (2, 10.0, None)
    assert faults.add("reset").kind == Reset(at="before")
    assert faults.add("tls unknown-authority").kind == Tls(certificate="unknown-authority")
    assert faults.add("tls").kind == Tls(certificate="expired")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("502 reason=x", "there is no parameter of 502 'reason': it has none"),
        ("tls rotten", "certificate=rotten is no value for the parameter of tls"),
        ("tls certificate=rotten", "give one of expired, wrong-host, unknown-authority"),
        (
            "refuse when path=/simple/*",
            "it cannot have the condition 'path': one of request, every, .*, or the parameter host",
        ),
        ("429 quota=0", "give a whole number, 1 or more"),
        ("", "the fault is empty: write KIND"),
        ("melt", "there is no kind of fault 'melt': one of 500, 502, 503"),
        ("reset at=noon", "at=noon is no value for the parameter of reset 'at': give one of before, during, after"),
        ("reset when", ""),
        ("reset how=hard", "there is no parameter of reset 'how': one of at"),
        ("reset when weather=bad", "there is no condition 'weather': one of method, path, "),
        ("reset when times=0", "times=0 is no value for the condition 'times': give a whole number, 1 or more"),
        ("reset when probability=2", "give a number between 0 and 1"),
        ("reset when index=npm", "give one of pypi, testpypi"),
        ("stale seconds=-1", "give a number, 0 or more"),
        ("stale seconds=nan", "give a number, 0 or more"),
        ("stale alternating=maybe", "give yes or no"),
        ("stale pages=html", "simple-html, simple-json, json, files"),
        ("reset when path=", "path= is no value for the condition 'path': give a text"),
        ("reset when 'path=/a", "cannot be read .No closing quotation.: close every quotation mark"),
    ],
)
def test_what_cannot_be_read_is_an_error_that_names_what_can(faults: Faults, line: str, message: str) -> None:
    if not message:
        assert str(faults.add(line)) == "reset"
        return
    with pytest.raises(UsageError, match=message):
        faults.add(line)
    assert not faults


def test_the_reference_names_every_kind_every_parameter_and_every_condition() -> None:
    page = (Path(__file__).parents[4] / "docs" / "reference" / "faults.md").read_text("utf-8")
    names = [*KINDS, *(name for kind in (*KINDS.values(), Conditions) for name in names_of(kind))]
    assert {"reset", "at", "pages", "for", "index"} <= set(names)
    assert [name for name in names if not re.search(rf"`{name}[=`]", page)] == []
