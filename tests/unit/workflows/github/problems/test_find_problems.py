"""Each kind of problem is found where it is, and not in the workflow of the publishing guides."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from fake_pypi.workflows.github.plan import make_plan
from fake_pypi.workflows.github.problems.find_problems import PROBLEMS, find_problems
from fake_pypi.workflows.github.problems.problem import KnownPublisher
from fake_pypi.workflows.github.problems.publish_steps import publish_steps
from fake_pypi.workflows.github.triggers import events_of, starting_event
from fake_pypi.workflows.github.workflow_reader import read_workflow, workflow_from_text
from fake_pypi.workflows.tag_versions import version_of_tag
from fake_pypi.workflows.workflow_problem import WorkflowProblem

GUIDE = """\
on: {push: {tags: ["v*"]}}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: python -m build
      - uses: actions/upload-artifact@v4
        with: {name: packages, path: dist/}
  testpypi:
    needs: build
    if: contains(github.ref_name, '-')
    runs-on: ubuntu-latest
    environment: testpypi
    permissions: {id-token: write}
    steps:
      - uses: actions/download-artifact@v4
        with: {name: packages, path: dist}
      - uses: pypa/gh-action-pypi-publish@release/v1
        with: {repository-url: https://test.pypi.org/legacy/, skip-existing: true, verbose: true}
  pypi:
    needs: build
    if: "!contains(github.ref_name, '-')"
    runs-on: ubuntu-latest
    environment: pypi
    permissions: {id-token: write}
    steps:
      - uses: actions/download-artifact@v4
        with: {name: packages, path: dist}
      - uses: pypa/gh-action-pypi-publish@release/v1
        with: {verbose: true}
"""
PUBLISHERS = (KnownPublisher("pypi", "workflow.yml", "pypi"), KnownPublisher("testpypi", "workflow.yml", "testpypi"))


def found(
    text: str, *, tag: str = "v1.0", version: str | None = "1.0", publishers: Sequence[KnownPublisher] = PUBLISHERS
) -> list[WorkflowProblem]:
    workflow = workflow_from_text(text)
    plan = make_plan(workflow, starting_event(workflow, events_of(workflow, tag=tag))[0], Path())
    return find_problems(plan, Path(), version=version, publishers=publishers)


def changed(old: str, new: str, text: str = GUIDE, count: int = -1) -> str:
    assert old in text
    return text.replace(old, new, count)


@pytest.mark.parametrize(("tag", "version"), [("v1.0", "1.0"), ("v1.0-rc1", "1.0rc1")])
def test_the_workflow_of_the_guides_has_no_problem(tag: str, version: str) -> None:
    assert found(GUIDE, tag=tag, version=version) == []


LAST = "        with: {verbose: true}\n"
PYPI_DOWNLOAD = (
    "        with: {name: packages, path: dist}\n      - uses: pypa/gh-action-pypi-publish@release/v1\n" + LAST
)


def pypi_step(inputs: str) -> str:
    return changed(LAST, f"        with: {{verbose: true, {inputs}}}\n")


def pypi_download(inputs: str) -> str:
    return changed(PYPI_DOWNLOAD, PYPI_DOWNLOAD.replace("name: packages, path: dist", inputs))


TWINE = """\
on: {push: {tags: ["v*"]}}
jobs:
  release:
    runs-on: ubuntu-latest
    steps:
      - run: |
          python -m build
          # twine upload -r testpypi dist/*
          twine upload --verbose OPTIONS dist/*
        env: {TWINE_USERNAME: USER, TWINE_PASSWORD: "${{ secrets.PYPI_TOKEN }}"}
"""


def twine(options: str = "", user: str = "__token__", secret: str = "PYPI_TOKEN") -> str:
    return TWINE.replace("OPTIONS", options).replace("USER,", f"{user},").replace("PYPI_TOKEN", secret)


@pytest.mark.parametrize(
    ("text", "kind", "line", "what"),
    [
        pytest.param(
            pypi_step("skip-existing: true"),
            "skip-existing-on-pypi",
            31,
            "the upload to PyPI skips files that exist already",
            id="skip-existing",
        ),
        pytest.param(
            twine("--skip-existing"),
            "skip-existing-on-pypi",
            6,
            "the upload to PyPI skips files that exist already",
            id="twine --skip-existing",
        ),
        pytest.param(changed(LAST, ""), "not-verbose", 30, "gh-action-pypi-publish is not verbose", id="no verbose"),
        pytest.param(
            changed(
                "  pypi:\n    needs: build\n",
                "  pypi:\n    needs: build\n    strategy: {matrix: {python: ['3.12', '3.13']}}\n",
            ),
            "published-by-a-matrix",
            23,
            "each of 2 entries of the matrix uploads to PyPI",
            id="matrix",
        ),
        pytest.param(
            changed("https://test.pypi.org/legacy/", "https://test.pypi.org/simple/"),
            "wrong-upload-address",
            20,
            "https://test.pypi.org/simple/ is not https://test.pypi.org/legacy/",
            id="address",
        ),
        pytest.param(
            changed('    needs: build\n    if: "', '    if: "'),
            "publish-without-needs",
            21,
            "the job pypi downloads artifacts, and does not need the job build that uploads them",
            id="no needs",
        ),
        pytest.param(
            changed(PYPI_DOWNLOAD, LAST).replace(
                "      - uses: actions/download-artifact@v4\n" + LAST,
                "      - uses: pypa/gh-action-pypi-publish@release/v1\n" + LAST,
            ),
            "artifacts-not-downloaded",
            28,
            "the job pypi publishes, but neither builds nor downloads any files",
            id="no download",
        ),
        pytest.param(
            pypi_download("name: dist, path: dist"),
            "artifact-name-differs",
            28,
            "no job uploads the artifact 'dist' (there is: packages)",
            id="artifact name",
        ),
        pytest.param(
            pypi_download("pattern: 'wheels-*', path: dist, merge-multiple: true"),
            "artifact-name-differs",
            28,
            "no artifact has a name like 'wheels-*' (there is: packages)",
            id="artifact pattern",
        ),
        pytest.param(
            pypi_download("name: packages"),
            "artifact-folder-differs",
            30,
            "the files are downloaded into ., and those in dist are published",
            id="no path",
        ),
        pytest.param(
            pypi_download("path: dist"),
            "artifact-folder-differs",
            30,
            "the files are downloaded into dist/packages, and those in dist are published",
            id="no name",
        ),
        pytest.param(
            pypi_step("packages-dir: wheelhouse/"),
            "artifact-folder-differs",
            31,
            "the files are downloaded into dist, and those in wheelhouse are published",
            id="packages-dir",
        ),
        pytest.param(
            changed("    environment: pypi\n    permissions: {id-token: write}\n", "    environment: pypi\n"),
            "id-token-missing",
            21,
            "the job pypi publishes without a token, and has no `id-token: write`",
            id="no id-token",
        ),
        pytest.param(
            "permissions: {id-token: write}\n"
            + changed(
                "environment: pypi\n    permissions: {id-token: write}", "environment: pypi\n    permissions: {}"
            ),
            "id-token-missing",
            27,
            "the job pypi publishes without a token, and has no `id-token: write`; its own permissions (line 27) "
            "replace those of the workflow (line 1)",
            id="permissions at the wrong level",
        ),
        pytest.param(
            "permissions: {id-token: write}\n" + GUIDE,
            "id-token-for-every-job",
            1,
            "`id-token: write` applies to every job: build",
            id="id-token for every job",
        ),
        pytest.param(
            changed(
                "      - uses: actions/download-artifact@v4\n" + PYPI_DOWNLOAD,
                "      - run: uv build\n      - uses: pypa/gh-action-pypi-publish@release/v1\n" + LAST,
            ),
            "build-with-id-token",
            28,
            "the job pypi builds (line 28) and publishes (line 29) with `id-token: write`",
            id="build and publish",
        ),
        pytest.param(
            pypi_step("password: '${{ secrets.PYPI_TOKEN }}'"),
            "password-and-trusted-publishing",
            31,
            "the job pypi has `id-token: write` for trusted publishing, and passes a password too",
            id="password",
        ),
        pytest.param(
            twine(secret="TEST_PYPI_TOKEN"),
            "token-of-testpypi",
            6,
            "the upload to PyPI uses the secret TEST_PYPI_TOKEN",
            id="token of TestPyPI",
        ),
        pytest.param(
            twine(user="jane"), "user-of-token", 10, "the user of the upload is 'jane'", id="user of the token"
        ),
        pytest.param(
            changed("environment: pypi", "environment: release"),
            "publisher-differs",
            25,
            "the job pypi has the environment 'release', and the publisher has 'pypi'",
            id="environment",
        ),
        pytest.param(
            changed("    environment: pypi\n", ""),
            "publisher-differs",
            21,
            "the job pypi has no environment, and the publisher has 'pypi'",
            id="no environment",
        ),
        pytest.param(
            changed("\"!contains(github.ref_name, '-')\"", "${{ github.event_name == 'x' }} && true"),
            "condition-always-true",
            23,
            "the condition `${{ github.event_name == 'x' }} && true` has text around its ${{ }}",
            id="text around the condition",
        ),
        pytest.param(
            changed('on: {push: {tags: ["v*"]}}', 'on: {push: {tags: ["v*"]}, pull_request: }'),
            "publish-from-pull-request",
            1,
            "the job pypi publishes when a pull request is opened (pull_request)",
            id="pull request",
        ),
        pytest.param(
            changed("\"!contains(github.ref_name, '-')\"", "github.event_name == 'release'"),
            "nothing-published",
            12,
            "no job publishes for push of the tag v1.0: its `if` (contains(github.ref_name, '-'), line 12) is false",
            id="nothing published",
        ),
    ],
)
def test_a_problem_is_found_at_its_line(text: str, kind: str, line: int, what: str) -> None:
    problems = {problem.id: problem for problem in found(text)}
    assert kind in problems, sorted(problems)
    assert (problems[kind].line, problems[kind].what) == (line, what)


@pytest.mark.parametrize(
    ("tag", "version", "what"),
    [
        ("v1.0", "1.1", "the tag v1.0 is for 1.0, and the project's version is 1.1"),
        ("vnext", "1.1", "the tag vnext has no version, and the project's is 1.1"),
    ],
)
def test_a_tag_for_another_version_is_found(tag: str, version: str, what: str) -> None:
    problems = found(GUIDE, tag=tag, version=version)
    assert [(problem.id, problem.severity, problem.line, problem.what) for problem in problems] == [
        ("tag-differs-from-version", "error", 1, what)
    ]


def test_a_publisher_of_another_workflow_is_found() -> None:
    problems = found(GUIDE, publishers=[KnownPublisher("pypi", "release.yml", "pypi")])
    assert [problem.what for problem in problems] == [
        "the workflow is workflow.yml, and the publisher is registered for release.yml"
    ]


def test_problems_come_with_errors_first_and_show_file_and_line() -> None:
    problems = found(changed(LAST, "        with: {skip-existing: true, user: jane, password: x}\n"))
    assert [problem.severity for problem in problems] == ["error", "warning", "warning", "hint"]
    assert str(problems[0]) == (".github/workflows/workflow.yml:31: the user of the upload is 'jane' [user-of-token]")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(pypi_download("pattern: pack*, path: dist, merge-multiple: true"), id="a pattern that merges"),
        pytest.param(
            changed("{name: packages, path: dist/}", "{path: .}").replace(
                "{name: packages, path: dist}", "{name: artifact}"
            ),
            id="the whole folder",
        ),
        pytest.param(
            changed(
                "      - uses: actions/upload-artifact@v4\n        with: {name: packages, path: dist/}\n",
                "      - uses: hynek/build-and-inspect-python-package@v2\n",
            ).replace("name: packages", "name: Packages"),
            id="build-and-inspect-python-package",
        ),
        pytest.param(
            changed("{name: packages, path: dist/}", '{name: "packages-${{ github.sha }}", path: dist/}').replace(
                "name: packages, path: dist}", 'name: "packages-${{ github.sha }}", path: dist}'
            ),
            id="a name with an expression",
        ),
        pytest.param(
            changed("uses: actions/upload-artifact@v4", "uses: octo/build@v1").replace(
                "        with: {name: packages, path: dist/}\n", ""
            ),
            id="an action that may upload",
        ),
        pytest.param(twine(user='"${{ secrets.USER }}"'), id="a user from a secret"),
        pytest.param(
            twine().replace("python -m build", "python scripts/make_release.py"), id="a script that may build"
        ),
    ],
)
def test_what_may_be_right_is_no_problem(text: str) -> None:
    assert [str(problem) for problem in found(text)] == []


@pytest.mark.parametrize(
    ("tag", "version"),
    [
        ("v1.2.0", "1.2.0"),
        ("1.2.0rc1", "1.2.0rc1"),
        ("v1.2.0-rc.1", "1.2.0rc1"),
        ("release-1.2", "1.2"),
        ("demo/v1.2", "1.2"),
        ("demo-v1.2", "1.2"),
        ("demo@1.2", "1.2"),
        ("V2.0.post1", "2.0.post1"),
        ("latest", None),
    ],
)
def test_the_version_of_a_tag_is_its_end(tag: str, version: str | None) -> None:
    tagged = version_of_tag(tag)
    assert (None if tagged is None else str(tagged)) == version


@pytest.mark.parametrize(
    ("command", "environment", "tool", "index"),
    [
        ("uv publish", "", "uv", "pypi"),
        ("uv publish --publish-url https://test.pypi.org/legacy/", "", "uv", "testpypi"),
        ("uv publish --index testpypi", "", "uv", "testpypi"),
        ("python -m twine upload dist/*", "", "twine", "pypi"),
        ("twine upload -r testpypi dist/*", "", "twine", "testpypi"),
        ("twine upload dist/*", "TWINE_REPOSITORY: testpypi", "twine", "testpypi"),
        ("twine upload dist/*", "TWINE_REPOSITORY_URL: https://nexus.example/pypi/", "twine", "other"),
        ("twine upload --repository-url $URL dist/*", "", "twine", "unknown"),
        ("poetry publish --build", "", "poetry", "pypi"),
        ("hatch publish -r test", "", "hatch", "testpypi"),
        ("pdm publish", "", "pdm", "pypi"),
        ("flit publish", "", "flit", "pypi"),
        ("maturin upload --skip-existing dist/*", "", "maturin", "pypi"),
    ],
)
def test_commands_that_publish_are_recognized(command: str, environment: str, tool: str, index: str) -> None:
    text = f"""
on: push
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - run: "{command}"
        env: {{{environment}}}
"""
    workflow = workflow_from_text(text)
    steps = publish_steps(make_plan(workflow, events_of(workflow)[0], Path()))
    assert [(step.tool, step.index) for step in steps] == [(tool, index)]


@pytest.mark.parametrize("command", ["twine check dist/*", "uv publish --dry-run", "pip install twine", "# uv publish"])
def test_other_commands_do_not_publish(command: str) -> None:
    text = f"on: push\njobs: {{a: {{runs-on: ubuntu-latest, steps: [{{run: '{command}'}}]}}}}"
    workflow = workflow_from_text(text)
    assert publish_steps(make_plan(workflow, events_of(workflow)[0], Path())) == []


def test_every_kind_has_an_id_of_its_own_and_sentences() -> None:
    assert len({kind.id for kind in PROBLEMS}) == len(PROBLEMS)
    assert [kind.id for kind in PROBLEMS if not (kind.why.endswith(".") and kind.remedy.endswith("."))] == []


def test_a_caller_without_permissions_is_found(tmp_path: Path) -> None:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    called = GUIDE.replace('{push: {tags: ["v*"]}}', "workflow_call")
    (folder / "called.yml").write_text(called, encoding="utf-8")
    caller = "on: {push: {tags: [v*]}}\njobs:\n  call:\n    uses: ./.github/workflows/called.yml\n"
    (folder / "caller.yml").write_text(caller, encoding="utf-8")
    workflow = read_workflow(folder / "caller.yml")
    plan = make_plan(workflow, events_of(workflow, tag="v1.0")[0], tmp_path)
    problems = find_problems(plan, tmp_path, version="1.0")
    assert {(problem.id, problem.line) for problem in problems} == {("caller-without-id-token", 3)}


def test_a_script_that_sets_the_index_for_later_steps_leaves_it_unknown() -> None:
    text = """
on: push
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - run: echo "TWINE_REPOSITORY=testpypi" >> $GITHUB_ENV
      - run: twine upload --skip-existing dist/*
"""
    workflow = workflow_from_text(text)
    steps = publish_steps(make_plan(workflow, events_of(workflow)[0], Path()))
    assert [step.index for step in steps] == ["unknown"]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("if: \"!contains(github.ref_name, '-')\"", "if: github.ref == 'refs/tags/v'", "the job pypi does not publish"),
        ("if: \"!contains(github.ref_name, '-')\"", "if: github.evnt_name == 'push'", "there is no github.evnt_name"),
        ('{push: {tags: ["v*"]}}', "push", "the job pypi publishes to PyPI on every push of a branch"),
    ],
)
def test_conditions_that_publish_too_little_or_too_much_are_found(old: str, new: str, problem: str) -> None:
    text = changed(old, new).replace("if: contains(github.ref_name, '-')", "if: true")
    assert any(each.what.startswith(problem) for each in found(text))


def test_a_misspelled_property_has_a_suggestion() -> None:
    text = changed("contains(github.ref_name, '-')", "contains(github.refname, '-')")
    assert any(each.what == "there is no github.refname: did you mean github.ref_name?" for each in found(text))


@pytest.mark.parametrize(
    ("command", "builds_files"),
    [
        ("flit publish", True),
        ("pdm publish", True),
        ("pdm publish --no-build", False),
        ("poetry publish --build", True),
        ("poetry publish", False),
        ("maturin publish", True),
    ],
)
def test_commands_that_build_before_they_publish_need_no_download(command: str, builds_files: bool) -> None:
    text = f"""
on: {{push: {{tags: ["v*"]}}}}
jobs:
  publish:
    runs-on: ubuntu-latest
    steps: [{{run: {command}}}]
"""
    ids = {problem.id for problem in found(text)}
    assert ("artifacts-not-downloaded" not in ids) is builds_files
