from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_pypi.rules.json_mistakes import json_mistake


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "EOF while parsing a value at line 1 column 0"),
        (b"x", "expected value at line 1 column 1"),
        (b"token=x", "expected ident at line 1 column 2"),
        (b"nonsense", "expected ident at line 1 column 2"),
        (b"nul", "EOF while parsing a value at line 1 column 3"),
        (b"[", "EOF while parsing a list at line 1 column 1"),
        (b"[1", "EOF while parsing a list at line 1 column 2"),
        (b"[1,", "EOF while parsing a value at line 1 column 3"),
        (b"[1,]", "trailing comma at line 1 column 4"),
        (b"[1 2]", "expected `,` or `]` at line 1 column 4"),
        (b"{", "EOF while parsing an object at line 1 column 1"),
        (b'{"a"', "EOF while parsing an object at line 1 column 4"),
        (b'{"a" 1}', "expected `:` at line 1 column 6"),
        (b'{"a":1 "b"}', "expected `,` or `}` at line 1 column 8"),
        (b'{"a":1,}', "trailing comma at line 1 column 8"),
        (b"{1:2}", "key must be a string at line 1 column 2"),
        (b"{} x", "trailing characters at line 1 column 4"),
        (b"01", "invalid number at line 1 column 2"),
        (b"1.", "EOF while parsing a value at line 1 column 2"),
        (b"-", "EOF while parsing a value at line 1 column 1"),
        (b'"a', "EOF while parsing a string at line 1 column 2"),
        (b'"\\x"', "invalid escape at line 1 column 3"),
        (b"1.x", "invalid number at line 1 column 3"),
        (b"1e+", "EOF while parsing a value at line 1 column 3"),
        (b"-Infinite", "expected ident at line 1 column 9"),
        (b'"\\u12', "EOF while parsing a string at line 1 column 5"),
        (b'"\\u12x4"', "invalid escape at line 1 column 6"),
        (b'"\\ud800"', "unexpected end of hex escape at line 1 column 8"),
        (b'"\\udc00"', "lone leading surrogate in hex escape at line 1 column 7"),
        (b'"\\ud800\\u0041"', "lone leading surrogate in hex escape at line 1 column 13"),
        (b'"\n"', "control character (\\u0000-\\u001F) found while parsing a string at line 2 column 0"),
        (b"\n\n  x", "expected value at line 3 column 3"),
        (b"[" * 100_000, "recursion limit exceeded at line 1 column 202"),
        (b'"\xff"', "invalid unicode code point at line 1 column 3"),
    ],
)
def test_a_mistake_is_named_and_placed_as_by_pypis_reader(text: bytes, said: str) -> None:
    assert json_mistake(text) == said


@given(st.recursive(st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(), st.lists))
def test_good_json_has_no_mistake(value: object) -> None:
    assert json_mistake(json.dumps(value).encode()) == ""


@given(st.binary(max_size=60) | st.text(alphabet='{}[]",:\\tfn01-e. \n', max_size=30).map(str.encode))
def test_any_other_bytes_have_exactly_one(text: bytes) -> None:
    try:
        json.loads(text.decode())
    except ValueError:
        assert " at line " in json_mistake(text)
    else:
        assert json_mistake(text) == ""
