"""The headers of a form's parts, read as PyPI's form parser reads them (WebOb 1.8 with `cgi`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import Enum, auto
from functools import lru_cache
from types import MappingProxyType

BOUNDARY = re.compile(r"[ -~]{0,200}[!-~]")
AS_READ = (None, "utf8")
"""The charsets (None: none was named) of parts that PyPI keeps as its parser has decoded them, from UTF-8."""
URLENCODED = "application/x-www-form-urlencoded"
LONGEST_CACHED = 256
"""Characters of a header up to which the result of reading it is kept."""


class FormProblem(Enum):
    """Why a form cannot be read."""

    INVALID = auto()
    """It cannot be split into parts, or a part cannot be decoded."""
    UNKNOWN_CHARSET = auto()
    """A charset does not exist, or is another one than UTF-8 for the whole request."""


def header_parameters(header: str) -> tuple[str, Mapping[str, str]]:
    r"""Return a header's value and its parameters, whose names are in lower case.

    >>> header_parameters('form-data; Name="a;b"; filename=demo.whl')
    ('form-data', mappingproxy({'name': 'a;b', 'filename': 'demo.whl'}))

    A semicolon between quotes separates nothing. Of a parameter that comes twice the last one counts.
    """
    return _short_header(header) if len(header) <= LONGEST_CACHED else _parsed_header(header)


def _parsed_header(header: str) -> tuple[str, Mapping[str, str]]:
    value, *pieces = _pieces(header)
    parameters = (piece.partition("=") for piece in pieces if "=" in piece)
    return value, MappingProxyType({name.strip().lower(): _unquoted(text.strip()) for name, _, text in parameters})


_short_header = lru_cache(maxsize=256)(_parsed_header)  # the parts of all uploads have nearly the same headers


def is_boundary(text: str) -> bool:
    """Return whether a text can be a form's boundary: up to 201 printable ASCII characters, no blank at the end."""
    return BOUNDARY.fullmatch(text) is not None


def type_problem(content_type: str) -> FormProblem | None:
    """Return why a form cannot be read because of the Content-Type of one part, or None.

    >>> type_problem("multipart/form-data"), type_problem("text/plain; charset=foo").name, type_problem("text/plain")
    (<FormProblem.INVALID: 1>, 'UNKNOWN_CHARSET', None)
    """
    if has_impossible_boundary(content_type):
        return FormProblem.INVALID
    try:
        recoded("x", header_parameters(content_type)[1].get("charset"))
    except LookupError:
        return FormProblem.UNKNOWN_CHARSET
    except ValueError:
        return FormProblem.INVALID
    return None


def has_impossible_boundary(content_type: str) -> bool:
    """Return whether a part is announced as a form with parts of its own, without a valid boundary."""
    kind, parameters = header_parameters(content_type)
    return kind.startswith("multipart/") and not is_boundary(parameters.get("boundary", ""))


def holds_a_form(content_type: str) -> bool:
    """Return whether a part is read as a form of its own, together with everything that follows it."""
    kind, _ = header_parameters(content_type)
    return kind == URLENCODED or kind.startswith("multipart/")


def recoded(text: str, charset: str | None) -> str:
    """Return a text that was read as UTF-8, decoded with the charset that its part names.

    Raises `LookupError` for an unknown charset, `ValueError` for bytes that are invalid in it.
    """
    return text if charset is None or charset in AS_READ else text.encode().decode(charset)


def _pieces(header: str) -> Iterator[str]:
    """Split at semicolons that have an even number of quotes before them in their piece."""
    start = end = 0
    while end >= 0:
        end, counted, quotes = header.find(";", start), start, 0
        while end > start:
            quotes += _quotes(header[counted:end])
            if quotes % 2 == 0:
                break
            counted, end = end, header.find(";", end + 1)
        yield header[start : end if end >= 0 else None].strip()
        start = end + 1


def _quotes(text: str) -> int:
    return text.count('"') - text.count('\\"')


def _unquoted(text: str) -> str:
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        return text
    return text[1:-1].replace("\\\\", "\\").replace('\\"', '"')
