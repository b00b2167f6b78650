"""Replay recorded answers of the real PyPI against this project's own server.

    python tests/fidelity/replay.py                          every recorded case, by family
    python tests/fidelity/replay.py -v -k names/invalid      these cases, each difference side by side
    python tests/fidelity/replay.py --testpypi other.json    cases of another file, as TestPyPI answers them

Exit code 0: every case is identical (or listed in known_differences.json); 1: some differ.
"""

# ruff: noqa: T201 - this is a program, and printing is its job
from __future__ import annotations

import argparse
import http.client
import json
import sys
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run as a program: make `tests` importable from wherever it was started
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.fidelity import cases
from tests.fidelity.cases import Case
from tests.fidelity.comparison import Difference, differences
from tests.fidelity.exchange import Conversation, Heard, Server
from tests.fidelity.world import World

WIDTH = 150


def replay(case: Case, kind: str = "pypi") -> list[Difference]:
    """Replay one case on a fresh `World`, and return the differences."""
    world = World(kind)
    try:
        return play(case, world)
    finally:
        world.close()


@dataclass(frozen=True)
class Answered:
    """One request of a case with its recorded answer, the answer of the server, and the rule that rejected it."""

    step: int
    recorded: dict[str, Any]
    heard: Heard
    rule: str | None

    def differences(self) -> list[Difference]:
        """Return the parts of the answer that are not as recorded."""
        return differences(self.step, self.recorded, self.heard, self.rule)


def answers(
    case: Case, world: Server, connection: type[http.client.HTTPConnection] = http.client.HTTPConnection
) -> Iterator[Answered]:
    """Bring about what the case was given, take its steps, and yield the answer to each request."""
    conversation = Conversation(world, connection)
    for op in case["given"]:
        bring_about(op, world, conversation)
    recorded = iter(enumerate(case["answers"]))
    for step in case["steps"]:
        if "op" in step:
            bring_about(step["op"], world, conversation)
            continue
        heard = conversation.send(step["send"])
        yield Answered(*next(recorded), heard, world.last_rule())


def play(case: Case, world: World) -> list[Difference]:
    """Compare each answer to the requests of a case with the recorded one."""
    return [difference for answered in answers(case, world) for difference in answered.differences()]


def bring_about(op: dict[str, Any], world: Server, conversation: Conversation) -> None:
    """Do one OP; an upload that was given must succeed, or the case says nothing."""
    if op["op"] != "uploaded":
        world.op(op)
        return
    heard = conversation.send(op["request"])
    if heard.status != 200:
        raise AssertionError(f"a given upload was rejected: {heard.status} {heard.reason}")


def outcome(case: Case, kind: str) -> list[Difference]:
    """Like `replay`, but a case that cannot even be set up is one more difference."""
    try:
        return replay(case, kind)
    except Exception as error:  # noqa: BLE001 - one broken case must not hide the others
        return [Difference(-1, "setup", "a world", f"{type(error).__name__}: {error}")]


def side_by_side(difference: Difference) -> str:
    """One difference for people: the recorded part above, ours below."""
    lines = [f"    step {difference.step}, {difference.part}"]
    for name, value in (("recorded", difference.recorded), ("ours", difference.ours)):
        text = value if isinstance(value, str) else json.dumps(value, indent=1, ensure_ascii=False)
        lines += textwrap.indent(text or repr(text), f"      {name:>8} | ").splitlines()
    return "\n".join(line[: WIDTH * 2] for line in lines)


def report(played: Iterable[tuple[Case, list[Difference]]], *, verbose: bool) -> int:
    """Print identical and different per family; return how many differ and are not listed as known."""
    identical: Counter[str] = Counter()
    different: Counter[str] = Counter()
    known, surprises = cases.known_differences(), 0
    for case, found in played:
        (different if found else identical)[cases.family(case)] += 1
        surprises += bool(found) and case["id"] not in known
        if found and verbose:
            print(f"  {case['id']}  {known.get(case['id'], '')}", *map(side_by_side, found), sep="\n")
    print(f"{'family':<16}{'identical':>10}{'different':>10}")
    for name in sorted(identical | different):
        print(f"{name:<16}{identical[name]:>10}{different[name]:>10}")
    print(f"{'all':<16}{identical.total():>10}{different.total():>10}")
    return surprises


def chosen(files: Sequence[Path], substring: str, *, testpypi: bool) -> list[Case]:
    """The cases to play."""
    wanted = [case for case in cases.load(files) if substring in case["id"]]
    if not testpypi:
        return wanted
    return [cases.on_testpypi(case) for case in wanted if not cases.needs_two_hosts(case)]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="families (default: all recorded)")
    parser.add_argument("-v", "--verbose", action="store_true", help="print each difference side by side")
    parser.add_argument("-k", dest="substring", default="", help="only cases whose id contains this")
    parser.add_argument("--testpypi", action="store_true", help="play the cases against a TestPyPI")
    options = parser.parse_args(arguments)
    kind = "testpypi" if options.testpypi else "pypi"
    wanted = chosen(options.files, options.substring, testpypi=options.testpypi)
    return 1 if report(((case, outcome(case, kind)) for case in wanted), verbose=options.verbose) else 0


if __name__ == "__main__":
    raise SystemExit(main())
