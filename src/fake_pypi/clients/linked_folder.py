"""A copy of a folder of the user that leaves some entries out, made of links."""

from __future__ import annotations

import os
from collections.abc import Container
from pathlib import Path


def link_entries(source: Path, target: Path, *, without: Container[str]) -> Path:
    """Make `target` a folder of links to the entries of `source`, apart from those named in `without`.

    What programs change inside of an entry changes the user's own; new entries stay in `target`. Entries that cannot
    be linked (Windows needs a right for it) are left out, and so is everything when there is no `source`.
    """
    target.mkdir(parents=True, exist_ok=True)
    try:
        entries = sorted(source.iterdir())
    except OSError:
        return target
    for entry in entries:
        link = target / entry.name
        if entry.name not in without and not os.path.lexists(link):
            try:
                link.symlink_to(entry.absolute())
            except OSError:
                continue
    return target
