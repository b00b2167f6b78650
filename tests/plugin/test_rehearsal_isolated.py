"""`fake-pypi rehearse` reads none of the project's pytest settings but its own keys."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.plugin.test_rehearsal import IDS, a_project, ids
from tests.plugin.test_rehearsal_xdist import a_project_that_fails_at_once

IMPORTS = (
    "import sys; from fake_pypi.rehearsal.monorepo import project_files; "
    "from fake_pypi.rehearsal.isolated_pytest import run_isolated_pytest; "
)
PYPROJECT_TABLE = {
    "options of a plugin that is not installed": 'addopts = "--no-such-option --cov"',
    "unknown keys and strict configuration": 'addopts = "--strict-config"\nasyncio_mode = "auto"',
    "strict mode": "strict = true\nstrict_config = true\nstrict_markers = true\nno_such_key = 1",
    "required plugins": 'required_plugins = "no-such-plugin>=3"',
    "a newer pytest": 'minversion = "99"',
    "warnings as errors": 'filterwarnings = ["error"]',
    "a filter that names a class of a module that is not installed": (
        'filterwarnings = ["error::no_such_module.Warning"]'
    ),
    "this plugin switched off": 'addopts = "-p no:fake_pypi -p no:terminal -p no:python"',
    "another order of collection": 'python_files = "*"\ntestpaths = ["no-such-folder"]\nnorecursedirs = "*"',
    "fixtures of its own": 'usefixtures = "no_such_fixture"',
    "values of the wrong type": "xfail_strict = 3\nlog_level = []",
}


def collect(pytester: pytest.Pytester, project: Path, options: tuple[str, ...] = ("-qq",)) -> pytest.RunResult:
    arguments = ["--collect-only", *options]
    call = f"sys.exit(run_isolated_pytest(*project_files([{str(project)!r}]), {arguments}))"
    return pytester.run(sys.executable, "-c", IMPORTS + call)


@pytest.mark.parametrize("settings", PYPROJECT_TABLE)
def test_no_pytest_setting_of_the_project_reaches_its_rehearsal(pytester: pytest.Pytester, settings: str) -> None:
    table = f"[tool.pytest.ini_options]\n{PYPROJECT_TABLE[settings]}\n"
    result = collect(pytester, a_project(pytester.path, table=table))
    assert ids(result) == IDS
    assert result.ret == 0
    assert "warning" not in result.stdout.str().lower() + result.stderr.str().lower()


def test_the_header_names_no_configuration_file(pytester: pytest.Pytester) -> None:
    result = collect(pytester, a_project(pytester.path), ())
    result.stdout.fnmatch_lines(["rootdir: *"])
    result.stdout.no_fnmatch_line("*configfile*")


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("pytest.ini", "[pytest]\nno_such_key = 1\naddopts = --strict-config --no-such-option\n"),
        ("pytest.ini", "no section\n"),
        ("tox.ini", "[pytest]\nminversion = 99\n"),
        ("setup.cfg", "[tool:pytest]\nrequired_plugins = no-such-plugin\n"),
        ("setup.cfg", "[pytest]\naddopts = -v\n"),
        ("pytest.toml", "[pytest]\nstrict = true\nno_such_key = 1\n"),
        ("conftest.py", "import no_such_module\n"),
        ("conftest.py", "def pytest_collection_modifyitems(items): raise RuntimeError\n"),
        ("__init__.py", "import no_such_module\n"),
        ("pyvenv.cfg", "home = /nowhere\n"),
    ],
)
def test_invalid_configuration_files_do_not_prevent_a_rehearsal(
    pytester: pytest.Pytester, file: str, content: str
) -> None:
    project = a_project(pytester.path)
    (project / file).write_text(content)
    result = collect(pytester, project)
    assert ids(result) == IDS
    assert result.ret == 0


@pytest.mark.parametrize("folder", ["build", ".hidden", "venv", "dist", "node_modules", "name with blanks"])
def test_a_project_is_rehearsed_wherever_it_is(pytester: pytest.Pytester, folder: str) -> None:
    result = collect(pytester, a_project(pytester.path / folder / "demo"))
    assert ids(result) == IDS


def test_the_environments_variables_for_pytest_do_not_reach_it(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "--no-such-option")
    monkeypatch.setenv("PYTEST_PLUGINS", "no_such_plugin")
    assert ids(collect(pytester, a_project(pytester.path))) == IDS


def test_a_plugin_that_cannot_be_imported_does_not_reach_it(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugin = pytester.path / "plugins" / "broken_plugin-1.0.dist-info"
    plugin.mkdir(parents=True)
    (plugin / "METADATA").write_text("Metadata-Version: 2.1\nName: broken-plugin\nVersion: 1.0\n")
    (plugin / "entry_points.txt").write_text("[pytest11]\nbroken = no_such_module_at_all\n")
    monkeypatch.setenv("PYTHONPATH", str(plugin.parent))
    assert pytester.runpytest_subprocess("--collect-only").ret != 0
    assert ids(collect(pytester, a_project(pytester.path / "project"))) == IDS


SHOW = "fake-pypi: PyPI and TestPyPI on this machine; without duplicate-file, local-version; wheelhouse {place}/wheels"


@pytest.mark.parametrize(
    ("file", "content"),
    [
        (
            "pytest.ini",
            (
                "[pytest]\nno_such_key = 1\nfake_pypi_wheelhouse = wheels\n"
                "fake_pypi_without = duplicate-file\n    local-version\n"
            ),
        ),
        (
            "tox.ini",
            (
                "[pytest]\naddopts = --nonsense\nfake_pypi_wheelhouse =\n    wheels\n"
                "fake_pypi_without = duplicate-file,local-version\n"
            ),
        ),
        (
            "pyproject.toml",
            (
                '[tool.pytest.ini_options]\nminversion = "99"\nfake_pypi_wheelhouse = ["wheels"]\n'
                'fake_pypi_without = ["duplicate-file", "local-version"]\nfake_pypi_process_environment = false\n'
            ),
        ),
    ],
)
def test_the_settings_of_this_plugin_are_kept(pytester: pytest.Pytester, file: str, content: str) -> None:
    project = a_project(pytester.path / "project")
    (project / "wheels").mkdir()
    with (project / file).open("a") as opened:
        opened.write(content)
    result = collect(pytester, project, ())
    assert SHOW.format(place=project) in result.stdout.str()
    assert result.ret == 0


def test_a_projects_settings_are_found_in_a_workspace(pytester: pytest.Pytester) -> None:
    project = a_project(pytester.path / "packages" / "demo")
    pytester.mkdir("wheels")
    (pytester.path / "pytest.ini").write_text(
        "[pytest]\nfake_pypi_wheelhouse = wheels\nfake_pypi_without = duplicate-file local-version\n"
    )
    assert SHOW.format(place=pytester.path) in collect(pytester, project, ()).stdout.str()


def test_a_misspelt_setting_of_this_plugin_is_wrong_usage(pytester: pytest.Pytester) -> None:
    project = a_project(pytester.path, table="[tool.pytest.ini_options]\nfake_pypi_biuld = 'sdist'\n")
    result = pytester.run(sys.executable, "-m", "fake_pypi", "rehearse", str(project))
    assert result.ret == 2
    [line] = [line for line in result.errlines if line.strip()]
    assert "fake_pypi_biuld" in line


def test_settings_of_this_plugin_in_a_file_that_cannot_be_read_are_wrong_usage(pytester: pytest.Pytester) -> None:
    project = a_project(pytester.path)
    (project / "pytest.ini").write_text("[pytest\nfake_pypi_build = sdist\n")
    result = pytester.run(sys.executable, "-m", "fake_pypi", "rehearse", str(project))
    assert result.ret == 2
    [line] = [line for line in result.errlines if line.strip()]
    assert "pytest.ini" in line


@pytest.mark.slow
def test_a_project_with_every_strict_setting_is_rehearsed_without_a_warning(pytester: pytest.Pytester) -> None:
    settings = [text for name, text in PYPROJECT_TABLE.items() if "addopts" not in text and "filter" not in name]
    project = a_project(
        pytester.path / "project", table="[tool.pytest.ini_options]\n" + "\n".join(settings) + '\naddopts = "--cov"\n'
    )
    result = pytester.run(sys.executable, "-m", "fake_pypi", "rehearse", str(project))
    result.assert_outcomes(passed=8)
    result.stdout.no_fnmatch_line("*warnings summary*")


def test_workers_of_xdist_are_isolated_too(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "--no-such-option")
    project = pytester.path / "project"
    a_project_that_fails_at_once(project)
    (project / "conftest.py").write_text("import no_such_module\n")
    plugin = pytester.path / "plugins" / "broken_plugin-1.0.dist-info"
    plugin.mkdir(parents=True)
    (plugin / "METADATA").write_text("Metadata-Version: 2.1\nName: broken-plugin\nVersion: 1.0\n")
    (plugin / "entry_points.txt").write_text("[pytest11]\nbroken = no_such_module_at_all\n")
    monkeypatch.setenv("PYTHONPATH", str(plugin.parent))
    result = pytester.run(sys.executable, "-m", "fake_pypi", "rehearse", str(project), "--", "-n", "1")
    assert result.ret == 1
    result.assert_outcomes(failed=1, skipped=7)


@pytest.mark.parametrize(
    ("arguments", "collected"),
    [(["-k", "upload"], [IDS[2], IDS[4], IDS[5]]), (["--deselect", IDS[0]], IDS[1:]), ([], IDS)],
)
def test_arguments_after_two_dashes_are_passed_on(
    pytester: pytest.Pytester, arguments: list[str], collected: list[str]
) -> None:
    project = a_project(pytester.path)
    command = [sys.executable, "-m", "fake_pypi", "rehearse", str(project), "--"]
    result = pytester.run(*command, "--collect-only", "-qq", *arguments)
    assert (ids(result), result.ret) == (collected, 0)


def test_an_unknown_argument_of_pytest_is_wrong_usage(pytester: pytest.Pytester) -> None:
    project = a_project(pytester.path)
    result = pytester.run(sys.executable, "-m", "fake_pypi", "rehearse", str(project), "--", "--no-such-option")
    assert result.ret == 2
    assert "--no-such-option" in result.stderr.str()
