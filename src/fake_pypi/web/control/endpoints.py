"""Endpoints of the control API: a table, from which requests are routed and checked, and the documents are written."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, get_type_hints
from urllib.parse import unquote_to_bytes

from fake_pypi.web.control.json_values import InvalidValue, read, read_text

PARAMETER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Parameter:
    """A parameter of an endpoint. `place` is "path", "query" or "body"."""

    name: str
    place: str
    annotation: Any
    required: bool
    default: Any = None


@dataclass(frozen=True)
class Endpoint:
    """An address with one method, and the function that carries it out.

    Parameters in braces are in the path. The others are in the query of GET and DELETE, and members of the JSON object
    in the body of the other methods. The first argument of the function is what `subject` returns for the context of
    the API and the path's parameters that the function does not have. One that is annotated `Path` is a file with the
    bytes of the body.
    """

    method: str
    path: str
    function: Callable[..., Any]
    subject: Callable[..., Any]
    status: int = 200

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """Its parameters, those of the path first."""
        return (*self.path_parameters, *self.other_parameters)

    @cached_property
    def path_parameters(self) -> tuple[Parameter, ...]:
        """The parameters in the path, in order."""
        names = PARAMETER.findall(self.path)
        hints = {**_hints(self.subject), **self.hints}
        return tuple(Parameter(name, "path", hints[name], required=True) for name in names)

    @cached_property
    def other_parameters(self) -> tuple[Parameter, ...]:
        """The parameters in the query or in the JSON body."""
        in_path = set(PARAMETER.findall(self.path))
        place = "query" if self.method in {"GET", "DELETE"} else "body"
        _, *arguments = inspect.signature(self.function).parameters.values()
        return tuple(
            Parameter(
                argument.name,
                place,
                self.hints[argument.name],
                required=argument.default is argument.empty,
                default=None if argument.default is argument.empty else argument.default,
            )
            for argument in arguments
            if argument.name not in in_path and self.hints[argument.name] is not Path
        )

    @property
    def file_parameter(self) -> str | None:
        """The name of the argument that is a file with the bytes of the body, or None."""
        return next((name for name, annotation in self.hints.items() if annotation is Path and name != "return"), None)

    @property
    def has_json_body(self) -> bool:
        """Whether the endpoint has parameters in a JSON body."""
        return any(parameter.place == "body" for parameter in self.other_parameters)

    @cached_property
    def hints(self) -> dict[str, Any]:
        """The annotations of the function, that of its result as "return"."""
        return _hints(self.function)

    @property
    def summary(self) -> str:
        """What the endpoint does, in one line."""
        return (inspect.getdoc(self.function) or "").partition("\n")[0]

    @property
    def description(self) -> str:
        """What the endpoint does, as a whole."""
        return inspect.getdoc(self.function) or ""

    @property
    def operation_id(self) -> str:
        """A name for the endpoint that no other one has."""
        return self.function.__name__

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The pattern of its paths, before anything in them is decoded."""
        parts = PARAMETER.split(self.path)
        names = (f"(?P<{part}>[^/]+)" if number % 2 else re.escape(part) for number, part in enumerate(parts))
        return re.compile("".join(names))

    def call(self, context: Any, in_path: Mapping[str, str], query: Mapping[str, Sequence[str]], body: Any) -> Any:
        """Call the function with checked arguments. Raises `InvalidValue` and what the function raises.

        `context` is what subjects are found in. `body` is the JSON value in the body, or the path of a file that has
        its bytes.
        """
        arguments = {
            parameter.name: read(parameter.annotation, _decoded(in_path[parameter.name]), parameter.name)
            for parameter in self.path_parameters
        }
        if self.file_parameter is not None:
            arguments[self.file_parameter] = body
        others = self._from_query(query)
        if self.has_json_body:
            others |= self._from_body(body)
        _, *names = inspect.signature(self.function).parameters
        own = {name: value for name, value in arguments.items() if name in names}
        subject = self.subject(context, **{name: value for name, value in arguments.items() if name not in own})
        return self.function(subject, **own, **others)

    def _from_query(self, query: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        known = self._given(query, "query")
        return {name: read_text(parameter.annotation, query[name], name) for name, parameter in known.items()}

    def _from_body(self, body: Any) -> dict[str, Any]:
        if not isinstance(body, dict):
            raise InvalidValue("", "a JSON object")
        known = self._given(body, "body")
        return {name: read(parameter.annotation, body[name], name) for name, parameter in known.items()}

    def _given(self, values: Mapping[str, Any], place: str) -> dict[str, Parameter]:
        """Return the parameters that are given. Raises `InvalidValue` for unknown and for missing ones."""
        known = {parameter.name: parameter for parameter in self.other_parameters if parameter.place == place}
        for name in values:
            if name not in known:
                expected = f"one of {', '.join(known)}" if known else f"possible: nothing is expected in the {place}"
                raise InvalidValue(repr(name[:100]), expected)
        for name, parameter in known.items():
            if parameter.required and name not in values:
                raise InvalidValue(name, "given, and it is required")
        return {name: parameter for name, parameter in known.items() if name in values}


class EndpointTable:
    """The endpoints of the control API, in order.

    >>> table = EndpointTable()
    >>> @table.add("GET", "/words/{word}", subject=lambda context: context)
    ... def show_word(dictionary, word: str) -> str:
    ...     '''Show a word.'''
    ...     return f"{word} in {dictionary}"
    >>> endpoint, in_path = next(table.at("/words/fake"))
    >>> endpoint.call("the dictionary", in_path, {}, None)
    'fake in the dictionary'
    """

    def __init__(self) -> None:
        self._endpoints: list[Endpoint] = []

    def add(
        self, method: str, path: str, *, subject: Callable[..., Any], status: int = 200
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Return a decorator that adds an endpoint."""

        def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
            self._endpoints.append(Endpoint(method, path, function, subject, status))
            return function

        return decorate

    def extend(self, endpoints: Iterable[Endpoint]) -> None:
        """Add endpoints of another table."""
        self._endpoints.extend(endpoints)

    def __iter__(self) -> Iterator[Endpoint]:
        return iter(self._endpoints)

    def at(self, path: str) -> Iterator[tuple[Endpoint, dict[str, str]]]:
        """Yield the endpoints at a path, one for each method, with the parameters in the path, not decoded."""
        for endpoint in self._endpoints:
            match = endpoint.pattern.fullmatch(path)
            if match is not None:
                yield endpoint, match.groupdict()


def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    return get_type_hints(function, include_extras=True)


def _decoded(text: str) -> str:
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        raise InvalidValue("the address", "UTF-8") from None
