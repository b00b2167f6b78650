from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.workflows.gitlab.pipeline_plan import selected_jobs
from fake_pypi.workflows.gitlab.rule_matching import RepositoryFiles
from tests.unit.workflows.gitlab.pipelines import context, plan, presences

PUBLISH = r"""
build: {script: x, stage: build}
publish:
  script: x
  stage: deploy
  rules:
    - if: $CI_COMMIT_TAG =~ /^v\d+/
"""


def test_a_tag_runs_a_job_whose_rule_matches_and_names_the_line(tmp_path: Path) -> None:
    planned = plan(tmp_path, PUBLISH).job("publish")

    assert planned is not None
    assert planned.reason == r"the rule in .gitlab-ci.yml:7 matches (`if: $CI_COMMIT_TAG =~ /^v\d+/`)"


@pytest.mark.parametrize("event", [{"branch": "main"}, {"tag": "1.2.0"}])
def test_other_events_do_not_and_say_which_condition_is_false(event: dict[str, Any], tmp_path: Path) -> None:
    planned = plan(tmp_path, PUBLISH, context(**event)).job("publish")

    assert planned is not None
    assert planned.presence == "absent"
    assert planned.reason == r"no rule matches: .gitlab-ci.yml:7: `if: $CI_COMMIT_TAG =~ /^v\d+/` is false"


def test_jobs_without_rules_run_for_branches_and_tags_alone(tmp_path: Path) -> None:
    request = plan(tmp_path, "job: {script: x}", context(name="merge_request"))

    assert presences(request) == {"job": "absent"}
    assert "would have no jobs" in request.decision.reason
    assert presences(plan(tmp_path, "job: {script: x}", context(branch="main"))) == {"job": "runs"}


@pytest.mark.parametrize(
    ("event", "present"),
    [
        ({"tag": "v1"}, {"tags", "pattern", "name_of_project", "not_main", "all"}),
        ({"branch": "main"}, {"branches", "not_tags", "all"}),
        ({"branch": "feature"}, {"branches", "not_tags", "not_main", "all"}),
        ({"name": "merge_request"}, {"requests"}),
        ({"name": "schedule", "branch": "main"}, {"branches", "schedules", "not_tags", "all"}),
    ],
)
def test_only_and_except_select_by_ref_and_source(event: dict[str, Any], present: set[str], tmp_path: Path) -> None:
    planned = plan(
        tmp_path,
        """
        all: {script: x}
        tags: {script: x, only: [tags]}
        branches: {script: x, only: [branches]}
        requests: {script: x, only: [merge_requests]}
        schedules: {script: x, only: [schedules]}
        pattern: {script: x, only: [/^V/i]}
        name_of_project: {script: x, only: [tags@group/demo, main@other/project]}
        not_tags: {script: x, except: [tags]}
        not_main: {script: x, except: [main, schedules]}
        never: {script: x, only: {variables: [$MISSING]}}
        """,
        context(**event),
    )

    assert {name for name, presence in presences(planned).items() if presence == "runs"} == present


def test_workflow_rules_decide_about_the_whole_pipeline_and_set_variables(tmp_path: Path) -> None:
    text = """
    workflow:
      rules:
        - if: $CI_COMMIT_TAG
          variables: {TARGET: pypi}
    job: {script: x, rules: [{if: $TARGET == "pypi"}]}
    """

    assert presences(plan(tmp_path, text)) == {"job": "runs"}
    decision = plan(tmp_path, text, context(branch="main")).decision
    assert not decision.runs
    assert decision.reason == "Pipeline filtered out by workflow rules: .gitlab-ci.yml:4: `if: $CI_COMMIT_TAG` is false"


def test_a_need_that_is_not_in_the_pipeline_keeps_gitlab_from_creating_it(tmp_path: Path) -> None:
    text = "build: {script: x, rules: [{if: $MISSING}]}\npublish: {script: x, needs: [build]}\n"

    decision = plan(tmp_path, text).decision

    assert not decision.runs
    assert "'publish' job needs 'build' job, but 'build' does not exist in the pipeline" in decision.reason
    optional = text.replace("[build]", "[{job: build, optional: true}]")
    assert plan(tmp_path, optional).decision.runs


def test_conditions_about_files(tmp_path: Path) -> None:
    text = """
    changed: {script: x, rules: [{changes: ["src/**/*.py"]}]}
    exists: {script: x, rules: [{exists: [pyproject.toml]}]}
    both: {script: x, rules: [{changes: {paths: [docs/*], compare_to: main}, exists: ["*.{toml,cfg}"]}]}
    """
    files = RepositoryFiles(lambda: ["pyproject.toml"], lambda ref: ["docs/index.md"] if ref else ["src/a/b.py"])

    assert presences(plan(tmp_path, text, context(files, branch="main"))) == dict.fromkeys(
        ("changed", "exists", "both"), "runs"
    )
    other = RepositoryFiles(lambda: ["setup.py"], lambda _ref: ["README.md"])
    assert set(presences(plan(tmp_path, text, context(other, branch="main"))).values()) == {"absent"}
    assert presences(plan(tmp_path, text, context(other, tag="v1")))["changed"] == "runs"


@pytest.mark.parametrize(
    ("job", "presence", "allow_failure"),
    [
        ("{script: x, when: manual}", "waits", True),
        ("{script: x, when: manual, allow_failure: false}", "waits", False),
        ("{script: x, rules: [{when: manual}]}", "waits", False),
        ("{script: x, rules: [{when: manual, allow_failure: true}]}", "waits", True),
        ("{script: x, rules: [{if: $CI, when: never}, {when: always}]}", "absent", False),
    ],
)
def test_manual_jobs_wait_and_block_unless_they_may_fail(
    job: str, presence: str, allow_failure: bool, tmp_path: Path
) -> None:
    planned = plan(tmp_path, f"job: {job}\nother: {{script: x}}\n").job("job")

    assert planned is not None
    assert (planned.presence, planned.allow_failure) == (presence, allow_failure)


def test_variables_of_the_project_replace_those_of_the_file(tmp_path: Path) -> None:
    text = (
        "variables: {A: file}\njob: {script: x, variables: {B: job}, rules: [{if: $A == 'project' && $B == 'job'}]}\n"
    )

    assert presences(plan(tmp_path, text, context(tag="v1", variables={"A": "project"}))) == {"job": "runs"}


def test_jobs_run_after_those_that_they_need(tmp_path: Path) -> None:
    text = """
    last: {script: x, stage: build, needs: [first]}
    first: {script: x, stage: build}
    early: {script: x, stage: .pre}
    """

    assert [planned.job.name for planned in plan(tmp_path, text).in_order()] == ["early", "first", "last"]


def test_a_selected_job_brings_those_that_it_waits_for(tmp_path: Path) -> None:
    planned = plan(
        tmp_path, "a: {script: x, stage: build}\nb: {script: x}\nc: {script: x, stage: deploy, needs: [a]}\n"
    )

    assert selected_jobs(planned, ["c"]) == {"a", "c"}
    assert selected_jobs(planned, ["b"]) == {"a", "b"}
    with pytest.raises(UsageError, match="there is no job 'd'"):
        selected_jobs(planned, ["d"])
