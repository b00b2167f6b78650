"""The page with every option of every command, as its parser has them."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator

from docs.generators.markdown import table
from fake_pypi.cli import COMMANDS, command_parser

INTRODUCTION = """\
# Options of each command

<!-- Written by docs/generate.py from the parsers of the commands. -->

What `fake-pypi COMMAND --help` lists. [The overview of the commands](command-line.md) tells what they do, and has the
exit codes.
"""


def pages() -> dict[str, str]:
    """Return the page, with a section for each command."""
    sections = [section(name, command_parser(name)) for name in COMMANDS]
    return {"reference/commands.md": "\n".join([INTRODUCTION, *sections])}


def section(name: str, parser: argparse.ArgumentParser) -> str:
    """Return the section of a command: what it does, and its arguments and options."""
    purpose = COMMANDS[name][1]
    lines = [f"## {name}", "", f"{purpose[0].upper()}{purpose[1:]}.", ""]
    own = [action for action in parser._actions if not isinstance(action, argparse._SubParsersAction)]
    lines += [*arguments_of(own), ""]
    for subcommand, subparser in subcommands(parser):
        lines += [f"`fake-pypi {name} {subcommand}`:", "", *arguments_of(subparser._actions), ""]
    return "\n".join(lines)


def subcommands(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Yield the commands below a command, with their parsers."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


def arguments_of(actions: list[argparse.Action]) -> list[str]:
    """Return a table of arguments, or a sentence if there are none."""
    shown = [action for action in actions if action.help != argparse.SUPPRESS and action.dest != "help"]
    rows = [[f"`{spelling(action)}`".replace("|", "\\|"), description(action)] for action in shown]
    return table(["argument", ""], rows).splitlines() if rows else ["It has no arguments."]


def spelling(action: argparse.Action) -> str:
    """Return how an argument is written on the command line."""
    value = action.metavar if isinstance(action.metavar, str) else None
    if action.choices is not None and value is None:
        value = "|".join(map(str, action.choices))
    if not action.option_strings:
        many = "..." if action.nargs in {"*", "+", argparse.REMAINDER} else ""
        return (value or action.dest) + many
    takes_value = action.nargs != 0
    return ", ".join(action.option_strings) + (f" {value or action.dest.upper()}" if takes_value else "")


def description(action: argparse.Action) -> str:
    """Return the help of an argument, with its default and whether it may be repeated, safe inside a table."""
    text = " ".join((action.help or "").replace("%(default)s", str(action.default)).replace("%%", "%").split())
    if isinstance(action, argparse._AppendAction) and not re.search(r"repeat|again", text):
        text += "; may be repeated"
    return re.sub(r"<(\w+)>", r"`<\1>`", text).replace("|", "\\|")
