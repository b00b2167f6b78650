"""The fixtures, as a project's own tests use them."""

from __future__ import annotations

import sys

import pytest


def test_each_test_has_its_own_indexes(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("turn", [1, 2])
        def test_upload(turn, fake_pypi, fake_pypi_packages):
            assert fake_pypi.project("hello") is None
            fake_pypi.upload(fake_pypi_packages.wheel("hello", "1.0"))
            assert fake_pypi.project("hello").releases["1.0"].filenames == ["hello-1.0-py3-none-any.whl"]
        """
    )
    pytester.runpytest_subprocess("-p", "no:randomly").assert_outcomes(passed=2)


def test_the_address_stays_the_same_for_the_whole_session(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        seen = set()

        def test_one(fake_pypi):
            seen.add(fake_pypi.url)
            assert len(seen) == 1

        def test_two(fake_pypi):
            seen.add(fake_pypi.url)
            assert len(seen) == 1
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=2)


def test_pypi_and_testpypi_share_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        from fake_pypi import UploadRejected

        def test_it(fake_pypi, fake_testpypi, fake_pypi_packages):
            wheel = fake_pypi_packages.wheel("hello", "1.0")
            with pytest.raises(UploadRejected, match="Invalid or non-existent authentication"):
                fake_pypi.upload(wheel, token=fake_testpypi.token)
            fake_testpypi.upload(wheel)
            assert fake_pypi.project("hello") is None
            assert fake_pypi.rejections[-1].rule == "unknown-token"
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_the_marker_adds_packages_and_removes_rules(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.fake_pypi(packages=["hello==1.0"], without=["duplicate-file"], read_only=False, file_size=10**6)
        def test_it(fake_pypi):
            assert list(fake_pypi.project("hello").releases) == ["1.0"]
            assert "duplicate-file" not in fake_pypi.rules
            assert fake_pypi.limits.file_size == 10**6

        def test_without_the_marker(fake_pypi):
            assert fake_pypi.project("hello") is None
            assert "duplicate-file" in fake_pypi.rules
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=2)


def test_the_rules_of_a_date_come_from_the_marker_or_from_the_option(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nfake_pypi_as_of = 2025-06-01")
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.fake_pypi(as_of="2023-06-01", without=["release-closed"])
        def test_marker(fake_pypi, fake_testpypi):
            assert (fake_pypi.as_of, fake_testpypi.as_of) == ("2023-06-01", "2023-06-01")
            assert "password-with-two-factor" in fake_pypi.rules

        @pytest.mark.fake_pypi(as_of=None)
        def test_today(fake_pypi):
            assert fake_pypi.as_of is None
            assert "release-closed" in fake_pypi.rules

        def test_option(fake_pypi):
            assert fake_pypi.as_of == "2025-06-01"
            assert "release-closed" not in fake_pypi.rules

        @pytest.mark.fake_pypi(as_of="2999-01-01")
        def test_future(fake_pypi):
            raise AssertionError
        """
    )
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=3, errors=1)
    result.stdout.fnmatch_lines(["*UsageError: the marker fake_pypi: 2999-01-01 is in the future: choose a date from*"])


@pytest.mark.parametrize("date", ["2999-01-01", "2022-12-31", "soon"])
def test_a_wrong_date_of_the_option_is_one_line(pytester: pytest.Pytester, date: str) -> None:
    pytester.makepyfile("def test_it(fake_pypi): pass")
    result = pytester.runpytest_subprocess(f"--fake-pypi-as-of={date}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert [line for line in result.stderr.lines if date in line and line.startswith("ERROR")] == [
        line for line in result.stderr.lines if line
    ]


def test_an_unknown_word_in_the_marker_is_named(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.fake_pypi(frobnicate=True)
        def test_it(fake_pypi):
            pass
        """
    )
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*has no setting 'frobnicate'*"])


def test_a_factory_makes_more_indexes(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_it(fake_pypi_factory, tmp_path):
            mirror = fake_pypi_factory("testpypi", data=tmp_path / "data", without=["duplicate-file"])
            other = fake_pypi_factory()
            assert mirror.site.name == "testpypi" and other.site.name == "pypi"
            assert mirror.url != other.url
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_a_project_can_change_the_rule_set_and_prepare_every_index(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        from fake_pypi import wheel

        def pytest_fake_pypi_rules(rule_set):
            return rule_set.without("duplicate-file")

        def pytest_fake_pypi_ready(pypi):
            pypi.add(wheel("seeded", "1.0"))
        """
    )
    pytester.makepyfile(
        """
        def test_it(fake_pypi, fake_testpypi):
            assert "duplicate-file" not in fake_pypi.rules
            assert fake_pypi.project("seeded") and fake_testpypi.project("seeded")
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


REJECTED = """
    import pytest
    from fake_pypi import UploadRejected

    def test_rejected(fake_pypi, fake_pypi_packages):
        fake_pypi.upload(fake_pypi_packages.wheel("hello", "1.0"))
        with pytest.raises(UploadRejected):
            fake_pypi.upload(fake_pypi_packages.wheel("hello", "1.0", summary="changed"))
        {end}
"""


def test_rejections_that_a_passing_test_intends_are_not_listed(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(REJECTED.format(end=""))
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*fake PyPI*")


@pytest.mark.parametrize(("end", "options"), [("assert 0", []), ("", ["-v"]), ("", ["-v", "-n1"])])
def test_rejections_are_listed_for_failed_tests_and_with_v(
    pytester: pytest.Pytester, end: str, options: list[str]
) -> None:
    file = pytester.makepyfile(REJECTED.format(end=end))
    result = pytester.runpytest_subprocess(*options)
    result.stdout.fnmatch_lines([f"rejected: {file.name}::test_rejected: 400 File already exists*[[]duplicate-file[]]"])


def test_the_plugin_survives_warnings_as_errors(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_it(fake_pypi, fake_pypi_packages):
            fake_pypi.upload(fake_pypi_packages.wheel("hello", "1.0"))
        """
    )
    pytester.runpytest_subprocess("-W", "error").assert_outcomes(passed=1)


def test_without_the_plugin_pytest_knows_none_of_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(fake_pypi): pass")
    pytester.runpytest_subprocess("-p", "no:fake_pypi").assert_outcomes(errors=1)


def test_nothing_heavy_is_imported_until_a_fixture_is_used(pytester: pytest.Pytester) -> None:
    heavy = ("pypiserver", "jiter", "trustme", "jwt", "pymacaroons", "jinja2", "readme_renderer", "sqlite3")
    pytester.makepyfile(
        f"""
        import sys

        def test_it():
            assert [name for name in {heavy!r} if name in sys.modules] == []
        """
    )
    without = [word for name in ("randomly", "xdist", "hypothesispytest") for word in ("-p", f"no:{name}")]
    result = pytester.run(sys.executable, "-m", "pytest", *without)
    assert result.ret == 0


def test_tokens_are_redacted_in_the_output_of_a_failing_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_it(fake_pypi, fake_pypi_shell):
            token = fake_pypi.token
            shell = fake_pypi_shell
            assert (token, shell, fake_pypi, fake_pypi.requests) == ()
        """
    )
    result = pytester.runpytest_subprocess("-vv", "--showlocals")
    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line("*pypi-A*")
