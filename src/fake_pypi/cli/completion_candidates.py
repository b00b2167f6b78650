"""What may follow the words of a command line: commands, options, and the values of their arguments.

The parsers of the commands are the only source, so that a new option needs nothing here. A value of which there is a
list is known by its `choices`, or by its metavar (`VALUES`).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

PathKind = Literal["", "files", "folders", "commands"]
"""What the shell itself completes: files, folders, or programs."""
MANY = ("*", "+", argparse.REMAINDER)
PATHS: dict[str, PathKind] = {
    "FILE": "files",
    "PATH": "files",
    "TEXT|-": "files",
    "DIR": "folders",
    "[PROJECT] DIR": "folders",
    "TARGET": "folders",
}
"""The metavars of arguments that name files or folders."""


@dataclass(frozen=True)
class Candidates:
    """The words that may stand at the cursor, each with a line of help, and what the shell itself completes there."""

    words: dict[str, str] = field(default_factory=dict)
    paths: PathKind = ""

    def beginning_with(self, text: str, prefix: str = "") -> Candidates:
        """Return the words that begin with the text, with a prefix in front of each."""
        words = {f"{prefix}{word}": text_ for word, text_ in self.words.items() if word.startswith(text)}
        return Candidates(words, self.paths)

    def lines(self) -> list[str]:
        """Return what the scripts of the shells read: the kind of paths, then words and help with a tab between."""
        return [self.paths, *(f"{word}\t{text}" for word, text in self.words.items())]


def candidates(words: Sequence[str], commands: dict[str, argparse.ArgumentParser | str]) -> Candidates:
    """Return the candidates for the last one of the words, which may be empty; the words before it are complete.

    `commands` has the help of each command, or its parser if the words name it.
    """
    *complete, current = _without_equals_signs(words)
    if not complete:
        helps = {name: value for name, value in commands.items() if isinstance(value, str)}
        return Candidates(helps).beginning_with(current)
    parser = commands.get(complete[0])
    if not isinstance(parser, argparse.ArgumentParser):
        return Candidates()
    option, equals, value = current.partition("=")
    if equals and option.startswith("--") and option in _options(parser):
        return _values(_options(parser)[option]).beginning_with(value, f"{option}=")
    return _after(complete[1:], parser, current).beginning_with(current)


def _without_equals_signs(words: Sequence[str]) -> list[str]:
    """Return the words without those that are an equals sign: bash makes three words of `--with=twine`."""
    joined = [word for word in words[:-1] if word != "="]
    return [*joined, "" if words[-1] == "=" else words[-1]] if words else [""]


def _after(complete: Sequence[str], parser: argparse.ArgumentParser, current: str) -> Candidates:
    """Return the candidates after the complete words that follow the name of the command."""
    options, positionals = _options(parser), [action for action in parser._actions if not action.option_strings]  # noqa: SLF001 - there is no public list
    if "--" in complete:
        is_first = complete[-1] == "--"
        return Candidates(paths="commands" if is_first and _runs_commands(positionals) else "files")
    if complete and complete[-1] in options and options[complete[-1]].nargs != 0:
        return _values(options[complete[-1]])
    if current.startswith("-"):
        return Candidates({name: _help(action) for name, action in options.items() if action.help != argparse.SUPPRESS})
    used = 0
    takes_value = False
    for word in complete:
        if takes_value:
            takes_value = False
        elif word in options:
            takes_value = options[word].nargs != 0
        elif not word.startswith("-"):
            used += 1
    following = positionals[used:] or [action for action in positionals[-1:] if action.nargs in MANY]
    return _values(following[0]) if following else Candidates()


def _runs_commands(positionals: Sequence[argparse.Action]) -> bool:
    return any(action.nargs == argparse.REMAINDER for action in positionals)


def _options(parser: argparse.ArgumentParser) -> dict[str, argparse.Action]:
    """Return the options by their long names."""
    return {
        name: action
        for action in parser._actions  # noqa: SLF001 - as above
        for name in action.option_strings
        if name.startswith("--")
    }


def _help(action: argparse.Action) -> str:
    return " ".join(str(action.help or "").split())


def _values(action: argparse.Action) -> Candidates:
    """Return the values of an argument."""
    if action.choices is not None:
        return Candidates(dict.fromkeys(map(str, action.choices), ""))
    metavar = str(action.metavar or "")
    if metavar in VALUES:
        return Candidates(dict(VALUES[metavar]()))
    return Candidates(paths=PATHS.get(metavar, ""))


def _rules() -> Iterator[tuple[str, str]]:
    from fake_pypi.cli.formatting import first_sentence
    from fake_pypi.rules.order import PYPI

    return ((rule.id, first_sentence(rule.explanation)) for rule in PYPI)


def _clients() -> Iterator[tuple[str, str]]:
    from fake_pypi.clients.supported_clients import CLIENTS

    return ((client.name, "") for client in CLIENTS)


def _faults() -> Iterator[tuple[str, str]]:
    from fake_pypi.web.faults.kinds import FAMILIES

    kinds = ((name, kind) for family in FAMILIES.values() for name, kind in family.items())
    return ((name, " ".join((kind.__doc__ or "").split())) for name, kind in kinds)


VALUES: dict[str, Callable[[], Iterator[tuple[str, str]]]] = {
    "ID": _rules,
    "RULE": _rules,
    "CLIENT": _clients,
    "FAULT": _faults,
}
"""The values of arguments by their metavar, each with a line of help."""
