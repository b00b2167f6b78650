"""`fake-pypi explain`: from the command line, from a file, from standard input."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from fake_pypi.cli import main

SAID = "HTTPError: 400 Bad Request\n   Only one sdist may be uploaded\n   per release."


def typed(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def test_text_from_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", SAID]) == 0
    told = capsys.readouterr().out
    assert told.startswith("PyPI's message: Only one sdist may be uploaded per release.\n\n  duplicate-sdist\n")
    assert "  -> " in told
    assert "fake-pypi rules duplicate-sdist" in told


def test_words_that_were_not_quoted_are_one_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "Only", "one", "sdist", "may", "be", "uploaded", "per", "release."]) == 0
    assert "duplicate-sdist" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["-"]], ids=["nothing", "hyphen"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_from_standard_input(
    arguments: list[str], encoding: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, SAID.encode(encoding))
    assert main(["explain", *arguments]) == 0
    assert "duplicate-sdist" in capsys.readouterr().out


def test_text_from_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "ci.log"
    log.write_bytes(SAID.encode() + b"\n\xe9 not utf-8")
    assert main(["explain", str(log)]) == 0
    assert "duplicate-sdist" in capsys.readouterr().out


def test_unknown_text_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "what a day"]) == 1
    assert capsys.readouterr().out.startswith("nothing in this text is known")


def test_no_text_is_wrong_usage(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    typed(monkeypatch, b" \n")
    assert main(["explain"]) == 2
    assert capsys.readouterr().err.startswith("fake-pypi: there is no text to explain")


def test_an_option_that_a_guide_made_up_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "--", "--yank"]) == 0
    assert capsys.readouterr().out.startswith("The output says: --yank\n\n  no-yank-option\n")


def test_several_reasons_for_the_same_words_are_all_told(capsys: pytest.CaptureFixture[str]) -> None:
    main(["explain", "403 Invalid or non-existent authentication information."])
    told = capsys.readouterr().out
    assert "it was one of:" in told
    assert "  no-identity\n" in told
    assert "  unknown-token\n" in told


def test_machines_get_the_same_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "--json", f"{SAID}\ntwine upload --dry-run"]) == 0
    rejection, mistake = json.loads(capsys.readouterr().out)
    assert rejection["words"] == "Only one sdist may be uploaded per release."
    assert [(cause["id"], cause["kind"], cause["status"]) for cause in rejection["causes"]] == [
        ("duplicate-sdist", "rule", 400)
    ]
    assert [(cause["id"], cause["kind"], cause["status"]) for cause in mistake["causes"]] == [
        ("no-dry-run", "mistake", None)
    ]
    assert main(["explain", "--json", "what a day"]) == 1
    assert json.loads(capsys.readouterr().out) == []


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("demo-1.0-py3-none-any.whl", b"PK\3\4\0\0", "is binary, not the output of a tool: run `fake-pypi check"),
        ("core", b"\x7fELF\0\0", "is binary, not the output of a tool: give the text"),
    ],
)
def test_a_binary_file_is_wrong_usage(
    name: str, content: bytes, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(content)
    assert main(["explain", str(tmp_path / name)]) == 2
    told = capsys.readouterr().err
    assert message in told
    assert len(told.splitlines()) == 1


def test_a_folder_or_a_file_that_is_not_there_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", str(tmp_path)]) == 2
    assert "is a directory" in capsys.readouterr().err
    assert main(["explain", str(tmp_path / "ci.log")]) == 2
    assert "there is no file" in capsys.readouterr().err
    assert main(["explain", "missing.log"]) == 2
    assert "there is no file missing.log" in capsys.readouterr().err


def test_many_reasons_are_named_and_the_usual_one_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "500 Internal Server Error"]) == 0
    told = capsys.readouterr().out
    assert "  server-error\n" in told
    assert "It may also be: " in told
    assert "metadata-reader-fails" in told


def test_what_the_claims_say_is_printed_instead_of_the_general_advice(capsys: pytest.CaptureFixture[str]) -> None:
    claims = "* `repository`: `jane/demo`\n* `job_workflow_ref`: `jane/demo/.github/workflows/go.yml@refs/heads/main`"
    assert main(["explain", f"* `invalid-publisher`: valid token, but no corresponding publisher\n{claims}"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "owner: jane; repository: demo; workflow: go.yml" in told
    assert "Compare the claims" not in told


def test_words_of_earlier_years_are_called_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "400 This filename has already been used, use a different version."]) == 0
    assert "PyPI used these words until 2025; the reason is the same today." in capsys.readouterr().out
