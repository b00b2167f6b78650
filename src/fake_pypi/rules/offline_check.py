"""Check files against all rules, each as twine would send it, as if uploaded by an authorized user.

What only the real index knows (is the name free?) is at its most favorable here: the index is empty, the
account in good standing. So the rules that need the real index reject nothing, and none has to be left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi import sites
from fake_pypi.errors import UnreadablePackage, UsageError
from fake_pypi.index import Index
from fake_pypi.index.sender import Sender
from fake_pypi.packages.distribution_metadata import bare_form_fields, form_fields, read_metadata
from fake_pypi.packages.package import Package
from fake_pypi.rules.order import PYPI
from fake_pypi.rules.rule_set import Rejection, RuleSet
from fake_pypi.rules.upload import FilePart, Form, Upload
from fake_pypi.sites import Site

if TYPE_CHECKING:
    from collections.abc import Iterator

SENT_ALONG = (".asc", ".attestation")
"""Signatures and attestations: twine sends them with the file that they belong to, not on their own."""


@dataclass(frozen=True)
class Checked:
    """The rejections of one file, in PyPI's order."""

    path: Path
    rejections: tuple[Rejection, ...] = field(default=())

    @property
    def accepted(self) -> bool:
        """Whether nothing was found that PyPI would reject."""
        return not self.rejections


def check_files(paths: Iterable[Path], rule_set: RuleSet = PYPI, site: Site = sites.PYPI) -> list[Checked]:
    """Check each file against all rules, in the order of the paths, as an upload to `site`.

    >>> [checked.accepted for checked in check_files([])]
    []

    A path that is no file, or cannot be read, is a `UsageError`, and then nothing is checked. Files are
    read in pieces, so big ones cost no memory.
    """
    files = [_readable(path) for path in paths]
    return [_check(path, rule_set, site) for path in files]


def distributions(patterns: Iterable[Path], *, allow_none: bool = False) -> list[Path]:
    """Return the distributions among the files; patterns that no shell expanded are expanded, as twine does.

    Files that twine sends with a distribution, such as signatures, are left out. Raises `UsageError` for a pattern that
    matches nothing, and if there is no distribution, unless `allow_none`.
    """
    files = [path for pattern in patterns for path in _matching(pattern, allow_none=allow_none)]
    chosen = [path for path in dict.fromkeys(files) if not path.name.endswith(SENT_ALONG)]
    if not chosen and not allow_none:
        raise UsageError("there is nothing to check", "name wheels and sdists, as dist/*")
    return chosen


def _matching(pattern: Path, *, allow_none: bool) -> Iterator[Path]:
    if pattern.exists() or not any(character in str(pattern) for character in "*?["):
        yield pattern
        return
    matching = sorted(Path(pattern.anchor).glob(str(pattern.relative_to(pattern.anchor))))
    if not matching and not allow_none:
        raise UsageError(f"nothing matches {str(pattern)!r}", "build the project first")
    yield from matching


def _readable(path: Path) -> Path:
    try:
        if path.is_dir():
            raise UsageError(f"{str(path)!r} is a folder", f"name the files in it, as {path / '*'}")
        if not path.is_file():
            raise UsageError(f"there is no file {str(path)!r}", "name wheels and sdists, as dist/*")
        with path.open("rb"):
            return path
    except OSError as error:
        raise UsageError(f"{str(path)!r} cannot be read ({error.strerror})", "look at its permissions") from None


def _check(path: Path, rule_set: RuleSet, site: Site) -> Checked:
    index = Index(site)
    try:
        sender = Sender(user=index.accounts.add("maintainer"))
        upload = Upload(_form(Package.at(path).renamed(path.name)), sender)
        rejections = [rejection for rejection in rule_set.check_all(upload, index) if rejection.status != 200]
    finally:
        index.close()
    return Checked(path, tuple(rejections))


def _form(package: Package) -> Form:
    part = FilePart(
        filename=package.filename,
        content_type="application/octet-stream",
        path=package.source or Path(package.filename),
        size=package.size,
        md5="",
        sha256=package.sha256,
        blake2_256=package.blake2_256,
    )
    return Form((*_fields(package), ("content", part)))


def _fields(package: Package) -> list[tuple[str, str]]:
    """Return the fields that twine sends; for metadata that twine rejects, those that can be read."""
    try:
        return form_fields(package)
    except UnreadablePackage:
        bare = bare_form_fields(package)
    try:
        metadata = read_metadata(package)
    except UnreadablePackage:
        return bare
    values = {key: metadata.get(key) for key in ("metadata_version", "name", "version")}
    return [(name, str(values.get(name, text))) for name, text in bare if values.get(name, text) is not None]
