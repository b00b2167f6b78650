"""How PyPI words JSON of the wrong shape: one paragraph for each place where it is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

EXPLAINED_AT = "https://errors.pydantic.dev/2.13/v"
LONGEST = 50
"""Bytes of a value that are shown in full; of a longer one the first 25 and the last 24."""


@dataclass(frozen=True)
class Violation:
    """One thing that is wrong: what, PyPI's word for its type, the value that was sent, and where it stood.

    `place` is "" for the whole text, "0.version" for a field of the first member of a list.
    """

    what: str
    type: str
    value: Any
    place: str = ""

    def __str__(self) -> str:
        where = f"{self.place}\n" if self.place else ""
        kind = type(self.value).__name__
        told = f"  {self.what} [type={self.type}, input_value={_shortened(repr(self.value))}, input_type={kind}]"
        more = "" if self.type == "base64_decode" else f"\n    For further information visit {EXPLAINED_AT}/{self.type}"
        return f"{where}{told}{more}"


def told(violations: Sequence[Violation], title: str) -> str:
    """Return the words for all violations of a shape, as "TokenPayload".

    >>> print(told([Violation("Field required", "missing", {}, "token")], "TokenPayload").splitlines()[0])
    1 validation error for TokenPayload
    """
    plural = "" if len(violations) == 1 else "s"
    head = f"{len(violations)} validation error{plural} for {title}"
    return "\n".join((head, *map(str, violations)))


def _shortened(text: str) -> str:
    octets = text.encode("utf-8", "replace")
    if len(octets) <= LONGEST:
        return text
    return f"{octets[:25].decode(errors='ignore')}...{octets[-24:].decode(errors='ignore')}"
