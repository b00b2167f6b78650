"""A failed test shows the last requests of its own indexes, and `--fake-pypi-har` writes them to a folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fake_pypi import wheel

TESTS = """
import urllib.error, urllib.request

import pytest

def ask(url):
    try:
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url).close()
    except urllib.error.HTTPError:
        pass

def test_other(fake_pypi):
    ask(fake_pypi.simple_url + "of-another-test/")

def test_failing(fake_pypi, fake_testpypi, fake_pypi_packages):
    for number in range(12):
        ask(f"{fake_pypi.simple_url}number-{number}/")
    fake_testpypi.upload(fake_pypi_packages.wheel("hello", "1.0"))
    assert not fake_testpypi.requests

def test_silent(fake_pypi):
    assert fake_pypi.requests, "no request"
"""


def har_of(file: Path) -> list[str]:
    entries = json.loads(file.read_text("utf-8"))["log"]["entries"]
    return [entry["request"]["url"] for entry in entries]


def test_a_failed_test_shows_the_last_requests_of_its_own_indexes(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS)
    result = pytester.runpytest_subprocess("-p", "no:randomly", "--fake-pypi-har=archives")
    result.assert_outcomes(passed=1, failed=2)
    shown = result.stdout.str()
    result.stdout.re_match_lines(
        [
            r"-+ requests to PyPI at http://127.0.0.1:\d+ \(the last 10 of 12\) -+",
            r"GET http://127.0.0.1:\d+/simple/number-2/ -> 404 Not Found \(python-urllib 3.*, 0.\d+ s\)",
            r"-+ requests to TestPyPI at http://127.0.0.1:\d+ \(1 in all\) -+",
            r"POST .*/legacy/ -> 200 OK hello-1.0-py3-none-any.whl \(.*, \d.\d+ s\)",
        ]
    )
    assert "number-1/" not in shown
    assert "of-another-test" not in shown
    assert shown.count("requests to ") == 2
    files = list((pytester.path / "archives").iterdir())
    assert [file.name for file in files] == [
        "test_a_failed_test_shows_the_last_requests_of_its_own_indexes.py-test_failing.har"
    ]
    assert len(har_of(files[0])) == 13


def test_a_file_in_place_of_the_folder_is_a_usage_error(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(): pass")
    (pytester.path / "archives").touch()
    result = pytester.runpytest_subprocess("--fake-pypi-har=archives")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: *archives' is no folder for HTTP archives: name a folder*"])


@pytest.mark.slow
def test_the_requests_of_a_rehearsal_are_written_too(pytester: pytest.Pytester) -> None:
    (pytester.path / "pyproject.toml").write_text('[project]\nname = "hello"\nversion = "1.0"\n')
    wheel("hello", "1.0").write_to(pytester.path / "dist")
    words = ["--fake-pypi", "--fake-pypi-dist=dist", "--fake-pypi-har=archives", "-k", "upload and TestPyPI"]
    pytester.runpytest_subprocess(*words, "pyproject.toml").assert_outcomes(passed=1)
    files = list((pytester.path / "archives").iterdir())
    assert [file.name for file in files] == [f"{pytester.path.name}.har"]
    assert "https://test.pypi.org/legacy/" in har_of(files[0])
