"""Would PyPI take these files? Every rule that the files themselves decide, on each file as twine would send it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from fake_pypi.errors import UnreadablePackage, UsageMistake
from fake_pypi.index import Index
from fake_pypi.index.sender import Sender
from fake_pypi.packages.metadata import bare_form_fields, form_fields
from fake_pypi.packages.package import Package
from fake_pypi.rules.book import RuleBook, Stop
from fake_pypi.rules.order import PYPI
from fake_pypi.rules.upload import FilePart, Form, Upload

NOT_ABOUT_FILES = ("account", "identity", "site", "trusted_publishing")
"""Families of rules that judge who sends a file and the state of the site, never the file."""


@dataclass(frozen=True)
class Checked:
    """What the book says of one file: every refusal, in the book's order."""

    path: Path
    stops: tuple[Stop, ...] = field(default=())

    @property
    def accepted(self) -> bool:
        """Whether nothing was found that PyPI would refuse."""
        return not self.stops


def check_files(paths: Iterable[Path], book: RuleBook = PYPI, kind: str = "pypi") -> list[Checked]:
    """Read the whole book on each file, in the order of the paths.

    >>> [checked.accepted for checked in check_files([])]
    []

    A path that is no file is a `UsageMistake`. Files are read in pieces, so big ones cost no memory.
    """
    asked = book_about_files(book)
    return [_check(path, asked, kind) for path in paths]


def book_about_files(book: RuleBook = PYPI) -> RuleBook:
    """Return the part of the book that a file can be held against without an index."""
    return RuleBook(rule for rule in book if rule.family not in NOT_ABOUT_FILES)


def _check(path: Path, book: RuleBook, kind: str) -> Checked:
    if not path.is_file():
        raise UsageMistake(f"there is no file {str(path)!r}", "name wheels and sdists, as dist/*")
    index = Index(kind)
    try:
        sender = Sender(user=index.accounts.add("maintainer"))
        upload = Upload(_form(Package.at(path)), sender)
        stops = [stop for stop in book.read(upload, index) if stop.status != 200]
    finally:
        index.close()
    return Checked(path, tuple(stops))


def _form(package: Package) -> Form:
    try:
        fields = form_fields(package)
    except UnreadablePackage:
        fields = bare_form_fields(package)
    part = FilePart(
        filename=package.filename,
        content_type="application/octet-stream",
        path=package.source or Path(package.filename),
        size=package.size,
        md5="",
        sha256=package.sha256,
        blake2_256=package.blake2_256,
    )
    return Form((*fields, ("content", part)))
