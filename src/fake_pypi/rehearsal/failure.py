"""The failure of a step: what happened, the rule or command behind it, and what to do."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from fake_pypi.errors import FakePyPIError
from fake_pypi.packages.requirements import RequirementsNotInstalled

if TYPE_CHECKING:
    from fake_pypi.rules.rule_set import Rule

LAST_LINES = 30
"""Most lines of a tool's output that a report shows."""
WIDTH = 100

OLD_TWINE = re.compile(r"'[\d.]+' is not a\s+valid\s+metadata\s+version")
OTHER_PYTHON = re.compile(r"require a different python version|requires a different Python", re.IGNORECASE)


@dataclass(frozen=True)
class RejectedFile:
    """A file that PyPI rejects, with PyPI's message and the rule that applies."""

    filename: str
    status: int
    message: str
    rule: str
    explanation: str = ""
    remedy: str = ""

    @classmethod
    def from_rule(cls, rule: Rule, filename: str, status: int, message: str) -> RejectedFile:
        """Create the rejection of a file with the explanation and the remedy of its rule."""
        return cls(filename, status, message, rule.id, rule.explanation, rule.remedy)

    @property
    def answer(self) -> str:
        """PyPI's answer to this file, on one line."""
        return f"{self.filename}: {self.status} {self.message}"

    @property
    def rule_lines(self) -> list[str]:
        """Lines that explain the rule; the same for every file that it rejects."""
        lines = _labelled("rule", self.rule)
        if self.explanation:
            lines += _labelled("why", self.explanation)
        if self.remedy:
            lines += _labelled("what to do", self.remedy)
        return lines

    def __str__(self) -> str:
        return describe_rejections([self])


def describe_rejections(rejected: Sequence[RejectedFile]) -> str:
    """Return PyPI's answer to each file; consecutive files that the same rule rejects share its explanation."""
    paragraphs = []
    for _, group in groupby(rejected, lambda file: file.rule_lines):
        files = list(group)
        paragraphs.append("\n".join([*(file.answer for file in files), *files[0].rule_lines]))
    return "\n\n".join(paragraphs)


class StepFailed(FakePyPIError):
    """A step of the rehearsal failed, because PyPI or a tool would reject something.

    `step` is the name of the step, `summary` one line, `command` the command that failed, `output` its output,
    `rejected` the files that the index rejected, `advice` lines that say what to do. With `later_steps_run` the steps
    that need this one run all the same: what failed is not part of what they use.
    """

    def __init__(
        self,
        summary: str,
        *,
        step: str = "",
        command: str = "",
        output: str = "",
        rejected: Sequence[RejectedFile] = (),
        advice: Sequence[str] = (),
        later_steps_run: bool = False,
    ) -> None:
        super().__init__(summary)
        self.step = step
        self.summary = summary
        self.command = command
        self.output = output
        self.rejected = tuple(rejected)
        self.advice = tuple(advice)
        self.later_steps_run = later_steps_run

    @classmethod
    def from_output(
        cls,
        command: str,
        output: str,
        summary: str,
        *,
        missing: RequirementsNotInstalled | None = None,
        purpose: str = "",
        rejected: Sequence[RejectedFile] = (),
    ) -> StepFailed:
        """Create the failure of a command from its output.

        `missing` are requirements that no package source has, which is no error of the project: the summary then
        names their `purpose` only.
        """
        if missing:
            summary = f"requirements are missing {purpose}: {missing.summary}"
        advice = [str(missing)] if missing else []
        return cls(
            summary, command=command, output=output, rejected=rejected, advice=[*advice, *advice_on_output(output)]
        )

    def __str__(self) -> str:
        parts = [f"{self.step}: {self.summary}" if self.step else self.summary]
        parts += [describe_rejections(self.rejected)] if self.rejected else []
        if self.command:
            parts.append("\n".join([f"command: {self.command}", *_last_lines(self.output)]))
        parts += self.advice
        return "\n\n".join(parts)


def advice_on_output(output: str) -> list[str]:
    """Return advice on the known errors in the output of a tool.

    >>> advice_on_output("Package 'demo' requires a different Python: 3.11.7 not in '>=3.13'")
    ['the project does not support this Python: rehearse with one that it supports']
    """
    lines = []
    if OLD_TWINE.search(output):
        lines.append("this twine does not support the metadata version of the build backend: update twine")
    if OTHER_PYTHON.search(output):
        lines.append("the project does not support this Python: rehearse with one that it supports")
    return lines


def _labelled(label: str, text: str) -> list[str]:
    paragraph = " ".join(text.split())
    return textwrap.wrap(paragraph, WIDTH, initial_indent=f"    {label + ':':<12}", subsequent_indent=" " * 16)


def _last_lines(output: str) -> list[str]:
    lines = output.strip().splitlines()
    more = [f"    ({len(lines) - LAST_LINES} lines before)"] if len(lines) > LAST_LINES else []
    return more + [f"    {line}" for line in lines[-LAST_LINES:]]
