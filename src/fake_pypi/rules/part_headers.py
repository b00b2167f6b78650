"""The headers of a form's parts, read as PyPI's form parser reads them (WebOb 1.8 with `cgi`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

INVALID_FORM, BREAKS_PYPI = "invalid-form-data", "form-breaks-pypi"
"""The ids of the two rules about forms that cannot be read."""
BOUNDARY = re.compile(r"[ -~]{0,200}[!-~]")
AS_READ = (None, "utf8")
"""The charsets (None: none was named) of parts that PyPI takes as its parser has decoded them, from UTF-8."""
URLENCODED = "application/x-www-form-urlencoded"


def header_parameters(header: str) -> tuple[str, dict[str, str]]:
    r"""Return a header's value and its parameters, whose names are in small letters.

    >>> header_parameters('form-data; Name="a;b"; filename=demo.whl')
    ('form-data', {'name': 'a;b', 'filename': 'demo.whl'})

    A semicolon between quotes separates nothing. Of a parameter that comes twice the last one counts.
    """
    value, *rest = _pieces(header)
    parameters = (piece.partition("=") for piece in rest if "=" in piece)
    return value, {name.strip().lower(): _unquoted(text.strip()) for name, _, text in parameters}


def is_boundary(text: str) -> bool:
    """Whether a text can separate the parts of a form: up to 201 printable ASCII characters, no blank at the end."""
    return BOUNDARY.fullmatch(text) is not None


def type_problem(content_type: str) -> str | None:
    """Return the id of the rule that rejects a form because of one part's Content-Type, or None.

    >>> type_problem("multipart/form-data"), type_problem("text/plain; charset=foo"), type_problem("text/plain")
    ('invalid-form-data', 'form-breaks-pypi', None)
    """
    if has_impossible_boundary(content_type):
        return INVALID_FORM
    try:
        recoded("x", header_parameters(content_type)[1].get("charset"))
    except LookupError:
        return BREAKS_PYPI
    except ValueError:
        return INVALID_FORM
    return None


def has_impossible_boundary(content_type: str) -> bool:
    """Whether a part says that it is a form with parts of its own, and not what is between them."""
    kind, parameters = header_parameters(content_type)
    return kind.startswith("multipart/") and not is_boundary(parameters.get("boundary", ""))


def holds_a_form(content_type: str) -> bool:
    """Whether a part is read as a form of its own, and with it everything that comes behind it."""
    kind, _ = header_parameters(content_type)
    return kind == URLENCODED or kind.startswith("multipart/")


def recoded(text: str, charset: str | None) -> str:
    """Return a text that was read as UTF-8, in the charset that its part names.

    An unknown charset is a `LookupError`, a text that it does not know a `ValueError`.
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
