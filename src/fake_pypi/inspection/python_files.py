"""The Python files of an archive, which PyPI scans for encrypted code and for its own API tokens.

PyPI scans this very file when the project is released. So the marks are put together at run time, here and in the
tests, and stand in no file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

from fake_pypi.inspection.read_failure import ReadFailure

MOST_SCANNED = 5 << 20
"""Bytes of one file above which PyPI does not scan it."""

_PYARMOR = "__pyarmor"
PYARMOR_HOOKS = (
    *(f"{_PYARMOR}_{hook}__".encode() for hook in ("enter", "exit", "assert", "bcc")),
    f"{_PYARMOR}__(__name__, __file__,".encode(),
)
"""Names of the functions that PyArmor calls, and the call that decrypts."""
SOURCEDEFENDER_LINES = tuple(f"---{end} PYE FILE---".encode() for end in ("BEGIN", "END"))
"""The first and the last line of a file that SourceDefender writes."""
TOKEN_START = "AgEIcHlwaS5vcmcCJ"  # noqa: S105 - no secret: every token of pypi.org starts so
TOKEN = re.compile(b"pypi-%s[a-zA-Z0-9_-]{150,157}" % TOKEN_START.encode())
SCANNED_NAME = re.compile(r"[^/.]\.+pye?\Z", re.IGNORECASE)


class Mark(Enum):
    """Byte sequences that are looked for in Python files."""

    PYARMOR_HOOK = auto()
    SOURCEDEFENDER_BEGIN = auto()
    SOURCEDEFENDER_END = auto()
    PYPI_TOKEN = auto()


NO_MARKS: frozenset[Mark] = frozenset()


@dataclass(frozen=True)
class PythonFile:
    """A Python file of an archive: the marks in its content, or why it cannot be read.

    `position` is its place among all members, `bytes_before` the size of the Python files before it, in bytes.
    """

    name: str
    position: int
    bytes_before: int
    marks: frozenset[Mark] = NO_MARKS
    failure: ReadFailure | None = None


def is_scanned(name: str) -> bool:
    r"""Return whether PyPI scans the archive member of that name: whether it is a Python file.

    >>> is_scanned("demo/__init__.PY"), is_scanned("demo/.py"), is_scanned("demo/x.txt")
    (True, False, False)
    >>> is_scanned("demo/x..pye"), is_scanned("demo/..py"), is_scanned("demo/x.py\n")
    (True, False, False)
    """
    return SCANNED_NAME.search(name) is not None


def scanned_content(pieces: Iterable[bytes]) -> bytes | None:
    """Read all pieces; return them as one, or None when they are more than PyPI scans."""
    content: list[bytes] = []
    length = 0
    for piece in pieces:
        length += len(piece)
        if length <= MOST_SCANNED:
            content.append(piece)
        else:
            content.clear()
    return b"".join(content) if length <= MOST_SCANNED else None


def marks_in(content: bytes) -> frozenset[Mark]:
    """Return the marks that stand in the content of a Python file."""
    marks: set[Mark] = set()
    if _PYARMOR.encode() in content and any(hook in content for hook in PYARMOR_HOOKS):
        marks.add(Mark.PYARMOR_HOOK)
    if b" PYE FILE-" in content:
        begin, end = SOURCEDEFENDER_LINES
        marks |= {Mark.SOURCEDEFENDER_BEGIN} if begin in content else set()
        marks |= {Mark.SOURCEDEFENDER_END} if end in content else set()
    if TOKEN_START.encode() in content and TOKEN.search(content):
        marks.add(Mark.PYPI_TOKEN)
    return frozenset(marks) if marks else NO_MARKS
