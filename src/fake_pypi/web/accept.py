"""Content negotiation: which of the types that we can send an ``Accept`` header asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_VALUE = rf'(?:{_WORD}|"(?:[^"\\]|\\.)*")'
_PARAMETER = rf"[ \t]*;[ \t]*(?![qQ]=){_WORD}={_VALUE}"
_WEIGHT = r"[ \t]*;[ \t]*[qQ]=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)"
_EXTENSION = rf"[ \t]*;[ \t]*{_WORD}(?:={_VALUE})?"
_RANGE = rf"({_WORD}/{_WORD})((?:{_PARAMETER})*)(?:{_WEIGHT}(?:{_EXTENSION})*)?"
_ONE = re.compile(_RANGE)
_LIST = re.compile(rf"(?:(?:,|{_RANGE})(?:[ \t]*,(?:[ \t]*{_RANGE})?)*)?")


@dataclass(frozen=True)
class _MediaRange:
    kind: str
    has_parameters: bool
    weight: float

    def closeness(self, offer: str) -> int:
        """How exactly this range names the offer: 3 the very type, 2 ``text/*``, 1 ``*/*``, 0 not at all."""
        if self.kind == offer:
            return 0 if self.has_parameters else 3
        if self.kind == offer.partition("/")[0] + "/*":
            return 2
        return 1 if self.kind == "*/*" else 0


def acceptable(accept: str | None, offers: Sequence[str]) -> list[str]:
    """The offered media types that an ``Accept`` header allows, the most wanted first.

        >>> acceptable("application/json, text/*;q=0.5", ["text/html", "application/json"])
        ['application/json', 'text/html']

    No header at all (``None``) and a header that breaks the grammar of RFC 7231 (5.3.2) allow everything,
    in the order of the offers; an empty header allows nothing. Of several ranges that fit an offer the most
    exact one counts, and of equally exact ones the first. A type with parameters (``text/html;level=1``) fits
    no offer of ours, as none has any.
    """
    ranges = None if accept is None else _media_ranges(accept)
    if ranges is None:
        return list(offers)
    weights = {offer: _weight(offer, ranges) for offer in offers}
    wanted = [offer for offer in offers if weights[offer] > 0]
    return sorted(wanted, key=lambda offer: -weights[offer])


def _weight(offer: str, ranges: Sequence[_MediaRange]) -> float:
    best = max(ranges, key=lambda media_range: media_range.closeness(offer), default=None)
    return best.weight if best is not None and best.closeness(offer) else 0.0


def _media_ranges(accept: str) -> list[_MediaRange] | None:
    """The ranges of a header, None if it is not a list of media ranges."""
    if not _LIST.fullmatch(accept):
        return None
    return [
        _MediaRange(kind.lower(), bool(parameters), float(weight or 1))
        for kind, parameters, weight in _ONE.findall(accept)
    ]
