"""Let a real client meet one rejection: what it prints is what your users see.

    fake-pypi reproduce duplicate-file
    fake-pypi reproduce duplicate-file --with uv

An index is put into the state that the rule is about, and a file that PyPI would reject is uploaded to it.
twine is tried first, then uv: some tools notice a mistake themselves. Where no publishing tool would send such
a thing, the request is made by hand and the answer shown. Exit code 0 if that very rule was met, 1 if not; with
--with only a meeting with that client counts.
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

from fake_pypi.cli.paragraphs import advice, answer_line, show
from fake_pypi.errors import CommandTimedOut, UsageError
from fake_pypi.temporary import process_folder

if TYPE_CHECKING:
    from fake_pypi.clients.shell import Shell
    from fake_pypi.fake.reproduction import Login
    from fake_pypi.rules.rule_set import Rule

PATIENCE = 120  # seconds
PATIENCE_WITHOUT_ANSWER = 15  # seconds


@dataclass(frozen=True)
class Publisher:
    """A publishing tool: how it is called, and under which names it takes its credentials."""

    command: str
    user: str
    password: str
    others: tuple[str, ...] = ()

    def variables(self, credentials: Login) -> dict[str, str | None]:
        """Return the changes of the environment that let it show these credentials."""
        nothing: dict[str, str | None] = dict.fromkeys(self.others)
        return {**nothing, self.user: credentials.user, self.password: credentials.password}


CLIENTS = {
    "twine": Publisher("twine upload --disable-progress-bar", "TWINE_USERNAME", "TWINE_PASSWORD"),
    "uv": Publisher("uv publish", "UV_PUBLISH_USERNAME", "UV_PUBLISH_PASSWORD", ("UV_PUBLISH_TOKEN",)),
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `fake-pypi reproduce`."""
    parser.add_argument("id", metavar="ID", help="the rule to meet; `fake-pypi rules` lists them")
    parser.add_argument("--with", dest="client", choices=tuple(CLIENTS), help="the only client to try")


def run(options: argparse.Namespace) -> int:
    """Bring a client and the rule together, show what is printed, and tell about the rule."""
    from fake_pypi.cli.rules import named
    from fake_pypi.rules.order import PYPI

    rule = named(options.id, PYPI)
    met = False
    for outcome in _attempts(rule, options.client):
        show(f"{outcome.told}\n")
        met = outcome.met and (options.client is None or not outcome.by_hand)
        if outcome.met:
            break
    show("\n".join([f"{rule.id}: {answer_line(rule)}", *advice(rule)]))
    return 0 if met else 1


@dataclass(frozen=True)
class Outcome:
    """What came of one attempt: whether that very rule was met, and what to tell about it."""

    met: bool
    told: str
    by_hand: bool = False


def _attempts(rule: Rule, chosen: str | None) -> Iterator[Outcome]:
    """Try the chosen client, or each that is installed until one meets the rule; at last, by hand."""
    for client in (chosen,) if chosen else CLIENTS:
        outcome = _let_meet(client, rule, must=chosen is not None)
        if outcome is None:
            yield Outcome(met=False, told="No publishing tool sends such a request.")
            break
        if outcome.told:
            yield outcome
    yield _ask_by_hand(rule)


def _let_meet(client: str, rule: Rule, *, must: bool) -> Outcome | None:
    """Let the real client upload the file of the rule's example; None if no file can be an example."""
    from fake_pypi.fake import FakeIndexes
    from fake_pypi.fake.reproduction import Reproduction

    with FakeIndexes() as indexes, tempfile.TemporaryDirectory(dir=process_folder()) as folder:
        reproduction = Reproduction(indexes.pypi, rule.example(), Path(folder, "by-hand"))
        file = reproduction.write_package(Path(folder, "dist"))
        if file is None:
            return None
        shell = indexes.shell(credentials=False)
        if shutil.which(client, path=shell.env.get("PATH")) is None:
            if must:
                raise UsageError(f"{client} is not installed here", f"python -m pip install {client}")
            return Outcome(met=False, told="")
        command = [*CLIENTS[client].command.split(), f"dist/{file.name}"]
        printed = _upload(shell, command, folder, CLIENTS[client].variables(reproduction.credentials), rule)
        rules = [request.rule for request in indexes.pypi.requests if request.method == "POST"]
    return Outcome(rule.id in rules, f"$ {shlex.join(command)}\n{printed}\n\n{_verdict(client, rule, rules)}")


def _upload(shell: Shell, command: list[str], folder: str, variables: Mapping[str, str | None], rule: Rule) -> str:
    """Run the client and return what it printed; one that is hung up on tries again for a minute or more."""
    patience = PATIENCE if rule.status else PATIENCE_WITHOUT_ANSWER
    shell.use_tokens(pypi=variables[CLIENTS[command[0]].password])  # hides it in what the client prints
    try:
        done = shell.run(command, cwd=folder, check=False, env=variables, timeout=patience)
    except CommandTimedOut as late:
        return f"{late.stdout!s}{late.stderr!s}".rstrip() + f"\n(it was still trying after {patience} seconds)"
    return "\n".join(text for text in (done.stdout.rstrip(), done.stderr.rstrip()) if text)


def _verdict(client: str, rule: Rule, rules: list[str | None]) -> str:
    """Say what the client met; `rules` are those of its uploads, None for one that was taken in."""
    if rule.id in rules:
        return f"{client} met {rule.id}."
    if not rules:
        return f"{client} stopped by itself, before PyPI was asked."
    instead = f"met {rules[-1]} instead" if rules[-1] else "could upload this"
    return f"{client} {instead}: it does not send what {rule.id} is about."


def _ask_by_hand(rule: Rule) -> Outcome:
    """Send the very request of the example, and tell the server's answer."""
    from fake_pypi.fake import FakePyPI
    from fake_pypi.fake.reproduction import Reproduction

    with FakePyPI() as pypi, tempfile.TemporaryDirectory(dir=process_folder()) as folder:
        answer = Reproduction(pypi, rule.example(), Path(folder)).send()
    message = answer.message if answer.status == 0 else f"{answer.status} {answer.message}"
    told = f"Made by hand, the request is answered:\n  {message}"
    return Outcome(answer.rule == rule.id, told, by_hand=True)
