"""A distribution file, in memory or on disk."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import BinaryIO

from fake_pypi.errors import UsageError

DIGESTED_AT_ONCE = 1 << 20
"""Bytes of a file on disk that are hashed in one go."""


@dataclass(frozen=True)
class Package:
    """A wheel or an sdist that hands itself over as bytes, as an open file, or written into a folder.

    >>> package = Package("demo-1.0.tar.gz", b"...")
    >>> package.size, package.read(), package.filetype
    (3, b'...', 'sdist')

    Made by `wheel()` and `sdist()`, or from a file with `Package.at(path)`; a file is read when it is needed.
    """

    filename: str
    content: bytes | None = field(default=None, repr=False)
    source: Path | None = None

    @classmethod
    def at(cls, path: str | Path) -> Package:
        """The distribution file at a path. `FileNotFoundError` if there is none."""
        source = Path(path).resolve(strict=True)
        return cls(source.name, source=source)

    def open(self) -> BinaryIO:
        """The file, open for reading at its start."""
        if self.content is not None:
            return io.BytesIO(self.content)
        return self._path.open("rb")

    def read(self) -> bytes:
        """All bytes of the file."""
        return self._path.read_bytes() if self.content is None else self.content

    def write_to(self, directory: str | Path) -> Path:
        """Write the file into a folder, made if need be, and answer where it is.

        `UsageError` if the file name would lead out of the folder.
        """
        names = {PurePosixPath(self.filename).name, PureWindowsPath(self.filename).name}
        if names != {self.filename} or names <= {"", ".."}:
            raise UsageError(f"{self.filename!r} is no plain file name", "give the package another one")
        target = Path(directory) / self.filename
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(self.read())
        return target

    def renamed(self, filename: str) -> Package:
        """The same bytes under another file name."""
        return replace(self, filename=filename)

    @property
    def filetype(self) -> str:
        """`bdist_wheel` or `sdist`, as the upload form says it."""
        return "bdist_wheel" if self.filename.endswith(".whl") else "sdist"

    @cached_property
    def size(self) -> int:
        """Length in bytes."""
        return self._path.stat().st_size if self.content is None else len(self.content)

    @cached_property
    def sha256(self) -> str:
        """Hex digest."""
        return self._digests[0]

    @cached_property
    def blake2_256(self) -> str:
        """Hex digest of BLAKE2b at 256 bits, as the upload form has it."""
        return self._digests[1]

    @cached_property
    def _digests(self) -> tuple[str, str]:
        sha256, blake2 = hashlib.sha256(), hashlib.blake2b(digest_size=32)
        with self.open() as file:
            while chunk := file.read(DIGESTED_AT_ONCE):
                sha256.update(chunk)
                blake2.update(chunk)
        return sha256.hexdigest(), blake2.hexdigest()

    @property
    def _path(self) -> Path:
        if self.source is None:
            raise UsageError(f"{self.filename} has neither bytes nor a path", "give it one of both")
        return self.source
