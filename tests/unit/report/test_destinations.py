"""The files of a report."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.redaction import REDACTED
from fake_pypi.report.destinations import check_destinations, write_report
from tests.unit.report.sample import REPORT, RUN, STEPS

TOKEN = "pypi-" + "AgEIcHlwaS5vcmc" + "x" * 80


def test_the_ending_decides_the_format(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("out.html", "new/folder/out.JSON", "out.md")]
    check_destinations(files)
    assert not files[0].exists()
    write_report(REPORT, files)
    html, json_text, markdown = (file.read_text("utf-8") for file in files)
    assert html.startswith("<!DOCTYPE html>")
    assert json.loads(json_text)["version"] == 1
    assert markdown.startswith("## Rehearsal of demo 1.0")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "out.html", "out.md"]


@pytest.mark.parametrize("name", ["out", "out.pdf", "out.html.gz", ".html"])
def test_another_ending_is_wrong_usage(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"has no known ending: choose from \.html, \.json, \.md"):
        check_destinations([tmp_path / name])


def test_a_file_that_cannot_be_written_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "folder.html").mkdir()
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "folder.html", tmp_path / "file" / "out.html"):
        with pytest.raises(UsageError, match="cannot be written"):
            check_destinations([path])


def test_a_check_changes_no_report_that_exists(tmp_path: Path) -> None:
    file = tmp_path / "out.html"
    file.write_text("before")
    check_destinations([file])
    assert file.read_text() == "before"
    write_report(REPORT, [file])
    assert "Rehearsal of demo" in file.read_text("utf-8")


@pytest.mark.parametrize("ending", [".html", ".json", ".md"])
def test_no_secret_is_written(tmp_path: Path, ending: str) -> None:
    command = replace(STEPS[1].commands[0], command=f"twine upload -p {TOKEN}", output="swordfish <& more\n")
    step = replace(STEPS[1], rejections=(), commands=(command,), summary=f"failed with {TOKEN}")
    file = tmp_path / f"out{ending}"
    report = replace(REPORT, runs=(replace(RUN, steps=(step,), message=TOKEN),))
    write_report(report, [file], lambda text: text.replace("swordfish <&", REDACTED))
    text = file.read_text("utf-8")
    assert TOKEN[5:] not in text
    assert "swordfish" not in text
    assert f"{REDACTED} more" in text
