"""The build backend (PEP 517) that every generated sdist contains. It needs the standard library only.

It has no build requirements, so `pip install demo-1.0.tar.gz` works without an index. It reads a folder with
`PKG-INFO`, `src/` (the files for site-packages) and `_build/NAME-VERSION.dist-info/` (further files for the wheel's
dist-info folder), and makes the same bytes as `fake_pypi.packages.wheel` does for the same recipe.

`fake_pypi.packages.sdist` copies this file as text, so it must not import other modules of `fake_pypi`.
Sources: PEP 517, and the binary and source distribution format pages of packaging.python.org.
"""

from __future__ import annotations

import base64
import email
import gzip
import hashlib
import io
import tarfile
import zipfile
from pathlib import Path
from typing import Any

Member = tuple[str, bytes]
"""A file of an archive: its path with forward slashes, and its content."""

MADE_AT = (2020, 2, 2, 0, 0, 0)
"""The date of every member, so that the same recipe gives the same bytes on any day."""


def zip_bytes(members: list[Member]) -> bytes:
    """Return an uncompressed zip archive; the same members always give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, content in members:
            archive.writestr(zip_member(path), content)
    return buffer.getvalue()


def zip_member(path: str, *, executable: bool = False) -> zipfile.ZipInfo:
    """Return the header of a member, which depends neither on the day nor on the machine."""
    member = zipfile.ZipInfo(path, MADE_AT)
    member.create_system = 3  # Unix; the default depends on the platform
    member.external_attr = (0o100755 if executable else 0o100644) << 16
    return member


def tar_gz_bytes(members: list[Member]) -> bytes:
    """Return a gzipped tar archive; the same members always give the same bytes."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path, content in members:
            member = tarfile.TarInfo(path)
            member.size = len(content)
            member.mtime = 1580601600  # MADE_AT
            archive.addfile(member, io.BytesIO(content))
    packed = gzip.compress(buffer.getvalue(), 6, mtime=0)
    return packed[:8] + b"\0\xff" + packed[10:]  # level and system, which differ between Python versions


def with_record(members: list[Member], dist_info: str) -> list[Member]:
    """Return the members and, last, a RECORD file that lists each with its sha256 and size."""
    record = f"{dist_info}/RECORD"
    lines = [record_line(path, hashlib.sha256(content), len(content)) for path, content in members]
    return [*members, (record, "".join([*lines, f"{_quoted(record)},,\n"]).encode())]


def record_line(path: str, sha256: Any, size: int) -> str:
    """Return the line of RECORD for a file, with its digest and its size in bytes."""
    digest = base64.urlsafe_b64encode(sha256.digest()).decode().rstrip("=")
    return f"{_quoted(path)},sha256={digest},{size}\n"


def get_requires_for_build_wheel(config_settings: dict[str, Any] | None = None) -> list[str]:  # noqa: ARG001
    """Return no requirements, so that no index is needed."""
    return []


def get_requires_for_build_sdist(config_settings: dict[str, Any] | None = None) -> list[str]:  # noqa: ARG001
    """Return no requirements, so that no index is needed."""
    return []


def prepare_metadata_for_build_wheel(
    metadata_directory: str,
    config_settings: dict[str, Any] | None = None,  # noqa: ARG001
) -> str:
    """Write the dist-info folder and return its name; installers call this to resolve before they build."""
    name, members = _dist_info(Path.cwd())
    for path, content in members:
        target = Path(metadata_directory, path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return name


def build_wheel(
    wheel_directory: str,
    config_settings: dict[str, Any] | None = None,  # noqa: ARG001
    metadata_directory: str | None = None,  # noqa: ARG001
) -> str:
    """Build the wheel of the project in the current directory and return its file name."""
    dist_info, dist_info_members = _dist_info(Path.cwd())
    members = with_record([*_files_under(Path.cwd() / "src"), *dist_info_members], dist_info)
    filename = f"{dist_info.removesuffix('.dist-info')}-py3-none-any.whl"
    Path(wheel_directory, filename).write_bytes(zip_bytes(members))
    return filename


def build_sdist(sdist_directory: str, config_settings: dict[str, Any] | None = None) -> str:  # noqa: ARG001
    """Pack the files in the current directory, unchanged, and return the file name."""
    root = Path.cwd()
    stem = _dist_info(root)[0].removesuffix(".dist-info")
    members = [(f"{stem}/{path}", content) for path, content in _files_under(root)]
    Path(sdist_directory, f"{stem}.tar.gz").write_bytes(tar_gz_bytes(members))
    return f"{stem}.tar.gz"


def _dist_info(root: Path) -> tuple[str, list[Member]]:
    """Return the name of the wheel's dist-info folder and its members except RECORD."""
    skeleton = next((root / "_build").glob("*.dist-info"))
    metadata = (root / "PKG-INFO").read_bytes()
    licenses = email.message_from_bytes(metadata).get_all("License-File") or []
    members = [
        ("METADATA", metadata),
        *_files_under(skeleton),
        *((f"licenses/{path}", (root / path).read_bytes()) for path in licenses),
    ]
    return skeleton.name, [(f"{skeleton.name}/{path}", content) for path, content in members]


def _files_under(folder: Path) -> list[Member]:
    paths = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return sorted((path.relative_to(folder).as_posix(), path.read_bytes()) for path in paths)


def _quoted(path: str) -> str:
    return f'"{path}"' if "," in path else path
