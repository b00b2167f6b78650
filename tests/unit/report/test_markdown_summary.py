"""The Markdown of a job summary."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fake_pypi.report.markdown_summary import CUT, LARGEST_SUMMARY, append_summary, markdown, summary_file
from tests.unit.report.sample import REPORT, RUN, STEPS


def test_it_has_steps_failures_files_and_what_is_left_to_do() -> None:
    text = markdown(REPORT)
    assert text.startswith("## Rehearsal of demo 1.0: ❌ failed\n")
    assert "| build | ✅ passed | 2.5 s |" in text
    assert "| upload to PyPI | ❌ failed | 1.2 s |" in text
    assert "### upload to PyPI failed: PyPI rejected the upload" in text
    assert r"**400 File already exists \<\&\>.** (rule `duplicate-file`)" in text
    assert "What to do: Give the release a new version, or use `--skip-existing`." in text
    assert "| PyPI | demo-1.0-py3-none-any.whl | 1.2 kB |" in text
    assert "- [ ] **Register the publisher**" in text
    assert "Environment name: <code>pypi</code>" in text


def test_text_of_tools_is_neither_markdown_nor_html() -> None:
    run = replace(RUN, warnings=("<script>alert(1)</script> | [x](http://a) `code` *b*\n# heading",))
    line = next(line for line in markdown(replace(REPORT, runs=(run,))).splitlines() if "script" in line)
    assert line == r"- \<script\>alert(1)\</script\> \| \[x\](http://a) \`code\` \*b\* \# heading"


def test_output_cannot_end_its_block() -> None:
    command = replace(STEPS[1].commands[0], output="```\n</details>\n" + "line\n" * 50)
    step = replace(STEPS[1], rejections=(), commands=(command,))
    text = markdown(replace(REPORT, runs=(replace(RUN, steps=(step,)),)))
    assert "````text\n$ twine upload dist/*\n(32 lines before)\nline\n" in text


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, None),
        ({"GITHUB_STEP_SUMMARY": "out.md"}, None),
        ({"GITHUB_ACTIONS": "true"}, None),
        ({"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": ""}, None),
        ({"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": "out.md"}, Path("out.md")),
    ],
)
def test_only_a_step_on_github_has_a_summary(environment: dict[str, str], expected: Path | None) -> None:
    assert summary_file(environment) == expected


def test_a_summary_is_appended(tmp_path: Path) -> None:
    file = tmp_path / "summary.md"
    file.write_text("# Before\n")
    append_summary(REPORT, file)
    assert file.read_text("utf-8") == "# Before\n" + markdown(REPORT)


@pytest.mark.parametrize("before", [0, LARGEST_SUMMARY - 1000, LARGEST_SUMMARY - 10, LARGEST_SUMMARY])
def test_a_summary_stays_below_the_limit_of_github(tmp_path: Path, before: int) -> None:
    file = tmp_path / "summary.md"
    file.write_bytes(b"x" * before)
    long = replace(REPORT, runs=(replace(RUN, warnings=("é" * 500,) * 2000),))
    append_summary(long, file)
    content = file.read_bytes()
    assert before <= len(content) <= LARGEST_SUMMARY
    assert content.decode().endswith(CUT) is (before < LARGEST_SUMMARY - 100)
