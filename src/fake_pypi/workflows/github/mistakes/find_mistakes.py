"""Find the mistakes of a workflow that cost people releases."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fake_pypi.workflows.github.mistakes.artifacts import ARTIFACT_MISTAKES
from fake_pypi.workflows.github.mistakes.conditions import CONDITION_MISTAKES
from fake_pypi.workflows.github.mistakes.credentials import CREDENTIAL_MISTAKES
from fake_pypi.workflows.github.mistakes.mistake import KnownPublisher, Mistake, Subject
from fake_pypi.workflows.github.mistakes.versions import VERSION_MISTAKES
from fake_pypi.workflows.github.plan import Plan, make_plan
from fake_pypi.workflows.github.triggers import events_of

MISTAKES = (*VERSION_MISTAKES, *ARTIFACT_MISTAKES, *CREDENTIAL_MISTAKES, *CONDITION_MISTAKES)
"""Every kind of mistake."""
RANK = {"error": 0, "warning": 1, "hint": 2}


def find_mistakes(
    plan: Plan, root: Path, *, version: str | None = None, publishers: Sequence[KnownPublisher] = ()
) -> list[Mistake]:
    """Return the mistakes of a planned run: errors first, then warnings and hints, each by line.

    `root` is the folder of the repository, `version` the project's version, and `publishers` are those registered.
    """

    def replan(event: str) -> Plan:
        return make_plan(plan.workflow, events_of(plan.workflow, name=event)[0], root)

    subject = Subject(plan, version, publishers, replan)
    found = {
        Mistake(kind.id, kind.severity, plan.workflow.file, each.line, each.job, each.what, kind.why, kind.remedy)
        for kind in MISTAKES
        for each in kind.find(subject)
    }
    return sorted(found, key=lambda mistake: (RANK[mistake.severity], mistake.line, mistake.id, mistake.what))
