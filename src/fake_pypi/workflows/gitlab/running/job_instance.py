"""The instances of a job, which `parallel` multiplies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fake_pypi.workflows.gitlab.pipeline_plan import PlannedPipelineJob


@dataclass(frozen=True)
class JobInstance:
    """One instance of a job: its number from 1, how many there are, and its variables of the matrix."""

    planned: PlannedPipelineJob
    number: int
    count: int
    matrix: Mapping[str, str]

    @property
    def title(self) -> str:
        """The name as GitLab shows it."""
        name = self.planned.job.name
        if self.planned.job.has_matrix:
            return f"{name}: [{', '.join(self.matrix.values())}]"
        return f"{name} {self.number}/{self.count}" if self.count > 1 else name


def instances_of(planned: PlannedPipelineJob) -> list[JobInstance]:
    """Return the instances of a job."""
    entries = planned.job.matrix
    return [JobInstance(planned, number, len(entries), entry) for number, entry in enumerate(entries, 1)]
