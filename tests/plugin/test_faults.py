"""Faults in the marker of a test, and in the summary of a test that failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

ASKED = """
    import urllib.request
    from urllib.error import HTTPError

    import pytest

    def status(index):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(index.simple_url) as response:
                return response.status
        except HTTPError as error:
            with error:
                return error.code
"""


def test_the_marker_adds_faults_to_both_indexes(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        ASKED
        + """
    @pytest.mark.fake_pypi(faults=["503 when times=1", "502 when times=1 index=testpypi"])
    def test_of_both(fake_pypi, fake_testpypi):
        assert [status(fake_pypi), status(fake_pypi)] == [503, 200]
        assert [status(fake_testpypi), status(fake_testpypi), status(fake_testpypi)] == [503, 502, 200]

    @pytest.mark.fake_pypi(faults="429")
    def test_of_one_text(fake_pypi):
        assert status(fake_pypi) == 429

    def test_of_none(fake_pypi):
        assert status(fake_pypi) == 200
    """
    )
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=3)
    result.stdout.no_fnmatch_line("fault: *")


def test_a_fault_that_cannot_be_read_is_an_error_of_usage(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.fake_pypi(faults=["melt when times=1"])
        def test_it(fake_pypi):
            pass
        """
    )
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*UsageError: the marker fake_pypi: there is no kind of fault 'melt': one of 500, *"])


def test_the_summary_lists_the_faults_that_acted_in_a_failed_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_it=ASKED
        + """
    @pytest.mark.fake_pypi(faults=["503 when times=1", "504 when path=/nowhere"])
    def test_it(fake_pypi, fake_testpypi):
        assert status(fake_pypi) == 200
    """
    )
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["fault: test_it.py::test_it: PyPI: 503 when times=1, used 1 time"])
    result.stdout.no_fnmatch_line("fault: *504*")
    result.stdout.no_fnmatch_line("fault: *TestPyPI*")
