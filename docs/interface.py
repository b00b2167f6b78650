"""Describe the public interface as text: `python docs/interface.py` writes docs/reference/interface.txt.

A test compares the file with the code, so a change of the interface is a change of this file, which a reviewer sees.
Every line is one thing that a user can name: a function with its signature, an option, a member of a JSON object.
Of the objects that an index is composed of, it has what the reference pages name; of the classes that `fake_pypi`
exports, every public attribute.
"""

from __future__ import annotations

import argparse
import ast
import enum
import inspect
import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, ForwardRef, Union

import fake_pypi
from fake_pypi import FakeIndexes, FakePyPI, cli
from fake_pypi.clients.passed_variables import PASSED
from fake_pypi.clients.venv import VirtualEnvironment
from fake_pypi.fake.control.api import TABLE
from fake_pypi.pytest_plugin import MARKER, fixtures, newhooks, options
from fake_pypi.pytest_plugin.package_builders import PackageBuilders
from fake_pypi.rules.order import PYPI
from fake_pypi.web.control.openapi import openapi
from fake_pypi.web.faults.grammar import names_of
from fake_pypi.web.faults.kinds import FAMILIES

REFERENCE = Path(__file__).resolve().parent / "reference"
FILE = REFERENCE / "interface.txt"
SOURCE = Path(fake_pypi.__file__).parent
NOT_PUBLIC = {"index", "instance", "app", "servers"}
"""Attributes of an index that the reference excepts from the public interface."""
OWN_VARIABLE = re.compile(r"\bFAKE_(?:TEST)?PYPI(?:_[A-Z_]+)?\b")


class _Text:
    """An annotation that `inspect` prints as it was written."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def interface() -> str:
    """Return the description of the whole public interface."""
    sections: dict[str, Iterable[str]] = {
        "Python": python_names(),
        "Fixtures": fixture_names(),
        "Marker": [MARKER.partition(":")[0]],
        "Hooks": (f"{name}{signature(hook)}" for name, hook in public_functions(newhooks)),
        "Options of pytest and ini keys": pytest_options(),
        "Commands": commands(),
        "Exit codes": exit_codes(),
        "Environment variables": environment_variables(),
        "Environment variables that are passed to a shell": sorted(set().union(*PASSED.values())),
        "Faults": fault_kinds(),
        "Rules": (f"{rule.id}: {rule.status}" for rule in sorted(PYPI, key=lambda rule: rule.id)),
        "Control API": control_operations(),
    }
    for file in sorted(REFERENCE.rglob("*.schema.json")):
        sections[f"JSON: {file.name}"] = schema_members(json.loads(file.read_text(encoding="utf-8")))
    parts = [f"[{title}]\n" + "".join(f"{line}\n" for line in lines) for title, lines in sections.items()]
    return "\n".join(parts)


def python_names() -> Iterator[str]:
    """Yield what `fake_pypi` exports, and the objects that an index is composed of."""
    parts: dict[str, type] = {}
    for make in (FakePyPI, FakeIndexes):
        with make() as index:
            attributes = {name: getattr(index, name) for name in dir(index) if is_public(name)}
        parts.update({type(value).__name__: type(value) for value in attributes.values()})
        of_instance = [(name, value) for name, value in attributes.items() if not hasattr(make, name)]
        yield from (f"{make.__name__}.{name}{described(value)}" for name, value in of_instance)
    exported = {name: getattr(fake_pypi, name) for name in fake_pypi.__all__}
    for name, value in sorted(exported.items()):
        if isinstance(value, type):
            yield f"fake_pypi.{name}{constructor(value)}"
            yield from (f"{name}.{member}{text}" for member, text in members(value))
        else:
            yield f"fake_pypi.{name}{signature(value) if callable(value) else ''}"
    reference = "".join(page.read_text(encoding="utf-8") for page in sorted(REFERENCE.glob("*.md")))
    parts.update({"PackageBuilders": PackageBuilders, "VirtualEnvironment": VirtualEnvironment})
    for name, kind in sorted(parts.items()):
        if kind.__module__.startswith("fake_pypi") and name not in exported:
            named = [(member, text) for member, text in members(kind) if re.search(rf"\.{member}\b", reference)]
            yield from (f"{name}.{member}{text}" for member, text in named)


def is_public(name: str) -> bool:
    """Return whether an attribute belongs to the public interface by its name."""
    return not name.startswith("_") and name not in NOT_PUBLIC


def described(value: Any) -> str:
    """Return what follows the name of an attribute of an instance: a signature, or the type of the value."""
    return signature(value) if inspect.ismethod(value) else f": {type(value).__name__}"


def constructor(kind: type) -> str:
    """Return the arguments of a class, or its base for an exception of our own."""
    if issubclass(kind, BaseException):
        return f"({', '.join(base.__name__ for base in kind.__bases__)})"
    if issubclass(kind, enum.Enum):
        return f": {' '.join(member.name for member in kind)}"
    return signature(kind).partition(" -> ")[0]


def members(kind: type) -> Iterator[tuple[str, str]]:
    """Yield the public attributes of a class that come from this project, each with its signature or its type."""
    ours = [base for base in kind.__mro__ if base.__module__.startswith("fake_pypi")]
    found: dict[str, str] = {}
    for base in reversed(ours):
        for name, annotation in inspect.get_annotations(base).items():
            found[name] = f": {written(annotation)}"
        for name, value in vars(base).items():
            if isinstance(value, property | cached_property):
                function = value.fget if isinstance(value, property) else value.func
                found[name] = f": {written(inspect.signature(function).return_annotation)}" if function else ""
            elif isinstance(value, classmethod | staticmethod):
                found[name] = signature(getattr(kind, name))
            elif inspect.isfunction(value):
                found[name] = signature(value)
    yield from ((name, text) for name, text in sorted(found.items()) if is_public(name))


def signature(function: Callable[..., Any]) -> str:
    """Return a signature with annotations as they are in the code, without `self`."""
    described_by = inspect.signature(function)
    parameters = [
        parameter.replace(annotation=in_signature(parameter.annotation))
        for name, parameter in described_by.parameters.items()
        if name != "self"
    ]
    returned = in_signature(described_by.return_annotation)
    return str(described_by.replace(parameters=parameters, return_annotation=returned))


def in_signature(annotation: Any) -> Any:
    """Return an annotation that `inspect` prints as it was written; none stays none."""
    return annotation if annotation is inspect.Parameter.empty else _Text(written(annotation))


def written(annotation: Any) -> str:
    """Return an annotation as text that is the same in all versions of Python."""
    if isinstance(annotation, ForwardRef):
        return annotation.__forward_arg__
    if isinstance(annotation, str):
        return annotation
    return str(getattr(annotation, "__name__", annotation)) if annotation is not Union else "Union"


def public_functions(module: Any) -> list[tuple[str, Any]]:
    """Return the functions that a module defines."""
    found = inspect.getmembers(module, inspect.isfunction)
    return [(name, value) for name, value in found if is_public(name) and value.__module__ == module.__name__]


def fixture_names() -> Iterator[str]:
    """Yield each fixture with its scope and its type, as the source has them: pytest wraps the functions."""
    for function in ast.parse(inspect.getsource(fixtures)).body:
        if isinstance(function, ast.FunctionDef) and function.returns is not None:
            for decorator in map(ast.unparse, function.decorator_list):
                scope = re.search(r"scope='(\w+)'", decorator)
                if decorator.startswith("pytest.fixture"):
                    name = scope[1] if scope else "function"
                    yield f"{function.name}: {ast.unparse(function.returns)} (scope {name})"


class _OptionList:
    """What an option parser of pytest is called with, as lines."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.ini_lines: list[str] = []

    def getgroup(self, _name: str, _description: str) -> _OptionList:
        """Return the group of options."""
        return self

    def addoption(self, *names: str, **attributes: Any) -> None:
        """Add an option of the command line."""
        value = "|".join(attributes.get("choices", ())) or attributes.get("metavar", "")
        line = [*names, value, repeated(attributes.get("action"))]
        self.lines.append(" ".join(filter(None, line)))

    def addini(self, name: str, _help: str, type: str, default: object = None) -> None:
        """Add a key of the configuration."""
        self.ini_lines.append(f"ini: {name} ({type}, default {default})")


def pytest_options() -> list[str]:
    """Return the options of the plugin, with their choices, and its ini keys, with their types."""
    listed = _OptionList()
    options.add_options(listed)  # type: ignore[arg-type]  # has what the plugin uses of a parser
    return [*sorted(listed.lines), *sorted(listed.ini_lines)]


def repeated(action: object) -> str:
    """Return a remark on an option that may be given again."""
    return "(may be repeated)" if action == "append" else ""


def commands() -> Iterator[str]:
    """Yield each command with its arguments, and each of its options."""
    for name in sorted(cli.COMMANDS):
        yield from described_parser(cli.command_parser(name))


def described_parser(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Yield the arguments of a command, and those of its sub-commands."""
    yield parser.prog
    for action in parser._actions:  # noqa: SLF001 - argparse has no public list of arguments
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - as above
            for command in action.choices.values():
                yield from described_parser(command)
        elif action.help is not argparse.SUPPRESS and action.dest != "help":
            name = "/".join(action.option_strings) or str(action.metavar or action.dest)
            value = "|".join(map(str, action.choices or ()))
            if not value and action.option_strings and action.nargs != 0:
                value = str(action.metavar or action.dest.upper())
            required = "required" if action.required and action.option_strings else ""
            count = f"({action.nargs})" if action.nargs in {"*", "+", "?"} else ""
            again = repeated("append" if isinstance(action, argparse._AppendAction) else "")  # noqa: SLF001 - as above
            yield " ".join(filter(None, [f"{parser.prog} {name}", value, count, required, again]))


def exit_codes() -> list[str]:
    """Return what the command says about its exit codes."""
    codes = re.search(r"^Exit codes: (.*?)\.", cli.__doc__ or "", re.MULTILINE)
    return codes[1].split(", ") if codes else []


def environment_variables() -> list[str]:
    """Return the variables of our own that the source names."""
    text = "".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    return sorted(set(OWN_VARIABLE.findall(text)))


def fault_kinds() -> Iterator[str]:
    """Yield the kinds of faults with their parameters."""
    for kinds in FAMILIES.values():
        for name, kind in kinds.items():
            yield " ".join([name, *(f"{parameter}={value.default}" for parameter, value in names_of(kind).items())])


def control_operations() -> Iterator[str]:
    """Yield the operations of the control API, with parameters, bodies and statuses, and the objects of its JSON."""
    document = openapi(TABLE, server="http://127.0.0.1/_fake/api/v1", version="")
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method == "parameters":
                continue
            places = [(entry.get("name"), entry.get("in")) for entry in operation.get("parameters", ())]
            parameters = [f"{name} in {place}" for name, place in places if place and place != "path"]
            yield f"{method.upper()} {path} -> {' '.join(operation['responses'])}"
            yield from (f"{method.upper()} {path} {parameter}" for parameter in parameters)
            for kind, content in operation.get("requestBody", {}).get("content", {}).items():
                yield from (f"{method.upper()} {path} {line}" for line in schema_members(content["schema"], kind))
    yield from schema_members({"$defs": document["components"]["schemas"]})


def schema_members(schema: dict[str, Any], name: str = "$") -> Iterator[str]:
    """Yield the members of the objects of a JSON schema, one a line, with their types."""
    required = set(schema.get("required", ()))
    for member, value in schema.get("properties", {}).items():
        yield f"{name}.{member}{'' if member in required else '?'}: {type_in_schema(value)}"
    for kind in ("$defs", "definitions"):
        for definition, value in sorted(schema.get(kind, {}).items()):
            yield from schema_members(value, definition)


def type_in_schema(schema: Any) -> str:
    """Return a type of a JSON schema in one line, without descriptions."""
    if not isinstance(schema, dict):
        return json.dumps(schema)
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " | ".join(map(json.dumps, schema["enum"]))
    if "const" in schema:
        return json.dumps(schema["const"])
    if alternatives := schema.get("anyOf") or schema.get("oneOf"):
        return " | ".join(map(type_in_schema, alternatives))
    kinds = schema.get("type", "any")
    text = " | ".join(kinds) if isinstance(kinds, list) else str(kinds)
    if isinstance(schema.get("items"), dict):
        text += f" of {type_in_schema(schema['items'])}"
    if isinstance(schema.get("additionalProperties"), dict):
        text += f" of {type_in_schema(schema['additionalProperties'])}"
    return text


if __name__ == "__main__":
    FILE.write_text(interface(), encoding="utf-8", newline="\n")
    print(f"wrote {FILE.relative_to(Path.cwd()) if FILE.is_relative_to(Path.cwd()) else FILE}")
