"""The control channel: orders for whoever knows the secret, one clear word for everything else."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from fake_pypi import FakeIndexes, UploadRejected, sdist, wheel
from fake_pypi.web.control import MOST, Control


@pytest.fixture(scope="module")
def shared() -> Iterator[FakeIndexes]:
    with FakeIndexes(installed=False) as opened:
        yield opened


@pytest.fixture
def indexes() -> Iterator[FakeIndexes]:
    with FakeIndexes(installed=False) as opened:
        opened.pypi.upload(wheel("hello", "1.0"), sdist("hello", "1.0"))
        yield opened


def ask(control: Control, body: bytes, *, path: str | None = None, method: str = "POST") -> tuple[str, dict[str, Any]]:
    said: list[str] = []
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": f"/{control.secret}" if path is None else path,
        "wsgi.input": io.BytesIO(body),
    }
    chunks = control(environ, lambda status, headers, exc_info=None: said.append(status))  # type: ignore[arg-type]
    return said[0], dict(json.loads(b"".join(chunks)))


def order(indexes: FakeIndexes, **facts: object) -> tuple[str, dict[str, Any]]:
    return ask(Control({index.kind: index for index in indexes.both}), json.dumps(facts).encode())


def test_each_order_does_what_the_web_page_does(indexes: FakeIndexes) -> None:
    done = ("200 OK", {"said": "done"})
    assert order(indexes, do="yank", project="hello", version="1.0", reason="why") == done
    project = indexes.pypi.project("hello")
    assert project is not None
    assert project.releases["1.0"].yanked_reason == "why"
    assert order(indexes, do="unyank", project="hello", version="1.0") == done
    assert order(indexes, do="delete", filename="hello-1.0.tar.gz") == done
    assert indexes.pypi.index.releases.filenames() == ["hello-1.0-py3-none-any.whl"]
    assert order(indexes, do="delete", project="hello") == done
    assert indexes.pypi.project("hello") is None


def test_an_order_that_is_too_long_is_not_carried_out(indexes: FakeIndexes) -> None:
    control = Control({index.kind: index for index in indexes.both})
    order = json.dumps({"do": "yank", "project": "hello", "version": "1.0"}).encode()
    status, answer = ask(control, order + b" " * (MOST - len(order) + 1))
    assert (status, answer) == ("413 Request Entity Too Large", {"mistake": f"an order has at most {MOST} bytes"})
    project = indexes.pypi.project("hello")
    assert project is not None
    assert not project.releases["1.0"].yanked
    assert ask(control, order + b" " * (MOST - len(order)))[0] == "200 OK"


@pytest.mark.parametrize("depth", [900, 100_000])
@pytest.mark.parametrize("opening", [b"[", b'{"do":'])
def test_an_order_that_is_nested_too_deeply_is_none(indexes: FakeIndexes, opening: bytes, depth: int) -> None:
    status, answer = ask(Control({index.kind: index for index in indexes.both}), opening * depth)
    assert status == "400 Bad Request"
    assert answer["mistake"].startswith("that is no order")


def test_a_token_is_made_for_the_index_that_was_named_and_revoked(indexes: FakeIndexes) -> None:
    status, answer = order(indexes, index="testpypi", do="token-create")
    assert status == "200 OK"
    indexes.testpypi.upload(wheel("hello", "1.0"), token=answer["said"])
    assert order(indexes, index="testpypi", do="token-revoke", token=answer["said"])[0] == "200 OK"
    with pytest.raises(UploadRejected):
        indexes.testpypi.upload(wheel("hello", "2.0"), token=answer["said"])


def test_what_is_not_there_is_named_with_what_is(indexes: FakeIndexes) -> None:
    told = "there is no release of hello '2.0'; there is: 1.0"
    assert order(indexes, do="yank", project="hello", version="2.0") == ("400 Bad Request", {"mistake": told})
    assert "no index 'npm': one of pypi, testpypi" in order(indexes, index="npm", do="yank")[1]["mistake"]
    assert "no order 'frobnicate': one of yank" in order(indexes, do="frobnicate")[1]["mistake"]


@pytest.mark.parametrize("path", ["/", "", "/wrong", "/\xff\xfe"])
def test_without_the_secret_there_is_nothing(indexes: FakeIndexes, path: str) -> None:
    control = Control({"pypi": indexes.pypi})
    body = json.dumps({"do": "delete", "project": "hello"}).encode()
    assert ask(control, body, path=path) == ("404 Not Found", {"mistake": "there is nothing here"})
    assert indexes.pypi.project("hello") is not None


def test_only_post_carries_orders(indexes: FakeIndexes) -> None:
    control = Control({"pypi": indexes.pypi})
    body = json.dumps({"do": "delete", "project": "hello"}).encode()
    assert ask(control, body, method="GET")[0] == "405 Method Not Allowed"
    assert indexes.pypi.project("hello") is not None


def test_two_channels_have_two_secrets(indexes: FakeIndexes) -> None:
    assert Control({}).secret != Control({}).secret


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
WORDS = ("index", "do", "project", "version", "reason", "filename", "user", "projects", "token", "self")
VERBS = st.sampled_from(["yank", "unyank", "delete", "token-create", "token-revoke", "pypi", "hello", "1.0"])
ORDERS = st.dictionaries(st.sampled_from(WORDS), JSON | VERBS, max_size=5).map(json.dumps).map(str.encode)


@example(body=b'{"do": "delete", "filename": []}')
@example(body=b'{"do": "advance", "seconds": 1e999}')
@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(body=st.binary(max_size=40) | JSON.map(json.dumps).map(str.encode) | ORDERS)
def test_whatever_is_ordered_gets_an_answer(shared: FakeIndexes, body: bytes) -> None:
    status, answer = ask(Control({index.kind: index for index in shared.both}), body)
    assert status in {"200 OK", "400 Bad Request"}
    assert list(answer) == (["said"] if status == "200 OK" else ["mistake"])
