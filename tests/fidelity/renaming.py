"""Recorded cases with the project under another name: what was recorded must not depend on "demo".

The other name is as long as the old one, so that archives can be renamed in place: names and contents are
replaced, checksums that were right are made right again, damage stays damage. Digests and sizes follow.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
import struct
import tarfile
import zlib
from collections.abc import Iterator
from typing import Any

from tests.fidelity.cases import Case

OLD, NEW = "demo", "dfgh"
PARTS = re.compile(rb"(--[^\r\n]+\r\n(?:[^\r\n]+\r\n)+\r\n)(.*?)(?=\r\n--)", re.DOTALL)
LOCAL, CENTRAL = b"PK\x03\x04", b"PK\x01\x02"
ALGORITHMS = ("md5", "sha256", "blake2b")


def renamed(case: Case, new: str = NEW) -> Case:
    """The same case with the project under the other name, in what is sent and in what is answered.

    `new` has four letters, as many as the old name.

    >>> renamed({"id": "x", "given": [], "steps": [], "answers": [{"reason": "no Demo"}]})["answers"]
    [{'reason': 'no Dfgh'}]
    """
    renaming = _Renaming(new)
    given, steps = renaming.asked(case["given"]), renaming.asked(case["steps"])
    return {**case, "given": given, "steps": steps, "answers": renaming.answered(case["answers"])}


def _name(text: str, new: str) -> str:
    for old, other in ((OLD, new), (OLD.upper(), new.upper()), (OLD.title(), new.title())):
        text = text.replace(old, other)
    return text


def _named(octets: bytes, new: str) -> bytes:
    return _name(octets.decode("latin-1"), new).encode("latin-1")


class _Renaming:
    """One case on its way to the other name; `changed` are digests and paths that came out differently."""

    def __init__(self, new: str) -> None:
        self.new = new
        self.changed: dict[str, str] = {}
        self.sizes: dict[str, int] = {}

    def asked(self, value: Any) -> Any:
        """Rename what is sent: names anywhere, bodies as a whole."""
        if isinstance(value, list):
            return [self.asked(item) for item in value]
        if isinstance(value, str):
            return _name(value, self.new)
        if not isinstance(value, dict):
            return value
        kept = {name: self.asked(item) for name, item in value.items() if not name.startswith("body")}
        body = _body(value)
        if body is not None:
            kept["body"] = base64.b64encode(self._form(body)).decode()
        return kept

    def answered(self, value: Any) -> Any:
        """Rename what is answered: names, digests, places of files, sizes."""
        if isinstance(value, list):
            return [self.answered(item) for item in value]
        if isinstance(value, dict):
            told = {self.answered(name): self.answered(item) for name, item in value.items()}
            size = self.sizes.get(str((value.get("digests") or value.get("hashes") or {}).get("sha256")))
            return told if size is None or "size" not in told else {**told, "size": size}
        if isinstance(value, str):
            value = _name(value, self.new)
            for old, new in self.changed.items():
                value = value.replace(old, new)
        return value

    def _form(self, body: bytes) -> bytes:
        def part(found: re.Match[bytes]) -> bytes:
            head, content = found[1], found[2]
            return _named(head, self.new) + (self._file(content) if b'filename="' in head else content)

        body = PARTS.sub(part, body) if body.startswith(b"--") else body

        def text(found: re.Match[bytes]) -> bytes:
            head, content = found[1], found[2]
            return head + (content if b'filename="' in head else self._text(content))

        return PARTS.sub(text, body) if body.startswith(b"--") else _named(body, self.new)

    def _text(self, content: bytes) -> bytes:
        content = _named(content, self.new)
        for old, new in self.changed.items():
            content = content.replace(old.encode(), new.encode())
        return content

    def _file(self, content: bytes) -> bytes:
        now = _archive(content, self.new)
        if now != content:
            for old, new in ((content, now), *_members(content, now)):
                self._note(old, new)
        return now

    def _note(self, old: bytes, new: bytes) -> None:
        before, after = _digests(old), _digests(new)
        self.changed.update(zip(before, after, strict=True))
        self.changed[_place(before[2])] = _place(after[2])
        self.sizes[before[1]] = len(new)


def _body(request: dict[str, Any]) -> bytes | None:
    if "body_zlib" in request:
        return zlib.decompress(base64.b64decode(request["body_zlib"]))
    return base64.b64decode(request["body"]) if "body" in request else None


def _digests(content: bytes) -> tuple[str, str, str]:
    return (
        hashlib.md5(content, usedforsecurity=False).hexdigest(),
        hashlib.sha256(content).hexdigest(),
        hashlib.blake2b(content, digest_size=32).hexdigest(),
    )


def _place(digest: str) -> str:
    return f"{digest[:2]}/{digest[2:4]}/{digest[4:]}"


def _archive(content: bytes, name: str) -> bytes:
    """Rename inside of an archive; what is no whole archive is renamed as bytes."""
    if content.startswith(b"\x1f\x8b"):
        return _tar_gz(content, name)
    if content[257:262] == b"ustar":
        return _tar(content, name)
    now = bytearray(_named(content, name))
    for at, old in _stored(content):
        new = bytes(now[at.start : at.stop])
        was, is_now = struct.pack("<L", zlib.crc32(old)), struct.pack("<L", zlib.crc32(new))
        for place in _checksums(content, at):
            if content[place : place + 4] == was:
                now[place : place + 4] = is_now
    return bytes(now)


def _stored(content: bytes) -> Iterator[tuple[slice, bytes]]:
    """Where members that are not compressed lie, and what they hold."""
    for found in re.finditer(re.escape(LOCAL), content):
        head = content[found.start() : found.start() + 30]
        if len(head) < 30:
            continue
        method, size, name, extra = struct.unpack("<8xH8xL4xHH", head)
        start = found.end() + 26 + name + extra
        if method == 0 and start + size <= len(content):
            yield slice(start, start + size), content[start : start + size]


def _checksums(content: bytes, at: slice) -> Iterator[int]:
    """Where the checksum of a member may stand: in its own header, and in each entry of the directory."""
    yield content.rindex(LOCAL, 0, at.start) + 14
    yield from (found.start() + 16 for found in re.finditer(re.escape(CENTRAL), content))


def _tar_gz(content: bytes, name: str) -> bytes:
    try:
        old = gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        return content
    new = _tar(old, name)
    return content if new == old else gzip.compress(new, mtime=0)


def _tar(old: bytes, name: str) -> bytes:
    new = bytearray(_named(old, name))
    for at in range(0, len(old), tarfile.BLOCKSIZE):
        before = old[at : at + tarfile.BLOCKSIZE]
        if before[257:262] == b"ustar" and _checksum(before) == int(before[148:154] or b"0", 8):
            new[at + 148 : at + 154] = b"%06o" % _checksum(bytes(new[at : at + tarfile.BLOCKSIZE]))
    return bytes(new)


def _checksum(header: bytes) -> int:
    return 8 * ord(" ") + sum(header[:148]) + sum(header[156:])


def _members(old: bytes, new: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The members of a wheel, before and after: PyPI tells the digest of one of them."""
    for at, before in _stored(old):
        yield before, new[at.start : at.stop]
