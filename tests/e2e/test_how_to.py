"""What the how-to pages about reading an index show is true: the tests on them pass."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fake_pypi.packages.corruptions import CORRUPTIONS

PAGES = Path(__file__).resolve().parents[2] / "docs" / "how-to"


def blocks(page: str, language: str) -> list[str]:
    """The blocks of code on a page."""
    text = (PAGES / f"{page}.md").read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize("page", ["wait-for-a-release", "dependency-confusion", "scenarios", "see-a-tool-fail"])
def test_the_tests_on_the_page_pass(pytester: pytest.Pytester, page: str) -> None:
    shown = "\n".join(blocks(page, "python"))
    pytester.makepyfile(shown)
    for toml in blocks(page, "toml"):
        (pytester.path / "diamond.toml").write_text(toml, encoding="utf-8")
    result = pytester.runpytest_subprocess("-p", "no:randomly", timeout=120)
    result.assert_outcomes(passed=shown.count("def test_"))


def test_each_corruption_is_listed_with_its_description() -> None:
    page = (PAGES / "scenarios.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| (.+?) \| (.+) \|$", page, re.MULTILINE)
    assert rows == [(name, " and ".join(each.kinds), each.description) for name, each in CORRUPTIONS.items()]
