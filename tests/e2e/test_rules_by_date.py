"""Real clients at indexes with the rules of earlier days: what they print, and what is stored."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from fake_pypi import FakePyPI
from fake_pypi.cli import main
from fake_pypi.clients.shell import Shell
from fake_pypi.explain.findings import explain
from fake_pypi.fake import FakeIndexes
from fake_pypi.packages.wheel import wheel

PASSWORD = "correct horse battery 7!"


def uploaded_with_password(as_of: str, folder: Path, *, two_factor: bool) -> tuple[FakePyPI, str, list[str]]:
    """Upload a wheel with twine, a user name and a password; return the output and the rules that rejected it."""
    wheel("demo", metadata_version="2.1").write_to(folder)
    with FakeIndexes(as_of=as_of) as indexes:
        pypi = indexes.pypi
        pypi.add_user("alice", password=PASSWORD, two_factor=two_factor)
        shell: Shell = indexes.shell(credentials=False)
        credentials = {"TWINE_USERNAME": "alice", "TWINE_PASSWORD": PASSWORD, "TWINE_NON_INTERACTIVE": "1"}
        completed = shell.run("twine upload --verbose dist/*", cwd=folder.parent, check=False, env=credentials)
        rules = [str(request.rule) for request in pypi.requests if request.method == "POST"]
        return pypi, completed.stdout + completed.stderr, rules


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    folder.mkdir()
    return folder


def test_twine_uploads_with_a_password_at_the_end_of_2023_and_not_a_day_later(dist: Path) -> None:
    _, printed, rules = uploaded_with_password("2023-12-31", dist, two_factor=False)
    assert rules == ["None"], printed
    assert "https://pypi.org/project/demo/1.0/" in printed
    _, printed, rules = uploaded_with_password("2024-01-01", dist, two_factor=False)
    assert rules == ["password-not-supported"]
    assert "Username/Password authentication is no longer supported" in printed


def test_twine_needs_a_token_from_june_2023_on_if_the_account_has_a_second_factor(dist: Path) -> None:
    assert uploaded_with_password("2023-05-31", dist, two_factor=True)[2] == ["None"]
    _, printed, rules = uploaded_with_password("2023-06-01", dist, two_factor=True)
    assert rules == ["password-with-two-factor"]
    assert "401" in printed
    findings = explain(printed, as_of="2023-06-01")
    assert [cause.id for cause in findings[0].causes] == ["password-with-two-factor"]


def test_a_wrong_password_is_rejected_with_the_words_of_that_time(dist: Path) -> None:
    wheel("demo", metadata_version="2.1").write_to(dist)
    with FakeIndexes(as_of="2023-03-01") as indexes:
        indexes.pypi.add_user("alice", password=PASSWORD, two_factor=False)
        credentials = {"TWINE_USERNAME": "alice", "TWINE_PASSWORD": "wrong", "TWINE_NON_INTERACTIVE": "1"}
        completed = indexes.shell(credentials=False).run(
            "twine upload dist/*", cwd=dist.parent, check=False, env=credentials
        )
        assert completed.returncode == 1
        assert "Invalid or non-existent authentication information" in completed.stdout + completed.stderr
        assert indexes.pypi.rejections[-1].rule == "wrong-password"


def egg_sent_by_curl(pypi: FakePyPI, folder: Path) -> str:
    """Send an egg with curl, as an old twine did, and return the status line's text."""
    egg = folder / "demo-1.0-py3.11.egg"
    package = wheel("demo", metadata_version="2.1")
    egg.write_bytes(package.read())
    fields = {
        ":action": "file_upload",
        "protocol_version": "1",
        "name": "demo",
        "version": "1.0",
        "metadata_version": "2.1",
        "filetype": "bdist_egg",
        "pyversion": "3.11",
        "sha256_digest": package.sha256,
    }
    form = [argument for name, value in fields.items() for argument in ("-F", f"{name}={value}")]
    token = f"__token__:{pypi.token.secret}"
    command = ["curl", "-s", "-u", token, *form, "-F", f"content=@{egg}", pypi.upload_url, "-w", "%{http_code}"]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


def test_an_egg_is_stored_and_served_before_its_end_and_rejected_after(tmp_path: Path) -> None:
    with FakePyPI(as_of="2023-07-31") as pypi:
        assert egg_sent_by_curl(pypi, tmp_path).endswith("200")
        page = subprocess.run(
            ["curl", "-s", f"{pypi.simple_url}demo/"], check=True, capture_output=True, text=True, timeout=60
        ).stdout
        assert "demo-1.0-py3.11.egg" in page
    with FakePyPI(as_of="2023-08-01") as pypi:
        assert "Invalid value for filetype. Error: Use a known file type." in egg_sent_by_curl(pypi, tmp_path)


def test_reproduce_shows_a_rule_that_has_ended_with_twine(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reproduce", "password-with-two-factor", "--with", "twine", "--as-of", "2023-10-01"]) == 0
    shown = capsys.readouterr().out
    assert "User owner has two factor auth enabled" in " ".join(shown.split())
    assert "twine was rejected by password-with-two-factor." in shown


def test_the_commands_take_a_date_and_name_a_wrong_one_in_one_line(tmp_path: Path) -> None:
    file = wheel("Demo", spelled="Demo-1.0", metadata_version="2.1").write_to(tmp_path)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "fake_pypi", *arguments]
        return subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)

    accepted = run("check", "--as-of", "2026-01-28", "--json", str(file))
    rejected = run("check", "--as-of", "2026-01-29", "--json", str(file))
    assert (accepted.returncode, rejected.returncode) == (0, 1)
    assert json.loads(rejected.stdout)["files"][0]["rejections"][0]["rule"] == "invalid-filename-projectname"
    for arguments in (
        ("check", "--as-of", "2999-01-01", str(file)),
        ("rules", "--as-of", "2022-12-31"),
        ("explain", "--as-of", "soon", "text"),
        ("reproduce", "duplicate-file", "--as-of", "2024-13-01"),
        ("serve", "--as-of", "2999-01-01"),
        ("serve", "--site", "devpi", "--as-of", "2024-06-01"),
        ("rehearse", "--as-of", "2999-01-01", str(tmp_path)),
    ):
        wrong = run(*arguments)
        assert (wrong.returncode, wrong.stdout, len(wrong.stderr.splitlines())) == (2, "", 1), wrong
