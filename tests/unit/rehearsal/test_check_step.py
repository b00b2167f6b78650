"""The rejections and the warnings of the step `check`."""

from __future__ import annotations

from pathlib import Path

from fake_pypi import wheel
from fake_pypi.rehearsal.check_step import rejections, twine_warnings
from fake_pypi.rules.order import PYPI
from tests.unit.rehearsal.test_built_release import built

TYPE = "WARNING  `long_description_content_type` missing. defaulting to `text/x-rst`.   "


def test_a_warning_is_reported_once_for_all_files_and_with_its_lines() -> None:
    output = (
        "Checking dist/a.whl: PASSED with warnings\n"
        "WARNING  `long_description` has odd markup and may not be        \n"
        "         rendered.                                               \n"
        "         line 4: Error: Unknown role.\n"
        f"{TYPE}\n"
        "Checking dist/a.tar.gz: PASSED with warnings\n"
        f"{TYPE}\n"
    )
    assert twine_warnings(output) == [
        "`long_description` has odd markup and may not be rendered. line 4: Error: Unknown role.",
        "`long_description_content_type` missing. defaulting to `text/x-rst`.",
    ]


def test_a_missing_description_is_not_reported_twice() -> None:
    output = f"Checking dist/a.whl: PASSED with warnings\n{TYPE}\nWARNING  `long_description` missing.\n"
    assert twine_warnings(output) == []


def test_every_rule_is_checked_without_a_server(tmp_path: Path) -> None:
    release = built(tmp_path, wheel("hello", "1.0", tag="cp311-cp311-linux_x86_64", classifiers=["No :: Such"]))
    by_rule = {each.rule: each for each in rejections(release.files, PYPI)}
    assert {"unsupported-platform-tag", "unknown-classifier"} <= by_rule.keys()
    assert by_rule["unknown-classifier"].explanation
    assert by_rule["unknown-classifier"].remedy
