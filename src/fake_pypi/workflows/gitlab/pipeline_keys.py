"""The keywords of .gitlab-ci.yml, and what this project does with each.

https://docs.gitlab.com/ci/yaml/ and GitLab's schema of the file (app/assets/javascripts/editor/schema/ci.json).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

KeywordSupport = Literal["supported", "noted", "refused"]
"""A noted keyword has no effect here, and the report says so; one that is refused keeps its job from running."""


@dataclass(frozen=True)
class Keyword:
    """A keyword: whether it is supported, and a sentence where it is not. `quiet` leaves it out of the report."""

    name: str
    support: KeywordSupport = "supported"
    sentence: str = ""
    quiet: bool = False


def _keywords(supported: str, *others: Keyword) -> Mapping[str, Keyword]:
    return {keyword.name: keyword for keyword in (*map(Keyword, supported.split()), *others)}


def _noted(names: str, sentence: str, *, quiet: bool = False) -> tuple[Keyword, ...]:
    return tuple(Keyword(name, "noted", sentence, quiet) for name in names.split())


def _refused(names: str, sentence: str) -> tuple[Keyword, ...]:
    return tuple(Keyword(name, "refused", sentence) for name in names.split())


_IMAGE = Keyword(
    "image",
    "noted",
    "no container is started: the job runs in the shell of this machine; an image of Python selects the interpreter",
    quiet=True,
)
_SERVICES = Keyword("services", "noted", "no container is started, so its services do not exist")
_CACHE = Keyword("cache", "noted", "every cache is empty, as in the first pipeline", quiet=True)
_HOOKS = Keyword("hooks", "noted", "the commands of hooks are not run")
_SHOWN = "it is only shown by GitLab"
_QUIET_DEFAULTS = (
    *_noted("interruptible", "nothing is cancelled", quiet=True),
    *_noted("tags", "there is one runner, this machine", quiet=True),
)
_IDENTITY = Keyword("identity", "refused", "identities of other services do not exist here")

PIPELINE = _keywords(
    "default include stages variables workflow before_script after_script",
    _IMAGE,
    _SERVICES,
    _CACHE,
    *_noted("$schema", "it is for editors", quiet=True),
)
DEFAULT = _keywords(
    "before_script after_script artifacts id_tokens retry timeout",
    _IMAGE,
    _SERVICES,
    _CACHE,
    _HOOKS,
    *_QUIET_DEFAULTS,
    _IDENTITY,
)
JOB = _keywords(
    "script before_script after_script stage extends rules only except variables inherit needs dependencies artifacts "
    "environment id_tokens parallel allow_failure when retry timeout",
    _IMAGE,
    _SERVICES,
    _CACHE,
    _HOOKS,
    *_QUIET_DEFAULTS,
    *_noted("release", "no release is created on GitLab; the script runs"),
    *_noted("start_in", "the job does not wait", quiet=True),
    *_noted("resource_group", "jobs run one after another", quiet=True),
    *_noted("coverage manual_confirmation dast_configuration", _SHOWN, quiet=True),
    *_noted("pages publish", "no site is published"),
    _IDENTITY,
    *_refused("secrets", "the secrets of an external provider do not exist here"),
    *_refused("trigger", "other pipelines are not started"),
    *_refused("run", "steps (`run`) are not supported: use `script`"),
    *_refused("inputs", "inputs of jobs are not supported"),
)
WORKFLOW = _keywords(
    "rules", *_noted("name", _SHOWN, quiet=True), *_noted("auto_cancel", "nothing is cancelled", quiet=True)
)
RULE = _keywords(
    "if changes exists when allow_failure variables needs",
    *_noted("start_in", "the job does not wait", quiet=True),
    *_noted("interruptible", "nothing is cancelled", quiet=True),
)
WORKFLOW_RULE = _keywords(
    "if changes exists when variables", *_noted("auto_cancel", "nothing is cancelled", quiet=True)
)
INCLUDE_RULE = _keywords("if exists changes when")
CHANGES = _keywords("paths compare_to")
EXISTS = _keywords("paths", *_refused("project ref", "other projects are not on this machine"))
INCLUDE = _keywords(
    "local rules",
    *_refused("project file ref", "other projects are not on this machine"),
    *_refused("remote integrity", "other hosts cannot be reached"),
    *_refused("template", "GitLab's templates are not part of this project"),
    *_refused("component", "components of GitLab are not on this machine"),
    *_refused("inputs", "inputs of included files are not supported"),
    *_noted("cache", "nothing is downloaded", quiet=True),
)
POLICY = _keywords("refs variables changes", *_refused("kubernetes", "there is no cluster"))
VARIABLE = _keywords("value expand", *_noted("description options", _SHOWN, quiet=True))
INHERIT = _keywords("default variables")
NEED = _keywords(
    "job artifacts optional",
    *_refused("project ref", "artifacts of other projects are not on this machine"),
    *_refused("pipeline", "other pipelines are not on this machine"),
    *_refused("parallel", "needs of single jobs of a matrix are not supported"),
)
ARTIFACTS = _keywords(
    "paths exclude untracked when reports",
    *_noted("expire_in", "nothing expires", quiet=True),
    *_noted("expose_as name public access", _SHOWN, quiet=True),
)
ENVIRONMENT = _keywords(
    "name url",
    *_noted("action on_stop auto_stop_in kubernetes deployment_tier", "there are no deployments", quiet=True),
)
ID_TOKEN = _keywords("aud")
PARALLEL = _keywords("matrix")
ALLOW_FAILURE = _keywords("exit_codes")
RETRY = _keywords("max when exit_codes")
REPORTS = _keywords(
    "dotenv",
    *_noted(
        "accessibility annotations api_fuzzing browser_performance cluster_image_scanning codequality "
        "container_scanning coverage_fuzzing coverage_report cyclonedx dast dependency_scanning junit "
        "license_management license_scanning load_performance lsif metrics repository_xray requirements "
        "requirements_v2 sast sbom secret_detection terraform",
        "reports are not collected",
        quiet=True,
    ),
)

KEYWORD_PLACES: Mapping[str, Mapping[str, Keyword]] = {
    "file": PIPELINE,
    "default": DEFAULT,
    "job": JOB,
    "workflow": WORKFLOW,
    "rules of a job": RULE,
    "rules of workflow": WORKFLOW_RULE,
    "rules of include": INCLUDE_RULE,
    "changes": CHANGES,
    "exists": EXISTS,
    "include": INCLUDE,
    "only and except": POLICY,
    "variables": VARIABLE,
    "inherit": INHERIT,
    "needs": NEED,
    "artifacts": ARTIFACTS,
    "artifacts: reports": REPORTS,
    "environment": ENVIRONMENT,
    "id_tokens": ID_TOKEN,
    "parallel": PARALLEL,
    "allow_failure": ALLOW_FAILURE,
    "retry": RETRY,
}
"""Every kind of mapping with its keywords."""
