"""What a failed step tells: enough to act on, and nothing that is not so."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fake_pypi.rehearsal.failure import LAST_LINES, RejectedFile, StepFailed, advice_on, missing_from
from fake_pypi.rehearsal.output import plain, reason_in, without_traceback_of_build
from fake_pypi.rules.order import PYPI


def missing(output: str, project: str = "demo") -> str:
    """What is said of an installer's complaint."""
    return str(missing_from(output, project=project))


def test_a_missing_distribution_comes_with_the_line_that_helps() -> None:
    said = "ERROR: No matching distribution found for hatchling>=1.26\nERROR: No matching distribution found for x"
    line = missing(said)
    assert line.startswith("hatchling>=1.26, x are not installed here: add them to your test requirements")
    assert line.endswith("`fake-pypi wheelhouse . DIR`")


def test_a_requirement_is_found_however_it_is_printed() -> None:
    for said in (
        "ERROR: No matching distribution found for some-name[extra]<4,>=3 (from demo)",
        "  < ERROR: No matching distribution found for some-\n    name[extra]<4,>=3\n    more",
    ):
        assert missing(said).startswith("some-name[extra]<4,>=3 is not installed here")


def test_what_is_here_instead_is_said() -> None:
    said = (
        "ERROR: Could not find a version that satisfies the requirement flit_core<4,>=3.2\n   (from versions: 4.1.0,\n"
        "   4.2.0)\nERROR: No matching distribution found for flit_core<4,>=3.2"
    )
    found = missing_from(said, project="demo")
    failure = StepFailed.from_output("python -m build", said, "broken", missing=found, purpose="to build the project")
    summary = "flit_core<4,>=3.2 is not installed here, only flit_core 4.1.0, 4.2.0"
    assert failure.summary == f"what is needed to build the project is not all here: {summary}"
    assert failure.advice[0].startswith(f"{summary}: add it to your test requirements")


def test_nothing_is_here_instead_if_pip_was_offered_nothing() -> None:
    said = (
        "ERROR: Could not find a version that satisfies the requirement rich (from versions: none)\n"
        "ERROR: No matching distribution found for rich"
    )
    assert missing(said).startswith("rich is not installed here: ")


def test_the_project_itself_is_not_to_be_installed_first() -> None:
    assert missing_from("No matching distribution found for Demo_Tool==1.0", project="demo-tool") is None


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("Traceback (most recent call last):\n  File 'x'\n    y\nNameError: no x\n\nERROR exited", "NameError: no x"),
        ("  Traceback (most recent call last):\n    File 'x'\n  a.b.SomeError: no y\n  more", "a.b.SomeError: no y"),
        ("noise\nerror: metadata is wrong\nmore", "error: metadata is wrong"),
        ("nothing to see", None),
    ],
)
def test_the_reason_of_a_failure_is_the_end_of_its_traceback(output: str, reason: str | None) -> None:
    assert reason_in(output) == reason


def test_another_python_is_named_as_what_is_needed() -> None:
    [line] = advice_on("Package 'demo' requires a different Python: 3.11.7 not in '>=3.13'")
    assert "rehearse with one that it supports" in line


def test_a_twine_that_does_not_know_the_metadata_is_to_be_updated() -> None:
    said = "ERROR    InvalidDistribution: Invalid metadata: '2.5' is not a     \n         valid metadata version"
    [line] = advice_on(said)
    assert line.endswith("update twine")


def test_a_failure_shows_words_rule_reason_advice_and_command() -> None:
    rule = PYPI["duplicate-file"]
    rejected = RejectedFile.by(rule, "demo-1.0.tar.gz", 400, "File already exists")
    text = str(
        StepFailed(
            "PyPI rejected the upload", step="upload to PyPI", command="twine upload dist/*", rejected=[rejected]
        )
    )
    for part in ("upload to PyPI: PyPI rejected", "demo-1.0.tar.gz: 400 File already exists", "duplicate-file"):
        assert part in text
    assert "".join(rule.explanation.split())[:60] in "".join(text.split())
    assert "command: twine upload dist/*" in text


def test_a_rule_that_rejected_two_files_is_explained_once() -> None:
    rule = PYPI["local-version"]
    files = ("demo-1.0+x.tar.gz", "demo-1.0+x-py3-none-any.whl")
    text = str(StepFailed("no", rejected=[RejectedFile.by(rule, each, 400, "No.") for each in files]))
    assert text.count("rule:") == 1
    assert "demo-1.0+x.tar.gz: 400 No.\ndemo-1.0+x-py3-none-any.whl: 400 No.\n    rule:" in text


def test_how_build_came_to_start_pip_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[build-system]\nrequires = ["no-such-backend>=7"]\n', encoding="utf-8")
    command = [sys.executable, "-m", "build"]
    offline = {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path), "PIP_CONFIG_FILE": os.devnull}
    done = subprocess.run(command, cwd=tmp_path, env=offline, capture_output=True, text=True, check=False)
    assert "Traceback" in plain(done)
    said = without_traceback_of_build(plain(done))
    assert "Traceback" not in said
    assert "CalledProcessError" not in said
    assert "No matching distribution found for no-such-backend>=7" in " ".join(said.split()).replace("- ", "-")


def test_of_a_long_output_the_end_is_shown() -> None:
    said = "\n".join(str(number) for number in range(100))
    shown = str(StepFailed("no", command="x", said=said)).splitlines()
    assert shown[-1].strip() == "99"
    assert f"({100 - LAST_LINES} lines before)" in str(StepFailed("no", command="x", said=said))


def test_colours_and_progress_bars_are_taken_out() -> None:
    done = subprocess.CompletedProcess("x", 0, "\x1b[32mPASSED\x1b[0m\n\x1b[2K 100% ━━━━ 5.3/5.3 kB\nend", "")
    assert plain(done) == "PASSED\nend"
