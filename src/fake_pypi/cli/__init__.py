"""The command `fake-pypi`: one module per command, imported when it is run.

Exit codes: 0 success, 1 rejected or failed, 2 wrong usage with one line on stderr. Errors never show a traceback.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from fake_pypi.errors import FakePyPIError, StorageError, UsageError

COMMANDS = {
    "rehearse": ("rehearse", "rehearse the release of a project, step by step"),
    "workflow": ("rehearse_workflow", "rehearse a publishing workflow of GitHub Actions or GitLab CI/CD"),
    "run": ("run", "run a command where pypi.org is the fake"),
    "serve": ("serve", "run PyPI and TestPyPI until Ctrl-C"),
    "browser": ("open_browser", "open a Chromium in which pypi.org is the fake"),
    "env": ("env", "print the variables with which another process uses a running `serve`"),
    "check": ("check", "check files as PyPI would"),
    "rules": ("rules", "list the rules by which PyPI rejects uploads, or explain one"),
    "explain": ("explain", "explain a failed upload from the output of a tool"),
    "reproduce": ("reproduce", "show one rejection with a real client"),
    "yank": ("release_commands", "yank a release"),
    "unyank": ("release_commands", "undo a yank"),
    "delete": ("release_commands", "delete a release, a project or a file"),
    "token": ("token", "create, list or revoke API tokens"),
    "user": ("user_accounts", "add, list or remove users"),
    "requests": ("recorded_requests", "list the requests that running indexes have received"),
    "limits": ("limits", "show or change the limits of running indexes"),
    "fault": ("fault", "let requests to running indexes fail"),
    "totp": ("totp", "print the present code of a user's authentication application"),
    "data": ("data", "check or rebuild a data folder (--data)"),
    "completion": ("completion", "print a script that completes command lines in bash, zsh or fish"),
    "wheelhouse": ("wheelhouse", "download what a project needs to be built and installed offline"),
}
"""The commands, each with its module and a line of help. A module has `configure(parser)` and `run(options)`."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    _escape_what_cannot_be_printed()
    try:
        code = _run(arguments)
        sys.stdout.flush()
        return code
    except (UsageError, StorageError) as error:
        print(f"fake-pypi: {error}", file=sys.stderr)
        return 2
    except FakePyPIError as error:
        print(f"fake-pypi: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing reads the output any more
        return 1
    except OSError as error:
        print(f"fake-pypi: {error}", file=sys.stderr)
        return 1


def _escape_what_cannot_be_printed() -> None:
    """Print characters as escapes that the encoding of the output does not have, as that of a pipe on Windows."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")


def _run(arguments: list[str]) -> int:
    parser = _parser()
    name = arguments[0] if arguments else None
    if name in COMMANDS:
        options = command_parser(name).parse_args(arguments[1:])
        return int(_module_of(name).run(options))
    if name is None:
        parser.print_help()
        return 2
    parser.parse_args(arguments)
    raise UsageError(f"there is no command {name!r}", f"choose from {', '.join(COMMANDS)}")


def command_parser(name: str) -> argparse.ArgumentParser:
    """Return the parser of a command, with all its options."""
    module = _module_of(name)
    parser = _Parser(prog=f"fake-pypi {name}", description=module.__doc__, formatter_class=_KeepLineBreaks)
    parser.set_defaults(command=name)
    module.configure(parser)
    return parser


def _module_of(name: str) -> Any:
    return import_module(f"fake_pypi.cli.{COMMANDS[name][0]}")


def _parser() -> argparse.ArgumentParser:
    from fake_pypi import __version__

    commands = "\n".join(f"  {name:<12}{text}" for name, (_, text) in COMMANDS.items())
    parser = _Parser(
        prog="fake-pypi",
        usage="fake-pypi COMMAND …",
        description=f"A PyPI and a TestPyPI on this machine.\n\ncommands:\n{commands}",
        epilog="See `fake-pypi COMMAND --help` for the options of a command.",
        formatter_class=_KeepLineBreaks,
    )
    parser.add_argument("--version", action="version", version=f"fake-pypi {__version__}")
    parser.add_argument("command", nargs="?", help=argparse.SUPPRESS)
    return parser


class _KeepLineBreaks(argparse.RawDescriptionHelpFormatter):
    """Help that keeps its line breaks."""


PASSED_ON = "pytest_arguments"
"""The attribute for the arguments after `--`, of a command that passes them on and has a default for it."""


class _Parser(argparse.ArgumentParser):
    """A parser that raises `UsageError` for wrong arguments, which is one line and exit code 2."""

    def parse_args(self, args: Sequence[str], namespace: None = None) -> argparse.Namespace:  # type: ignore[override]
        """Parse the arguments; those after `--` become the attribute `PASSED_ON` if the command has it."""
        own, passed_on = list(args), None
        if self.get_default(PASSED_ON) is not None and "--" in own:
            position = own.index("--")
            own, passed_on = own[:position], own[position + 1 :]
        options = super().parse_args(own, namespace)
        if passed_on is not None:
            setattr(options, PASSED_ON, passed_on)
        return options

    def error(self, message: str) -> None:  # type: ignore[override]
        raise UsageError(message, f"see `{self.prog} --help`")
