from __future__ import annotations

from pathlib import Path

import pytest

from fake_pypi.workflows.gitlab.pipeline_problems import PIPELINE_PROBLEMS, find_pipeline_problems
from tests.unit.workflows.gitlab.pipelines import context, plan

GOOD = """
build: {script: python -m build, stage: build, artifacts: {paths: [dist/]}}
publish:
  stage: deploy
  needs: [build]
  environment: pypi
  id_tokens: {PYPI_ID_TOKEN: {aud: pypi}}
  script: [twine upload --verbose dist/*]
  rules: [{if: $CI_COMMIT_TAG}]
"""


def found(folder: Path, text: str, **options: object) -> set[str]:
    planned = plan(folder, text, context(tag="v1.2.0"))
    assert planned.decision.runs
    return {problem.id for problem in find_pipeline_problems(planned, version="1.2.0", **options)}  # type: ignore[arg-type]


def test_a_good_pipeline_has_no_problem(tmp_path: Path) -> None:
    assert found(tmp_path, GOOD, registered=(("", "pypi"),)) == set()


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("artifacts: {paths: [dist/]}", "variables: {}", "files-not-passed-on"),
        ("needs: [build]", "needs: []", "files-not-passed-on"),
        ("needs: [build]", "needs: [{job: build, artifacts: false}]", "files-not-passed-on"),
        ("needs: [build]", "dependencies: []", "files-not-passed-on"),
        ("{if: $CI_COMMIT_TAG}", "{when: always}", "published-from-every-branch"),
        ("id_tokens: {PYPI_ID_TOKEN: {aud: pypi}}", "tags: [x]", "id-tokens-missing"),
        ("PYPI_ID_TOKEN", "ID_TOKEN", "id-tokens-missing"),
        ("aud: pypi", "aud: https://pypi.org", "wrong-audience"),
        ("environment: pypi", "environment: release", "environment-differs"),
        ("environment: pypi", "tags: [x]", "environment-differs"),
        ("environment: pypi", "variables: {TWINE_PASSWORD: $PYPI_TOKEN}", "password-and-identity"),
        ("--verbose", "--skip-existing --verbose", "skip-existing-on-pypi"),
        ("--verbose ", "", "not-verbose"),
        ("environment: pypi", "allow_failure: true", "failure-hidden"),
        ("dist/*", "dist/* || true", "failure-hidden"),
        ("environment: pypi", "retry: 2", "upload-retried"),
        ("environment: pypi", "parallel: 2", "published-in-parallel"),
        ("--verbose", "--verbose --repository-url https://pypi.org/legacy/", "wrong-upload-address"),
    ],
)
def test_a_wrong_variant_is_found(before: str, after: str, problem: str, tmp_path: Path) -> None:
    assert before in GOOD
    assert problem in found(tmp_path, GOOD.replace(before, after), registered=(("", "pypi"),))


def test_publishing_from_merge_requests_is_found_for_any_event(tmp_path: Path) -> None:
    request = "rules: [{if: $CI_COMMIT_TAG}, {if: $CI_PIPELINE_SOURCE == 'merge_request_event'}]"
    text = GOOD.replace("rules: [{if: $CI_COMMIT_TAG}]", request).replace(
        "{script: python", "{" + request + ", script: python"
    )

    assert "published-from-merge-request" in found(tmp_path, text)


def test_every_kind_of_problem_has_texts_of_its_own() -> None:
    assert len({kind.id for kind in PIPELINE_PROBLEMS}) == len(PIPELINE_PROBLEMS)
    assert all(kind.why.endswith(".") and kind.remedy for kind in PIPELINE_PROBLEMS)


@pytest.mark.parametrize(("tag", "differs"), [("v1.2.0", False), ("1.2", False), ("v1.3.0", True), ("nightly", True)])
def test_the_version_of_the_tag_is_compared(tag: str, differs: bool, tmp_path: Path) -> None:
    planned = plan(tmp_path, GOOD, context(tag=tag))

    problems = {problem.id for problem in find_pipeline_problems(planned, version="1.2.0")}

    assert ("tag-differs-from-version" in problems) is differs


def test_a_named_variable_of_the_project_is_a_password(tmp_path: Path) -> None:
    text = GOOD.replace("id_tokens: {PYPI_ID_TOKEN: {aud: pypi}}", "tags: [x]")

    assert "id-tokens-missing" not in found(tmp_path, text, given={"TWINE_PASSWORD": "token"})
    assert "id-tokens-missing" in found(tmp_path, text, given={"TWINE_PASSWORD": None})


def test_the_registry_of_gitlab_is_another_server(tmp_path: Path) -> None:
    text = GOOD.replace("--verbose", "--repository-url $CI_API_V4_URL/projects/1/packages/pypi")

    assert found(tmp_path, text.replace("aud: pypi", "aud: other")) == set()
