"""The control channel: commands for clients that know the secret, and clear errors for everything else."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from fake_pypi import FakeIndexes, UploadRejected, sdist, wheel
from fake_pypi.index.second_factors import totp_code
from fake_pypi.web.control.commands import LARGEST_COMMAND, Control


@pytest.fixture(scope="module")
def shared() -> Iterator[FakeIndexes]:
    with FakeIndexes(installed=False) as opened:
        yield opened


@pytest.fixture
def indexes() -> Iterator[FakeIndexes]:
    with FakeIndexes(installed=False) as opened:
        opened.pypi.upload(wheel("hello", "1.0"), sdist("hello", "1.0"))
        yield opened


def control_of(indexes: FakeIndexes) -> Control:
    return Control({index.site.name: index.instance for index in indexes.both})


def send(control: Control, body: bytes, *, path: str | None = None, method: str = "POST") -> tuple[str, dict[str, Any]]:
    statuses: list[str] = []
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": f"/{control.secret}" if path is None else path,
        "wsgi.input": io.BytesIO(body),
    }
    chunks = control(environ, lambda status, headers, exc_info=None: statuses.append(status))  # type: ignore[arg-type]
    return statuses[0], dict(json.loads(b"".join(chunks)))


def command(indexes: FakeIndexes, name: str, **arguments: object) -> tuple[str, dict[str, Any]]:
    return send(control_of(indexes), json.dumps({"command": name, **arguments}).encode())


def test_each_command_does_what_the_web_page_does(indexes: FakeIndexes) -> None:
    done = ("200 OK", {"result": "done"})
    assert command(indexes, "yank", project="hello", version="1.0", reason="why") == done
    project = indexes.pypi.project("hello")
    assert project is not None
    assert project.releases["1.0"].yanked_reason == "why"
    assert command(indexes, "unyank", project="hello", version="1.0") == done
    assert command(indexes, "delete", filename="hello-1.0.tar.gz") == done
    assert indexes.pypi.index.releases.filenames() == ["hello-1.0-py3-none-any.whl"]
    assert command(indexes, "delete", project="hello") == done
    assert indexes.pypi.project("hello") is None


def test_a_command_that_is_too_long_is_not_carried_out(indexes: FakeIndexes) -> None:
    control = control_of(indexes)
    body = json.dumps({"command": "yank", "project": "hello", "version": "1.0"}).encode()
    status, answer = send(control, body + b" " * (LARGEST_COMMAND - len(body) + 1))
    assert (status, answer) == (
        "413 Request Entity Too Large",
        {"error": f"a command has at most {LARGEST_COMMAND} bytes"},
    )
    project = indexes.pypi.project("hello")
    assert project is not None
    assert not project.releases["1.0"].yanked
    assert send(control, body + b" " * (LARGEST_COMMAND - len(body)))[0] == "200 OK"


@pytest.mark.parametrize("depth", [900, 90_000])
@pytest.mark.parametrize("opening", [b"[", b'{"command":'])
def test_a_command_that_is_nested_too_deeply_is_invalid(indexes: FakeIndexes, opening: bytes, depth: int) -> None:
    status, answer = send(control_of(indexes), opening * depth)
    assert status == "400 Bad Request"
    assert answer["error"].startswith("invalid command")


def test_a_token_is_made_for_the_index_that_was_named_and_revoked(indexes: FakeIndexes) -> None:
    status, answer = command(indexes, "token-create", index="testpypi")
    assert status == "200 OK"
    indexes.testpypi.upload(wheel("hello", "1.0"), token=answer["result"])
    assert command(indexes, "token-revoke", index="testpypi", token=answer["result"])[0] == "200 OK"
    with pytest.raises(UploadRejected):
        indexes.testpypi.upload(wheel("hello", "2.0"), token=answer["result"])


def test_an_error_names_what_does_not_exist_and_what_does(indexes: FakeIndexes) -> None:
    error = "there is no release of hello '2.0'; there is: 1.0"
    assert command(indexes, "yank", project="hello", version="2.0") == ("400 Bad Request", {"error": error})
    assert "no index 'npm': one of pypi, testpypi" in command(indexes, "yank", index="npm")[1]["error"]
    assert "no command 'frobnicate': one of yank" in command(indexes, "frobnicate")[1]["error"]


def test_the_code_of_an_authentication_application_is_printed(indexes: FakeIndexes) -> None:
    user = indexes.pypi.add_user("alice")
    now = indexes.pypi.clock.timestamp()
    secret = indexes.pypi.index.second_factors.totp_secret(user.id) or b""
    status, answer = command(indexes, "totp", user="alice")
    assert (status, answer["result"] in {totp_code(secret, now), totp_code(secret, now + 30)}) == ("200 OK", True)
    indexes.pypi.add_user("bob", two_factor=False)
    assert "bob has no authentication application" in command(indexes, "totp", user="bob")[1]["error"]


@pytest.mark.parametrize("path", ["/", "", "/wrong", "/\xff\xfe"])
def test_without_the_secret_the_address_does_not_exist(indexes: FakeIndexes, path: str) -> None:
    control = control_of(indexes)
    body = json.dumps({"command": "delete", "project": "hello"}).encode()
    assert send(control, body, path=path) == ("404 Not Found", {"error": "there is nothing at this address"})
    assert indexes.pypi.project("hello") is not None


def test_commands_are_sent_with_post(indexes: FakeIndexes) -> None:
    control = control_of(indexes)
    body = json.dumps({"command": "delete", "project": "hello"}).encode()
    assert send(control, body, method="GET")[0] == "405 Method Not Allowed"
    assert indexes.pypi.project("hello") is not None


def test_two_channels_have_two_secrets(indexes: FakeIndexes) -> None:
    assert Control({}).secret != Control({}).secret


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
WORDS = ("index", "command", "project", "version", "reason", "filename", "user", "projects", "token", "self")
NAMES = st.sampled_from(["yank", "unyank", "delete", "token-create", "token-revoke", "pypi", "hello", "1.0"])
COMMANDS = st.dictionaries(st.sampled_from(WORDS), JSON | NAMES, max_size=5).map(json.dumps).map(str.encode)


@example(body=b'{"command": "delete", "filename": []}')
@example(body=b'{"command": "advance", "seconds": 1e999}')
@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(body=st.binary(max_size=40) | JSON.map(json.dumps).map(str.encode) | COMMANDS)
def test_every_body_gets_a_response(shared: FakeIndexes, body: bytes) -> None:
    status, answer = send(control_of(shared), body)
    assert status in {"200 OK", "400 Bad Request"}
    assert list(answer) == (["result"] if status == "200 OK" else ["error"])
