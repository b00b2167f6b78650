"""Ask the rule book, without a server, whether PyPI would take the files; then look for what people regret."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.rehearsal.failure import Refused, StepFailed
from fake_pypi.rehearsal.output import plain
from fake_pypi.rehearsal.regrets import regrets

if TYPE_CHECKING:
    from fake_pypi.rehearsal.run import Rehearsal
    from fake_pypi.rules.book import RuleBook

TWINE_CHECK = "twine check dist/*"


def check(rehearsal: Rehearsal) -> None:
    """Judge every file by every rule that needs no server, and by `twine check`."""
    release = rehearsal.release
    twine = rehearsal.aside(TWINE_CHECK, cwd=release.folder)
    refused = refusals(release.files, rehearsal.indexes.pypi.rules)
    rehearsal.notes += [note for note in regrets(release) if note not in rehearsal.notes]
    checked = twine.result()
    if refused:
        files = ", ".join(dict.fromkeys(each.filename for each in refused))
        raise StepFailed(f"PyPI would refuse {files}", refused=refused)
    if checked.returncode:
        raise StepFailed.said_by(TWINE_CHECK, plain(checked), "twine would not upload this", project=release.normalized)
    rehearsal.notes += [f"twine check: {line}" for line in plain(checked).splitlines() if "WARNING" in line]


def refusals(files: tuple[Path, ...], book: RuleBook) -> list[Refused]:
    """Every no of the book about files that nobody uploads."""
    from fake_pypi.rules.checking import check_files

    return [
        Refused.by(stop.rule, checked.path.name, stop.status, stop.message)
        for checked in check_files(files, book)
        for stop in checked.stops
    ]
