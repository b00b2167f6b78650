"""Show one rejection with a real client: its output is what your users see.

    fake-pypi reproduce duplicate-file
    fake-pypi reproduce duplicate-file --with uv

An index gets the state in which the rule applies, and a file that PyPI would reject is uploaded to it, with twine
first, then with uv, because some tools notice an error themselves. If no publishing tool sends such a request, it is
sent without one. Exit code 0 if the upload was rejected by that rule, else 1; with --with, only that client counts.
"""

from __future__ import annotations

import argparse
import shlex
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.cli.formatting import answer_line, explanation_and_remedy, print_text
from fake_pypi.errors import CommandTimedOut, UsageError
from fake_pypi.temporary import process_folder

if TYPE_CHECKING:
    from fake_pypi.clients.shell import Shell
    from fake_pypi.fake.reproduction import Login
    from fake_pypi.rules.rule_set import Rule

TIMEOUT = 120.0
"""Seconds for a client; fewer for a rule by which the connection is closed, because clients try again then."""
TIMEOUT_WITHOUT_ANSWER = 15.0


@dataclass(frozen=True)
class PublishingTool:
    """A publishing tool: its command, and the variables from which it reads credentials."""

    command: str
    user: str
    password: str
    other_variables: tuple[str, ...] = ()

    def variables(self, credentials: Login) -> dict[str, str | None]:
        """Return the changes of the environment with which it sends these credentials."""
        removed: dict[str, str | None] = dict.fromkeys(self.other_variables)
        return {**removed, self.user: credentials.user, self.password: credentials.password}


PUBLISHING_TOOLS = {
    "twine": PublishingTool("twine upload --disable-progress-bar", "TWINE_USERNAME", "TWINE_PASSWORD"),
    "uv": PublishingTool("uv publish", "UV_PUBLISH_USERNAME", "UV_PUBLISH_PASSWORD", ("UV_PUBLISH_TOKEN",)),
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `fake-pypi reproduce`."""
    parser.add_argument("id", metavar="ID", help="the id of a rule; `fake-pypi rules` lists them")
    parser.add_argument("--with", dest="client", choices=tuple(PUBLISHING_TOOLS), help="the only tool to try")


def run(options: argparse.Namespace) -> int:
    """Print the output of a client that is rejected by the rule, and explain the rule."""
    from fake_pypi.cli.rules import find_rule
    from fake_pypi.rules.order import PYPI

    rule = find_rule(options.id, PYPI)
    success = False
    for attempt in _attempts(rule, options.client):
        print_text(f"{attempt.report}\n")
        success = attempt.is_rejected and (options.client is None or attempt.uses_tool)
        if attempt.is_rejected:
            break
    print_text("\n".join([f"{rule.id}: {answer_line(rule)}", *explanation_and_remedy(rule)]))
    return 0 if success else 1


@dataclass(frozen=True)
class Attempt:
    """An attempt to be rejected by a rule: whether that rule rejected the upload, and the report to print."""

    is_rejected: bool
    report: str
    uses_tool: bool = True


def _attempts(rule: Rule, chosen: str | None) -> Iterator[Attempt]:
    """Yield attempts with the chosen tool or with all installed tools, and at last one without a tool."""
    for client in (chosen,) if chosen else PUBLISHING_TOOLS:
        attempt = _attempt_with(client, rule, required=chosen is not None)
        if attempt is None:
            yield Attempt(is_rejected=False, report="No publishing tool sends such a request.")
            break
        if attempt.report:
            yield attempt
    yield _attempt_without_tool(rule)


def _attempt_with(client: str, rule: Rule, *, required: bool) -> Attempt | None:
    """Upload the file of the rule's example with a real client; None if the example is not a file."""
    from fake_pypi.fake import FakeIndexes
    from fake_pypi.fake.reproduction import Reproduction

    with FakeIndexes() as indexes, tempfile.TemporaryDirectory(dir=process_folder()) as folder:
        reproduction = Reproduction(indexes.pypi, rule.example(), Path(folder, "by-hand"))
        file = reproduction.write_package(Path(folder, "dist"))
        if file is None:
            return None
        shell = indexes.shell(credentials=False)
        if shutil.which(client, path=shell.env.get("PATH")) is None:
            if required:
                raise UsageError(f"{client} is not installed here", f"python -m pip install {client}")
            return Attempt(is_rejected=False, report="")
        command = [*PUBLISHING_TOOLS[client].command.split(), f"dist/{file.name}"]
        output = _upload(shell, command, folder, PUBLISHING_TOOLS[client].variables(reproduction.credentials), rule)
        rules = [request.rule for request in indexes.pypi.requests if request.method == "POST"]
    return Attempt(rule.id in rules, f"$ {shlex.join(command)}\n{output}\n\n{_verdict(client, rule, rules)}")


def _upload(shell: Shell, command: list[str], folder: str, variables: Mapping[str, str | None], rule: Rule) -> str:
    """Run the client and return its output; clients retry for a minute or more if the connection is closed."""
    timeout = TIMEOUT if rule.status else TIMEOUT_WITHOUT_ANSWER
    shell.use_tokens(pypi=variables[PUBLISHING_TOOLS[command[0]].password])  # redacts it in the output of the client
    try:
        completed = shell.run(command, cwd=folder, check=False, env=variables, timeout=timeout)
    except CommandTimedOut as error:
        return f"{error.stdout!s}{error.stderr!s}".rstrip() + f"\n(it was still trying after {timeout:g} seconds)"
    return "\n".join(text for text in (completed.stdout.rstrip(), completed.stderr.rstrip()) if text)


def _verdict(client: str, rule: Rule, rules: list[str | None]) -> str:
    """Return the result of a client; `rules` are those that rejected its uploads, None for an accepted one."""
    if rule.id in rules:
        return f"{client} was rejected by {rule.id}."
    if not rules:
        return f"{client} stopped before the upload."
    result = f"was rejected by {rules[-1]} instead" if rules[-1] else "was not rejected"
    return f"{client} {result}: it does not send the data that {rule.id} rejects."


def _attempt_without_tool(rule: Rule) -> Attempt:
    """Send the request of the example, and report the server's answer."""
    from fake_pypi.fake import FakePyPI
    from fake_pypi.fake.reproduction import reproduce

    with FakePyPI() as pypi:
        answer = reproduce(pypi, rule.id)
    message = answer.message if answer.status == 0 else f"{answer.status} {answer.message}"
    report = f"The answer to the request, sent without a tool:\n  {message}"
    return Attempt(answer.rule == rule.id, report, uses_tool=False)
