"""The event that starts a pipeline, and the predefined variables that rules see.

https://docs.gitlab.com/ci/variables/predefined_variables/
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from fake_pypi.errors import UsageError
from fake_pypi.index.look_ups import number_of

MERGE_REQUEST = "merge_request_event"
SOURCES = {
    "push": "push",
    "tag": "push",
    "merge_request": MERGE_REQUEST,
    MERGE_REQUEST: MERGE_REQUEST,
    "pull_request": MERGE_REQUEST,
    "schedule": "schedule",
    "web": "web",
    "api": "api",
    "trigger": "trigger",
}
"""The value of CI_PIPELINE_SOURCE by what `--event` may be."""
SERVER = "gitlab.com"
SERVER_VARIABLES = {
    "CI_API_V4_URL": f"https://{SERVER}/api/v4",
    "CI_SERVER": "yes",
    "CI_SERVER_FQDN": SERVER,
    "CI_SERVER_HOST": SERVER,
    "CI_SERVER_NAME": "GitLab",
    "CI_SERVER_PORT": "443",
    "CI_SERVER_PROTOCOL": "https",
    "CI_SERVER_URL": f"https://{SERVER}",
}
NO_COMMIT = "0" * 40


@dataclass(frozen=True)
class PipelineEvent:
    """What starts the pipeline: its source, and the tag or the branch.

    `target_branch` is that of a merge request. `project` is the path of the project, as "group/demo".
    """

    source: str
    project: str
    tag: str = ""
    branch: str = ""
    default_branch: str = "main"
    sha: str = ""

    @classmethod
    def of(
        cls, name: str | None, *, project: str, tag: str | None, branch: str | None, default_branch: str, sha: str = ""
    ) -> PipelineEvent:
        """Return the event that the user names. Raises `UsageError`."""
        source = SOURCES.get(name or "push")
        if source is None:
            raise UsageError(f"GitLab has no event {name!r} here", f"choose one of {', '.join(sorted(SOURCES))}")
        if source == MERGE_REQUEST and tag:
            raise UsageError("a merge request is about a branch", "give --branch, or no --event")
        chosen = branch or default_branch
        if source == MERGE_REQUEST and chosen == default_branch:
            chosen = "feature"
        return cls(source, project, tag or "", "" if tag else chosen, default_branch, sha)

    @property
    def is_merge_request(self) -> bool:
        """Whether the pipeline is one of a merge request."""
        return self.source == MERGE_REQUEST

    @property
    def ref_name(self) -> str:
        """The name of the tag or branch."""
        return self.tag or self.branch

    @property
    def ref(self) -> str:
        """The full ref, as in the claims of identity tokens."""
        if self.is_merge_request:
            return "refs/merge-requests/1/head"
        return f"refs/tags/{self.tag}" if self.tag else f"refs/heads/{self.branch}"

    def __str__(self) -> str:
        if self.is_merge_request:
            return f"A merge request of the branch {self.branch} to {self.default_branch}"
        what = f"the tag {self.tag}" if self.tag else f"the branch {self.branch}"
        return f"A push of {what}" if self.source == "push" else f"A pipeline of the source {self.source} for {what}"

    def variables(self) -> dict[str, str]:
        """Return the predefined variables that exist before a job runs; rules see them."""
        sha = self.sha or NO_COMMIT
        variables = {
            "CI": "true",
            "GITLAB_CI": "true",
            "CI_COMMIT_BEFORE_SHA": NO_COMMIT,
            "CI_COMMIT_REF_NAME": self.ref_name,
            "CI_COMMIT_REF_SLUG": slug_of(self.ref_name),
            "CI_COMMIT_REF_PROTECTED": "true" if self.tag or self.branch == self.default_branch else "false",
            "CI_COMMIT_SHA": sha,
            "CI_COMMIT_SHORT_SHA": sha[:8],
            "CI_CONFIG_PATH": ".gitlab-ci.yml",
            "CI_DEFAULT_BRANCH": self.default_branch,
            "CI_PIPELINE_SOURCE": self.source,
            **self._project_variables(),
            **SERVER_VARIABLES,
        }
        if self.tag:
            return {**variables, "CI_COMMIT_TAG": self.tag}
        if not self.is_merge_request:
            return {**variables, "CI_COMMIT_BRANCH": self.branch}
        return {
            **variables,
            "CI_MERGE_REQUEST_ID": "1",
            "CI_MERGE_REQUEST_IID": "1",
            "CI_MERGE_REQUEST_EVENT_TYPE": "detached",
            "CI_MERGE_REQUEST_PROJECT_PATH": self.project,
            "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH": self.project,
            "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": self.branch,
            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": self.default_branch,
        }

    def _project_variables(self) -> dict[str, str]:
        namespace, _, name = self.project.rpartition("/")
        return {
            "CI_PROJECT_ID": number_of(self.project),
            "CI_PROJECT_NAME": name,
            "CI_PROJECT_NAMESPACE": namespace,
            "CI_PROJECT_PATH": self.project,
            "CI_PROJECT_PATH_SLUG": slug_of(self.project),
            "CI_PROJECT_ROOT_NAMESPACE": namespace.partition("/")[0],
            "CI_PROJECT_TITLE": name,
            "CI_PROJECT_URL": f"https://{SERVER}/{self.project}",
            "CI_PROJECT_VISIBILITY": "public",
            "GITLAB_USER_LOGIN": namespace.partition("/")[0],
        }


def slug_of(text: str) -> str:
    """Return a text as GitLab shortens it for addresses.

    >>> slug_of("Release/1.0")
    'release-1-0'
    """
    return re.sub(r"[^a-z0-9]", "-", text.lower())[:63].strip("-")
