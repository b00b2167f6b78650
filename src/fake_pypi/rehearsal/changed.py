"""Files of a release with other bytes under the same names: what a second build would give."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fake_pypi.rehearsal.release import Release

GZIP_TIME = 4
"""Where the time of a gzip file begins (RFC 1952)."""
LOCAL_TIME, CENTRAL_TIME = 10, 12
"""Where the time of a zip member begins, in its own header and in the central directory (APPNOTE 4.3)."""


def changed_copy(release: Release, folder: Path) -> Path:
    """Copy the release's files to `folder`/dist, the time inside each changed, and return `folder`."""
    (folder / "dist").mkdir(parents=True)
    for file in release.files:
        copy = Path(shutil.copyfile(file, folder / "dist" / file.name))
        for place in _times(copy):
            _flip(copy, place)
    return folder


def _times(file: Path) -> list[int]:
    """Where in the file a time stands that nobody reads."""
    if file.name.endswith(".tar.gz"):
        return [GZIP_TIME]
    with zipfile.ZipFile(file) as archive:
        return [archive.filelist[0].header_offset + LOCAL_TIME, archive.start_dir + CENTRAL_TIME]


def _flip(file: Path, place: int) -> None:
    with file.open("r+b") as opened:
        opened.seek(place)
        byte = opened.read(1)[0]
        opened.seek(place)
        opened.write(bytes([byte ^ 1]))
