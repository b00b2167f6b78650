"""Violations of a JSON schema, and the text that pydantic, with which PyPI reads JSON, prints about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

DOCUMENTATION = "https://errors.pydantic.dev/2.13/v"
MOST_SHOWN = 50
"""Bytes of a value that are shown in full; of a longer one the first 25 and the last 24."""


@dataclass(frozen=True)
class Violation:
    """One violation: pydantic's message and type, the value that was sent, and its place in the JSON.

    `place` is "" for the whole text, "0.version" for a field of the first member of a list.
    """

    message: str
    type: str
    value: Any
    place: str = ""

    def __str__(self) -> str:
        where = f"{self.place}\n" if self.place else ""
        kind = type(self.value).__name__
        line = f"  {self.message} [type={self.type}, input_value={_shortened(repr(self.value))}, input_type={kind}]"
        more = (
            "" if self.type == "base64_decode" else f"\n    For further information visit {DOCUMENTATION}/{self.type}"
        )
        return f"{where}{line}{more}"


def validation_error(violations: Sequence[Violation], model: str) -> str:
    """Return what pydantic prints about all violations of a model, as "TokenPayload".

    >>> print(validation_error([Violation("Field required", "missing", {}, "token")], "TokenPayload").splitlines()[0])
    1 validation error for TokenPayload
    """
    plural = "" if len(violations) == 1 else "s"
    head = f"{len(violations)} validation error{plural} for {model}"
    return "\n".join((head, *map(str, violations)))


def _shortened(text: str) -> str:
    octets = text.encode("utf-8", "replace")
    if len(octets) <= MOST_SHOWN:
        return text
    return f"{octets[:25].decode(errors='ignore')}...{octets[-24:].decode(errors='ignore')}"
