"""The text of a fault: `KIND [key=value …] [when CONDITION …]`, read into typed values.

The same values are accepted as Python arguments. A word without `=` is a switch: `alternating` means
`alternating=yes`. A value with blanks is written in quotes, as in a shell.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any, TypeVar

from fake_pypi.errors import UsageError
from fake_pypi.index.names import normalized
from fake_pypi.sites import ALL_SITES

WHEN = "when"
YES, NO = ("yes", "true", "1"), ("no", "false", "0")

T = TypeVar("T")
Reader = Callable[[object], Any]
"""Returns the value of a parameter from its text or from a Python value. Raises `ValueError`: what is expected."""


def number(value: object) -> float:
    """Read a number of seconds or bytes, 0 or more."""
    try:
        read = float(value)  # type: ignore[arg-type]  # what is no number is reported below
    except (TypeError, ValueError):
        read = -1.0
    if not read >= 0:
        raise ValueError("a number, 0 or more")
    return read


def probability(value: object) -> float:
    """Read a number between 0 and 1."""
    read = number(value)
    if read > 1:
        raise ValueError("a number between 0 and 1")
    return read


def count(value: object) -> int:
    """Read a whole number, 1 or more."""
    text = str(value)
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise ValueError("a whole number, 1 or more")
    return int(text)


def seed(value: object) -> int:
    """Read a whole number, 0 or more."""
    text = str(value)
    if not (text.isascii() and text.isdigit()):
        raise ValueError("a whole number, 0 or more")
    return int(text)


def text(value: object) -> str:
    """Read a text that is not empty."""
    if not isinstance(value, str) or not value:
        raise ValueError("a text")
    return value


def project_name(value: object) -> str:
    """Read the name of a project in any spelling."""
    return normalized(text(value))


def switch(value: object) -> bool:
    """Read yes or no."""
    word = str(value).lower()
    if word not in YES + NO:
        raise ValueError("yes or no")
    return word in YES


def one_of(*choices: str) -> Reader:
    """Return what reads one of these words."""

    def read(value: object) -> str:
        if value not in choices:
            raise ValueError(f"one of {', '.join(choices)}")
        return str(value)

    return read


def some_of(*choices: str) -> Reader:
    """Return what reads some of these words: a text with commas between them, or a sequence."""
    read_one = one_of(*choices)

    def read(value: object) -> tuple[str, ...]:
        words = value.split(",") if isinstance(value, str) else value
        if not isinstance(words, (list, tuple)) or not words:
            raise ValueError(f"one of {', '.join(choices)}, or several with commas")
        return tuple(read_one(word) for word in words)

    return read


def parameter(read: Reader, default: Any = None, *, name: str = "", positional: bool = False) -> Any:
    """Return the dataclass field of a parameter.

    `name` is the name in the text, where that is a keyword of Python. A `positional` parameter may be written without
    its name: `tls expired`.
    """
    return field(default=default, metadata={"read": read, "name": name, "positional": positional})


@dataclass(frozen=True)
class Conditions:
    """When a fault acts. Conditions that are not given are always met.

    Of the requests that meet the conditions on the request itself (`method` to `client`, globs as in a shell),
    `request` selects the n-th alone, `every` each n-th, and `probability` some by chance (the same ones for the same
    `seed`). The fault ends after it acted `times` times, or `for` seconds on the index's clock after it was added.
    `index` is the name of the site for which it is meant.
    """

    method: str | None = parameter(text)
    path: str | None = parameter(text)
    project: str | None = parameter(project_name)
    filename: str | None = parameter(text)
    client: str | None = parameter(text)
    request: int | None = parameter(count)
    every: int | None = parameter(count)
    probability: float | None = parameter(probability)
    seed: int | None = parameter(seed)
    times: int | None = parameter(count)
    seconds: float | None = parameter(number, name="for")
    index: str | None = parameter(one_of(*ALL_SITES))


def split(line: str) -> tuple[str, dict[str, object], dict[str, object]]:
    """Return the kind, the parameters and the conditions of a line, unread. Raises `UsageError`.

    >>> split("reset at=before when path=/legacy/* times=1")
    ('reset', {'at': 'before'}, {'path': '/legacy/*', 'times': '1'})
    """
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise UsageError(f"the fault {line!r} cannot be read ({error})", "close every quotation mark") from None
    if not words:
        raise UsageError("the fault is empty", "write KIND [key=value ...] [when CONDITION ...]")
    end = words.index(WHEN) if WHEN in words else len(words)
    return words[0], _pairs(words[1:end]), _pairs(words[end + 1 :])


def _pairs(words: list[str]) -> dict[str, object]:
    pairs: dict[str, object] = {}
    for word in words:
        name, equals, value = word.partition("=")
        pairs[name] = value if equals else YES[0]
    return pairs


def read(cls: type[T], values: Mapping[str, object], what: str) -> T:
    """Return a dataclass of parameters made from unread values; None means "not given".

    >>> read(Conditions, {"times": "2"}, "condition").times
    2

    Raises `UsageError`, which calls the values `what`.
    """
    known = names_of(cls)
    unnamed = next((name for name, parameter in known.items() if parameter.metadata["positional"]), None)
    given = {name: value for name, value in values.items() if value is not None}
    arguments = {}
    for word, word_value in given.items():
        is_unnamed = unnamed is not None and word not in known and word_value == YES[0]
        name, value = (str(unnamed), word) if is_unnamed else (word, word_value)
        if name not in known:
            raise UsageError(f"there is no {what} {name!r}", f"one of {', '.join(known)}" if known else "it has none")
        try:
            arguments[known[name].name] = known[name].metadata["read"](value)
        except ValueError as expected:
            raise UsageError(f"{name}={value} is no value for the {what} {name!r}", f"give {expected}") from None
    return cls(**arguments)


def names_of(cls: type[object]) -> dict[str, Field[Any]]:
    """Return the fields of a dataclass of parameters by their names in the text."""
    return {_name(parameter): parameter for parameter in fields(cls)}  # type: ignore[arg-type]  # every caller passes a dataclass


def written(values: object) -> list[str]:
    """Return parameters as they are written in a line, those with their default left out unless they are positional."""
    words = []
    parameters = fields(values)  # type: ignore[arg-type]  # as above
    for each in sorted(parameters, key=lambda parameter: not parameter.metadata["positional"]):
        value = getattr(values, each.name)
        if value == each.default and not each.metadata["positional"]:
            continue
        written_value = (
            ",".join(value) if isinstance(value, tuple) else f"{value:g}" if isinstance(value, float) else value
        )
        is_short = value is True or each.metadata["positional"]
        short = _name(each) if value is True else str(written_value)
        words.append(short if is_short else shlex.quote(f"{_name(each)}={written_value}"))
    return words


def _name(parameter: Field[Any]) -> str:
    return parameter.metadata["name"] or parameter.name
