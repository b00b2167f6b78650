"""Compare a newer checkout of the real server with the commit that the rules come from, rule by rule.

    python -m maintenance.upstream CLONE                      what changed up to the clone's HEAD
    python -m maintenance.upstream CLONE --to origin/main     up to another revision
    python -m maintenance.upstream CLONE --markdown FILE      write the text of an issue too, if something changed

`nox -s upstream -- CLONE` runs it too. The clone is only read.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fake_pypi.errors import UsageError
from fake_pypi.rules.order import PYPI
from fake_pypi.rules.rule_set import Rule
from maintenance import upstream_text
from maintenance.git_clone import GitClone
from maintenance.message_places import LIBRARIES, WAREHOUSE_REPOSITORY, Place, known_names, rules_of_places
from maintenance.requirement_pins import PinChange, pin_changes
from maintenance.source_definitions import (
    SHORTEST_PART,
    Definition,
    UnreadableSource,
    definitions,
    longest_part,
    messages_of,
    without_fields,
)

UPLOAD_FOLDER = "warehouse/forklift"
"""Every file of this folder is compared, as new reasons to reject an upload appear there."""
CODE = "warehouse"


@dataclass(frozen=True)
class PlaceChange:
    """A function whose rules may have changed.

    `change` is "changed", "disappeared", "moved" or "unknown" (the pinned commit does not have it, so `Rule.source` is
    wrong). `lost` are the rules whose messages are no longer in the function.
    """

    place: Place
    rules: tuple[Rule, ...]
    change: str
    moved_to: str = ""
    lost: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class NewMessage:
    """A message to clients that the pinned commit does not have, and no rule."""

    path: str
    name: str
    message: str


@dataclass(frozen=True)
class Comparison:
    """The result: both commits with their dates, and what differs."""

    pinned: str
    pinned_date: str
    newer: str
    newer_date: str
    places: list[PlaceChange] = field(default_factory=list)
    messages: list[NewMessage] = field(default_factory=list)
    pins: list[PinChange] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.places or self.messages or self.pins)


def compare(clone: GitClone, pinned: str, newer: str, rules: Sequence[Rule]) -> Comparison:
    """Compare two revisions of a clone. Raises `UsageError` if it has not got one of them."""
    old, new = clone.commit(pinned), clone.commit(newer)
    by_place = rules_of_places(rules)
    places = {place: found for place, found in by_place.items() if place.repository == WAREHOUSE_REPOSITORY}
    paths = list(dict.fromkeys([*(place.path for place in places), *_python_files(clone, new, UPLOAD_FOLDER)]))
    of_libraries = {LIBRARIES[place.repository]: 0 for place in by_place if place.repository in LIBRARIES}
    for place, found in by_place.items():
        if place.repository in LIBRARIES:
            of_libraries[LIBRARIES[place.repository]] += len(found)
    try:
        return Comparison(
            old,
            clone.date(old),
            new,
            clone.date(new),
            list(place_changes(clone, old, new, places)),
            list(new_messages(clone, old, new, paths, rules)),
            pin_changes(clone, old, new, of_libraries),
        )
    except UnreadableSource as error:
        version = ".".join(map(str, sys.version_info[:2]))
        raise UsageError(f"Python {version} cannot read {error}", "run this with the newest Python") from None


def place_changes(clone: GitClone, old: str, new: str, places: dict[Place, list[Rule]]) -> Iterable[PlaceChange]:
    """Yield the functions that differ, in the order of the rules."""
    for place, rules in places.items():
        before = _definitions(clone, old, place.path).get(place.name)
        after = _definitions(clone, new, place.path).get(place.name)
        if before is None:
            yield PlaceChange(place, tuple(rules), "unknown")
        elif after is None:
            moved_to, after = _moved(clone, new, place)
            lost = _lost(rules, before, after)
            yield PlaceChange(place, tuple(rules), "moved" if after else "disappeared", moved_to, lost)
        elif before.code != after.code:
            yield PlaceChange(place, tuple(rules), "changed", lost=_lost(rules, before, after))


def new_messages(
    clone: GitClone, old: str, new: str, paths: Iterable[str], rules: Sequence[Rule]
) -> Iterable[NewMessage]:
    """Yield the messages of these files that neither the older commit nor a rule has."""
    known = [part for rule in rules for message in rule.messages if len(part := longest_part(message)) >= SHORTEST_PART]
    paths = list(paths)
    older = {message for path in paths for message in messages_of(clone.text(old, path) or "", path)}
    for path in paths:
        for message, name in messages_of(clone.text(new, path) or "", path).items():
            text = without_fields(message)
            has_rule = any(part in text or longest_part(text) in part for part in known)
            if message not in older and not has_rule and longest_part(text).strip():
                yield NewMessage(path, name, message)


def _python_files(clone: GitClone, commit: str, folder: str) -> list[str]:
    return [path for path in clone.files(commit, folder) if path.endswith(".py")]


def _definitions(clone: GitClone, commit: str, path: str) -> dict[str, Definition]:
    return definitions(clone.text(commit, path) or "", path)


def _moved(clone: GitClone, commit: str, place: Place) -> tuple[str, Definition | None]:
    """Return the file that defines the name now; the first one if there are several."""
    last = place.name.rpartition(".")[2]
    for path in clone.files_with(commit, f" {last}", CODE):
        if path != place.path and path.endswith((".py", ".yar")):
            found = _definitions(clone, commit, path).get(place.name)
            if found is not None:
                return path, found
    return "", None


def _lost(rules: Sequence[Rule], before: Definition, after: Definition | None) -> tuple[Rule, ...]:
    """Return the rules whose messages the definition had and no longer has."""
    return tuple(
        rule
        for rule in rules
        if any(
            len(longest_part(message)) >= SHORTEST_PART
            and before.has_text(message)
            and not (after and after.has_text(message))
            for message in rule.messages
        )
    )


def main(arguments: Sequence[str] | None = None, rules: Sequence[Rule] = PYPI.rules) -> int:
    """Run the command line; the exit code is 2 for wrong usage."""
    parser = argparse.ArgumentParser(
        prog="python -m maintenance.upstream", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("clone", type=Path, metavar="CLONE", help="a git clone of pypi/warehouse")
    parser.add_argument("--from", dest="pinned", default=known_names().commit, metavar="REVISION", help="pinned commit")
    parser.add_argument("--to", dest="newer", default="HEAD", metavar="REVISION", help="newer commit (default: HEAD)")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the text of an issue")
    options = parser.parse_args(arguments)
    try:
        comparison = compare(GitClone(options.clone), options.pinned, options.newer, rules)
    except UsageError as error:
        print(f"upstream: {error}", file=sys.stderr)
        return 2
    print(upstream_text.as_text(comparison))
    if options.markdown is not None and comparison:
        options.markdown.write_text(upstream_text.as_markdown(comparison), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
