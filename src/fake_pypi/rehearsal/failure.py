"""A step that failed, told so that nothing else has to be opened to act on it."""

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
"""Lines of a tool's output that a report shows."""
WIDTH = 100

NOT_FOUND = re.compile(r"No matching distribution found for ([A-Za-z0-9][\w.-]*(?:\[[^\]]*\])?(?:[<>=!~]=?[^\s(;]*)?)")
INSTEAD = re.compile(r"satisfies\s+the\s+requirement\s+(\S+)[^()]*\(from\s+versions:\s+([^)]*)\)")
WRAPPED = re.compile(r"(?<=-)\n +")
"""Where `build` breaks a long requirement in two."""
OLD_TWINE = re.compile(r"'[\d.]+' is not a\s+valid\s+metadata\s+version")
OTHER_PYTHON = re.compile(r"require a different python version|requires a different Python", re.IGNORECASE)


@dataclass(frozen=True)
class RejectedFile:
    """One file that PyPI rejects: its words, and the rule behind them."""

    filename: str
    status: int
    message: str
    rule: str
    explanation: str = ""
    remedy: str = ""

    @classmethod
    def by(cls, rule: Rule, filename: str, status: int, message: str) -> RejectedFile:
        """Let a rule say why it exists and what to do."""
        return cls(filename, status, message, rule.id, rule.explanation, rule.remedy)

    @property
    def words(self) -> str:
        """The answer to this file, on one line."""
        return f"{self.filename}: {self.status} {self.message}"

    @property
    def paragraphs(self) -> list[str]:
        """Lines about the rule, which are the same for every file that it rejects."""
        lines = _about("rule", self.rule)
        if self.explanation:
            lines += _about("why", self.explanation)
        if self.remedy:
            lines += _about("what to do", self.remedy)
        return lines

    def __str__(self) -> str:
        return told([self])


def told(rejected: Sequence[RejectedFile]) -> str:
    """What PyPI said to each file; a rule that rejected several in a row is explained once."""
    paragraphs = []
    for _, alike in groupby(rejected, lambda each: each.paragraphs):
        files = list(alike)
        paragraphs.append("\n".join([*(each.words for each in files), *files[0].paragraphs]))
    return "\n\n".join(paragraphs)


class StepFailed(FakePyPIError):
    """A step of the rehearsal came to something that PyPI or a tool would reject.

    `step` is its name, `summary` one line, `command` what was run, `said` its output, `rejected` what the index
    said, `advice` lines that help.
    """

    def __init__(
        self,
        summary: str,
        *,
        step: str = "",
        command: str = "",
        said: str = "",
        rejected: Sequence[RejectedFile] = (),
        advice: Sequence[str] = (),
    ) -> None:
        super().__init__(summary)
        self.step = step
        self.summary = summary
        self.command = command
        self.said = said
        self.rejected = tuple(rejected)
        self.advice = tuple(advice)

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
        """Explain the output of a command that failed.

        `missing` is what it did not find, which is no fault of the project: then the summary says what it was
        needed for (`purpose`), and no more.
        """
        if missing:
            summary = f"what is needed {purpose} is not all here: {missing.summary}"
        advice = [str(missing)] if missing else []
        return cls(summary, command=command, said=output, rejected=rejected, advice=[*advice, *advice_on(output)])

    def __str__(self) -> str:
        parts = [f"{self.step}: {self.summary}" if self.step else self.summary]
        parts += [told(self.rejected)] if self.rejected else []
        if self.command:
            parts.append("\n".join([f"command: {self.command}", *_last_lines(self.said)]))
        parts += self.advice
        return "\n\n".join(parts)


def advice_on(output: str) -> list[str]:
    """Return what helps with a known complaint of a tool.

    >>> advice_on("Package 'demo' requires a different Python: 3.11.7 not in '>=3.13'")
    ['the project does not support this Python: rehearse with one that it supports']
    """
    lines = []
    if OLD_TWINE.search(output):
        lines.append("this twine is older than the metadata that the build backend writes: update twine")
    if OTHER_PYTHON.search(output):
        lines.append("the project does not support this Python: rehearse with one that it supports")
    return lines


def missing_from(said: str, *, project: str | None) -> RequirementsNotInstalled | None:
    """Which distributions an installer did not find, and which versions of them it was offered; None if it did."""
    whole = WRAPPED.sub("", said)
    missing = [each for each in dict.fromkeys(NOT_FOUND.findall(whole)) if project_of(each) != project]
    offered = {asked: " ".join(versions.split()) for asked, versions in INSTEAD.findall(whole)}
    others = {each: offered.get(each, "none") for each in missing}
    instead = [f"{_written(each)} {versions}" for each, versions in others.items() if versions != "none"]
    return RequirementsNotInstalled(missing, instead) if missing else None


def project_of(requirement: str) -> str:
    """Return the normalized name of the project that a requirement names."""
    return re.sub(r"[-_.]+", "-", _written(requirement)).lower()


def _written(requirement: str) -> str:
    """The name in a requirement, as it is written there."""
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]


def _about(label: str, text: str) -> list[str]:
    paragraph = " ".join(text.split())
    return textwrap.wrap(paragraph, WIDTH, initial_indent=f"    {label + ':':<12}", subsequent_indent=" " * 16)


def _last_lines(said: str) -> list[str]:
    lines = said.strip().splitlines()
    more = [f"    ({len(lines) - LAST_LINES} lines before)"] if len(lines) > LAST_LINES else []
    return more + [f"    {line}" for line in lines[-LAST_LINES:]]
