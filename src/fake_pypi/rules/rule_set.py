"""A rule is one reason to reject an upload; a rule set keeps rules in PyPI's order.

A rule is a small class: its docstring explains it, its `message_template` is PyPI's message. The first rule of a
set that rejects an upload decides.

    verdict = rule_set.judge(upload, index)          # the server: stops at the first rejection
    rejections = rule_set.check_all(upload, index)   # `fake-pypi check`: every rejection
"""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import takewhile
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar

from fake_pypi.errors import FakePyPIError, UsageError

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.packages.package import Package
    from fake_pypi.rules.upload import Upload


_ID = attrgetter("id")


class Rule(ABC):
    """One reason to reject an upload.

    `id` is kebab-case (the real server's own word for the reason where it has one), `status` the HTTP status,
    `message_template` PyPI's message with `{facts}`, `remedy` what to do about it, `source` the file and the function
    whose message it is (`message_sources.warehouse`), `recorded` the recorded cases that the rule rejects. `since`
    is the day from which PyPI has the rule, `until` the day from which it does not have it any more (as "2026-08-21";
    "" where no dated source is known), `dated_by` is that source, `ended_by` that of `until` if it is another.
    `unknown_offline` names what only the real index knows ("whether the file name is in use"), and is empty where the
    files decide. `page` replaces the message on the page of the response, where PyPI shows less there. Neighboring
    rules with the same `together` are checked together: of their rejections the one with the smallest `rank` counts, as
    PyPI shows only the first field whose metadata is wrong. `as_of` is the day whose values the rule applies ("" for
    today), and `wordings` are its messages on that day where they were others than today's; `on` sets both.
    """

    id: ClassVar[str]
    status: int = 400
    message_template: str = ""
    remedy: ClassVar[str] = ""
    source: ClassVar[str] = ""
    recorded: ClassVar[tuple[str, ...]] = ()
    since: ClassVar[str] = ""
    until: ClassVar[str] = ""
    dated_by: ClassVar[str] = ""
    ended_by: ClassVar[str] = ""
    unknown_offline: ClassVar[str] = ""
    page: ClassVar[str | None] = None
    together: ClassVar[str] = ""
    as_of: str = ""
    wordings: tuple[Wording, ...] = ()

    @abstractmethod
    def check(self, upload: Upload, index: Index) -> Rejection | None:
        """Return the rejection; None for an upload that is fine, and where the facts that it needs are missing."""

    def check_all(self, upload: Upload, index: Index) -> Iterable[Rejection]:
        """Return every rejection of this rule, where `check` returns the one that PyPI answers with."""
        rejection = self.check(upload, index)
        return () if rejection is None else (rejection,)

    def example(self) -> Example:
        """Return the smallest upload that this rule is the first to reject; `NoExample` if it has none."""
        raise NoExample(self.id)

    def reject(self, **facts: Any) -> Rejection:
        """Return a rejection with these facts filled into PyPI's message."""
        return Rejection(self, facts)

    def reject_members(self, members: Iterable[str], rank: tuple[int | str, ...] = ()) -> Rejection:
        """Return a rejection of members of the archive, by their names; equal names count once."""
        return Rejection(self, members=tuple(dict.fromkeys(members)), rank=rank)

    def existed_on(self, day: str) -> bool:
        """Return whether PyPI had the rule on a day, as "2024-06-01"; True where no date is known."""
        return self.since <= day and not (self.until and self.until <= day)

    @property
    def last_day(self) -> str:
        """The last day on which PyPI had the rule; "" if it still has it."""
        return (date.fromisoformat(self.until) - timedelta(days=1)).isoformat() if self.until else ""

    def on(self, day: str, wordings: Iterable[Wording] = ()) -> Rule:
        """Return the rule with its values of a day, and its messages of that day where they were others."""
        dated = copy(self)
        dated.as_of, dated.wordings = day, tuple(wordings)
        return dated

    def wording(self, facts: Mapping[str, Any]) -> Wording:
        """Return the message, with braces, and the status for these facts."""
        applicable = (wording for wording in self.wordings if wording.applies(facts))
        return next(applicable, Wording(self.message_template, self.status))

    @property
    def messages(self) -> tuple[str, ...]:
        """PyPI's messages with `{facts}`: several for a rule whose `message_template` is filled in with sentences."""
        return (self.message_template,)

    @property
    def shown_message(self) -> str:
        """PyPI's message with `{facts}`, to be shown to people: the only one of `messages`, else the template."""
        if self.wordings:
            return self.wordings[0].message
        return self.messages[0] if len(self.messages) == 1 else self.message_template

    @property
    def family(self) -> str:
        """The name of the module that holds the rule, as "filename"."""
        return type(self).__module__.rpartition(".")[2]

    @property
    def explanation(self) -> str:
        """The explanation: the docstring, with its lines joined into paragraphs."""
        text = inspect.getdoc(type(self)) or ""
        return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


@dataclass(frozen=True)
class Wording:
    """A message of a rule, with braces for facts, and its status.

    `fields` are the metadata fields that it is for, by the name in the specification (empty: all). `number`: "one" or
    "several" if it depends on how many values are wrong.
    """

    message: str
    status: int = 400
    fields: tuple[str, ...] = ()
    number: str = ""

    def applies(self, facts: Mapping[str, Any]) -> bool:
        """Return whether it is the message for a rejection with these facts."""
        if self.fields and facts.get("field_name") not in self.fields:
            return False
        return not self.number or self.number == ("several" if facts.get("number", 1) > 1 else "one")


@dataclass(frozen=True)
class Rejection:
    """The rejection of one upload by a rule. A rule with status 200 ends the upload too, and nothing is stored.

    `members` are the members of the archive that the rule rejects; empty when it is about something else.
    PyPI's message does not name them.
    """

    rule: Rule
    facts: dict[str, Any] = field(default_factory=dict)
    domain: str = "pypi.org"
    rank: tuple[int | str, ...] = ()
    members: tuple[str, ...] = ()

    @property
    def status(self) -> int:
        """The HTTP status of the answer."""
        return self.rule.wording(self.facts).status

    @property
    def message(self) -> str:
        """PyPI's message; on TestPyPI its links point to TestPyPI's own help pages."""
        template = self.rule.wording(self.facts).message.replace("https://pypi.org/", f"https://{self.domain}/")
        return template.format(**self.facts) if self.facts else template


@dataclass(frozen=True)
class Example:
    """The smallest situation in which a rule is the first to reject an upload.

    `package` is what is sent; `form` replaces form fields (None leaves one out, a list sends it several
    times); `prepare` prepares an index; `file` replaces facts about the file, as {"size": 200_000_000};
    `sender` is who sends it ("owner": the index's default user).
    """

    package: Package
    form: Mapping[str, str | list[str] | None] = field(default_factory=dict)
    prepare: Callable[[Index], None] | None = None
    sender: str = "owner"
    file: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """The result for one upload: the rejection, if any, and the rules that it passed before."""

    rejection: Rejection | None
    passed: tuple[Rule, ...]

    def passed_rule(self, rule: type[Rule]) -> bool:
        """Return whether the upload passed the rule."""
        return rule.id in map(_ID, self.passed)

    def reached(self, rule: type[Rule]) -> bool:
        """Return whether the rule was checked: the upload passed it, or was rejected by it."""
        return self.passed_rule(rule) or (self.rejection is not None and self.rejection.rule.id == rule.id)


class NoExample(FakePyPIError):
    """A rule without an example. Every built-in rule has one; a rule that a project adds may have none."""

    def __init__(self, rule_id: str) -> None:
        self.rule_id = rule_id
        super().__init__(rule_id)

    def __str__(self) -> str:
        return f"the rule {self.rule_id} has no example: give its class a method `example`"


class UnknownRule(UsageError, LookupError):
    """The id of a rule that the set does not have."""

    def __init__(self, rule_id: str, near: Iterable[str] = ()) -> None:
        self.rule_id = rule_id
        self.near = tuple(near)
        hint = f"did you mean {', '.join(self.near)}? " if self.near else ""
        super().__init__(f"there is no rule {rule_id!r}", f"{hint}`fake-pypi rules` lists them all")
        self.args = (rule_id, self.near)  # what a worker process needs to hand it on


class RuleSet:
    """Rules in the order in which the real server applies them. Immutable: changes return a new set."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self._by_id = {rule.id: rule for rule in self.rules}

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)

    def __len__(self) -> int:
        return len(self.rules)

    def __contains__(self, rule_id: object) -> bool:
        return rule_id in self._by_id

    def __getitem__(self, rule_id: str) -> Rule:
        if rule_id not in self._by_id:
            from difflib import get_close_matches

            raise UnknownRule(rule_id, get_close_matches(rule_id, self._by_id, n=3))
        return self._by_id[rule_id]

    def without(self, *rule_ids: str) -> RuleSet:
        """Return the set with some rules left out; an id that is not there is an `UnknownRule`."""
        left_out = {self[rule_id].id for rule_id in rule_ids}
        return RuleSet(rule for rule in self.rules if rule.id not in left_out)

    def with_rule(self, rule: Rule, *, before: str | None = None) -> RuleSet:
        """Return the set with one rule more: before the rule named `before`, or at the end."""
        place = len(self.rules) if before is None else self.rules.index(self[before])
        return RuleSet((*self.rules[:place], rule, *self.rules[place:]))

    def judge(self, upload: Upload, index: Index) -> Verdict:
        """Check rule after rule, up to the first rejection."""
        for place, rule in enumerate(self.rules):
            rejection = rule.check(upload, index)
            if rejection is not None:
                first = self._first_of_all(rejection, self.rules[place + 1 :], upload, index)
                passed = self.rules[: self.rules.index(first.rule)]
                return Verdict(replace(first, domain=index.site.hosts.index), passed)
        return Verdict(None, self.rules)

    def _first_of_all(self, rejection: Rejection, later: Iterable[Rule], upload: Upload, index: Index) -> Rejection:
        """Return the rejection with the smallest rank among neighbors that are checked together."""
        together = rejection.rule.together
        if not together:
            return rejection
        neighbors = takewhile(lambda rule: rule.together == together, later)
        others = (rule.check(upload, index) for rule in neighbors)
        return min([rejection, *filter(None, others)], key=lambda candidate: candidate.rank)

    def check_all(self, upload: Upload, index: Index) -> list[Rejection]:
        """Return every rejection of every rule, in the order of the rules; equal ones once."""
        rejections = (rejection for rule in self.rules for rejection in rule.check_all(upload, index))
        distinct = {(rejection.rule.id, rejection.message, rejection.members): rejection for rejection in rejections}
        return [replace(rejection, domain=index.site.hosts.index) for rejection in distinct.values()]

    def unknown_offline(self) -> list[str]:
        """Return what only the real index knows, each question once, in the order of the rules."""
        return list(dict.fromkeys(rule.unknown_offline for rule in self.rules if rule.unknown_offline))
