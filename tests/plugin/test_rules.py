"""Rules in a project's own tests: named by rejections, left out, changed, listed in the summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ONE_UPLOAD = """
    from fake_pypi import UploadRejected

    def test_upload(fake_pypi, fake_pypi_packages):
        try:
            fake_pypi.upload(fake_pypi_packages.wheel("hello", "1.0", summary="x" * 600))
        except UploadRejected as rejected:
            assert rejected.rule == fake_pypi.rejections[-1].rule == "summary-length"
        else:
            assert fake_pypi.rejections == []
            assert list(fake_pypi.project("hello").releases) == ["1.0"]
        assert ("summary-length" in fake_pypi.rules) == {kept}
"""


@pytest.fixture
def one_upload(pytester: pytest.Pytester) -> Callable[..., None]:
    def write(*, kept: bool) -> None:
        pytester.makepyfile(ONE_UPLOAD.replace("{kept}", str(kept)))

    return write


def test_a_rejection_names_its_rule(pytester: pytest.Pytester, one_upload: Callable[..., None]) -> None:
    one_upload(kept=True)
    result = pytester.runpytest_subprocess("-v")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["rejected: *: 400 'summary' field must be 512*[[]summary-length[]]"])


def test_a_rule_is_left_out_on_the_command_line(pytester: pytest.Pytester, one_upload: Callable[..., None]) -> None:
    one_upload(kept=False)
    pytester.runpytest_subprocess("--fake-pypi-without", "summary-length").assert_outcomes(passed=1)


def test_a_rule_is_left_out_in_the_configuration(pytester: pytest.Pytester, one_upload: Callable[..., None]) -> None:
    one_upload(kept=False)
    pytester.makeini("[pytest]\nfake_pypi_without =\n    duplicate-file\n    summary-length\n")
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_a_rule_is_left_out_by_a_hook(pytester: pytest.Pytester, one_upload: Callable[..., None]) -> None:
    one_upload(kept=False)
    pytester.makeconftest(
        """
        def pytest_fake_pypi_rules(rule_set, config):
            return rule_set.without("summary-length")
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_a_hook_adds_a_rule_of_the_projects_own(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        '''
        from fake_pypi.rules.rule_set import Rule

        class NoZeroVersions(Rule):
            """This company has no versions that begin with 0."""

            id = "zero-version"
            message_template = "Version {version!r} begins with 0."
            remedy = "Begin with 1."

            def check(self, upload, index):
                version = upload.text("version")
                return self.reject(version=version) if version.startswith("0") else None

        def pytest_fake_pypi_rules(rule_set):
            return rule_set.with_rule(NoZeroVersions(), before="duplicate-file")
        '''
    )
    pytester.makepyfile(
        """
        import pytest
        from fake_pypi import UploadRejected

        def test_upload(fake_pypi, fake_testpypi, fake_pypi_packages):
            for index in (fake_pypi, fake_testpypi):
                index.upload(fake_pypi_packages.wheel("hello", "1.0"))
                with pytest.raises(UploadRejected, match="Version '0.1' begins with 0."):
                    index.upload(fake_pypi_packages.wheel("hello", "0.1"))
                assert index.rejections[-1].rule == "zero-version"
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_an_unknown_rule_is_wrong_usage_and_near_ones_are_named(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(fake_pypi): pass")
    result = pytester.runpytest_subprocess("--fake-pypi-without", "summary-lenght")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*there is no rule 'summary-lenght': did you mean summary-length*"])


def test_the_marker_names_an_unknown_rule(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.fake_pypi(without=["summary-lenght"])
        def test_it(fake_pypi):
            pass
        """
    )
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*there is no rule 'summary-lenght'*"])
