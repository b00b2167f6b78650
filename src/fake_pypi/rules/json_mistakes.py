"""What PyPI's JSON reader says about text that is no JSON, word for word and with its line and column.

`json` finds the same mistakes but words them in its own way; clients show the server's words to people.
"""

from __future__ import annotations

import json
import re

INTEGER = re.compile(rb"0|[1-9]\d*")
IDENTIFIERS = {0x74: b"true", 0x66: b"false", 0x6E: b"null", 0x4E: b"NaN", 0x49: b"Infinity"}
ESCAPES = b'"\\/bfnrtu'
HEXADECIMAL = b"0123456789abcdefABCDEF"
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
        end = _blank(text, _value(text, _blank(text, 0), 0))
    except _Mistake as mistake:
        return f"{mistake.what} at {_place(text, mistake.at)}"
    if end < len(text):
        return f"trailing characters at {_place(text, end)}"
    try:
        json.loads(text.decode())
    except ValueError:
        return f"invalid unicode code point at {_place(text, end)}"
    return ""


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
    if text[at] == ord("-"):
        at += 1
        if text[at : at + 1] == b"I":
            return _identifier(text, at, b"Infinity")
    _digit_at(text, at)
    found = INTEGER.match(text, at)
    end = at + 1 if found is None else found.end()
    if text[end : end + 1].isdigit():
        raise _Mistake("invalid number", end)
    if text[end : end + 1] == b".":
        end = _digits(text, end + 1)
    if text[end : end + 1] in (b"e", b"E"):
        end = _digits(text, end + 2 if text[end + 1 : end + 2] in (b"+", b"-") else end + 1)
    return end


def _digits(text: bytes, at: int) -> int:
    _digit_at(text, at)
    while text[at : at + 1].isdigit():
        at += 1
    return at


def _digit_at(text: bytes, at: int) -> None:
    if at >= len(text):
        raise _Mistake("EOF while parsing a value", at)
    if not text[at : at + 1].isdigit():
        raise _Mistake("invalid number", at)


def _string(text: bytes, at: int) -> int:
    while at < len(text):
        if text[at] == ord('"'):
            return at + 1
        if text[at] < 0x20:
            raise _Mistake("control character (\\u0000-\\u001F) found while parsing a string", at)
        if text[at] == ord("\\"):
            at = _escape(text, at + 1)
        at += 1
    raise _Mistake("EOF while parsing a string", len(text))


def _escape(text: bytes, at: int) -> int:
    """Read what follows a backslash; return where its last character is."""
    if at < len(text) and text[at] not in ESCAPES:
        raise _Mistake("invalid escape", at)
    if text[at : at + 1] != b"u":
        return at
    first, at = _code_unit(text, at)
    if 0xDC00 <= first <= 0xDFFF:
        raise _Mistake("lone leading surrogate in hex escape", at)
    if not 0xD800 <= first <= 0xDBFF:
        return at
    for wanted in b"\\u":
        at += 1
        if at < len(text) and text[at] != wanted:
            raise _Mistake("unexpected end of hex escape", at)
    second, at = _code_unit(text, at)
    if not 0xDC00 <= second <= 0xDFFF:
        raise _Mistake("lone leading surrogate in hex escape", at)
    return at


def _code_unit(text: bytes, at: int) -> tuple[int, int]:
    """Read the four digits behind a "u"; return their value and where the last one is."""
    if at + 4 >= len(text):
        raise _Mistake("EOF while parsing a string", len(text))
    for place in range(at + 1, at + 5):
        if text[place] not in HEXADECIMAL:
            raise _Mistake("invalid escape", place)
    return int(text[at + 1 : at + 5], 16), at + 4


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
