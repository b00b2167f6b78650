"""Every option, on the command line and as an ini key; and every wrong one in one clear line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fake_pypi.packages.wheel import wheel

SHOW = """
    def test_show(fake_pypi_settings):
        s = fake_pypi_settings
        print("SHOWN", [str(p) for p in s.projects], s.dist and str(s.dist), s.build, [str(p) for p in s.wheelhouse],
              s.upstream, s.without, s.process_environment, s.scripts, s.pass_env, s.extras, s.skipped_modules,
              s.timeout)
"""


def shown(pytester: pytest.Pytester, *words: str, ini: str = "") -> str:
    pytester.makepyfile(SHOW)
    pytester.makeini(f"[pytest]\n{ini}")
    result = pytester.runpytest_subprocess("-s", *words)
    assert result.ret == 0, result.stdout.str()
    (line,) = re.findall(r"SHOWN (.*)", result.stdout.str())
    return str(line)


def test_without_options_the_settings_have_their_defaults(pytester: pytest.Pytester) -> None:
    assert shown(pytester) == "[] None both [] None () False True () () () 1800.0"


@pytest.mark.parametrize(
    ("option", "ini", "piece"),
    [
        (["--fake-pypi-build", "sdist"], "fake_pypi_build = sdist", "None sdist ["),
        (["--fake-pypi-build=wheel"], "fake_pypi_build = wheel", "None wheel ["),
        (["--fake-pypi-upstream", "http://127.0.0.1:1/simple/"], None, "http://127.0.0.1:1/simple/"),
        (
            ["--fake-pypi-without", "duplicate-file", "--fake-pypi-without", "invalid-email"],
            "fake_pypi_without =\n    duplicate-file\n    invalid-email",
            "('duplicate-file', 'invalid-email')",
        ),
        (
            ["--fake-pypi-without", "duplicate-file,invalid-email"],
            "fake_pypi_without = duplicate-file invalid-email",
            "('duplicate-file', 'invalid-email')",
        ),
        (["--fake-pypi-process-environment"], "fake_pypi_process_environment = true", "True True"),
        (None, "fake_pypi_scripts = false", "False False"),
        (["--fake-pypi-pass-env", "DEMO_*"], "fake_pypi_pass_env = DEMO_*", "('DEMO_*',)"),
        (["--fake-pypi-extra=a", "--fake-pypi-extra=b"], "fake_pypi_extra = a b", "('a', 'b') ()"),
        (["--fake-pypi-skip-module=a.*,b"], "fake_pypi_skip_module =\n    a.*\n    b", "() ('a.*', 'b')"),
        (["--fake-pypi-timeout=2.5"], "fake_pypi_timeout = 2.5", "2.5"),
    ],
    ids=[
        *("build", "build=", "upstream", "without twice", "without at once", "process-environment", "scripts"),
        *("pass-env", "extra", "skip-module", "timeout"),
    ],
)
def test_an_option_and_its_ini_key_have_the_same_effect(
    pytester: pytest.Pytester, option: list[str] | None, ini: str | None, piece: str
) -> None:
    if option is not None and "upstream" not in option[0]:
        assert piece in shown(pytester, *option)
    if ini is not None:
        assert piece in shown(pytester, ini=ini)


def test_paths_on_the_command_line_start_where_pytest_was_started_and_may_have_blanks(
    pytester: pytest.Pytester,
) -> None:
    for name in ("my wheels", "more"):
        pytester.mkdir(name)
    line = shown(pytester, "--fake-pypi-wheelhouse", "my wheels", "--fake-pypi-wheelhouse", "more")
    assert f"['{pytester.path / 'my wheels'}', '{pytester.path / 'more'}']" in line


def test_paths_in_the_configuration_start_beside_it_wherever_pytest_is_started(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makepyfile(SHOW)
    pytester.makeini("[pytest]\nfake_pypi_wheelhouse =\n    my wheels\nfake_pypi_dist = dist\n")
    for name in ("my wheels", "dist", "elsewhere"):
        pytester.mkdir(name)
    wheel("hello", "1.0").write_to(pytester.path / "dist")
    monkeypatch.chdir(pytester.path / "elsewhere")
    result = pytester.runpytest_subprocess("-s", "-c", "../tox.ini", "..")
    result.stdout.fnmatch_lines([f"*SHOWN*{pytester.path / 'dist'}*{pytester.path / 'my wheels'}*"])


def test_the_command_line_wins_over_the_configuration(pytester: pytest.Pytester) -> None:
    assert "None wheel [" in shown(pytester, "--fake-pypi-build", "wheel", ini="fake_pypi_build = sdist")


def test_pyproject_toml_holds_lists(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(SHOW)
    pytester.mkdir("wheels")
    pytester.makepyprojecttoml(
        """
        [tool.pytest.ini_options]
        fake_pypi_wheelhouse = ["wheels"]
        fake_pypi_without = ["duplicate-file"]
        """
    )
    result = pytester.runpytest_subprocess("-s")
    result.stdout.fnmatch_lines(["*SHOWN*wheels*('duplicate-file',)*"])


WRONG = {
    "an unknown rule": (["--fake-pypi-without", "duplicate-fil"], "did you mean duplicate-file"),
    "a wheelhouse that is none": (["--fake-pypi-wheelhouse", "nowhere"], "nowhere' is not a directory"),
    "an empty folder of files": (["--fake-pypi", "--fake-pypi-dist", "."], "there is no wheel and no sdist"),
    "something else to build": (["--fake-pypi-build", "egg"], "egg"),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_wrong_usage_is_exit_code_4_and_one_clear_line(pytester: pytest.Pytester, mistake: str) -> None:
    words, piece = WRONG[mistake]
    pytester.makepyfile("def test_it(): pass")
    result = pytester.runpytest_subprocess(*words)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (output,) = [line for line in result.stderr.lines if line.startswith("ERROR: the") or ": error: " in line]
    assert piece in output
    assert "Traceback" not in result.stderr.str() + result.stdout.str()


@pytest.mark.parametrize(
    ("ini", "piece"),
    [
        ("fake_pypi_build = egg", "'egg' cannot be built"),
        ("fake_pypi_without = no-such-rule", "there is no rule 'no-such-rule'"),
        ("fake_pypi_wheelhouse = nowhere", "nowhere' is not a directory"),
        ("fake_pypi_pass_env = DEMO=1", "'DEMO=1' is not the name of a variable: give the name alone"),
    ],
    ids=["build", "without", "wheelhouse", "pass_env"],
)
def test_a_wrong_ini_value_is_exit_code_4_and_one_clear_line(pytester: pytest.Pytester, ini: str, piece: str) -> None:
    pytester.makepyfile("def test_it(): pass")
    pytester.makeini(f"[pytest]\n{ini}\n")
    result = pytester.runpytest_subprocess()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (output,) = [line for line in result.stderr.lines if line.startswith("ERROR")]
    assert piece in output


def test_the_help_lists_every_option_and_ini_key(pytester: pytest.Pytester) -> None:
    output = pytester.runpytest_subprocess("--help").stdout.str()
    names = (
        *("project", "dist", "build", "wheelhouse", "upstream", "without", "pass-env", "process-environment"),
        *("extra", "skip-module", "timeout"),
    )
    for name in names:
        assert f"--fake-pypi-{name}" in output
        assert f"fake_pypi_{name.replace('-', '_')} " in output
    assert "  --fake-pypi " in output


def test_the_marker_is_known_to_strict_markers(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("import pytest\n@pytest.mark.fake_pypi(packages=['hello==1.0'])\ndef test_it(fake_pypi): pass")
    pytester.runpytest_subprocess("--strict-markers").assert_outcomes(passed=1)


def test_the_header_describes_the_indexes_only_if_there_are_some(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(): pass")
    assert "fake-pypi: PyPI" not in pytester.runpytest_subprocess().stdout.str()
    output = pytester.runpytest_subprocess(
        "--fake-pypi-process-environment", "--fake-pypi-without", "duplicate-file"
    ).stdout
    output.fnmatch_lines(["fake-pypi: PyPI and TestPyPI on this machine; without duplicate-file*"])


def test_an_ini_key_enables_the_release_steps_too(pytester: pytest.Pytester) -> None:
    Path(pytester.path, "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        '[project]\nname = "hello"\nversion = "1.0"\n[tool.pytest.ini_options]\nfake_pypi = true\n',
        encoding="utf-8",
    )
    result = pytester.runpytest_subprocess("--collect-only", "-q")
    result.stdout.fnmatch_lines(["pyproject.toml::release::build*"])
