"""The tests that the pages about tokens and trusted publishing show are run as they stand there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGES = Path(__file__).resolve().parents[2] / "docs" / "how-to"
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
PROJECT = """
import pytest

@pytest.fixture
def project(fake_pypi_packages):
    return fake_pypi_packages.project("hello", "1.0")
"""


def shown_tests(page: str) -> list[str]:
    return [block for block in BLOCK.findall((PAGES / page).read_text(encoding="utf-8")) if "def test_" in block]


@pytest.mark.slow
@pytest.mark.parametrize(("page", "tests"), [("tokens.md", 5), ("publish-without-a-token.md", 1)])
def test_the_code_on_the_page_works(pytester: pytest.Pytester, page: str, tests: int) -> None:
    pytester.makeconftest(PROJECT)
    pytester.makepyfile("\n\n".join(shown_tests(page)))
    pytester.runpytest_subprocess("-p", "no:randomly").assert_outcomes(passed=tests)
