"""A build backend of the standard library alone: it travels inside every sdist made here (PEP 517).

Because it asks for nothing, `pip install demo-1.0.tar.gz` works with no index at all. It takes a tree with
`PKG-INFO`, `src/` (what lands in site-packages) and `_build/NAME-VERSION.dist-info/` (what the wheel's folder
holds besides), and makes the same bytes as `fake_pypi.packages.wheel` does for the same recipe.

This file is read as text by `fake_pypi.packages.sdist`, so it imports nothing of ours.
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
"""Every member carries this date, so the same recipe makes the same bytes on every day."""


def zip_bytes(members: list[Member]) -> bytes:
    """A zip archive of these members, uncompressed, the same bytes each time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, content in members:
            archive.writestr(zip_member(path), content)
    return buffer.getvalue()


def zip_member(path: str, *, executable: bool = False) -> zipfile.ZipInfo:
    """A member without anything that depends on the day or the machine."""
    member = zipfile.ZipInfo(path, MADE_AT)
    member.create_system = 3  # else Windows and Unix make different bytes
    member.external_attr = (0o100755 if executable else 0o100644) << 16
    return member


def tar_gz_bytes(members: list[Member]) -> bytes:
    """A gzipped tar archive of these members, the same bytes each time."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path, content in members:
            member = tarfile.TarInfo(path)
            member.size = len(content)
            member.mtime = 1580601600  # MADE_AT
            archive.addfile(member, io.BytesIO(content))
    packed = gzip.compress(buffer.getvalue(), 6, mtime=0)
    return packed[:8] + b"\0\xff" + packed[10:]  # Python versions differ in what they say of level and system


def with_record(members: list[Member], dist_info: str) -> list[Member]:
    """The members and, last, the RECORD file that lists each with its sha256 and size."""
    record = f"{dist_info}/RECORD"
    lines = [record_line(path, hashlib.sha256(content), len(content)) for path, content in members]
    return [*members, (record, "".join([*lines, f"{_quoted(record)},,\n"]).encode())]


def record_line(path: str, sha256: Any, size: int) -> str:
    """One file's line of RECORD, with its digest and its size in bytes."""
    digest = base64.urlsafe_b64encode(sha256.digest()).decode().rstrip("=")
    return f"{_quoted(path)},sha256={digest},{size}\n"


def get_requires_for_build_wheel(config_settings: dict[str, Any] | None = None) -> list[str]:  # noqa: ARG001
    """Nothing: that is the point."""
    return []


def get_requires_for_build_sdist(config_settings: dict[str, Any] | None = None) -> list[str]:  # noqa: ARG001
    """Nothing: that is the point."""
    return []


def prepare_metadata_for_build_wheel(
    metadata_directory: str,
    config_settings: dict[str, Any] | None = None,  # noqa: ARG001
) -> str:
    """Write the dist-info folder, so an installer can resolve before it builds."""
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
    """Build the wheel of the tree in the current directory; answer its file name."""
    dist_info, described = _dist_info(Path.cwd())
    members = with_record([*_files_under(Path.cwd() / "src"), *described], dist_info)
    filename = f"{dist_info.removesuffix('.dist-info')}-py3-none-any.whl"
    Path(wheel_directory, filename).write_bytes(zip_bytes(members))
    return filename


def build_sdist(sdist_directory: str, config_settings: dict[str, Any] | None = None) -> str:  # noqa: ARG001
    """Pack the tree in the current directory as it is; answer the file name."""
    root = Path.cwd()
    stem = _dist_info(root)[0].removesuffix(".dist-info")
    members = [(f"{stem}/{path}", content) for path, content in _files_under(root)]
    Path(sdist_directory, f"{stem}.tar.gz").write_bytes(tar_gz_bytes(members))
    return f"{stem}.tar.gz"


def _dist_info(root: Path) -> tuple[str, list[Member]]:
    """The name of the wheel's dist-info folder, and what belongs in it but RECORD."""
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
