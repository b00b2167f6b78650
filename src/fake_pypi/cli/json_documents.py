"""The JSON documents that commands about files, rules and messages print with `--json`, a class for each command.

Those about indexes are in `index_documents`. The docstrings of these classes are the descriptions in the JSON Schemas
(docs/reference/schemas). A member has the same name in each document: `index` is the name of an index (`pypi`),
`project` that of a project, `version` that of a release (at the top: of the document), `filename` the name of a
distribution, `path` a file or folder on this machine, `rule` the id of a rule, `status` an HTTP status (0: the
connection is closed without an answer), `action` what the command did. A value that is unknown or does not apply is
null.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FoundRejection:
    """A reason for which PyPI would reject a file. `members` are the members of the archive that it is about."""

    rule: str
    status: int
    message: str
    members: tuple[str, ...]
    explanation: str
    remedy: str


@dataclass(frozen=True)
class CheckedFile:
    """A file that was checked. `rejections` are in PyPI's order: the first is the one that PyPI would answer with."""

    path: str
    accepted: bool
    rejections: tuple[FoundRejection, ...]


@dataclass(frozen=True)
class CheckDocument:
    """The output of `fake-pypi check`. `not_checked` are the questions that only the real site can answer."""

    files: tuple[CheckedFile, ...]
    not_checked: tuple[str, ...]


@dataclass(frozen=True)
class RuleDescription:
    """A rule by which PyPI rejects uploads.

    `message` has the names of values in braces. `unknown_offline` says what only the real site knows. `source` is the
    place in the code of the real server, `recorded` names recorded answers. `since` and `until` are dates with a public
    source.
    """

    rule: str
    family: str
    status: int
    message: str
    explanation: str
    remedy: str
    unknown_offline: str | None
    source: str
    recorded: tuple[str, ...]
    since: str | None
    until: str | None


@dataclass(frozen=True)
class RulesDocument:
    """The output of `fake-pypi rules`: all rules in PyPI's order, or the one that was named."""

    rules: tuple[RuleDescription, ...]


@dataclass(frozen=True)
class CauseDescription:
    """A possible cause of a failed upload. `rule` is null where the cause is an error of a client, which is `error`."""

    rule: str | None
    error: str | None
    status: int | None
    explanation: str
    remedy: str


@dataclass(frozen=True)
class ExplainedMessage:
    """A message or an error that was found in the text, with its possible causes.

    `complete` is false for a message that a client cut short. `until` is the day from which PyPI used it no more, `now`
    what it says since. `is_of_day` is false for a message that PyPI did not use on the day that `--as-of` names.
    `details` is advice that uses the values in the text.
    """

    message: str
    complete: bool
    until: str | None
    now: str | None
    is_of_day: bool
    details: str | None
    causes: tuple[CauseDescription, ...]


@dataclass(frozen=True)
class ExplainDocument:
    """The output of `fake-pypi explain`: what was found in the text, causes before consequences."""

    findings: tuple[ExplainedMessage, ...]


@dataclass(frozen=True)
class ReproductionAttempt:
    """An upload with a client, or a request without one (`client` null).

    `output` is that of the client, or the answer. `rules` are those that rejected its uploads, null for an upload that
    was accepted. `rejected` is true if the rule that was to be shown is among them.
    """

    client: str | None
    command: str | None
    output: str
    rules: tuple[str | None, ...]
    rejected: bool


@dataclass(frozen=True)
class ReproduceDocument:
    """The output of `fake-pypi reproduce`: the rule with PyPI's answer, and the attempts to be rejected by it."""

    rule: str
    status: int
    message: str
    explanation: str
    remedy: str
    attempts: tuple[ReproductionAttempt, ...]
    rejected: bool
