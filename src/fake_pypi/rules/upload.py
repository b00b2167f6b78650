"""An upload and the facts about it, each read once, when a rule needs it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar, cast

from fake_pypi.index.sender import ANONYMOUS, Sender
from fake_pypi.inspection.distribution_name import InvalidWheelName, WheelName, read_wheel_name
from fake_pypi.inspection.form_metadata import FormMetadata
from fake_pypi.inspection.readme import renders

if TYPE_CHECKING:
    from packaging.version import Version

    from fake_pypi.index import Index
    from fake_pypi.index.projects import ProjectRow
    from fake_pypi.inspection.dist_info import DistInfo
    from fake_pypi.inspection.tar_archive import TarArchive
    from fake_pypi.inspection.zip_archive import ZipArchive

T = TypeVar("T")


@dataclass(frozen=True)
class FilePart:
    """The file of an upload, in a folder of this machine. `size` is bytes, digests are hexadecimal."""

    filename: str | None
    content_type: str | None
    path: Path
    size: int
    md5: str
    sha256: str
    blake2_256: str

    def open(self) -> BinaryIO:
        """Open the bytes for reading."""
        return self.path.open("rb")


@dataclass(frozen=True)
class Form:
    """The form fields of an upload in the order in which they came. A value is text or a file.

    >>> form = Form((("name", "demo"), ("classifiers", "A"), ("classifiers", "B")))
    >>> form.get("name"), form.all("classifiers")
    ('demo', ['A', 'B'])
    """

    fields: tuple[tuple[str, str | FilePart], ...] = ()

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for name, _ in self.fields))

    def __contains__(self, name: object) -> bool:
        return any(name == field for field, _ in self.fields)

    def get(self, name: str) -> str | None:
        """Return the field's first text, or None."""
        return next(iter(self.all(name)), None)

    def all(self, name: str) -> list[str]:
        """Return every text that came under the name."""
        return [value for field, value in self.fields if field == name and isinstance(value, str)]

    def files(self) -> list[tuple[str, FilePart]]:
        """Return the parts that are files, with their field names."""
        return [(name, value) for name, value in self.fields if isinstance(value, FilePart)]

    def only(self, names: Iterable[str]) -> Form:
        """Return a form with just those fields."""
        selected = set(names)
        return Form(tuple(pair for pair in self.fields if pair[0] in selected))


@dataclass
class Upload:
    """A file that is uploaded to an index, with its form and its sender.

    Facts are cached properties. They are None (or empty) where they cannot be known; then a rule that needs them
    rejects nothing, and the rule about the cause does.
    """

    form: Form
    sender: Sender = ANONYMOUS
    address: str = "127.0.0.1"  # the IP address that it comes from
    project: ProjectRow | None = None  # the project that is there already; None for a new name
    _looked_up: dict[str, tuple[int, object]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def content(self) -> FilePart | str | None:
        """The value of the field "content": a file, or text (an error of the sender); the last of several, or None."""
        values = [value for name, value in self.form.fields if name == "content"]
        counts = values and not (isinstance(values[-1], str) and "content" not in self.fields)
        return values[-1] if counts else None

    @cached_property
    def file(self) -> FilePart | None:
        """The part called "content", if it is a file: a part without a file name is text."""
        return self.content if isinstance(self.content, FilePart) and self.content.filename else None

    @cached_property
    def fields(self) -> dict[str, list[str]]:
        """The texts of the form that count, by field name.

        A field whose last text is "UNKNOWN" was not sent; a NUL character is written out as an escape.
        """
        counted: dict[str, list[str]] = {}
        for name in self.form:
            texts = self.form.all(name)
            if texts and texts[-1].strip() != "UNKNOWN":
                counted[name] = [texts[-1].replace("\0", "\\x00")] if "\0" in texts[-1] else texts
        return counted

    def looked_up(self, subject: str, index: Index, look_up: Callable[[], T]) -> T:
        """Return what a query finds for this upload, for the rules that need the same; after a change it runs again."""
        turn, found = self._looked_up.get(subject, (-1, None))
        if turn != index.db.turn:
            turn, found = index.db.turn, look_up()
            self._looked_up[subject] = turn, found
        return cast("T", found)

    def keep_looked_up(self, index: Index) -> None:
        """Let results of queries count in the transaction that is open, before which nothing was changed."""
        before = index.db.turn - 1
        for subject, (turn, found) in self._looked_up.items():
            if turn == before:
                self._looked_up[subject] = index.db.turn, found

    def text(self, name: str) -> str:
        """Return one field's text, "" if there is none."""
        texts = self.fields.get(name)
        return texts[0] if texts else ""

    @property
    def name(self) -> str:
        """The project's name as it was sent."""
        return self.text("name")

    @cached_property
    def filename(self) -> str:
        """The name of the file, "" if there is none."""
        return (self.file.filename or "") if self.file else ""

    @cached_property
    def wheel_name(self) -> WheelName | InvalidWheelName | None:
        """The parts of the file name, if it ends as that of a wheel."""
        return read_wheel_name(self.filename) if self.filename.endswith(".whl") else None

    @property
    def filetype(self) -> str:
        """What the file is sent as: "sdist", "bdist_wheel", or whatever came."""
        return self.text("filetype")

    @property
    def python_version(self) -> str:
        """The Python version that the file is for, as it was sent; "source" for an sdist."""
        return self.text("pyversion") or ("source" if self.is_sdist else "")

    @property
    def comment(self) -> str | None:
        """The comment on the file, None if none was sent."""
        return next(iter(self.fields.get("comment", [])), None)

    @cached_property
    def description_renders(self) -> bool:
        """Whether PyPI could show the readme; also when there is none."""
        text = self.metadata.text("description")
        return not text or renders(text, self.metadata.text("description-content-type"))

    @property
    def is_wheel(self) -> bool:
        """Whether the file is sent as a wheel and named as one."""
        return self.filetype == "bdist_wheel" and self.filename.endswith(".whl")

    @property
    def is_sdist(self) -> bool:
        """Whether the file is sent as a source distribution."""
        return self.filetype == "sdist"

    @cached_property
    def version(self) -> Version | None:
        """The version that the metadata names, or None when it is no version."""
        from packaging.version import InvalidVersion, Version

        try:
            return Version(self.text("version"))
        except InvalidVersion:
            return None

    @cached_property
    def metadata(self) -> FormMetadata:
        """The core metadata that the form carries."""
        return FormMetadata.of(self.fields)

    @cached_property
    def zip_archive(self) -> ZipArchive | None:
        """Facts about a wheel or a zipped source distribution; None for a file with another name."""
        if self.file is None or not self.filename.endswith((".whl", ".zip")):
            return None
        from fake_pypi.inspection.zip_archive import read_zip

        return read_zip(self.file.path, self.filename)

    @cached_property
    def tar_archive(self) -> TarArchive | None:
        """Facts about a source distribution named `.tar.gz`; None for a file with another name."""
        if self.file is None or not self.filename.endswith(".tar.gz"):
            return None
        from fake_pypi.inspection.tar_archive import read_tar

        return read_tar(self.file.path, frozenset(self.license_files))

    @property
    def archive(self) -> ZipArchive | TarArchive | None:
        """Facts about the archive; None if there is no file, or its name is not that of an archive."""
        return self.zip_archive or self.tar_archive

    @cached_property
    def dist_info(self) -> DistInfo | None:
        """The `.dist-info` folder of a wheel; None for another archive, and for one that cannot be read."""
        if self.zip_archive is None:
            return None
        from fake_pypi.inspection.dist_info import dist_info_of

        return dist_info_of(self.zip_archive)

    @property
    def license_files(self) -> list[str]:
        """The paths of the licence files that the metadata names."""
        return [path for path in self.fields.get("license_file", []) if path]
