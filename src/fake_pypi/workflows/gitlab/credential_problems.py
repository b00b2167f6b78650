"""Problems of identity tokens, passwords, environments and addresses of a pipeline that publishes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fake_pypi.workflows.gitlab.pipeline_problem import PipelineProblemKind, ProblemSubject
from fake_pypi.workflows.gitlab.placed_values import Place
from fake_pypi.workflows.workflow_problem import index_title

_TRUSTED_TOOLS = ("twine", "uv")
"""Tools that exchange an identity token themselves."""


def _no_identity(subject: ProblemSubject) -> Iterator[tuple[Place, str]]:
    for upload in subject.uploads:
        tokens = {token.variable for token in upload.planned.job.id_tokens}
        if upload.has_password(subject.given) or upload.tool not in _TRUSTED_TOOLS:
            continue
        if not tokens:
            yield (
                upload.planned.job.place,
                f"{upload.name} has no `id_tokens`, so {upload.tool} has neither an identity token nor a password",
            )
        elif upload.token_variable not in tokens and not upload.exchanges:
            yield (
                upload.planned.job.id_tokens[0].place,
                f"{upload.tool} looks for {upload.token_variable}, and `id_tokens` has {', '.join(sorted(tokens))}",
            )


def _wrong_audience(subject: ProblemSubject) -> Iterator[tuple[Place, str]]:
    for upload in subject.uploads:
        for token in upload.planned.job.id_tokens:
            is_used = token.variable == upload.token_variable or (
                upload.exchanges and re.search(rf"\b{token.variable}\b", upload.script)
            )
            is_known = not any("$" in audience for audience in token.audiences)
            if is_used and is_known and upload.index not in token.audiences:
                audiences = ", ".join(token.audiences)
                accepted = f"{index_title(upload.index)} accepts {upload.index}"
                yield token.place, f"{token.variable} has the audience {audiences}, and {accepted}"


def _mixed(subject: ProblemSubject) -> Iterator[tuple[Place, str]]:
    for upload in subject.uploads:
        if upload.exchanges or not upload.has_password(subject.given):
            continue
        for token in upload.planned.job.id_tokens:
            if token.variable == upload.token_variable:
                both = f"{upload.name} has {token.variable} and a password"
                yield token.place, f"{both}, and {upload.tool} uses the password"


def _environment_differs(subject: ProblemSubject) -> Iterator[tuple[Place, str]]:
    for upload in subject.uploads:
        job = upload.planned.job
        name = job.environment.name if job.environment else ""
        expected = [environment for index, environment in subject.registered if index in {"", upload.index}]
        uses_identity = any(token.variable == upload.token_variable for token in job.id_tokens)
        if expected and uses_identity and "$" not in name and not {"", name} & set(expected):
            has = f"{upload.name} has the environment {name or '(none)'}"
            place = job.environment.place if job.environment else job.place
            yield place, f"{has}, and the publisher is registered with {', '.join(expected)}"


def _wrong_address(subject: ProblemSubject) -> Iterator[tuple[Place, str]]:
    for upload in subject.uploads:
        text = " ".join([upload.line.text, *(variable.value for variable in upload.variables.values())])
        for address in re.findall(r"https?://(?:www\.|upload\.|test\.)?pypi\.org\S*", text):
            right = "https://test.pypi.org/legacy/" if "test." in address else "https://upload.pypi.org/legacy/"
            is_upload = "/simple" not in address and "/_/oidc" not in address and "/pypi/" not in address
            if is_upload and address.strip("'\"") != right and "mint-token" not in upload.line.text:
                yield upload.line.place, f"{address} is not {right}"


CREDENTIAL_PROBLEM_KINDS = (
    PipelineProblemKind(
        "id-tokens-missing",
        "error",
        "GitLab gives a job an identity token only for `id_tokens`; twine and uv look for it in PYPI_ID_TOKEN for PyPI "
        "and in TESTPYPI_ID_TOKEN for TestPyPI.",
        "Add `id_tokens: {PYPI_ID_TOKEN: {aud: pypi}}`. If the password is a CI/CD variable of the project, name it: "
        "`--secret TWINE_PASSWORD=token`.",
        _no_identity,
    ),
    PipelineProblemKind(
        "wrong-audience",
        "error",
        "An index exchanges only identity tokens that are made for it.",
        "Write `aud: pypi` for PyPI and `aud: testpypi` for TestPyPI.",
        _wrong_audience,
    ),
    PipelineProblemKind(
        "environment-differs",
        "error",
        "A publisher that is registered with an environment accepts jobs of that environment alone.",
        "Give the job that environment, or register the publisher with the other one.",
        _environment_differs,
    ),
    PipelineProblemKind(
        "password-and-identity",
        "warning",
        "With a password, trusted publishing is not used at all, and nobody notices until the token is revoked.",
        "Remove the password, or `id_tokens`.",
        _mixed,
    ),
    PipelineProblemKind(
        "wrong-upload-address",
        "error",
        "Uploads go to the address that ends in /legacy/; other addresses of the index reject them.",
        "Use `--repository testpypi` for TestPyPI, and no address for PyPI.",
        _wrong_address,
    ),
)
