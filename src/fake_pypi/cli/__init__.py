"""The command `fake-pypi`: one module per command, imported when it is called.

Exit codes: 0 fine, 1 rejected or failed, 2 wrong usage with one line on stderr. Never a traceback.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from fake_pypi.errors import FakePyPIError, StorageError, UsageError

COMMANDS = {
    "rehearse": ("rehearse", "rehearse the release of a project, step by step"),
    "run": ("run", "run a command where pypi.org is the fake"),
    "serve": ("serve", "run PyPI and TestPyPI until Ctrl-C"),
    "check": ("check", "would PyPI take these files?"),
    "rules": ("rules", "list why PyPI rejects uploads, or explain one rule"),
    "explain": ("explain", "say why an upload failed, from what a tool printed"),
    "reproduce": ("reproduce", "let a real client meet one rejection"),
    "yank": ("releases", "yank a release"),
    "unyank": ("releases", "take a yank back"),
    "delete": ("releases", "delete a release, a project or a file"),
    "token": ("token", "create or revoke an API token"),
    "data": ("data", "check or rebuild a folder of --data"),
    "wheelhouse": ("wheelhouse", "collect what a project needs to be built and installed offline"),
}
"""Each command with its module and one line of help. A module has `configure(parser)` and `run(options)`."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        code = _run(words)
        sys.stdout.flush()
        return code
    except (UsageError, StorageError) as mistake:
        print(f"fake-pypi: {mistake}", file=sys.stderr)
        return 2
    except FakePyPIError as mistake:
        print(f"fake-pypi: {mistake}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader is gone: nobody is left to tell
        return 1
    except OSError as error:
        print(f"fake-pypi: {error}", file=sys.stderr)
        return 1


def _run(words: list[str]) -> int:
    parser = _parser()
    chosen = words[0] if words else None
    if chosen in COMMANDS:
        module = import_module(f"fake_pypi.cli.{COMMANDS[chosen][0]}")
        command = _OneLine(prog=f"fake-pypi {chosen}", description=module.__doc__, formatter_class=_AsWritten)
        command.set_defaults(command=chosen)
        module.configure(command)
        return int(module.run(command.parse_args(words[1:])))
    if chosen is None:
        parser.print_help()
        return 2
    parser.parse_args(words)
    raise UsageError(f"there is no command {chosen!r}", f"one of {', '.join(COMMANDS)}")


def _parser() -> argparse.ArgumentParser:
    from fake_pypi import __version__

    commands = "\n".join(f"  {name:<12}{text}" for name, (_, text) in COMMANDS.items())
    parser = _OneLine(
        prog="fake-pypi",
        usage="fake-pypi COMMAND …",
        description=f"A PyPI and a TestPyPI on this machine.\n\ncommands:\n{commands}",
        epilog="`fake-pypi COMMAND --help` tells more.",
        formatter_class=_AsWritten,
    )
    parser.add_argument("--version", action="version", version=f"fake-pypi {__version__}")
    parser.add_argument("command", nargs="?", help=argparse.SUPPRESS)
    return parser


class _AsWritten(argparse.RawDescriptionHelpFormatter):
    """Help that keeps its line breaks."""


class _OneLine(argparse.ArgumentParser):
    """A parser whose complaint is one line and exit code 2."""

    def error(self, message: str) -> None:  # type: ignore[override]
        raise UsageError(message, f"`{self.prog} --help` shows how it is called")
