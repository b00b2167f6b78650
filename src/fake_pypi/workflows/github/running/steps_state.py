"""What the steps of a job share, and what a step needs of the steps before it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fake_pypi.workflows.github.expressions import Status

if TYPE_CHECKING:
    from fake_pypi.workflows.github.workflow import Defaults, WorkflowStep


@dataclass
class StepsState:
    """The state that the steps of one job, or of one composite action, share.

    `contexts` are those of the steps without `steps`, `env` and `job`. `env` are the variables of the keys `env` of the
    workflow and the job. `results` are outputs, outcome and conclusion of the steps with an id. `folder` is that of the
    composite action, None for the steps of a job; `depth` is how many actions are around the steps.
    """

    contexts: dict[str, Any]
    env: dict[str, str] = field(default_factory=dict)
    defaults: tuple[Defaults, ...] = ()
    results: dict[str, dict[str, Any]] = field(default_factory=dict)
    failed: bool = False
    cancelled: bool = False
    depth: int = 0
    folder: Path | None = None

    @property
    def action_variables(self) -> dict[str, str]:
        """The variable that only the steps of an action have."""
        return {} if self.folder is None else {"GITHUB_ACTION_PATH": str(self.folder)}

    @property
    def status(self) -> Status:
        """What the status functions return to the next step."""
        return Status(success=not self.failed and not self.cancelled, failure=self.failed, cancelled=self.cancelled)


def hash_files(folder: Path, *patterns: str) -> str:
    """Return one SHA-256 digest of all files that the patterns match, "" without one, as `hashFiles` does."""
    files = sorted({file for pattern in patterns for file in folder.glob(pattern.removeprefix("./")) if file.is_file()})
    digests = b"".join(hashlib.sha256(file.read_bytes()).digest() for file in files)
    return hashlib.sha256(digests).hexdigest() if files else ""


def users_of_outputs(step_id: str, later: Iterable[WorkflowStep], outputs: Mapping[str, Any]) -> list[str]:
    """Return what refers to the outputs of a step: later steps, and outputs of the job."""
    pattern = re.compile(rf"\bsteps\s*\.\s*{re.escape(step_id)}\s*\.\s*outputs\b", re.IGNORECASE)
    steps = [f"the step {step.title!r}" for step in later if any(pattern.search(text) for text in _texts(step))]
    return steps + [f"the output {name!r}" for name, value in outputs.items() if pattern.search(str(value))]


def _texts(step: WorkflowStep) -> Iterator[str]:
    yield from (str(text) for text in (step.run, step.condition, step.name, step.working_directory) if text)
    yield from (str(value) for mapping in (step.env, step.inputs) for value in mapping.values())
