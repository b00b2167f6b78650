"""`fake-pypi explain`: from the command line, from a file, from standard input."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from fake_pypi.cli import main
from tests.unit.cli.schemas import valid_document

SAID = "HTTPError: 400 Bad Request\n   Only one sdist may be uploaded\n   per release."


def typed(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def test_text_from_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", SAID]) == 0
    output = capsys.readouterr().out
    assert output.startswith("PyPI's message: Only one sdist may be uploaded per release.\n\n  duplicate-sdist\n")
    assert "  -> " in output
    assert "fake-pypi rules duplicate-sdist" in output


def test_several_arguments_are_one_text(capsys: pytest.CaptureFixture[str]) -> None:
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


def test_unknown_text_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "what a day"]) == 1
    assert capsys.readouterr().out.startswith("the text contains no message of PyPI")


def test_no_text_is_wrong_usage(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    typed(monkeypatch, b" \n")
    assert main(["explain"]) == 2
    assert capsys.readouterr().err.startswith("fake-pypi: there is no text to explain")


def test_an_option_that_does_not_exist_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "--", "--yank"]) == 0
    assert capsys.readouterr().out.startswith("Found in the output: --yank\n\n  no-yank-option\n")


def test_all_reasons_for_the_same_message_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    main(["explain", "403 Invalid or non-existent authentication information."])
    output = capsys.readouterr().out
    assert "PyPI gives this message for several reasons:" in output
    assert "  no-identity\n" in output
    assert "  unknown-token\n" in output


def test_json_has_the_same_content(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "--json", f"{SAID}\ntwine upload --dry-run"]) == 0
    rejection, error = valid_document(capsys.readouterr().out, "explain")["findings"]
    assert rejection["message"] == "Only one sdist may be uploaded per release."
    assert [(cause["rule"], cause["error"], cause["status"]) for cause in rejection["causes"]] == [
        ("duplicate-sdist", None, 400)
    ]
    assert [(cause["rule"], cause["error"], cause["status"]) for cause in error["causes"]] == [
        (None, "no-dry-run", None)
    ]
    assert main(["explain", "--json", "what a day"]) == 1
    assert valid_document(capsys.readouterr().out, "explain")["findings"] == []


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("demo-1.0-py3-none-any.whl", b"PK\3\4\0\0", "is binary, not the output of a tool: run `fake-pypi check"),
        ("core", b"\x7fELF\0\0", "is binary, not the output of a tool: pass the output"),
    ],
)
def test_a_binary_file_is_wrong_usage(
    name: str, content: bytes, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(content)
    assert main(["explain", str(tmp_path / name)]) == 2
    output = capsys.readouterr().err
    assert message in output
    assert len(output.splitlines()) == 1


def test_a_missing_folder_or_file_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(tmp_path)]) == 2
    assert "is a directory" in capsys.readouterr().err
    assert main(["explain", str(tmp_path / "ci.log")]) == 2
    assert "there is no file" in capsys.readouterr().err
    assert main(["explain", "missing.log"]) == 2
    assert "there is no file missing.log" in capsys.readouterr().err


def test_many_reasons_are_named_and_the_usual_one_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "500 Internal Server Error"]) == 0
    output = capsys.readouterr().out
    assert "  server-error\n" in output
    assert "It may also be: " in output
    assert "metadata-reader-fails" in output


def test_advice_about_the_claims_replaces_the_general_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    claims = "* `repository`: `jane/demo`\n* `job_workflow_ref`: `jane/demo/.github/workflows/go.yml@refs/heads/main`"
    assert main(["explain", f"* `invalid-publisher`: valid token, but no corresponding publisher\n{claims}"]) == 0
    output = " ".join(capsys.readouterr().out.split())
    assert "owner: jane; repository: demo; workflow: go.yml" in output
    assert "Compare the claims" not in output


def test_messages_of_earlier_years_are_marked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "400 This filename has already been used, use a different version."]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "PyPI used this message until 2025-09-10. Today it says: This filename was previously used" in shown
