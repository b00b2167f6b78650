"""The call of an action by a step: its inputs, its job, and what it prints."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.workflows.github.running.running_job import ActionFailed, CommandOutcome

if TYPE_CHECKING:
    from fake_pypi.workflows.github.running.running_job import RunningJob


@dataclass
class ActionCall:
    """One call. `inputs` are those of the step by lower-case name, `version` is what stands behind the `@`.

    `variables` are those of the step, `output` collects what the action prints.
    """

    job: RunningJob
    action: str
    version: str
    inputs: Mapping[str, str]
    variables: Mapping[str, str]
    timeout: float | None = None
    output: list[str] = field(default_factory=list)

    def text(self, *names: str, default: str = "") -> str:
        """Return the first input of these names that is not empty, or the default."""
        return next((self.inputs[name] for name in names if self.inputs.get(name, "").strip()), default).strip()

    def flag(self, *names: str, default: bool = False) -> bool:
        """Return an input that is "true" or "false"."""
        return self.text(*names, default="true" if default else "false").lower() == "true"

    def lines(self, *names: str) -> list[str]:
        """Return the lines of an input that are not empty."""
        return [line.strip() for line in self.text(*names).splitlines() if line.strip()]

    @property
    def major(self) -> int | None:
        """The major version of the action, None for a branch or the hash of a commit."""
        number = self.version.lstrip("v").partition(".")[0]
        return int(number) if number.isdigit() and len(self.version) < 20 else None

    def print(self, text: str) -> None:
        """Print a line in the log of the step."""
        self.output.append(text)

    def note(self, text: str) -> None:
        """Print a line, and repeat it below the run: a difference from GitHub."""
        self.output.append(f"note: {text}")
        self.job.session.report.add_note(text)

    def warn(self, text: str) -> None:
        """Print a warning, and repeat it below the run."""
        self.output.append(f"warning: {text}")
        self.job.session.report.add_warning(f"{self.job.report.title}: {text}")

    def check_inputs(self, names: str) -> None:
        """Warn of inputs that the action does not have; `names` are those that it has, with spaces between them."""
        known = names.split()
        for name in self.inputs:
            if name not in known:
                near = difflib.get_close_matches(name, known, 1)
                hint = f" (did you mean {near[0]!r}?)" if near else ""
                self.warn(f"Unexpected input(s) {name!r} of {self.action}, which has no effect{hint}")

    def path(self, text: str) -> Path:
        """Return a path that an input names, which is relative to the workspace."""
        home = str(self.job.shell.home)
        return self.job.workspace / (text.replace("~", home, 1) if text.startswith("~") else text)

    def run(
        self,
        arguments: Sequence[str],
        *,
        cwd: Path | None = None,
        variables: Mapping[str, str] | None = None,
        shown: str = "",
        check: bool = True,
    ) -> CommandOutcome:
        """Run a command and print it with its output. Raises `ActionFailed` where it fails, unless `check=False`."""
        self.print(f"$ {shown or ' '.join(arguments)}")
        outcome = self.job.run(
            arguments, variables={**self.variables, **(variables or {})}, cwd=cwd, timeout=self.timeout
        )
        if outcome.output.strip():
            self.print(outcome.output.rstrip())
        if check and outcome.exit_code:
            raise ActionFailed(f"`{shown or ' '.join(arguments)}` ended with exit code {outcome.exit_code}")
        return outcome
