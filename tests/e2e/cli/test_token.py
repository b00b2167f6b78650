"""`fake-pypi token create|revoke` against a running `serve`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from fake_pypi.fake.http_upload import upload
from fake_pypi.packages.wheel import wheel
from tests.e2e.cli.serving import Serving, serving

pytestmark = pytest.mark.skipif(os.name == "nt", reason="TMPDIR is POSIX's")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Serving]:
    with serving(tmp_path, "--quiet") as running:
        yield running


def status(served: Serving, secret: str, name: str = "hello", version: str = "1.0", index: str = "pypi") -> int:
    return upload(f"{served[index].rstrip('/')}/legacy/", wheel(name, version), secret)[0]


def test_create_prints_the_token_and_nothing_else_and_revoke_ends_it(served: Serving) -> None:
    made = served.command("token", "create")
    assert (made.returncode, made.stderr, len(made.stdout.splitlines())) == (0, "", 1)
    secret = made.stdout.strip()
    assert secret.startswith("pypi-")
    assert status(served, secret) == 200
    assert status(served, secret, index="testpypi") == 403
    completed = served.command("token", "revoke", secret)
    assert (completed.returncode, completed.stdout) == (0, "token revoked on pypi\n")
    assert status(served, secret, version="2.0") == 403


def test_a_token_may_be_limited_to_projects_that_are_there(served: Serving) -> None:
    assert status(served, served["token"]) == 200
    secret = served.command("token", "create", "--project", "hello").stdout.strip()
    assert status(served, secret, version="2.0") == 200
    assert status(served, secret, name="other") == 403


def test_a_token_of_testpypi_is_for_testpypi(served: Serving) -> None:
    secret = served.command("token", "create", "--index", "testpypi").stdout.strip()
    assert status(served, secret, index="testpypi") == 200
    assert status(served, secret) == 403


@pytest.mark.parametrize(
    ("words", "piece"),
    [
        (["create", "--project", "nobody-has-this"], "there is no project 'nobody-has-this'"),
        (["create", "--user", "nobody"], "there is no user 'nobody'"),
        (["revoke", "no-such-token"], "token"),
    ],
    ids=["project", "user", "token"],
)
def test_a_missing_token_is_exit_code_1_and_one_line(served: Serving, words: list[str], piece: str) -> None:
    completed = served.command("token", *words)
    assert (completed.returncode, completed.stdout) == (1, "")
    assert len(completed.stderr.splitlines()) == 1
    assert piece in completed.stderr
