"""What a rule is, and the book that keeps them in PyPI's order.

A rule is one reason why the real server says no: a small class whose docstring explains it and whose
`says` are PyPI's own words. A book is a tuple of rules; the first that answers decides.

    verdict = book.judge(upload, index)     # the server: stops at the first no
    stops = book.read(upload, index)        # `fake-pypi check`: every no
"""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import TYPE_CHECKING, Any, ClassVar

from fake_pypi.errors import FakePyPIError, UsageMistake

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.packages.package import Package
    from fake_pypi.rules.upload import Upload


class Rule(ABC):
    """One reason to stop an upload.

    `id` is kebab-case (the real server's own reason word where it has one), `status` the HTTP status,
    `says` PyPI's words with `{facts}`, `do` what to do about it, `source` where the words were found.
    `asks` names what only the real index can know ("whether the file name is taken"); "" when the files decide.
    `page` replaces the words below the heading of the answer's page, where the real server says less there.
    Neighbours with the same word in `together` are asked together: of their stops the one with the
    smallest `rank` speaks, as PyPI shows of all mistakes in metadata the one in the first field.
    """

    id: ClassVar[str]
    status: ClassVar[int] = 400
    says: ClassVar[str] = ""
    do: ClassVar[str] = ""
    source: ClassVar[str] = ""
    asks: ClassVar[str] = ""
    page: ClassVar[str | None] = None
    together: ClassVar[str] = ""

    @abstractmethod
    def check(self, upload: Upload, index: Index) -> Stop | None:
        """Say no (a `Stop`), or nothing: also when the facts it needs are missing."""

    def check_all(self, upload: Upload, index: Index) -> Iterable[Stop]:
        """Return every rejection of this rule, where `check` returns the one that PyPI answers with."""
        stop = self.check(upload, index)
        return () if stop is None else (stop,)

    def example(self) -> Example:
        """Return the smallest upload that this rule is the first to stop; `NoExample` if it shows none."""
        raise NoExample(self.id)

    def stop(self, **facts: Any) -> Stop:
        """Say no in PyPI's words, with the facts filled in."""
        return Stop(self, facts)

    @property
    def family(self) -> str:
        """The chapter of the book: the name of the module that holds the rule, as "filename"."""
        return type(self).__module__.rpartition(".")[2]

    @property
    def why(self) -> str:
        """The explanation: the docstring, with its lines joined into paragraphs."""
        text = inspect.getdoc(type(self)) or ""
        return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


@dataclass(frozen=True)
class Stop:
    """A rule's answer to one upload. A status of 200 ends the upload too, and stores nothing.

    `members` are the members of the archive that the rule rejects; empty when it is about something else.
    PyPI's message names none of them.
    """

    rule: Rule
    facts: dict[str, Any] = field(default_factory=dict)
    domain: str = "pypi.org"
    rank: tuple[int | str, ...] = ()
    members: tuple[str, ...] = ()

    @property
    def status(self) -> int:
        """The HTTP status of the answer."""
        return self.rule.status

    @property
    def message(self) -> str:
        """PyPI's words; on TestPyPI the links point to TestPyPI's own help pages."""
        words = self.rule.says.replace("https://pypi.org/", f"https://{self.domain}/")
        return words.format(**self.facts) if self.facts else words


@dataclass(frozen=True)
class Example:
    """The smallest situation in which a rule is the first to say no.

    `package` is what is sent; `form` replaces form fields (None leaves one out, a list sends it several
    times); `world` prepares an index; `file` replaces facts about the file, as {"size": 200_000_000};
    `sender` is who sends it ("owner": the index's default user).
    """

    package: Package
    form: Mapping[str, str | list[str] | None] = field(default_factory=dict)
    world: Callable[[Index], None] | None = None
    sender: str = "owner"
    file: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """What the book said of one upload: the stop, if any, and the rules that were passed before it."""

    stop: Stop | None
    passed: tuple[Rule, ...]

    def passed_rule(self, rule_id: str) -> bool:
        """Whether the upload got past the rule with that id."""
        return any(rule.id == rule_id for rule in self.passed)

    def reached(self, rule_id: str) -> bool:
        """Whether the rule with that id was asked: the upload got past it, or was stopped by it."""
        return self.passed_rule(rule_id) or (self.stop is not None and self.stop.rule.id == rule_id)


class NoExample(FakePyPIError):
    """A rule was asked for its example and has none: every rule of ours has one, a project's own need not."""

    def __init__(self, rule_id: str) -> None:
        self.rule_id = rule_id
        super().__init__(rule_id)

    def __str__(self) -> str:
        return f"the rule {self.rule_id} shows no example: give its class a method `example`"


class UnknownRule(UsageMistake, LookupError):
    """A rule was named that the book does not have."""

    def __init__(self, wanted: str, near: Iterable[str] = ()) -> None:
        self.wanted = wanted
        self.near = tuple(near)
        hint = f"did you mean {', '.join(self.near)}? " if self.near else ""
        super().__init__(f"there is no rule {wanted!r}", f"{hint}`fake-pypi rules` lists them all")
        self.args = (wanted, self.near)  # what a worker process needs to hand it on


class RuleBook:
    """Rules in the order in which the real server asks them. Immutable: changes return a new book."""

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

    def without(self, *rule_ids: str) -> RuleBook:
        """Return the book with some rules left out; an id that is not there is an `UnknownRule`."""
        left_out = {self[rule_id].id for rule_id in rule_ids}
        return RuleBook(rule for rule in self.rules if rule.id not in left_out)

    def with_rule(self, rule: Rule, *, before: str | None = None) -> RuleBook:
        """Return the book with one rule more: in front of the rule named `before`, or at the end."""
        place = len(self.rules) if before is None else self.rules.index(self[before])
        return RuleBook((*self.rules[:place], rule, *self.rules[place:]))

    def judge(self, upload: Upload, index: Index) -> Verdict:
        """Ask rule after rule, and stop at the first no."""
        for place, rule in enumerate(self.rules):
            stop = rule.check(upload, index)
            if stop is not None:
                first = self._first_of_all(stop, self.rules[place + 1 :], upload, index)
                passed = self.rules[: self.rules.index(first.rule)]
                return Verdict(replace(first, domain=index.domain), passed)
        return Verdict(None, self.rules)

    def _first_of_all(self, stop: Stop, later: Iterable[Rule], upload: Upload, index: Index) -> Stop:
        """Return the stop with the smallest rank among neighbours that are asked together."""
        together = stop.rule.together
        if not together:
            return stop
        neighbours = takewhile(lambda rule: rule.together == together, later)
        others = (rule.check(upload, index) for rule in neighbours)
        return min([stop, *(each for each in others if each is not None)], key=lambda each: each.rank)

    def read(self, upload: Upload, index: Index) -> list[Stop]:
        """Return every rejection of every rule, in the order of the rules; equal ones once."""
        stops = (stop for rule in self.rules for stop in rule.check_all(upload, index))
        distinct = {(stop.rule.id, stop.message, stop.members): stop for stop in stops}
        return [replace(stop, domain=index.domain) for stop in distinct.values()]

    def not_asked(self) -> list[str]:
        """What only the real index can know, each thing once, in the order of the book."""
        return list(dict.fromkeys(rule.asks for rule in self.rules if rule.asks))
