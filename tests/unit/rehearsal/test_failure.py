"""The report of a failed step."""

from __future__ import annotations

from fake_pypi.rehearsal.failure import LAST_LINES, RejectedFile, StepFailed, advice_on_output
from fake_pypi.rules.order import PYPI


def test_an_unsupported_python_gets_the_advice_to_use_another_one() -> None:
    [line] = advice_on_output("Package 'demo' requires a different Python: 3.11.7 not in '>=3.13'")
    assert "rehearse with one that it supports" in line


def test_an_old_twine_gets_the_advice_to_update_it() -> None:
    output = "ERROR    InvalidDistribution: Invalid metadata: '2.5' is not a     \n         valid metadata version"
    [line] = advice_on_output(output)
    assert line.endswith("update twine")


def test_a_failure_shows_words_rule_reason_advice_and_command() -> None:
    rule = PYPI["duplicate-file"]
    rejected = RejectedFile.from_rule(rule, "demo-1.0.tar.gz", 400, "File already exists")
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
    text = str(StepFailed("no", rejected=[RejectedFile.from_rule(rule, each, 400, "No.") for each in files]))
    assert text.count("rule:") == 1
    assert "demo-1.0+x.tar.gz: 400 No.\ndemo-1.0+x-py3-none-any.whl: 400 No.\n    rule:" in text


def test_of_a_long_output_the_end_is_shown() -> None:
    output = "\n".join(str(number) for number in range(100))
    shown = str(StepFailed("no", command="x", output=output)).splitlines()
    assert shown[-1].strip() == "99"
    assert f"({100 - LAST_LINES} lines before)" in str(StepFailed("no", command="x", output=output))
