"""Whole rehearsals with build, twine and pip: the requests, the report, and the files that remain."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fake_pypi.packages.wheel import wheel
from fake_pypi.rehearsal import STEPS, Rehearsal, SourceProject, StepFailed
from fake_pypi.settings import Settings

PYPROJECT = """\
[build-system]
requires = ["flit-core"]
build-backend = "flit_core.buildapi"

[project]
name = "{name}"
version = "{version}"
description = "A test"
readme = "README.md"
requires-python = ">=3.8"
{more}
"""


def a_project(folder: Path, code: str = "", more: str = "", version: str = "1.0") -> SourceProject:
    folder.mkdir()
    (folder / "pyproject.toml").write_text(PYPROJECT.format(name="hello-e2e", version=version, more=more))
    (folder / "README.md").write_text("# Hello\n")
    (folder / "hello_e2e.py").write_text(f'"""Hello."""\n{code}\n')
    return SourceProject.at(folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "hello"


@pytest.fixture
def rehearsal(folder: Path) -> Iterator[Rehearsal]:
    with Rehearsal(a_project(folder), Settings(), STEPS) as rehearsal:
        yield rehearsal


def test_every_tool_met_the_real_host_names(rehearsal: Rehearsal) -> None:
    for step in STEPS:
        rehearsal.run_step(step.name)
    pypi, testpypi = rehearsal.resources.indexes.pypi, rehearsal.resources.indexes.testpypi
    seen = {(each.host, each.user_agent.partition("/")[0]) for each in (*pypi.requests, *testpypi.requests)}
    assert seen >= {
        ("upload.pypi.org", "twine"),
        ("test.pypi.org", "twine"),
        ("test.pypi.org", "pip"),
        ("pypi.org", "pip"),
        ("files.pythonhosted.org", "pip"),
        ("test-files.pythonhosted.org", "pip"),
    }
    assert {each.via for each in (*pypi.requests, *testpypi.requests)} <= {"proxy", "tls"}
    assert rehearsal.blocked_requests == []


def test_after_the_first_upload_a_token_of_the_project_is_used(rehearsal: Rehearsal) -> None:
    rehearsal.run_step("upload again")
    uploads = [each for each in rehearsal.resources.indexes.pypi.requests if each.path == "/legacy/"]
    tokens = list(dict.fromkeys(each.token_id for each in uploads))
    assert len(tokens) == 2
    assert [each.status for each in uploads if each.token_id == tokens[0]] == [200, 200]
    assert 400 in [each.status for each in uploads if each.token_id == tokens[1]]


def test_nothing_stays_in_the_tree_or_in_the_temporary_folder(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    project = a_project(folder)
    before = sorted(folder.rglob("*"))
    with Rehearsal(project, Settings(), STEPS) as rehearsal:
        rehearsal.run_step("install from TestPyPI")
    assert sorted(folder.rglob("*")) == before
    kept_for_the_process = ("wheels-", "virtualenv-", "process.lock")
    below = [each.name for process in scratch.iterdir() for each in process.iterdir()]
    assert [name for name in below if not name.startswith(kept_for_the_process)] == []


def test_a_module_that_cannot_be_imported_is_red(folder: Path) -> None:
    project = a_project(folder, "import not_declared_anywhere")
    with Rehearsal(project, Settings(), STEPS) as rehearsal, pytest.raises(StepFailed) as failed:
        rehearsal.run_step("install from PyPI")
    assert "`import hello_e2e` fails" in str(failed.value)
    assert "No module named 'not_declared_anywhere'" in str(failed.value)


SETUP = """
from setuptools import setup
setup(name="hello-e2e", version="1.0", py_modules=["hello_e2e", "hello_e2ed", "zzz"],
      description="x", long_description="x", long_description_content_type="text/plain",
      extras_require={{"names": ["idna"]}}, entry_points={entry_points!r})
"""


def a_project_with(folder: Path, entry_points: dict[str, list[str]], **modules: str) -> SourceProject:
    folder.mkdir()
    (folder / "setup.py").write_text(SETUP.format(entry_points=entry_points))
    for name in ("hello_e2e", "hello_e2ed", "zzz"):
        (folder / f"{name}.py").write_text(modules.get(name, ""))
    return SourceProject.at(folder)


@pytest.mark.parametrize("group", ["console_scripts", "gui_scripts", "hello.plugins"])
def test_an_entry_point_that_cannot_be_loaded_is_red(folder: Path, group: str) -> None:
    project = a_project_with(folder, {group: ["hello = hello_e2e:not_there"]})
    with Rehearsal(project, Settings(build="wheel"), STEPS) as rehearsal, pytest.raises(StepFailed) as failed:
        rehearsal.run_step("install from PyPI")
    assert "`hello = hello_e2e:not_there` cannot be loaded once the release is installed" in failed.value.summary
    assert "AttributeError" in failed.value.summary


OPTIONAL = {
    "console_scripts": ["hellod = hello_e2ed:main [names]"],
    "hello.plugins": ["plugin = hello_e2ed:main [names]", "other = zzz"],
}
NEEDS_IDNA = "import idna\ndef main(): return 0\n"


def test_what_is_optional_is_no_failure(folder: Path) -> None:
    project = a_project_with(folder, OPTIONAL, hello_e2ed=NEEDS_IDNA, zzz="import no_such_host")
    with Rehearsal(project, Settings(build="wheel"), STEPS) as rehearsal:
        rehearsal.run_step("install from PyPI")
        assert rehearsal.warnings == ["`import zzz` fails: ModuleNotFoundError: No module named 'no_such_host'"]
        unknown = [each for each in rehearsal.not_checked if "can be loaded" in each]
        assert sorted(each.rpartition(": ")[2] for each in unknown) == [
            "extra names not installed (`--extra names`)",
            "extra names not installed (`--extra names`)",
            "no_such_host is not installed",
        ]


def test_extras_are_installed_and_modules_left_out_as_configured(folder: Path) -> None:
    project = a_project_with(folder, OPTIONAL, hello_e2ed=NEEDS_IDNA, zzz="import no_such_host")
    settings = Settings(build="wheel", extras=("names",), skipped_modules=("zz*",))
    with Rehearsal(project, settings, STEPS) as rehearsal:
        rehearsal.run_step("install from PyPI")
        commands = [record.command for record in rehearsal.runs["install from PyPI"].commands]
        assert "hellod --version" in commands
        assert rehearsal.warnings == []
        assert not [each for each in rehearsal.not_checked if "can be loaded" in each]


def test_an_extra_that_the_release_does_not_have_is_named(folder: Path) -> None:
    project = a_project_with(folder, {})
    with Rehearsal(project, Settings(build="wheel", extras=("nams",)), STEPS) as rehearsal:
        with pytest.raises(StepFailed) as failed:
            rehearsal.run_step("install from PyPI")
        assert failed.value.summary == "hello-e2e 1.0 has no extra 'nams'; it has: names"


def test_a_module_that_ends_the_interpreter_hides_nothing_behind_it(folder: Path) -> None:
    ends = "import os, sys\nsys.stderr.write('good-bye'); sys.stderr.flush()\nos._exit(3)"
    project = a_project_with(folder, {"console_scripts": ["hello = zzz:gone"]}, hello_e2ed=ends)
    with Rehearsal(project, Settings(build="wheel"), STEPS) as rehearsal:
        with pytest.raises(StepFailed) as failed:
            rehearsal.run_step("install from PyPI")
        assert "`hello = zzz:gone` cannot be loaded" in failed.value.summary
        assert rehearsal.warnings == ["`import hello_e2ed` fails: good-bye"]


def test_no_locale_of_the_user_disturbs_a_tool(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    monkeypatch.setenv("PYTHONUTF8", "0")
    monkeypatch.setenv("LC_ALL", "C")
    project = a_project(folder, code="# Grüße")
    (folder / "README.md").write_text("# Grüße\n", encoding="utf-8")
    with Rehearsal(project, Settings(build="wheel"), STEPS) as rehearsal:
        rehearsal.run_step("upload to PyPI")
        assert rehearsal.published


def test_a_crash_of_twine_is_not_reported_as_a_rejection(folder: Path) -> None:
    with Rehearsal(a_project(folder), Settings(build="wheel"), STEPS) as rehearsal:
        rehearsal.run_step("check")
        rehearsal.resources.shell.env["PYTHONIOENCODING"] = "ascii"  # no encoding for the signs that twine draws with
        rehearsal.resources.shell.env["PYTHONUTF8"] = "0"
        with pytest.raises(StepFailed) as failed:
            rehearsal.run_step("upload to TestPyPI")
        assert failed.value.summary.startswith("twine failed, and TestPyPI rejected nothing: ")
        assert "UnicodeEncodeError" in failed.value.output


def test_a_rejection_is_reported_as_a_rejection(folder: Path) -> None:
    with Rehearsal(a_project(folder), Settings(build="wheel"), STEPS) as rehearsal:
        rehearsal.run_step("check")
        rehearsal.resources.indexes.pypi.add(wheel("hello-e2e", "1.0"))
        with pytest.raises(StepFailed) as failed:
            rehearsal.run_step("upload to PyPI")
        assert failed.value.summary == "PyPI rejected the upload"
        assert failed.value.rejected


def test_an_outside_host_is_reported_once(folder: Path) -> None:
    code = "import socket\ntry:\n    socket.create_connection(('outside.example', 443))\nexcept OSError:\n    pass"
    with Rehearsal(a_project(folder, code), Settings(build="wheel"), STEPS) as rehearsal:
        rehearsal.run_step("install from PyPI")
        assert len([each for each in rehearsal.blocked_requests if "outside.example" in each]) == 1


def test_an_unavailable_requirement_is_reported_at_the_installation(folder: Path) -> None:
    project = a_project(folder, more='dependencies = ["no-such-project-at-all>=3"]')
    with Rehearsal(project, Settings(), STEPS) as rehearsal, pytest.raises(StepFailed) as failed:
        rehearsal.run_step("install from TestPyPI")
    assert "no-such-project-at-all>=3 is not installed here" in str(failed.value)


@pytest.mark.slow
def test_scripts_that_hang_or_answer_nothing_are_notes(folder: Path) -> None:
    code = (
        "import sys, time\n"
        "def hang(): time.sleep(600)\n"
        "def deaf(): print('what?'); return 3\n"
        "def fine(): return 0 if '--help' in sys.argv else 2\n"
    )
    scripts = '[project.scripts]\ne2e-hang = "hello_e2e:hang"\ne2e-deaf = "hello_e2e:deaf"\ne2e-fine = "hello_e2e:fine"'
    with Rehearsal(a_project(folder, code, scripts), Settings(build="wheel"), STEPS) as rehearsal:
        rehearsal.run_step("install from PyPI")
        assert sorted(rehearsal.warnings) == [
            "`e2e-deaf` supports neither --version nor --help: what?",
            "`e2e-hang --version` did not return within 5 seconds",
        ]


def test_scripts_may_be_left_alone(folder: Path) -> None:
    scripts = '[project.scripts]\ne2e-hang = "hello_e2e:hang"'
    code = "def hang():\n    import time\n    time.sleep(600)"
    with Rehearsal(a_project(folder, code, scripts), Settings(build="wheel", scripts=False), STEPS) as rehearsal:
        rehearsal.run_step("install from PyPI")
        assert rehearsal.warnings == []


@pytest.mark.parametrize("build", ["sdist", "wheel"])
def test_one_kind_of_file_is_enough(folder: Path, build: str) -> None:
    with Rehearsal(a_project(folder, version="2.0rc1"), Settings(build=build), STEPS) as rehearsal:  # type: ignore[arg-type]
        for step in STEPS:
            rehearsal.run_step(step.name)
        assert len(rehearsal.resources.release.files) == 1


def test_what_is_installed_here_under_the_projects_name_is_not_what_was_released(tmp_path: Path) -> None:
    """idna is installed where this test runs; a release of a project called idna must not be confused with it."""
    folder = tmp_path / "idna"
    folder.mkdir()
    (folder / "setup.py").write_text(
        "from setuptools import setup\nname = 'id' + 'na'\n"
        "setup(name=name, version='0.0.1', py_modules=['idna_rehearsed'], description='x', long_description='x')\n"
    )
    (folder / "idna_rehearsed.py").touch()
    with Rehearsal(SourceProject.at(folder), Settings(), STEPS) as rehearsal:
        rehearsal.run_step("yank")
        assert rehearsal.resources.release.version == "0.0.1"


def test_a_failed_step_is_remembered_and_not_done_twice(folder: Path) -> None:
    project = a_project(folder, more='classifiers = ["No :: Such"]')
    commands: list[str] = []
    with Rehearsal(project, Settings(), STEPS, on_command=lambda _, command: commands.append(command)) as rehearsal:
        for step in ("check", "check", "upload to PyPI", "yank"):
            with pytest.raises(StepFailed) as failed:
                rehearsal.run_step(step)
            assert failed.value.step == "check"
    assert commands == ["python -m build", "twine check dist/*"]


def test_every_command_is_recorded_with_its_step_and_its_output(folder: Path) -> None:
    with Rehearsal(a_project(folder), Settings(build="wheel"), STEPS) as rehearsal:
        for step in STEPS:
            rehearsal.run_step(step.name)
        records = {name: [record.command for record in run.commands] for name, run in rehearsal.runs.items()}
        assert records["build"] == ["python -m build --wheel"]
        assert records["check"] == ["twine check dist/*"]
        assert sorted(records["upload again"]) == [
            "twine upload --skip-existing dist/*",
            "twine upload dist/*",
            "twine upload dist/*",
        ]
        assert len(records["yank"]) == 3
        [build] = rehearsal.runs["build"].commands
        assert "Successfully built hello_e2e-1.0-py3-none-any.whl" in build.stdout
        [install, check] = rehearsal.runs["install from TestPyPI"].commands
        assert (install.returncode, install.environment, check.command) == (0, "from-testpypi", "pip check")
        assert 0 < install.seconds < rehearsal.runs["install from TestPyPI"].seconds
        assert install.started < check.started


def test_uv_installs_what_pip_installs_otherwise(folder: Path) -> None:
    with Rehearsal(a_project(folder), Settings(installer="uv"), STEPS) as rehearsal:
        rehearsal.start()
        for step in STEPS:
            rehearsal.run_step(step.name)
        installs = [
            record.command for run in rehearsal.runs.values() for record in run.commands if "pip" in record.command
        ]
        assert len(installs) == 7
        assert all(command.startswith("uv pip ") for command in installs)
        assert rehearsal.runs["build"].commands[0].command == "python -m build --installer uv"
        seen = {
            (each.host, each.user_agent.partition("/")[0]) for each in rehearsal.resources.indexes.testpypi.requests
        }
        assert ("test-files.pythonhosted.org", "uv") in seen


def test_what_uv_does_not_find_is_named(folder: Path) -> None:
    project = a_project(folder, more='dependencies = ["no-such-project-at-all>=3"]')
    with Rehearsal(project, Settings(installer="uv", build="wheel"), STEPS) as rehearsal:
        with pytest.raises(StepFailed) as failed:
            rehearsal.run_step("install from TestPyPI")
        assert "no-such-project-at-all" in failed.value.summary
        assert "not installed here" in str(failed.value)


def test_uploads_that_ran_beside_a_check_that_fails_are_not_reported(folder: Path) -> None:
    project = a_project(folder, more='classifiers = ["No :: Such"]')
    with Rehearsal(project, Settings(build="wheel"), STEPS) as rehearsal:
        rehearsal.start()
        for step in STEPS[1:]:
            with pytest.raises(StepFailed) as failed:
                rehearsal.run_step(step.name)
            assert failed.value.step == "check"
        for step in STEPS[2:]:
            rehearsal.runs[step.name].wait()
            assert rehearsal.runs[step.name].outcome == "not run"
            assert rehearsal.runs[step.name].commands == []
        assert rehearsal.published == []


def test_the_release_is_installed_from_testpypi_before_it_is_on_pypi(folder: Path) -> None:
    with Rehearsal(a_project(folder), Settings(build="wheel"), STEPS) as rehearsal:
        rehearsal.start()
        rehearsal.run_step("upload to PyPI")
        pypi = list(rehearsal.resources.indexes.pypi.requests)
        [looked, *_] = [place for place, each in enumerate(pypi) if each.path == "/simple/hello-e2e/"]
        [uploaded, *_] = [place for place, each in enumerate(pypi) if each.path == "/legacy/"]
        assert pypi[looked].status == 404
        assert looked < uploaded


def test_sdist_and_wheel_are_built_in_one_environment(folder: Path) -> None:
    with Rehearsal(a_project(folder), Settings(), STEPS) as rehearsal:
        rehearsal.run_step("build")
        [build] = rehearsal.runs["build"].commands
        assert build.command == "python -m build"
        assert build.stderr.count("Installing packages in isolated environment") == 1
        assert len(rehearsal.resources.release.files) == 2


def test_a_name_that_only_new_projects_may_not_have_is_rejected_with_advice_for_others(tmp_path: Path) -> None:
    text = "# A test"
    wheel(
        "importlib-metadata", "1.0", description=text, description_content_type="text/markdown", summary=text
    ).write_to(tmp_path / "dist")
    project = SourceProject.at(a_project(tmp_path / "hello").root)
    with Rehearsal(project, Settings(dist=tmp_path / "dist"), STEPS) as rehearsal:
        with pytest.raises(StepFailed) as failure:
            rehearsal.run_step("check")
        [advice] = failure.value.advice
        assert advice.endswith("rehearse one that exists with `--without standard-library-name`")
