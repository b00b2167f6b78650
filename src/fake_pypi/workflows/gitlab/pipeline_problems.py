"""Problems of a pipeline that cost people releases, found without a run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from fake_pypi.workflows.gitlab.credential_problems import CREDENTIAL_PROBLEM_KINDS
from fake_pypi.workflows.gitlab.pipeline_event import MERGE_REQUEST, PipelineEvent
from fake_pypi.workflows.gitlab.pipeline_plan import PipelinePlan, PlannedPipelineJob, make_pipeline_plan
from fake_pypi.workflows.gitlab.pipeline_problem import PipelineProblemKind, ProblemSubject
from fake_pypi.workflows.gitlab.placed_values import Place
from fake_pypi.workflows.gitlab.rule_matching import RuleContext
from fake_pypi.workflows.gitlab.upload_commands import builds, upload_commands
from fake_pypi.workflows.tag_versions import tag_mistake
from fake_pypi.workflows.workflow_problem import RANK, WorkflowProblem, index_title


def _tag_differs(subject: ProblemSubject) -> Iterator[tuple[Place, str]]:
    event = subject.plan.context.event
    mistake = tag_mistake(event.tag, subject.version) if subject.uploads else ""
    if mistake:
        yield subject.uploads[0].line.place, mistake


def _no_artifacts(subject: ProblemSubject) -> Iterator[tuple[Place, str]]:
    plan = subject.plan
    for upload in subject.uploads:
        planned = upload.planned
        if builds(planned):
            continue
        before = _providers(plan, planned)
        if before is None:
            continue
        builders = [each.job.name for each in plan.jobs if each.is_in_pipeline and builds(each)]
        if not any(each.job.artifacts for each in before):
            which = f": {', '.join(builders)} has none" if builders else ""
            yield upload.line.place, f"{upload.name} uploads files, and gets the artifacts of no job{which}"
        elif builders and not {each.job.name for each in before} & set(builders):
            yield (
                upload.line.place,
                f"{upload.name} gets no artifacts of {', '.join(builders)}, which builds the files",
            )


def _providers(plan: PipelinePlan, planned: PlannedPipelineJob) -> list[PlannedPipelineJob] | None:
    """Return the jobs whose artifacts a job gets; None where one of them is not known."""
    jobs = plan.before(planned)
    if any(each.presence == "unavailable" for each in jobs):
        return None
    if planned.needs is not None:
        names = {need.job for need in planned.needs if need.artifacts}
        jobs = [each for each in jobs if each.job.name in names]
    if planned.job.dependencies is not None:
        jobs = [each for each in jobs if each.job.name in planned.job.dependencies]
    return jobs


def _from_merge_requests(subject: ProblemSubject) -> Iterator[tuple[Place, str]]:
    event = subject.plan.context.event
    if event.is_merge_request:
        plan = subject.plan
    else:
        request = PipelineEvent(MERGE_REQUEST, event.project, "", "feature", event.default_branch, event.sha)
        kept = {name: value for name, value in subject.plan.context.variables.items() if name not in event.variables()}
        context = RuleContext(request, {**request.variables(), **kept}, subject.plan.context.files)
        plan = make_pipeline_plan(subject.plan.pipeline, context)
    if plan.decision.runs:
        for upload in upload_commands(plan):
            if upload.index == "pypi" and upload.planned.presence == "runs":
                yield upload.line.place, f"{upload.name} publishes from merge requests too: {upload.planned.reason}"


def _from_every_branch(subject: ProblemSubject) -> Iterator[tuple[Place, str]]:
    event = subject.plan.context.event
    if event.is_merge_request:
        return
    branch = PipelineEvent("push", event.project, "", "feature", event.default_branch, event.sha)
    kept = {name: value for name, value in subject.plan.context.variables.items() if name not in event.variables()}
    context = RuleContext(branch, {**branch.variables(), **kept}, subject.plan.context.files)
    plan = make_pipeline_plan(subject.plan.pipeline, context)
    if plan.decision.runs:
        for upload in upload_commands(plan):
            if upload.index == "pypi" and upload.planned.presence == "runs":
                yield upload.line.place, f"{upload.name} publishes from every branch: {upload.planned.reason}"


def _skips_existing(subject: ProblemSubject) -> Iterator[tuple[Place, str]]:
    for upload in subject.uploads:
        if upload.index == "pypi" and "--skip-existing" in upload.line.text:
            yield upload.line.place, f"the upload of {upload.name} to PyPI skips files that exist already"


def _not_verbose(subject: ProblemSubject) -> Iterator[tuple[Place, str]]:
    for upload in subject.uploads:
        if upload.tool == "twine" and "--verbose" not in upload.line.text and "TWINE_VERBOSE" not in upload.variables:
            yield upload.line.place, "twine is not verbose"


def _hidden_failure(subject: ProblemSubject) -> Iterator[tuple[Place, str]]:
    for upload in subject.uploads:
        if upload.planned.allow_failure and upload.planned.presence == "runs":
            yield upload.planned.job.place, f"{upload.name} has `allow_failure: true`"
        elif re.search(r"\|\|\s*(?:true|:|echo)\b", upload.line.text):
            yield upload.line.place, f"{upload.name} ignores the exit code of the upload"


def _retried(subject: ProblemSubject) -> Iterator[tuple[Place, str]]:
    for upload in subject.uploads:
        if upload.planned.job.retry.most and upload.planned.job.retry.applies_to(1):
            yield upload.planned.job.place, f"{upload.name} runs again after a failed upload (`retry`)"


def _in_parallel(subject: ProblemSubject) -> Iterator[tuple[Place, str]]:
    for upload in subject.uploads:
        count = len(upload.planned.job.matrix)
        if count > 1 and "$" not in upload.line.text:
            yield (
                upload.planned.job.place,
                f"each of {count} instances of {upload.name} uploads to {index_title(upload.index)}",
            )


PIPELINE_PROBLEMS = (
    *CREDENTIAL_PROBLEM_KINDS,
    PipelineProblemKind(
        "tag-differs-from-version",
        "error",
        "PyPI gets the version that the files have, whatever the tag is. A version can be uploaded only once, so the "
        "release with the right tag then fails or is missing.",
        "Change the version or the tag so that both agree, or let the build backend take the version from the tag.",
        _tag_differs,
    ),
    PipelineProblemKind(
        "files-not-passed-on",
        "error",
        "Each job begins with a fresh checkout: files reach a later job as artifacts alone.",
        "Add `artifacts: paths: [dist/]` to the job that builds, and `needs` of that job to the one that publishes.",
        _no_artifacts,
    ),
    PipelineProblemKind(
        "published-from-merge-request",
        "error",
        "A merge request is published before it is merged, by everybody who may open one with access to the variables.",
        "Publish for tags alone: `rules: [{if: $CI_COMMIT_TAG}]`.",
        _from_merge_requests,
    ),
    PipelineProblemKind(
        "published-from-every-branch",
        "error",
        "A push of any branch is then published, and the second push fails because the files exist.",
        "Publish for tags alone: `rules: [{if: $CI_COMMIT_TAG}]`.",
        _from_every_branch,
    ),
    PipelineProblemKind(
        "skip-existing-on-pypi",
        "warning",
        "When the version was not raised, every file exists already, all are skipped, and the job is green although "
        "nothing was released.",
        "Use --skip-existing only for TestPyPI.",
        _skips_existing,
    ),
    PipelineProblemKind(
        "failure-hidden",
        "warning",
        "A failed release then looks like one that succeeded.",
        "Remove it from the job that publishes.",
        _hidden_failure,
    ),
    PipelineProblemKind(
        "upload-retried",
        "warning",
        "The second attempt uploads files that the first one stored, and PyPI rejects them with `File already exists`.",
        "Remove `retry` from the job that publishes, or limit it: `retry: {max: 2, when: runner_system_failure}`.",
        _retried,
    ),
    PipelineProblemKind(
        "published-in-parallel",
        "error",
        "The second instance uploads the same files again: PyPI rejects them with `File already exists`.",
        "Build in parallel, and publish in one job that needs the others.",
        _in_parallel,
    ),
    PipelineProblemKind(
        "not-verbose",
        "hint",
        "Without it the log has only the status of a rejection; PyPI's reason is in the answer that verbose prints.",
        "Add --verbose to twine.",
        _not_verbose,
    ),
)
"""Every kind of problem."""


def find_pipeline_problems(
    plan: PipelinePlan,
    *,
    version: str = "",
    given: Mapping[str, str | None] | None = None,
    registered: tuple[tuple[str, str], ...] = (),
) -> list[WorkflowProblem]:
    """Return the problems of a planned pipeline: errors first, then warnings and hints, each by line.

    `version` is the project's version, `given` the CI/CD variables that the user names, and `registered` the index
    ("" for both) and the environment of each publisher that is known to be registered.
    """
    subject = ProblemSubject(plan, version, given or {}, registered)
    problems = {
        WorkflowProblem(
            kind.id, kind.severity, place.file, place.line, _job_in(what, plan), what, kind.why, kind.remedy
        )
        for kind in PIPELINE_PROBLEMS
        for place, what in kind.find(subject)
    }
    return sorted(problems, key=lambda each: (RANK[each.severity], each.file, each.line, each.id, each.what))


def _job_in(what: str, plan: PipelinePlan) -> str:
    """Return the job that a sentence names first, "" if it names none."""
    words = f" {what} "
    places = {planned.job.name: words.find(f" {planned.job.name} ") for planned in plan.jobs}
    return min((name for name, place in places.items() if place >= 0), key=lambda name: places[name], default="")
