"""A distribution file, in memory or on disk."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import BinaryIO

from fake_pypi.errors import UsageError

CHUNK_SIZE = 1 << 20
"""Bytes of a file on disk that are read at once."""


@dataclass(frozen=True)
class Package:
    """A wheel or an sdist, which can be read as bytes, opened, or written into a folder.

    >>> package = Package("demo-1.0.tar.gz", b"...")
    >>> package.size, package.read(), package.filetype
    (3, b'...', 'sdist')

    Use `wheel()`, `sdist()` or `Package.at(path)` to make one; a file on disk is read when it is needed.
    """

    filename: str
    content: bytes | None = field(default=None, repr=False)
    source: Path | None = None

    @classmethod
    def at(cls, path: str | Path) -> Package:
        """Return the distribution file at a path. Raises `FileNotFoundError` if there is none."""
        source = Path(path).resolve(strict=True)
        return cls(source.name, source=source)

    def open(self) -> BinaryIO:
        """Open the file for reading."""
        if self.content is not None:
            return io.BytesIO(self.content)
        return self._path.open("rb")

    def read(self) -> bytes:
        """Return the content of the file."""
        return self._path.read_bytes() if self.content is None else self.content

    def write_to(self, directory: str | Path) -> Path:
        """Write the file into a folder, which is made if it is missing, and return its path.

        Raises `UsageError` if the file name would lead out of the folder.
        """
        names = {PurePosixPath(self.filename).name, PureWindowsPath(self.filename).name}
        if names != {self.filename} or names <= {"", ".."}:
            raise UsageError(f"{self.filename!r} is not the name of a file in a folder", "rename the package")
        target = Path(directory) / self.filename
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(self.read())
        return target

    def renamed(self, filename: str) -> Package:
        """Return a package with the same content and another file name."""
        return replace(self, filename=filename)

    @property
    def filetype(self) -> str:
        """`bdist_wheel` or `sdist`: the value of the field `filetype` of the upload form."""
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
        """Hex digest of BLAKE2b with 256 bits: the field `blake2_256_digest` of the upload form."""
        return self._digests[1]

    @cached_property
    def _digests(self) -> tuple[str, str]:
        sha256, blake2 = hashlib.sha256(), hashlib.blake2b(digest_size=32)
        with self.open() as file:
            while chunk := file.read(CHUNK_SIZE):
                sha256.update(chunk)
                blake2.update(chunk)
        return sha256.hexdigest(), blake2.hexdigest()

    @property
    def _path(self) -> Path:
        if self.source is None:
            raise UsageError(f"{self.filename} has neither content nor a path", "give it one of both")
        return self.source
