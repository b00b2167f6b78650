"""The CI/CD variables of the project: what its settings on GitLab would have, and of which index each token is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from fake_pypi.workflows.gitlab.pipeline import Pipeline, PipelineJob
from fake_pypi.workflows.gitlab.pipeline_event import PipelineEvent
from fake_pypi.workflows.running.log_secrets import LogSecrets
from fake_pypi.workflows.running.run_secrets import GITHUB_TOKEN, RunSecrets

if TYPE_CHECKING:
    from fake_pypi.fake import FakeIndexes

TOKEN = "token"  # noqa: S105 - the word that the user writes
"""The value of `--secret NAME=token`: a new token of the index that it reaches."""
_USE = re.compile(r"(?<![\\$])\$(?:\{([A-Za-z_]\w*)|([A-Za-z_]\w*))")
_ASSIGNMENT = re.compile(
    r"(?:^|[\s;&|(])([A-Za-z_]\w*)=|\bfor\s+([A-Za-z_]\w*)\s+in\b|\bread\s+(?:-\w+\s+)*([A-Za-z_]\w*)"
)
_CREDENTIAL = re.compile(
    r"TOKEN|PASSWORD|PASSWD|PASSPHRASE|SECRET|CREDENTIAL|API_?KEY|USERNAME$|_USER$|_AUTH$", re.IGNORECASE
)


def undefined_names(pipeline: Pipeline, event: PipelineEvent) -> dict[str, PipelineJob]:
    """Return the variables that scripts use and that nothing in the file defines, with the first job that does."""
    names: dict[str, PipelineJob] = {}
    predefined = event.variables()
    for job in pipeline.jobs.values():
        text = "\n".join(line.text for line in (*job.commands, *job.after_script))
        values = [*pipeline.variables.values(), *job.variables.values()]
        texts = [text, *(variable.value for variable in values if variable.expand)]
        defined = {*pipeline.variables, *(token.variable for token in job.id_tokens), *_assigned(text)}
        # `variables: {TWINE_PASSWORD: $TWINE_PASSWORD}` passes a variable of the project on.
        own = {name for name, variable in job.variables.items() if variable.value not in {f"${name}", f"${{{name}}}"}}
        defined |= own | {name for entry in job.matrix for name in entry}
        for name in _used(texts):
            if name not in defined and name not in predefined and not name.startswith(("CI_", "GITLAB_")):
                names.setdefault(name, job)
    return names


def _used(texts: list[str]) -> Iterator[str]:
    for text in texts:
        for braced, plain in _USE.findall(text):
            yield braced or plain


def _assigned(text: str) -> set[str]:
    return {name for line in text.splitlines() for names in _ASSIGNMENT.findall(line) for name in names if name}


def is_credential(name: str) -> bool:
    """Return whether the name of a variable says that it is a secret, or the user name of one."""
    return _CREDENTIAL.search(name) is not None


class ProjectVariables:
    """The CI/CD variables: `given` secrets (None for one that is missing), plain `variables`, and those used.

    A credential that the file uses and does not define is a token of the index that it reaches.
    """

    def __init__(
        self,
        indexes: FakeIndexes,
        log_secrets: LogSecrets,
        *,
        used: Mapping[str, PipelineJob],
        given: Mapping[str, str | None],
        variables: Mapping[str, str],
    ) -> None:
        self.variables = dict(variables)
        self.assumed = sorted(name for name in used if is_credential(name) and name not in {*given, *variables})
        tokens = [name for name, value in given.items() if value == TOKEN]
        stated = {name: value for name, value in given.items() if value != TOKEN}
        self.secrets = RunSecrets(indexes, log_secrets, names=[*self.assumed, *tokens], given=stated)
        self._written = {name.upper(): name for name in (*self.assumed, *given)}

    def values(self, environment: str = "") -> dict[str, str]:
        """Return the values in a deployment environment."""
        context = {name: value for name, value in self.secrets.context(environment).items() if name != GITHUB_TOKEN}
        return {**self.variables, **{self._written.get(name, name): value for name, value in context.items()}}
