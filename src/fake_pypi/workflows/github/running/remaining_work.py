"""What the real sites need for what a job has done: a publisher, an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fake_pypi.workflows.github.running.github_publishers import GitHubPublisherEntry

if TYPE_CHECKING:
    from fake_pypi.fake import FakeIndexes
    from fake_pypi.workflows.github.running.run_session import RunSession


def request_totals(indexes: FakeIndexes) -> dict[str, int]:
    """Return the number of requests so far, by the name of the index's site."""
    return {index.site.name: index.requests.total for index in indexes.all}


def list_what_remains(
    session: RunSession, file: str, claims: dict[str, Any] | None, environment: str, before: dict[str, int]
) -> None:
    """List what is to be done for a job that has ended: `file` is its workflow, `before` the totals at its start."""
    report, published = session.report, False
    for index in session.indexes.all:
        requests = index.requests.after(before[index.site.name])
        published = published or any(request.is_upload for request in requests)
        exchanged = any(request.path.endswith("/mint-token") and request.status == 200 for request in requests)
        if claims is None or not exchanged:
            continue
        if claims["job_workflow_ref"] != claims["workflow_ref"]:
            report.add_warning(
                f"{file} is a reusable workflow that publishes, which PyPI does not support: its attestations may be "
                "rejected; publish in a job of the calling workflow"
            )
        if session.publishers.stated is None:
            entry = GitHubPublisherEntry.of_claims(claims)
            report.add_remaining(session.publishers.remaining_text(index, entry))
    if environment and published:
        report.add_remaining(
            f"create the environment {environment} in the settings of {session.repository} on GitHub, with required "
            "reviewers where a person is to confirm each release"
        )
