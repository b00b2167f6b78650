"""What PyPI's JSON reader says about text that is no JSON, word for word and with its line and column.

`json` finds the same mistakes but words them in its own way; clients show the server's words to people.
"""

from __future__ import annotations

import json
import re

NUMBER = re.compile(rb"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
IDENTIFIERS = {0x74: b"true", 0x66: b"false", 0x6E: b"null", 0x4E: b"NaN", 0x49: b"Infinity"}
ESCAPES = b'"\\/bfnrtu'
DEEPEST = 200


class _Mistake(Exception):
    def __init__(self, what: str, at: int) -> None:
        super().__init__(what, at)
        self.what = what
        self.at = at


def json_mistake(text: bytes) -> str:
    """Return what is wrong with JSON text, "" when nothing is.

    >>> json_mistake(b"token=x")
    'expected ident at line 1 column 2'
    """
    try:
        json.loads(text.decode())
    except (ValueError, RecursionError):
        return _told(text)
    return ""


def _told(text: bytes) -> str:
    try:
        end = _blank(text, _value(text, _blank(text, 0), 0))
    except _Mistake as mistake:
        return f"{mistake.what} at {_place(text, mistake.at)}"
    what = "trailing characters" if end < len(text) else "invalid unicode code point"
    return f"{what} at {_place(text, end)}"


def _place(text: bytes, at: int) -> str:
    line_start = text.rfind(b"\n", 0, at + 1) + 1
    column = min(at + 1, len(text)) - line_start
    line = text.count(b"\n", 0, at + 1) + 1
    return f"line {line} column {column}"


def _blank(text: bytes, at: int) -> int:
    while at < len(text) and text[at] in b" \t\r\n":
        at += 1
    return at


def _value(text: bytes, at: int, depth: int) -> int:
    if at >= len(text):
        raise _Mistake("EOF while parsing a value", at)
    if depth > DEEPEST:
        raise _Mistake("recursion limit exceeded", at)
    first = text[at]
    if first in IDENTIFIERS:
        return _identifier(text, at, IDENTIFIERS[first])
    if first == ord('"'):
        return _string(text, at + 1)
    if first == ord("["):
        return _list(text, at + 1, depth)
    if first == ord("{"):
        return _object(text, at + 1, depth)
    if first in b"-0123456789":
        return _number(text, at)
    raise _Mistake("expected value", at)


def _identifier(text: bytes, at: int, wanted: bytes) -> int:
    for place, letter in enumerate(wanted, at):
        if place >= len(text):
            raise _Mistake("EOF while parsing a value", place)
        if text[place] != letter:
            raise _Mistake("expected ident", place)
    return at + len(wanted)


def _number(text: bytes, at: int) -> int:
    found = NUMBER.match(text, at)
    end = found.end() if found else at + 1
    if found is None and end >= len(text):
        raise _Mistake("EOF while parsing a value", end)
    if found is None or (end < len(text) and text[end] in b".eE0123456789"):
        raise _Mistake("invalid number", end)
    return end


def _string(text: bytes, at: int) -> int:
    while at < len(text):
        if text[at] == ord('"'):
            return at + 1
        if text[at] < 0x20:
            raise _Mistake("control character (\\u0000-\\u001F) found while parsing a string", at)
        if text[at] == ord("\\"):
            at += 1
            if at < len(text) and text[at] not in ESCAPES:
                raise _Mistake("invalid escape", at)
        at += 1
    raise _Mistake("EOF while parsing a string", len(text))


def _list(text: bytes, at: int, depth: int) -> int:
    at = _blank(text, at)
    if text[at : at + 1] == b"]":
        return at + 1
    if at >= len(text):
        raise _Mistake("EOF while parsing a list", at)
    while True:
        at = _blank(text, _value(text, at, depth + 1))
        if at >= len(text):
            raise _Mistake("EOF while parsing a list", at)
        if text[at] == ord("]"):
            return at + 1
        at = _after_comma(text, at, b"]")


def _object(text: bytes, at: int, depth: int) -> int:
    at = _blank(text, at)
    if text[at : at + 1] == b"}":
        return at + 1
    if at >= len(text):
        raise _Mistake("EOF while parsing an object", at)
    while True:
        at = _blank(text, _value(text, _key(text, at), depth + 1))
        if at >= len(text):
            raise _Mistake("EOF while parsing an object", at)
        if text[at] == ord("}"):
            return at + 1
        at = _after_comma(text, at, b"}")


def _key(text: bytes, at: int) -> int:
    """Read a key and its colon; return where the value starts."""
    if text[at] != ord('"'):
        raise _Mistake("key must be a string", at)
    at = _blank(text, _string(text, at + 1))
    if at >= len(text):
        raise _Mistake("EOF while parsing an object", at)
    if text[at] != ord(":"):
        raise _Mistake("expected `:`", at)
    return _blank(text, at + 1)


def _after_comma(text: bytes, at: int, closing: bytes) -> int:
    if text[at] != ord(","):
        raise _Mistake(f"expected `,` or `{closing.decode()}`", at)
    at = _blank(text, at + 1)
    if at >= len(text):
        raise _Mistake("EOF while parsing a value", at)
    if text[at : at + 1] == closing:
        raise _Mistake("trailing comma", at)
    return at
