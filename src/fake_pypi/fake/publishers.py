"""The trusted publishers of a fake index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.errors import UsageError
from fake_pypi.fake.ci_job import github_claims
from fake_pypi.index.publishers import GITLAB, PendingPublisher
from fake_pypi.operations import publishers
from fake_pypi.operations.actor import ADMINISTRATOR

if TYPE_CHECKING:
    from fake_pypi.fake.users import FakeUsers
    from fake_pypi.index import Index
    from fake_pypi.index.accounts import User
    from fake_pypi.index.publishers import Publisher


class FakePublishers:
    """The trusted publishers of one index.

    With `pending` the project need not exist: the publisher's first use creates it, in the name of `user` (the
    default user if none is given).
    """

    def __init__(self, index: Index, users: FakeUsers) -> None:
        self._index = index
        self._users = users

    def add_github(
        self,
        project: str,
        *,
        owner: str,
        repository: str,
        workflow: str,
        environment: str = "",
        owner_id: str | None = None,
        pending: bool = False,
        user: User | str | None = None,
    ) -> Publisher | PendingPublisher:
        """Trust a workflow file, as `owner="octo", repository="demo", workflow="release.yml"`.

        `owner_id` is GitHub's number of the owner; without one it is the number that `github_oidc` uses.
        """
        known = owner_id or github_claims(repository=owner, workflow=workflow)["repository_owner_id"]
        facts = {
            "owner": owner,
            "owner_id": str(known),
            "repository": repository,
            "workflow": workflow,
            "environment": environment.lower(),
        }
        return self._trust("github", project, facts, pending=pending, user=user)

    def add_gitlab(
        self,
        project: str,
        *,
        namespace: str,
        repository: str,
        workflow: str = ".gitlab-ci.yml",
        environment: str = "",
        issuer: str = GITLAB,
        pending: bool = False,
        user: User | str | None = None,
    ) -> Publisher | PendingPublisher:
        """Trust a pipeline file of a GitLab project; `issuer` is another address for a self-managed GitLab."""
        facts = {
            "namespace": namespace,
            "repository": repository,
            "workflow": workflow,
            "environment": environment,
        }
        return self._trust("gitlab", project, facts, pending=pending, user=user, issuer=issuer)

    def add_google(
        self,
        project: str,
        *,
        email: str,
        subject: str = "",
        pending: bool = False,
        user: User | str | None = None,
    ) -> Publisher | PendingPublisher:
        """Trust a service account of Google Cloud, for one subject only if `subject` is given."""
        facts = {"email": email, "sub": subject}
        return self._trust("google", project, facts, pending=pending, user=user)

    def add_activestate(
        self,
        project: str,
        *,
        organization: str,
        activestate_project: str,
        actor: str,
        actor_id: str = "",
        pending: bool = False,
        user: User | str | None = None,
    ) -> Publisher | PendingPublisher:
        """Trust the builds that a user makes in a project of an organization on ActiveState."""
        facts = {
            "organization": organization,
            "project": activestate_project,
            "actor": actor,
            "actor_id": actor_id or actor,
        }
        return self._trust("activestate", project, facts, pending=pending, user=user)

    def remove(self, project: str, publisher: Publisher | PendingPublisher) -> None:
        """Trust a publisher with a project no longer; its tokens are removed with its last project."""
        if isinstance(publisher, PendingPublisher):
            publishers.remove_pending(self._index, ADMINISTRATOR, publisher)
        else:
            publishers.remove(self._index, ADMINISTRATOR, publisher, project)

    def _trust(
        self,
        kind: str,
        project: str,
        facts: dict[str, str],
        *,
        pending: bool,
        user: User | str | None,
        issuer: str | None = None,
    ) -> Publisher | PendingPublisher:
        if pending:
            owner = self._users.resolve(user)
            return publishers.add_pending(
                self._index, ADMINISTRATOR, kind, facts, project_name=project, user=owner, issuer=issuer
            )
        if user is not None:
            raise UsageError("only a pending publisher belongs to a user", "leave user out, or give pending=True")
        return publishers.add(self._index, ADMINISTRATOR, kind, facts, project=project, issuer=issuer)
