"""Problems about tokens, identity tokens and permissions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from fake_pypi.workflows.github.expression_values import to_text
from fake_pypi.workflows.github.problems.problem import Occurrence, ProblemKind, Subject
from fake_pypi.workflows.github.problems.publish_steps import (
    USER_VARIABLES,
    PublishStep,
    all_jobs,
    all_steps,
    builds,
)
from fake_pypi.workflows.github.workflow import Permissions

FOR_TEST = re.compile(r"test", re.IGNORECASE)


def _may_get_identity_token(step: PublishStep) -> bool:
    permissions = step.planned.permissions
    return permissions is not None and permissions.level("id-token") == "write"


def _id_token_missing(subject: Subject) -> Iterator[Occurrence]:
    for step in subject.all_publish_steps:
        explicit = step.is_action or "--trusted-publishing always" in step.command
        if not (step.uses_trusted_publishing and explicit) or _may_get_identity_token(step):
            continue
        own, whole = step.planned.job.permissions, subject.workflow.permissions
        what = f"the job {step.job_id} publishes without a token, and has no `id-token: write`"
        if own and whole and whole.level("id-token") == "write":
            what += f"; its own permissions (line {own.line}) replace those of the workflow (line {whole.line})"
        yield Occurrence(own.line if own else step.planned.job.line, step.job_id, what)


def _id_token_everywhere(subject: Subject) -> Iterator[Occurrence]:
    whole = subject.workflow.permissions
    others = [job.id for job in subject.workflow.jobs.values() if job.permissions is None]
    if whole and _grants(whole) and len(subject.workflow.jobs) > 1 and others and subject.all_publish_steps:
        line = whole.scopes.lines.get("id-token", whole.line)
        yield Occurrence(line, "", f"`id-token: write` applies to every job: {', '.join(others)}")


def _grants(permissions: Permissions) -> bool:
    return permissions.level("id-token") == "write"


def _permissions_of_caller(subject: Subject) -> Iterator[Occurrence]:
    for step in subject.all_publish_steps:
        callers = [planned for _, planned in all_jobs(subject.plan) if planned.called]
        caller = next((each for each in callers if each.called and step.planned in each.called.jobs), None)
        if caller and not caller.permissions and step.uses_trusted_publishing and _may_get_identity_token(step):
            what = f"the job {caller.job.id} has no permissions, and the job {step.job_id} that it calls asks for"
            yield Occurrence(caller.job.line, caller.job.id, f"{what} `id-token: write`")


def _builds_with_identity(subject: Subject) -> Iterator[Occurrence]:
    for plan, planned in all_jobs(subject.plan):
        steps = [step for step in subject.all_publish_steps if step.planned is planned]
        building = next((line for step, line in all_steps(planned) if builds(step)), None)
        if steps and building is not None and _may_get_identity_token(steps[0]):
            lines = f"builds (line {building}) and publishes (line {steps[0].line})"
            what = f"the job {planned.job.id} {lines} with `id-token: write`"
            yield Occurrence(building, planned.job.id if plan is subject.plan else "", what)


def _password_and_identity(subject: Subject) -> Iterator[Occurrence]:
    for step in subject.all_publish_steps:
        if step.is_action and step.password and _may_get_identity_token(step):
            yield Occurrence(
                step.line_of("password"),
                step.job_id,
                f"the job {step.job_id} has `id-token: write` for trusted publishing, and passes a password too",
            )


def _token_of_testpypi(subject: Subject) -> Iterator[Occurrence]:
    for step in subject.all_publish_steps:
        wrong = [name for name in step.secrets if FOR_TEST.search(name)]
        if step.index == "pypi" and wrong:
            yield Occurrence(step.line_of("password"), step.job_id, f"the upload to PyPI uses the secret {wrong[0]}")
    for step in subject.all_publish_steps:
        shared = {name for other in subject.all_publish_steps if other.index == "pypi" for name in other.secrets} & set(
            step.secrets
        )
        if step.index == "testpypi" and shared:
            name = min(shared)
            if not FOR_TEST.search(name):
                what = f"the upload to TestPyPI uses the secret {name}, as the upload to PyPI does"
                yield Occurrence(step.line_of("password"), step.job_id, what)


def _user_of_token(subject: Subject) -> Iterator[Occurrence]:
    for step in subject.all_publish_steps:
        if step.index not in {"pypi", "testpypi"} or not step.password:
            continue
        variable = "user" if step.is_action else USER_VARIABLES.get(step.tool, "")
        user = step.input("user") if step.is_action else to_text(step.environment.get(variable))
        # What a secret or a variable of the repository has, only a run can tell.
        if user and user != "__token__" and "${{" not in user:
            yield Occurrence(step.line_of(variable), step.job_id, f"the user of the upload is '{user}'")


def _environment_differs(subject: Subject) -> Iterator[Occurrence]:
    for step in subject.all_publish_steps:
        if not step.uses_trusted_publishing or not _may_get_identity_token(step):
            continue
        plan = next(plan for plan, planned in all_jobs(subject.plan) if planned is step.planned)
        file = PurePosixPath(plan.workflow.file).name
        registered = [each for each in subject.publishers if each.index == step.index]
        if not registered:
            continue
        fitting = [each for each in registered if each.workflow == file]
        environment = step.planned.environment or ""
        line = step.planned.job.environment.line if step.planned.job.environment else step.planned.job.line
        if not fitting:
            listed = ", ".join(each.workflow for each in registered)
            yield Occurrence(line, step.job_id, f"the workflow is {file}, and the publisher is registered for {listed}")
        elif not any(not each.environment or each.environment.lower() == environment.lower() for each in fitting):
            listed = ", ".join(f"'{each.environment}'" for each in fitting)
            own = f"the environment '{environment}'" if environment else "no environment"
            yield Occurrence(line, step.job_id, f"the job {step.job_id} has {own}, and the publisher has {listed}")


CREDENTIAL_PROBLEMS = (
    ProblemKind(
        "id-token-missing",
        "error",
        "Trusted publishing needs an identity token, which GitHub gives only to jobs with that permission. Permissions "
        "of a job replace those of the workflow as a whole.",
        "Add `permissions: {id-token: write}` to the job that publishes, or pass a password.",
        _id_token_missing,
    ),
    ProblemKind(
        "id-token-for-every-job",
        "warning",
        "Every step of every job, with the code of all its dependencies, can then get a token that may publish.",
        "Move `id-token: write` to the job that publishes.",
        _id_token_everywhere,
    ),
    ProblemKind(
        "caller-without-id-token",
        "warning",
        "A called workflow gets at most the permissions of the job that calls it. Without any, these are those of the "
        "repository's settings, which by default include no identity token: GitHub then rejects the whole run.",
        "Add `permissions: {id-token: write, contents: read}` to the job that calls.",
        _permissions_of_caller,
    ),
    ProblemKind(
        "build-with-id-token",
        "warning",
        "Build backends and their dependencies run code, which can then get a token that may publish.",
        "Build in a job without `id-token: write`, and publish its artifacts in another one.",
        _builds_with_identity,
    ),
    ProblemKind(
        "password-and-trusted-publishing",
        "warning",
        "With a password the action does not use trusted publishing: no identity token is exchanged, and a wrong or "
        "old token fails although the publisher is registered.",
        "Remove `password`, or remove `id-token: write`.",
        _password_and_identity,
    ),
    ProblemKind(
        "token-of-testpypi",
        "error",
        "PyPI and TestPyPI are separate: a token of one is rejected by the other with 403.",
        "Make a token on each index, and keep each in a secret of its own.",
        _token_of_testpypi,
    ),
    ProblemKind(
        "user-of-token",
        "error",
        "PyPI accepts uploads only with a token, and the user name of a token is `__token__`.",
        "Set the user name to `__token__`, or leave it out.",
        _user_of_token,
    ),
    ProblemKind(
        "publisher-differs",
        "error",
        "PyPI compares the workflow file and the environment of the job with the registered publisher; one difference "
        "and it gives no token.",
        "Use the environment of the publisher in the job, or register the publisher again.",
        _environment_differs,
    ),
)
