"""The release steps as items: collected, selected, kept in order, and reported. Builds are real, and small."""

from __future__ import annotations

from pathlib import Path

import pytest

STEPS = [
    "build",
    "check",
    "upload to TestPyPI",
    "install from TestPyPI",
    "upload to PyPI",
    "upload again",
    "install from PyPI",
    "yank",
]
IDS = [f"pyproject.toml::release::{step}" for step in STEPS]


def a_project(folder: Path, name: str = "hello-steps", **more: str) -> Path:
    """A project that flit-core builds in a second."""
    folder.mkdir(parents=True, exist_ok=True)
    module = name.replace("-", "_")
    lines = [
        f'name = "{name}"',
        'version = "1.0"',
        'requires-python = ">=3.8"',
        'description = "A test"',
        'readme = "README.md"',
    ]
    (folder / "pyproject.toml").write_text(
        "[build-system]\n"
        f'requires = [{more.get("requires", repr("flit-core"))}]\nbuild-backend = "flit_core.buildapi"\n'
        "[project]\n" + "\n".join(lines) + "\n" + more.get("table", "")
    )
    (folder / "README.md").write_text("# Hello\n")
    (folder / f"{module}.py").write_text('"""Hello."""\n')
    return folder


@pytest.fixture
def project(pytester: pytest.Pytester) -> Path:
    return a_project(pytester.path)


def ids(result: pytest.RunResult) -> list[str]:
    """The node ids that `--collect-only -q` printed."""
    return [line for line in result.outlines if "::" in line]


def test_each_step_is_an_item_next_to_the_projects_own_tests(pytester: pytest.Pytester, project: Path) -> None:
    pytester.makepyfile("def test_own(): pass")
    result = pytester.runpytest_subprocess("--fake-pypi", "--collect-only", "-q", "-p", "no:randomly")
    assert len(ids(result)) == 9
    assert [each for each in ids(result) if "::release::" in each] == IDS


def test_without_the_option_there_are_no_steps(pytester: pytest.Pytester, project: Path) -> None:
    pytester.makepyfile("def test_own(): pass")
    result = pytester.runpytest_subprocess("--collect-only", "-q")
    assert ids(result) == [
        "test_without_the_option_there_are_no_steps.py::test_own",
    ]


def test_only_a_named_pyproject_is_collected(pytester: pytest.Pytester, project: Path) -> None:
    pytester.makepyfile("def test_own(): pass")
    result = pytester.runpytest_subprocess("--fake-pypi", "pyproject.toml", "--collect-only", "-q")
    assert ids(result) == IDS


def test_steps_stay_in_order_with_plugins_that_shuffle(pytester: pytest.Pytester, project: Path) -> None:
    pytester.makepyfile("\n".join(f"def test_{number}(): pass" for number in range(20)))
    for seed in ("1", "2", "3"):
        result = pytester.runpytest_subprocess("--fake-pypi", "--collect-only", "-q", f"--randomly-seed={seed}")
        found = ids(result)
        start = found.index(IDS[0])
        assert found[start : start + len(IDS)] == IDS


def test_the_steps_that_a_selected_step_needs_are_run_first(pytester: pytest.Pytester, project: Path) -> None:
    result = pytester.runpytest_subprocess("--fake-pypi", "-k", "yank")
    result.assert_outcomes(passed=1, deselected=len(STEPS) - 1)
    result.stdout.fnmatch_lines(
        ["published: hello-steps 1.0 on PyPI: hello_steps-1.0-py3-none-any.whl, hello_steps-1.0.tar.gz"]
    )


def test_a_node_id_with_spaces_selects_one_step(pytester: pytest.Pytester, project: Path) -> None:
    result = pytester.runpytest_subprocess("--fake-pypi", "pyproject.toml::release::upload to TestPyPI")
    result.assert_outcomes(passed=1)


def test_all_steps_pass_and_nothing_is_left_behind(pytester: pytest.Pytester) -> None:
    project = a_project(pytester.path / "checkout")
    before = sorted(project.rglob("*"))
    result = pytester.runpytest_subprocess("--fake-pypi", "checkout/pyproject.toml", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=8)
    result.stdout.fnmatch_lines(
        [
            "published: hello-steps 1.0 on TestPyPI: *",
            "published: hello-steps 1.0 on PyPI: *",
            "not checked: whether the name hello-steps is free on the real PyPI, or yours",
        ]
    )
    result.stdout.no_fnmatch_line("rejected: *")
    assert sorted(project.rglob("*")) == before


def test_if_a_step_fails_the_steps_that_need_it_are_skipped_with_the_reason(pytester: pytest.Pytester) -> None:
    a_project(pytester.path, requires=repr("no-such-backend"))
    result = pytester.runpytest_subprocess("--fake-pypi", "pyproject.toml", "-rs")
    result.assert_outcomes(failed=1, skipped=7)
    reason = "requirements are missing to build the project: no-such-backend is not installed here"
    result.stdout.fnmatch_lines([f"SKIPPED*build failed: {reason}"])


def test_if_a_needed_step_was_not_selected_its_failure_fails_the_selected_step(pytester: pytest.Pytester) -> None:
    a_project(pytester.path, requires=repr("no-such-backend"))
    result = pytester.runpytest_subprocess("--fake-pypi", "pyproject.toml", "-k", "yank")
    result.assert_outcomes(failed=1, deselected=len(STEPS) - 1)
    result.stdout.fnmatch_lines(["build: requirements are missing to build the project: *"])


def test_a_missing_requirement_is_followed_by_what_to_do(pytester: pytest.Pytester) -> None:
    a_project(pytester.path, requires=repr("no-such-backend>=2"))
    result = pytester.runpytest_subprocess("--fake-pypi", "pyproject.toml", "-k", "build")
    result.stdout.fnmatch_lines(
        [
            "command: python -m build",
            "*No matching distribution found for no-such-backend>=2*",
            "no-such-backend>=2 is not installed here: install it *while online with `fake-pypi wheelhouse . DIR`*",
        ]
    )
    result.stdout.no_fnmatch_line("*collecting.py*")


def test_the_last_failed_step_can_be_run_again_alone(pytester: pytest.Pytester) -> None:
    a_project(pytester.path, requires=repr("no-such-backend"))
    pytester.runpytest_subprocess("--fake-pypi", "pyproject.toml").assert_outcomes(failed=1, skipped=7)
    a_project(pytester.path)
    result = pytester.runpytest_subprocess("--fake-pypi", "pyproject.toml", "--lf")
    result.assert_outcomes(passed=1, deselected=len(STEPS) - 1)


def test_a_rejection_is_reported_with_pypis_message_and_its_rule(pytester: pytest.Pytester) -> None:
    a_project(pytester.path, table='classifiers = ["No :: Such :: Classifier"]\n')
    result = pytester.runpytest_subprocess("--fake-pypi", "pyproject.toml", "-rs")
    result.assert_outcomes(passed=1, failed=1, skipped=6)
    result.stdout.fnmatch_lines(
        [
            "check: PyPI would reject hello_steps-1.0-py3-none-any.whl, hello_steps-1.0.tar.gz",
            "*400 *No :: Such :: Classifier*",
            "    rule: *",
            "    why: *",
            "    what to do: *",
        ]
    )


def test_a_probable_error_is_a_warning_and_not_a_failure(pytester: pytest.Pytester, project: Path) -> None:
    file = project / "pyproject.toml"
    file.write_text(file.read_text().replace('readme = "README.md"', ""))
    result = pytester.runpytest_subprocess("--fake-pypi", "pyproject.toml", "-k", "build or check")
    result.assert_outcomes(passed=2, deselected=len(STEPS) - 2)
    assert result.stdout.str().count("warning: ") == 1
    files = "hello_steps-1.0-py3-none-any.whl and hello_steps-1.0.tar.gz"
    result.stdout.fnmatch_lines([f"warning: {files} have no description*"])


def test_built_files_can_be_rehearsed(pytester: pytest.Pytester, project: Path) -> None:
    from fake_pypi import wheel

    wheel("hello-steps", "3.0", description="Hello").write_to(project / "ready")
    result = pytester.runpytest_subprocess(
        "--fake-pypi", "pyproject.toml", "--fake-pypi-dist=ready", "-k", "upload and PyPI and not TestPyPI"
    )
    assert result.ret == 0
    result.stdout.fnmatch_lines(["published: hello-steps 3.0 on PyPI: hello_steps-3.0-py3-none-any.whl"])


def test_intended_rejections_of_steps_are_details(pytester: pytest.Pytester, project: Path) -> None:
    options = ["--fake-pypi-build=wheel", "-v", "-k", "again"]
    result = pytester.runpytest_subprocess("--fake-pypi", "pyproject.toml", *options)
    result.stdout.fnmatch_lines(
        ["rejected: pyproject.toml::release::upload again: hello_steps-1.0-*.whl, changed: 400 File already exists*"]
    )


def test_all_that_is_missing_is_named_at_once(pytester: pytest.Pytester) -> None:
    a_project(pytester.path, requires="'no-such-backend>=2', 'flit-core', 'no-such-plugin'")
    result = pytester.runpytest_subprocess("--fake-pypi", "pyproject.toml", "-k", "build")
    result.stdout.fnmatch_lines(
        ["build: requirements are missing to build the project: no-such-backend>=2, no-such-plugin are not *"]
    )


def test_all_that_an_installation_lacks_is_named_at_once(pytester: pytest.Pytester) -> None:
    a_project(pytester.path, table='dependencies = ["no-such-a", "idna", "no-such-b>=1; python_version > \'3\'"]\n')
    result = pytester.runpytest_subprocess("--fake-pypi", "pyproject.toml", "--fake-pypi-build=wheel", "-k", "TestPyPI")
    result.stdout.fnmatch_lines(
        ["*requirements are missing to install the release: no-such-a, no-such-b>=1 are not installed here"]
    )


def test_the_summary_of_a_failed_build_is_the_end_of_its_traceback(pytester: pytest.Pytester) -> None:
    (pytester.path / "setup.py").write_text("import no_such_module_of_setup\n")
    result = pytester.runpytest_subprocess("--fake-pypi", "setup.py", "-k", "build")
    headline = "the project cannot be built: ModuleNotFoundError: No module named 'no_such_module_of_setup'"
    result.stdout.fnmatch_lines([f"build: {headline}"])


def test_a_description_that_cannot_be_rendered_is_shown_with_its_line(pytester: pytest.Pytester) -> None:
    project = a_project(pytester.path)
    file = project / "pyproject.toml"
    file.write_text(file.read_text().replace("README.md", "README.rst"))
    (project / "README.rst").write_text("Hello\n=====\n\n:no-such-role:`x`\n")
    result = pytester.runpytest_subprocess("--fake-pypi", "pyproject.toml", "--fake-pypi-build=wheel", "-k", "check")
    result.stdout.fnmatch_lines(["check: PyPI would reject *", "*line 4: Error: Unknown interpreted text role*"])


def test_a_project_that_is_installed_editable_is_not_called_missing(pytester: pytest.Pytester) -> None:
    place = pytester.path / "place" / "my_sibling-1.0.dist-info"
    place.mkdir(parents=True)
    (place / "METADATA").write_text("Metadata-Version: 2.1\nName: my-sibling\nVersion: 1.0\n")
    (place / "RECORD").write_text("my_sibling-1.0.dist-info/METADATA,,\n")
    folder = pytester.path / "my sibling"
    (place / "direct_url.json").write_text(f'{{"url": "{folder.as_uri()}", "dir_info": {{"editable": true}}}}')
    pytester.makeconftest(f"import sys\nsys.path.append({str(place.parent)!r})")
    a_project(pytester.path, table='dependencies = ["my-sibling>=1"]\n')
    result = pytester.runpytest_subprocess("--fake-pypi", "pyproject.toml", "--fake-pypi-build=wheel", "-k", "TestPyPI")
    result.stdout.no_fnmatch_line("*my-sibling>=1 is not installed here*")
    result.stdout.fnmatch_lines(
        [
            "*my-sibling>=1 is an editable install here, of which there is no wheel to install elsewhere",
            f"*build wheels with `pip wheel --no-deps --wheel-dir DIR '{folder}'` and rehearse with *",
        ]
    )


def test_tests_that_cannot_be_collected_do_not_prevent_a_rehearsal(pytester: pytest.Pytester, project: Path) -> None:
    (project / "conftest.py").write_text("import no_such_module_at_all")
    (project / "test_broken.py").write_text("def (:")
    result = pytester.runpytest_subprocess("--fake-pypi", "pyproject.toml", "-k", "build")
    result.assert_outcomes(passed=1, deselected=len(STEPS) - 1)


def test_a_project_with_setup_py_alone_is_rehearsed(pytester: pytest.Pytester) -> None:
    (pytester.path / "setup.py").write_text(
        "from setuptools import setup\nsetup(name='hello-old', version='1.0', py_modules=['hello_old'])\n"
    )
    (pytester.path / "hello_old.py").touch()
    result = pytester.runpytest_subprocess("--fake-pypi", "setup.py", "--collect-only", "-q")
    assert ids(result) == [f"setup.py::release::{step}" for step in STEPS]


def test_other_projects_are_rehearsed_too(pytester: pytest.Pytester, project: Path) -> None:
    a_project(pytester.path / "other", "hello-other")
    result = pytester.runpytest_subprocess("--fake-pypi", "--fake-pypi-project=other", "--collect-only", "-q")
    assert sorted(ids(result)) == sorted([*IDS, *(f"other/{each}" for each in IDS)])


def test_a_projects_own_rules_apply_to_its_rehearsal(pytester: pytest.Pytester) -> None:
    a_project(pytester.path, table='classifiers = ["No :: Such :: Classifier"]\n')
    pytester.makeconftest(
        "def pytest_fake_pypi_rules(rule_set):\n    return rule_set.without('unknown-classifier')\n",
    )
    result = pytester.runpytest_subprocess("--fake-pypi", "pyproject.toml", "-k", "check")
    result.assert_outcomes(passed=1, deselected=len(STEPS) - 1)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "has neither pyproject.toml nor setup.py"),
        ("[project", "pyproject.toml"),
        ("[tool.other]", "describes no project"),
    ],
)
def test_a_folder_that_is_no_project_is_one_line_and_exit_code_4(
    pytester: pytest.Pytester, content: str | None, says: str
) -> None:
    if content is not None:
        (pytester.path / "pyproject.toml").write_text(content)
    result = pytester.runpytest_subprocess("--fake-pypi", "-p", "no:cacheprovider")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    [line] = [line for line in result.errlines if line.strip()]
    assert says in line


@pytest.mark.parametrize("option", ["dist", "wheelhouse"])
def test_a_missing_folder_is_one_line_and_exit_code_4(pytester: pytest.Pytester, project: Path, option: str) -> None:
    result = pytester.runpytest_subprocess("--fake-pypi", f"--fake-pypi-{option}=nowhere")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    [line] = [line for line in result.errlines if line.strip()]
    assert "nowhere" in line
