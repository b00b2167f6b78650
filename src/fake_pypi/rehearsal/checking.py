"""Ask the rule book, without a server, whether PyPI would take the files; then look for what people regret."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.errors import UnreadablePackage
from fake_pypi.packages.metadata import bare_form_fields, form_fields
from fake_pypi.packages.package import Package
from fake_pypi.rehearsal.failure import Refused, StepFailed
from fake_pypi.rehearsal.output import plain
from fake_pypi.rehearsal.regrets import regrets

if TYPE_CHECKING:
    from fake_pypi.rehearsal.run import Rehearsal
    from fake_pypi.rules.book import RuleBook, Stop

TWINE_CHECK = "twine check dist/*"


def check(rehearsal: Rehearsal) -> None:
    """Judge every file by every rule that needs no server, and by `twine check`."""
    release = rehearsal.release
    twine = rehearsal.aside(TWINE_CHECK, cwd=release.folder)
    refused = refusals(release.files, rehearsal.indexes.pypi.rules, rehearsal.workspace / "judged")
    rehearsal.notes += [note for note in regrets(release) if note not in rehearsal.notes]
    checked = twine.result()
    if refused:
        files = ", ".join(dict.fromkeys(each.filename for each in refused))
        raise StepFailed(f"PyPI would refuse {files}", refused=refused)
    if checked.returncode:
        raise StepFailed("twine would not upload this", command=TWINE_CHECK, said=plain(checked))
    rehearsal.notes += [f"twine check: {line}" for line in plain(checked).splitlines() if "WARNING" in line]


def refusals(files: tuple[Path, ...], book: RuleBook, folder: Path) -> list[Refused]:
    """Every no of the book about files that nobody uploads; `folder` is for what the rules unpack."""
    return [
        Refused.by(stop.rule, file.name, stop.status, stop.message)
        for file in files
        for stop in judge(Package.at(file), book, folder)
    ]


def judge(package: Package, book: RuleBook, folder: Path) -> list[Stop]:
    """What a fresh PyPI would say to its first user about one file: every no, in the order of the book."""
    from fake_pypi.index import Index
    from fake_pypi.index.sender import Sender
    from fake_pypi.rules.examples import file_part
    from fake_pypi.rules.upload import Form, Upload

    try:
        fields = form_fields(package)
    except UnreadablePackage:
        fields = bare_form_fields(package)
    index = Index()
    try:
        sender = Sender(user=index.accounts.add("maintainer"))
        form = Form((*fields, ("content", file_part(package, folder))))
        return [stop for stop in book.read(Upload(form, sender), index) if stop.status != 200]
    finally:
        index.close()
