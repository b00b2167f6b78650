"""`--json`: what commands print is one document, and valid against the schemas in the documentation."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fake_pypi import sdist, wheel
from fake_pypi.fake.http_upload import upload
from tests.e2e.cli.serving import Serving, fake_pypi, own_place, serving
from tests.unit.cli.schemas import valid_document

pytestmark = pytest.mark.skipif(os.name == "nt", reason="`serve` is ended with a signal that Windows has not")

PYPROJECT = """\
[project]
name = "hello"
version = "1.0"

[build-system]
requires = ["flit_core"]
build-backend = "flit_core.buildapi"
"""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Serving]:
    with serving(tmp_path, "--quiet", "--json", "--data", str(tmp_path / "data")) as running:
        yield running


def document(served: Serving, name: str, *words: str) -> dict[str, Any]:
    completed = served.command(*words, "--json")
    assert (completed.returncode, completed.stderr) == (0, "")
    return valid_document(completed.stdout, name)


def test_serve_prints_a_document_on_one_line_and_the_other_commands_print_theirs(
    served: Serving, tmp_path: Path
) -> None:
    (line,) = served.lines
    server = valid_document(line, "serve")
    upload_url = server["indexes"][0]["upload_url"]
    assert upload(upload_url, wheel("hello", "1.0"), server["token"]) == (200, "OK")
    upload(upload_url, wheel("hello", "1.0", summary="Changed."), server["token"])

    (refused,) = document(served, "requests", "requests", "--status", "400")["requests"]
    assert (refused["index"], refused["rule"], refused["project"]) == ("pypi", "duplicate-file", "hello")
    yanked = document(served, "release", "yank", "hello", "1.0", "--reason", "broken")
    assert yanked["release"] == {"project": "hello", "version": "1.0", "filename": None, "reason": "broken"}
    (fault,) = document(served, "fault", "fault", "add", "503 when times=1", "--index", "pypi")["faults"]
    assert fault == {"index": "pypi", "fault": "503 when times=1", "used": 0}
    assert document(served, "fault", "fault", "clear")["faults"] == []
    assert document(served, "env", "env", "--client", "twine")["variables"]["TWINE_USERNAME"] == "__token__"
    assert document(served, "limits", "limits", "--new-projects-per-day", "4")["limits"][1]["new_projects_per_day"] == 4

    backup = document(served, "data", "data", "backup", str(tmp_path / "data"), str(tmp_path / "backup"))
    assert [folder["backup"] for folder in backup["folders"]] == [
        str(tmp_path / "backup" / name) for name in ("pypi", "testpypi")
    ]
    checked = document(served, "data", "data", "check", str(tmp_path / "backup"))
    assert [folder["problems"] for folder in checked["folders"]] == [[], []]


def test_users_and_tokens_are_listed_without_secrets(served: Serving) -> None:
    (alice,) = document(served, "user", "user", "add", "alice", "--email", "unverified")["users"]
    assert (alice["user"], alice["email"], alice["two_factor"]) == ("alice", "unverified", True)
    assert "alice" in [user["user"] for user in document(served, "user", "user", "list")["users"]]
    (created,) = document(served, "token", "token", "create")["tokens"]
    listed = document(served, "token", "token", "list")["tokens"]
    assert created["id"] in [token["id"] for token in listed]
    assert {token["secret"] for token in listed} == {None}
    assert len(document(served, "totp", "totp", "alice")["code"]) == 6
    assert document(served, "token", "token", "revoke", created["id"])["tokens"] == []
    assert document(served, "user", "user", "remove", "alice")["users"] == []


def test_the_same_commands_print_lines_without_it(served: Serving) -> None:
    assert served.command("user", "add", "alice").stdout == "user alice added on pypi\n"
    assert "alice: active, verified address, two-factor authentication\n" in served.command("user", "list").stdout
    assert "account-wide" in served.command("token", "list").stdout
    assert served.command("requests").stdout == "no requests\n"
    limits = served.command("limits", "--new-projects-per-day", "4", "--index", "testpypi").stdout
    assert limits.startswith("testpypi: files of 104,857,600 bytes, ")
    assert limits.endswith(", 4 new projects in 24 hours\n")
    assert served.command("user", "remove", "alice").returncode == 0
    assert served.command("user", "remove", "alice").returncode == 1


def test_a_rehearsal_prints_its_report_and_everything_else_on_standard_error(tmp_path: Path) -> None:
    project = tmp_path / "hello"
    project.mkdir()
    (project / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    for package in (wheel("hello", "1.0"), sdist("hello", "1.0")):
        package.write_to(project / "dist")
    words = ("--dist", str(project / "dist"), str(project), "--", "-k", "check")
    completed = fake_pypi("rehearse", "--json", *words, env=own_place(tmp_path))
    (run,) = valid_document(completed.stdout, "report")["runs"]
    assert (completed.returncode, run["name"], run["outcome"]) == (0, "hello", "passed"), completed
    assert "test session starts" in completed.stderr


def test_the_attempts_of_a_reproduction_are_in_its_document(tmp_path: Path) -> None:
    completed = fake_pypi("reproduce", "duplicate-file", "--with", "twine", "--json", env=own_place(tmp_path))
    reproduced = valid_document(completed.stdout, "reproduce")
    assert (completed.returncode, reproduced["rejected"]) == (0, True)
    assert [attempt["client"] for attempt in reproduced["attempts"]] == ["twine"]
    assert "File already exists" in reproduced["attempts"][0]["output"]


def test_errors_are_one_line_on_standard_error(tmp_path: Path) -> None:
    env = own_place(tmp_path)
    for words in (("requests",), ("limits",), ("user", "list"), ("token", "list"), ("fault", "list"), ("env",)):
        completed = fake_pypi(*words, "--json", env=env)
        assert (completed.returncode, completed.stdout) == (2, "")
        assert completed.stderr.startswith("fake-pypi: no index is running: ")
        assert completed.stderr.count("\n") == 1
