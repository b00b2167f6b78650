"""JSON values of the control API: read into the types of a function's arguments, written from dataclasses, described.

The annotations of an endpoint's function are the contract: `read` checks a value against one of them, and `schema`
describes it in JSON Schema for the OpenAPI document.
"""

from __future__ import annotations

import dataclasses
import json
import re
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

LARGEST_NUMBER = 2**53 - 1
"""The largest integer that every JSON parser reads as it is written."""
LONGEST_TEXT = 10_000
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""What a text may not contain: NUL, and halves of surrogate pairs."""
NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?")
NO_NUL = "^[^\\u0000]*$"


class InvalidValue(ValueError):
    """A value of a request that does not have the type of its parameter. `place` is its name."""

    def __init__(self, place: str, expected: str) -> None:
        super().__init__(f"{place} is not {expected}" if place else f"the body is not {expected}")
        self.place = place


@dataclass(frozen=True)
class Bounds:
    """Bounds of a text or a number, in `Annotated[str, Bounds(pattern="[a-z]+")]`. A pattern matches all of a text."""

    minimum: float = -LARGEST_NUMBER
    maximum: float = LARGEST_NUMBER
    pattern: str = ""
    longest: int = LONGEST_TEXT
    shortest: int = 0


UNBOUNDED = Bounds()
Name = Annotated[str, Bounds(pattern="[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]", longest=200)]
"""The name of a project, in any spelling (PEP 508), or of a user."""
Text = Annotated[str, Bounds(shortest=1)]
"""A text that is not empty."""
Count = Annotated[int, Bounds(minimum=0)]
Seconds = Annotated[float, Bounds(minimum=-1e11, maximum=1e11)]


def parse(body: bytes) -> Any:
    """Return the value of a JSON text in UTF-8. Raises `InvalidValue`."""
    try:
        return json.loads(body.decode(), parse_constant=_reject_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidValue("", f"JSON: {error}") from None


def _reject_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def read(annotation: Any, value: Any, place: str) -> Any:
    """Return a value of JSON as a value of the annotated type. Raises `InvalidValue`, which names its place."""
    base, bounds = _split(annotation)
    options = _options(base)
    if options is not None:
        return None if value is None and type(None) in options else read(_only_option(options), value, place)
    if get_origin(base) is Literal:
        if not isinstance(value, str) or value not in get_args(base):
            raise InvalidValue(place, f"one of {', '.join(get_args(base))}")
        return value
    if get_origin(base) is list and isinstance(value, list):
        return [read(get_args(base)[0], item, f"{place}[{number}]") for number, item in enumerate(value)]
    if get_origin(base) is dict and isinstance(value, dict):
        return {
            read(str, name, place): read(get_args(base)[1], item, f"{place}.{name}") for name, item in value.items()
        }
    if base is Any:
        _check_texts(value, place)
        return value
    reader = READERS.get(base)
    if reader is None:
        raise InvalidValue(place, f"{_described(base)}")
    return reader(value, bounds, place)


def read_text(annotation: Any, texts: Sequence[str], place: str) -> Any:
    """Return the texts of a query parameter as a value of the annotated type. Raises `InvalidValue`."""
    base, _ = _split(annotation)
    options = _options(base)
    if options is not None:
        return read_text(_only_option(options), texts, place)
    if get_origin(base) is list:
        return read(annotation, list(texts), place)
    if len(texts) > 1:
        raise InvalidValue(place, "given once")
    text = texts[0]
    converted: Any = text
    if base is bool:
        converted = {"true": True, "false": False}.get(text, text)
    elif base in (int, float) and NUMBER.fullmatch(text):
        converted = int(text) if text.lstrip("-").isdigit() else float(text)
    return read(annotation, converted, place)


def _read_str(value: Any, bounds: Bounds, place: str) -> str:
    if not isinstance(value, str):
        raise InvalidValue(place, "a text")
    if UNSTORABLE.search(value):
        raise InvalidValue(place, "a text without NUL characters and lone surrogates")
    if not bounds.shortest <= len(value) <= bounds.longest:
        raise InvalidValue(place, f"a text of {bounds.shortest} to {bounds.longest} characters")
    if bounds.pattern and not re.fullmatch(bounds.pattern, value):
        raise InvalidValue(place, f"a text that matches {bounds.pattern}")
    return value


def _read_bool(value: Any, _bounds: Bounds, place: str) -> bool:
    if not isinstance(value, bool):
        raise InvalidValue(place, "true or false")
    return value


def _read_number(value: Any, bounds: Bounds, place: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:  # noqa: PLR0124 - NaN
        raise InvalidValue(place, "a number")
    if not bounds.minimum <= value <= bounds.maximum:
        raise InvalidValue(place, f"a number from {bounds.minimum:g} to {bounds.maximum:g}")
    return value


def _read_int(value: Any, bounds: Bounds, place: str) -> int:
    number = _read_number(value, bounds, place)
    if number != int(number):
        raise InvalidValue(place, "a whole number")
    return int(number)


def _read_moment(value: Any, bounds: Bounds, place: str) -> datetime:
    text = _read_str(value, bounds, place)
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00").replace("z", "+00:00"))
        return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        raise InvalidValue(place, "a time such as 2026-01-31T12:00:00Z") from None


READERS: dict[Any, Callable[[Any, Bounds, str], Any]] = {
    str: _read_str,
    bool: _read_bool,
    int: _read_int,
    float: _read_number,
    datetime: _read_moment,
}


def _check_texts(value: Any, place: str) -> None:
    """Raise `InvalidValue` for a text, anywhere in a value of any type, that cannot be stored."""
    if isinstance(value, str):
        _read_str(value, UNBOUNDED, place)
    elif isinstance(value, dict):
        for name, item in value.items():
            _read_str(name, UNBOUNDED, place)
            _check_texts(item, f"{place}.{name}")
    elif isinstance(value, list):
        for item in value:
            _check_texts(item, place)


def written(value: Any) -> Any:
    """Return a value as JSON has it: dataclasses and mappings as objects, sequences as arrays, times in ISO 8601."""
    if dataclasses.is_dataclass(value):
        return {field.name: written(getattr(value, field.name)) for field in dataclasses.fields(value) if field.repr}
    if isinstance(value, Mapping):
        return {str(name): written(item) for name, item in value.items()}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()  # what clients send may have lone surrogates
    if isinstance(value, Sequence):
        return [written(item) for item in value]
    return value


def schema(annotation: Any, components: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON Schema of a type; those of dataclasses are added to `components`."""
    base, bounds = _split(annotation)
    options = _options(base)
    if options is not None:
        schemas = [schema(option, components) for option in options if option is not type(None)]
        return {"anyOf": [*schemas, {"type": "null"}] if type(None) in options else schemas}
    arguments = get_args(base)
    if get_origin(base) is Literal:
        return {"type": "string", "enum": list(arguments)}
    if isinstance(get_origin(base), type) and issubclass(get_origin(base), Mapping):
        return {"type": "object", "additionalProperties": schema(arguments[1], components)}
    if isinstance(get_origin(base), type) and issubclass(get_origin(base), Sequence):
        return {"type": "array", "items": schema(arguments[0], components) if _is_uniform(base) else {}}
    if dataclasses.is_dataclass(base) and isinstance(base, type):
        return _schema_of_dataclass(base, components)
    return _schema_of_value(base, bounds)


def _is_uniform(base: Any) -> bool:
    arguments = get_args(base)
    return get_origin(base) is not tuple or (len(arguments) == 2 and arguments[1] is Ellipsis)


def _schema_of_value(base: Any, bounds: Bounds) -> dict[str, Any]:
    if base is str:
        pattern = f"^({bounds.pattern})$" if bounds.pattern else NO_NUL
        shortest = {"minLength": bounds.shortest} if bounds.shortest else {}
        return {"type": "string", "maxLength": bounds.longest, "pattern": pattern, **shortest}
    if base is datetime:
        return {"type": "string", "format": "date-time"}
    names = {bool: "boolean", int: "integer", float: "number"}
    if base not in names:
        return {}
    limits = {} if base is bool else {"minimum": bounds.minimum, "maximum": bounds.maximum}
    return {"type": names[base], **limits}


def _schema_of_dataclass(cls: type, components: dict[str, Any]) -> dict[str, Any]:
    if cls.__name__ not in components:
        components[cls.__name__] = {}  # a class that contains itself ends here
        hints = get_type_hints(cls, include_extras=True)
        fields = [field.name for field in dataclasses.fields(cls) if field.repr]
        components[cls.__name__] = {
            "type": "object",
            "description": (cls.__doc__ or "").partition("\n")[0],
            "properties": {name: without_limits(schema(hints[name], components)) for name in fields},
            "required": fields,
        }
    return {"$ref": f"#/components/schemas/{cls.__name__}"}


def without_limits(described: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a value in a response, which has no bounds: those are for what clients send."""
    limits = ("minimum", "maximum", "pattern", "maxLength", "minLength")
    return {
        name: without_limits(value)
        if isinstance(value, dict)
        else [without_limits(item) if isinstance(item, dict) else item for item in value]
        if isinstance(value, list)
        else value
        for name, value in described.items()
        if name not in limits
    }


def _split(annotation: Any) -> tuple[Any, Bounds]:
    if get_origin(annotation) is Annotated:
        base, *metadata = get_args(annotation)
        return base, next((item for item in metadata if isinstance(item, Bounds)), UNBOUNDED)
    return annotation, UNBOUNDED


def _options(base: Any) -> tuple[Any, ...] | None:
    return get_args(base) if get_origin(base) in (Union, types.UnionType) else None


def _only_option(options: tuple[Any, ...]) -> Any:
    return next(option for option in options if option is not type(None))


def _described(base: Any) -> str:
    kinds = {list: "a list", dict: "an object"}
    return kinds.get(get_origin(base), "valid")
