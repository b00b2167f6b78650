"""An error inside the fakes fails the test that caused it, and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

ASK = """
import urllib.error
import urllib.request
from contextlib import suppress

import pytest

def ask(url, proxy=None, secret=""):
    handler = urllib.request.ProxyHandler({"http": proxy} if proxy else {})
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {secret}"} if secret else {})
    with suppress(urllib.error.HTTPError):
        urllib.request.build_opener(handler).open(request, timeout=20).read()
"""
CAUSES = {
    "index": """
    fake_pypi_indexes.pypi.instance.index.projects = None
    ask(f"{fake_pypi_indexes.pypi.url}/simple/demo/")
    """,
    "second index": """
    fake_pypi_indexes.testpypi.instance.index.projects = None
    ask(f"{fake_pypi_indexes.testpypi.url}/simple/demo/")
    """,
    "proxy": """
    proxy = fake_pypi_indexes.connection().proxy_url
    fake_pypi_indexes.pypi.instance.index.projects = None
    ask("http://pypi.org/simple/demo/", proxy=proxy)
    """,
    "control API": """
    fake_pypi_indexes.pypi.instance.index.releases = None
    fake_pypi_indexes.pypi.instance.index.projects = None
    ask(f"{fake_pypi_indexes.control}indexes/main/pypi/projects/demo", secret=fake_pypi_indexes.control_secret)
    """,
    "index of the factory": """
    index = request.getfixturevalue("fake_pypi_factory")()
    index.instance.index.projects = None
    ask(f"{index.url}/simple/demo/")
    """,
}


def results_of(pytester: pytest.Pytester, *options: str) -> tuple[pytest.RunResult, Mapping[str, str]]:
    result = pytester.runpytest_subprocess("-p", "no:randomly", "-p", "no:xdist", "-v", *options)
    words = [line.split() for line in result.outlines if "::" in line and "%]" in line]
    return result, {line[0].rpartition("::")[2]: line[1] for line in words}


@pytest.mark.parametrize("where", CAUSES)
def test_an_exception_inside_an_index_fails_the_test_that_caused_it(pytester: pytest.Pytester, where: str) -> None:
    pytester.makepyfile(
        ASK
        + f"""
def test_before(fake_pypi_indexes):
    ask(f"{{fake_pypi_indexes.pypi.url}}/simple/demo/")

def test_cause(fake_pypi_indexes, request):
{CAUSES[where]}

def test_after(fake_pypi_indexes):
    ask(f"{{fake_pypi_indexes.pypi.url}}/simple/demo/")
"""
    )
    result, words = results_of(pytester)
    assert words == {"test_before": "PASSED", "test_cause": "FAILED", "test_after": "PASSED"}
    result.stdout.fnmatch_lines(["E*Error: 'NoneType' object *"])
    result.assert_outcomes(passed=2, failed=1)


def test_a_test_that_fails_by_itself_keeps_its_failure_and_has_the_error_too(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        ASK
        + f"""
def test_cause(fake_pypi_indexes):
{CAUSES["index"]}
    assert "its own" == "failure"

def test_after(fake_pypi_indexes):
    pass
"""
    )
    result, _ = results_of(pytester)
    result.assert_outcomes(passed=1, failed=1, errors=1)
    result.stdout.fnmatch_lines(["*ERROR at teardown of test_cause*"])


def test_an_exception_caused_by_a_subprocess_fails_the_test_too(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        ASK
        + """
def test_before():
    pass

def test_cause(pytestconfig):
    indexes = pytestconfig.pluginmanager.getplugin("fake-pypi-environment")._indexes
    before, indexes.pypi.instance.index.projects = indexes.pypi.instance.index.projects, None
    ask(f"{indexes.pypi.url}/simple/demo/")
    indexes.pypi.instance.index.projects = before

def test_after():
    pass
"""
    )
    result, words = results_of(pytester, "--fake-pypi-process-environment")
    assert words == {"test_before": "PASSED", "test_cause": "FAILED", "test_after": "PASSED"}
    result.assert_outcomes(passed=2, failed=1)
