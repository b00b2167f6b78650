"""The graph of jobs that need other jobs."""

from __future__ import annotations

from fake_pypi.workflows.github.workflow import Workflow
from fake_pypi.workflows.invalid_workflow import InvalidWorkflow


def check_needs(workflow: Workflow) -> None:
    """Check that every needed job exists, that none needs itself in a circle, and that one needs no other."""
    for job in workflow.jobs.values():
        for name in job.needs:
            if name not in workflow.jobs:
                raise InvalidWorkflow(
                    workflow.file,
                    job.lines.get("needs", job.line),
                    f"Job '{job.id}' depends on unknown job '{name}'.",
                    f"the jobs are {', '.join(workflow.jobs)}",
                )
    done: set[str] = set()
    while len(done) < len(workflow.jobs):
        ready = [job.id for job in workflow.jobs.values() if job.id not in done and done.issuperset(job.needs)]
        if not ready:
            job = next(job for job in workflow.jobs.values() if job.id in _circle(workflow, done))
            needed = next(name for name in job.needs if name not in done)
            raise InvalidWorkflow(
                workflow.file,
                job.lines.get("needs", job.line),
                f"Job '{job.id}' depends on job '{needed}' which creates a cycle in the dependency graph.",
                "remove one of the needs",
            )
        done |= set(ready)


def _circle(workflow: Workflow, done: set[str]) -> set[str]:
    """Return the jobs of a circle among those that are not done."""
    path: list[str] = []
    job = next(job.id for job in workflow.jobs.values() if job.id not in done)
    while job not in path:
        path.append(job)
        job = next(name for name in workflow.jobs[job].needs if name not in done)
    return set(path[path.index(job) :])


def ancestors(workflow: Workflow, job_id: str) -> set[str]:
    """Return the ids of all jobs that a job needs, and of those that these need."""
    found: set[str] = set()
    pending = list(workflow.jobs[job_id].needs)
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending += workflow.jobs[name].needs
    return found


def in_order(workflow: Workflow) -> list[str]:
    """Return the ids of the jobs so that each comes after those that it needs, otherwise in the order of the file."""
    ordered: list[str] = []
    while len(ordered) < len(workflow.jobs):
        ordered.append(
            next(job.id for job in workflow.jobs.values() if job.id not in ordered and set(job.needs) <= set(ordered))
        )
    return ordered
