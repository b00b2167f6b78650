"""The options of pytest about publishing workflows."""

from __future__ import annotations

from typing import Any

REPEATABLE: dict[str, Any] = {"action": "append"}

WORKFLOW_OPTIONS: tuple[tuple[str, str, dict[str, Any], str], ...] = (
    (
        "workflow",
        "linelist",
        {**REPEATABLE, "metavar": "FILE"},
        "rehearse this publishing workflow of GitHub or GitLab: one test for each job; may be given again",
    ),
    (
        "workflow-tag",
        "string",
        {"metavar": "TAG"},
        "the tag that starts the workflows (default: the newest one of the repository, or v and the version)",
    ),
    (
        "workflow-event",
        "string",
        {"metavar": "NAME"},
        "the event that starts the workflows, such as workflow_dispatch (default: what the tag starts)",
    ),
    (
        "workflow-repository",
        "string",
        {"metavar": "OWNER/NAME"},
        "the repository that runs the workflows (default: the remote `origin`)",
    ),
    (
        "workflow-secret",
        "linelist",
        {**REPEATABLE, "metavar": "NAME[=VALUE]"},
        "a secret of the workflows, or NAME for one that is missing; may be given again",
    ),
    (
        "workflow-input",
        "linelist",
        {**REPEATABLE, "metavar": "NAME=VALUE"},
        "an input of workflow_dispatch; may be given again",
    ),
    (
        "workflow-var",
        "linelist",
        {**REPEATABLE, "metavar": "NAME=VALUE"},
        "a value of the context `vars`, or a CI/CD variable of GitLab; may be given again",
    ),
    (
        "workflow-publisher",
        "linelist",
        {**REPEATABLE, "metavar": "PUBLISHER"},
        "a registered trusted publisher, such as 'OWNER/NAME release.yml pypi', or none; may be given again",
    ),
)
"""The options, each with the type of its ini key, arguments of argparse, and its help."""
