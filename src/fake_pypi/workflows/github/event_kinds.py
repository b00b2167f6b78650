"""The events that start workflows: the keys of their filters, and their activity types.

https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class EventKind:
    """An event that can start a workflow: the keys of its filters, and its activity types.

    `default_types` are those that start a workflow without `types`; empty means all of them. `not_rehearsed` says why
    the event cannot be rehearsed.
    """

    name: str
    filters: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    default_types: tuple[str, ...] = ()
    not_rehearsed: str = ""


_PULL_REQUEST_TYPES = (
    "assigned unassigned labeled unlabeled opened edited closed reopened synchronize converted_to_draft locked "
    "unlocked enqueued dequeued milestoned demilestoned ready_for_review review_requested review_request_removed "
    "auto_merge_enabled auto_merge_disabled"
)
_BRANCHES = ("branches", "branches-ignore")
_PATHS = ("paths", "paths-ignore")
_NO_RELEASE = "it has nothing to do with a release: name another event"


def _other(name: str, types: str = "", *filters: str) -> EventKind:
    return EventKind(name, (*(("types",) if types else ()), *filters), tuple(types.split()), not_rehearsed=_NO_RELEASE)


def _events(kinds: Iterable[EventKind]) -> Mapping[str, EventKind]:
    return {kind.name: kind for kind in kinds}


_CHANGED = "created edited deleted"
EVENTS = _events(
    (
        EventKind("push", (*_BRANCHES, "tags", "tags-ignore", *_PATHS)),
        EventKind(
            "release",
            ("types",),
            ("published", "unpublished", "created", "edited", "deleted", "prereleased", "released"),
        ),
        EventKind("create"),
        EventKind("workflow_dispatch", ("inputs",)),
        EventKind("workflow_call", ("inputs", "secrets", "outputs")),
        EventKind("schedule", ("cron", "timezone")),
        EventKind("repository_dispatch", ("types",)),
        EventKind(
            "pull_request",
            ("types", *_BRANCHES, *_PATHS),
            tuple(_PULL_REQUEST_TYPES.split()),
            ("opened", "synchronize", "reopened"),
        ),
        EventKind(
            "pull_request_target",
            ("types", *_BRANCHES, *_PATHS),
            tuple(_PULL_REQUEST_TYPES.split()),
            ("opened", "synchronize", "reopened"),
        ),
        EventKind("workflow_run", ("types", "workflows", *_BRANCHES), ("requested", "completed", "in_progress")),
        _other("branch_protection_rule", _CHANGED),
        _other("check_run", "created rerequested completed requested_action"),
        _other("check_suite", "completed"),
        _other("delete"),
        _other("deployment"),
        _other("deployment_status"),
        _other(
            "discussion",
            "created edited deleted transferred pinned unpinned labeled unlabeled locked unlocked category_changed "
            "answered unanswered",
        ),
        _other("discussion_comment", _CHANGED),
        _other("fork"),
        _other("gollum"),
        _other("image_version", "created ready deleted", "names", "versions"),
        _other("issue_comment", _CHANGED),
        _other(
            "issues",
            "opened edited deleted transferred pinned unpinned closed reopened assigned unassigned labeled unlabeled "
            "locked unlocked milestoned demilestoned",
        ),
        _other("label", _CHANGED),
        _other("merge_group", "checks_requested", *_BRANCHES),
        _other("milestone", "created closed opened edited deleted"),
        _other("page_build"),
        _other("project", "created closed reopened edited deleted"),
        _other("project_card", "created moved converted edited deleted"),
        _other("project_column", "created updated moved deleted"),
        _other("public"),
        _other("pull_request_comment", _CHANGED),
        _other("pull_request_review", "submitted edited dismissed"),
        _other("pull_request_review_comment", _CHANGED),
        _other("registry_package", "published updated"),
        _other("status"),
        _other("watch", "started"),
    )
)
"""The events that GitHub knows, by name."""
