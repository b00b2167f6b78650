"""What a comparison with the real server found, as text and as Markdown for an issue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from maintenance.message_places import WAREHOUSE_REPOSITORY

if TYPE_CHECKING:
    from maintenance.upstream import Comparison, PlaceChange

SENTENCES = {
    "changed": "changed",
    "disappeared": "no longer exists",
    "moved": "moved to {moved_to}",
    "unknown": "does not exist at the pinned commit: correct `source` of these rules",
}
NOTHING = "Nothing changed in the functions that rules come from."


def as_text(comparison: Comparison) -> str:
    """Return the comparison as text for a terminal."""
    pinned, newer = comparison.pinned[:7], comparison.newer[:7]
    lines = [f"{WAREHOUSE_REPOSITORY} {pinned} ({comparison.pinned_date}) -> {newer} ({comparison.newer_date})", ""]
    if not comparison:
        return "\n".join([*lines, NOTHING])
    for change in comparison.places:
        lines += [f"{change.place.path}: {change.place.name} {sentence(change)}"]
        lines += [f"  {rule.id}{' - its message is gone' if rule in change.lost else ''}" for rule in change.rules]
    if comparison.messages:
        lines += ["", "New messages that no rule has:"]
        lines += [f"  {new.path}: {new.name or '(module)'}: {new.message!r}" for new in comparison.messages]
    if comparison.pins:
        lines += ["", "Libraries:"]
        lines += [
            f"  {pin.library} {pin.before or '(none)'} -> {pin.after or '(none)'}: {consequence(pin.rules)}"
            for pin in comparison.pins
        ]
    return "\n".join(lines)


def as_markdown(comparison: Comparison) -> str:
    """Return the comparison as the text of an issue, with links to the changes on GitHub."""
    root = f"https://github.com/{WAREHOUSE_REPOSITORY}"
    commits = [
        f"[`{commit[:7]}`]({root}/commit/{commit}) ({date})"
        for commit, date in (
            (comparison.pinned, comparison.pinned_date),
            (comparison.newer, comparison.newer_date),
        )
    ]
    changes = f"[all changes]({root}/compare/{comparison.pinned}...{comparison.newer})"
    lines = [f"The rules come from {commits[0]}. Compared with {commits[1]}: {changes}.", ""]
    lines += [] if comparison else [NOTHING]
    if comparison.places:
        lines += ["## Functions that rules come from", "", *_place_lines(comparison, root)]
    if comparison.messages:
        lines += ["", "## New messages that no rule has", "", "| file | function | message |", "|---|---|---|"]
        lines += [
            f"| [{new.path}]({root}/blob/{comparison.newer}/{new.path}) | `{new.name or '(module)'}` "
            f"| {cell(new.message)} |"
            for new in comparison.messages
        ]
    if comparison.pins:
        lines += ["", "## Libraries", ""]
        lines += [
            f"- {pin.library}: {pin.before or 'none'} → {pin.after or 'none'}; {consequence(pin.rules)}"
            for pin in comparison.pins
        ]
    return "\n".join([*lines, ""])


def _place_lines(comparison: Comparison, root: str) -> Iterator[str]:
    for change in comparison.places:
        link = f"{root}/blob/{comparison.newer}/{change.moved_to or change.place.path}"
        yield f"- [ ] [{change.place.path}]({link}): `{change.place.name}` {sentence(change)}"
        for rule in change.rules:
            yield f"  - `{rule.id}`{': **its message is gone**' if rule in change.lost else ''}"


def sentence(change: PlaceChange) -> str:
    """Return what happened to a function."""
    return SENTENCES[change.change].format(moved_to=change.moved_to)


def consequence(rules: int) -> str:
    """Return what a new version of a library means."""
    return f"compare the {rules} rules that come from it" if rules else "run `python tasks.py update-data`"


def cell(message: str) -> str:
    """Return a message as code that does not end a cell of a table."""
    return f"`{' '.join(message.split()).replace('`', chr(39)).replace('|', chr(92) + '|')}`"
