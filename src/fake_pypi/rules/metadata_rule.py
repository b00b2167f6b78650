"""What rules about core metadata share, and the order in which PyPI shows what they reject.

PyPI checks the metadata in three rounds and stops after the first round that rejects anything: fields that were sent
too often, what the specification forbids, and what PyPI forbids in addition. Of several rejections in one round it
shows one: that of metadata version, name or version, or else that of the first field in alphabetical order.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from fake_pypi.index import Index
from fake_pypi.inspection.form_metadata import FIELDS, FormMetadata
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.dated_change import LICENSE_EXPRESSIONS, METADATA_LIBRARY, DatedChange
from fake_pypi.rules.rule_set import Example, Rejection, Rule
from fake_pypi.rules.upload import Upload

SEE = " See https://packaging.python.org/specifications/core-metadata for more information."
METADATA_VERSIONS = ("1.0", "1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5")
_DYNAMIC = DatedChange("2024-02-27", "Metadata 2.2 and 2.3 are accepted.", "https://github.com/pypa/flit/issues/675")
ADDED_VERSIONS = {
    "2.2": _DYNAMIC,
    "2.3": _DYNAMIC,
    "2.4": DatedChange("2024-11-25", "Metadata 2.4 is accepted (PEP 639).", LICENSE_EXPRESSIONS),
    "2.5": DatedChange(
        "2026-05-02",
        "Metadata 2.5 is accepted (PEP 794).",
        "https://github.com/python-poetry/poetry-core/pull/894",
    ),
}
"""The metadata versions that PyPI did not know from the start."""
NO_2_0 = DatedChange("2024-03-19", "Metadata 2.0, which was never specified, is rejected.", METADATA_LIBRARY)
TITLES = {
    "author-email": "Author-email",
    "maintainer-email": "Maintainer-email",
    "home-page": "Home-Page",
    "download-url": "Download-URL",
}
"""The titles of fields that share a rule, in the messages of the upload form."""
LONGEST_SHOWN = 60
SHOWN_FIRST = ("metadata-version", "name", "version")
LATER_FIELDS = {
    version: frozenset(field.name for field in FIELDS if METADATA_VERSIONS.index(field.since) > place)
    for place, version in enumerate(METADATA_VERSIONS)
}
"""The fields that were introduced after each metadata version."""


class Round(IntEnum):
    """A round of PyPI's checks of metadata."""

    COUNT = 0
    SPECIFICATION = 1
    PYPI = 2


@dataclass(frozen=True)
class Problem:
    """What a rule rejects in the field of that name. Of several problems of it PyPI shows the smallest `order`."""

    in_round: Round
    name: str
    order: tuple[int, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def rank(self) -> tuple[int | str, ...]:
        """The place of the problem in PyPI's order."""
        first = SHOWN_FIRST.index(self.name) if self.name in SHOWN_FIRST else len(SHOWN_FIRST)
        return (self.in_round, first, self.name, *self.order)


class MetadataRule(Rule):
    """A rule about core metadata: `problems` yields everything that it rejects."""

    together = "metadata"

    @abstractmethod
    def problems(self, metadata: FormMetadata) -> Iterator[Problem]:
        """Yield what the rule rejects, in any order."""

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        """Return the rejection that PyPI would show first."""
        rejections = self.check_all(upload, index)
        return rejections[0] if rejections else None

    def check_all(self, upload: Upload, index: Index) -> list[Rejection]:
        """Return a rejection for each problem that has a message, in PyPI's order."""
        problems = [*self.problems(upload.metadata)]
        if not problems:
            return []
        problems.sort(key=lambda problem: problem.rank)
        formatted = ((problem, formatted_facts(problem)) for problem in problems)
        return [
            Rejection(self, {**_field_facts(problem, upload.metadata, len(problems)), **facts}, rank=problem.rank)
            for problem, facts in formatted
            if facts is not None
        ]


def _field_facts(problem: Problem, metadata: FormMetadata, number: int) -> dict[str, Any]:
    """Return what the messages of the upload form had: the field, its title, its text, how many values are wrong.

    Of a long text it showed the first and the last thirty characters.
    """
    text = metadata.text(problem.name) or ""
    shown = f"{text[:30]}...{text[-30:]}" if len(text) > LONGEST_SHOWN else text
    return {"field_name": problem.name, "title": TITLES.get(problem.name, ""), "sent": shown, "number": number}


def formatted_facts(problem: Problem) -> dict[str, Any] | None:
    """Return the facts of a problem as they stand in the message; None if PyPI fails to make one.

    In the round of the specification the library packaging makes it. It replaces {field} in a value, and fails at other
    braces: `MetadataReaderFails`.
    """
    if problem.in_round is not Round.SPECIFICATION:
        return problem.facts
    try:
        return {name: str(fact).format_map({"field": repr(problem.name)}) for name, fact in problem.facts.items()}
    except (AttributeError, LookupError, ValueError):
        return None


def known_versions(as_of: str = "") -> tuple[str, ...]:
    """Return the metadata versions that PyPI accepts, or accepted on a day, the oldest first.

    >>> known_versions("2023-06-01")
    ('1.0', '1.1', '1.2', '2.0', '2.1')
    """
    known = [version for version in METADATA_VERSIONS if _was_added(version, as_of)]
    return tuple(known if NO_2_0.is_in_force(as_of) else sorted([*known, "2.0"]))


def _was_added(version: str, as_of: str) -> bool:
    return version not in ADDED_VERSIONS or ADDED_VERSIONS[version].is_in_force(as_of)


def is_too_new(metadata: FormMetadata, name: str) -> bool:
    """Return whether a field was introduced after the metadata version that the metadata claim to have."""
    return name in LATER_FIELDS.get(metadata.text("metadata-version") or "", ())


def is_read(metadata: FormMetadata, name: str) -> bool:
    """Return whether packaging reads the values of a field: it was sent, and the metadata version has it."""
    return name in metadata.texts and not is_too_new(metadata, name)


def unreadable_values(metadata: FormMetadata, name: str) -> Iterator[Problem]:
    """Yield the texts of a field that its grammar rejects, up to one at which the library fails."""
    if not is_read(metadata, name):
        return
    for position, value in enumerate(metadata.values(name)):
        if value.breaks_library:
            return
        if value.parsed is None:
            yield Problem(Round.SPECIFICATION, name, (position,), {"value": repr(value.text)})


def sentence(text: str) -> str:
    """Return a text with exactly one full stop at its end."""
    return text if text.endswith(".") else f"{text}."


def example_with(**form: str | list[str] | None) -> Example:
    """Return an example: a wheel without optional metadata, sent with further form fields."""
    bare = wheel("demo", summary=None, description="", description_content_type=None, license=None)
    return Example(bare, form=form)
