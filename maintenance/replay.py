"""Replay recorded cases and random uploads against the address of a running server.

    python -m maintenance.replay http://127.0.0.1:8080 --token-file tokens.json
    python -m maintenance.replay http://127.0.0.1:8080 -k archive/                      only these cases
    python -m maintenance.replay http://127.0.0.1:8080 --random 500 --write new.json    random uploads

`nox -s replay -- URL` runs it too. The server has to be configured as pypi.org, with the users alice and bob. Their
tokens come from a JSON file `{"alice": "...", "bob": "..."}` or from the variables REPLAY_TOKEN_ALICE and
REPLAY_TOKEN_BOB. Never run it against a server that others use. Exit code 0: all answers are identical; 1: some
differ; 2: wrong usage.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fake_pypi.errors import UsageError
from fake_pypi.redaction import Mask
from maintenance.random_uploads import RANDOM, project_name, random_cases
from maintenance.real_server import TOO_MANY, RealServer, checked_url
from tests.fidelity import cases, rejections
from tests.fidelity.cases import Case
from tests.fidelity.comparison import Difference, recorded_answer, without_serials
from tests.fidelity.renaming import renamed
from tests.fidelity.replay import Answered, answers
from tests.fidelity.world import World

USERS = ("alice", "bob")
NO_RULE = "(no rule)"
WIDTH = 300  # characters of a part that are printed


@dataclass
class Replayed:
    """The result: differences by rule, the cases with the answers of the server, and what could not be replayed."""

    requests: int = 0
    differences: dict[str, list[tuple[str, Difference]]] = field(default_factory=dict)
    new_cases: list[Case] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def replay(server: RealServer, chosen: Sequence[Case], rules: Mapping[str, list[str | None]], seed: int) -> Replayed:
    """Replay cases, each with a new name of the project unless the server is reset."""
    result = Replayed()
    for number, case in enumerate(chosen):
        if reason := server.missing(case):
            result.left_out[reason] += 1
            continue
        server.reset()
        own = case if server.is_reset or case["id"].startswith(RANDOM) else renamed(case, project_name(seed, number))
        heard = list(_answers(own, server))
        result.requests += len(heard)
        different = False
        for answered, rule in zip(heard, rules[case["id"]], strict=True):
            found = answered.differences()
            different = different or bool(found)
            if found:
                named = ((case["id"], difference) for difference in found)
                result.differences.setdefault(rule or NO_RULE, []).extend(named)
        if different:
            result.new_cases.append({**own, "answers": [recorded_answer(answered.heard) for answered in heard]})
    return result


def _answers(case: Case, server: RealServer) -> Iterator[Answered]:
    """Yield the answers of the server, compared without serials unless it is reset."""
    for answered in answers(case, server, server.connection):
        if answered.heard.status == TOO_MANY != answered.recorded["status"]:
            remedy = "raise its limit on new projects, or give --state-command"
            raise UsageError(f"the server limits requests, in the case {case['id']}", remedy)
        recorded = answered.recorded if server.is_reset else without_serials(answered.recorded)
        yield replace(answered, recorded=recorded)


def with_our_answers(case: Case) -> tuple[Case, list[str | None]]:
    """Return a case with the answers of our own server, and the rules that reject its requests."""
    unknown: list[dict[str, Any]] = [{} for _ in cases.requests(case)]
    with closing(World()) as world:
        heard = list(answers({**case, "answers": unknown}, world))
    recorded = [recorded_answer(answered.heard) for answered in heard]
    return {**case, "answers": recorded}, [answered.rule for answered in heard]


def report(result: Replayed, mask: Mask) -> str:
    """Return the differences by rule, those with the most first, without tokens."""
    lines = []
    for rule, found in sorted(result.differences.items(), key=lambda item: -len(item[1])):
        lines.append(f"{rule}: {len({name for name, _ in found})} cases differ")
        for name, difference in found:
            lines.append(f"  {name}, request {difference.step}, {difference.part}")
            lines.append(f"    expected  {shown(difference.recorded)}")
            lines.append(f"    server    {shown(difference.ours)}")
    lines += [f"not replayed, {number} cases: the server needs {reason}" for reason, number in result.left_out.items()]
    differing = len({name for found in result.differences.values() for name, _ in found})
    lines.append(f"{result.requests} requests, {differing} cases with differences")
    return mask.redact("\n".join(lines))


def shown(value: Any) -> str:
    """Return a value on one line, cut."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= WIDTH else f"{text[:WIDTH]}..."


def read_tokens(file: Path | None, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the tokens by user. Raises `UsageError` if there is none."""
    tokens = {user: environment[name] for user in USERS if (name := f"REPLAY_TOKEN_{user.upper()}") in environment}
    if file is not None:
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            reason = type(error).__name__ if isinstance(error, ValueError) else error
            raise UsageError(f"the file of tokens {file} cannot be read: {reason}", "write a JSON object") from None
        tokens.update({user: content[user] for user in USERS if user in content} if isinstance(content, dict) else {})
    if not all(isinstance(token, str) for token in tokens.values()) or "alice" not in tokens:
        raise UsageError("there is no token of alice", "give --token-file FILE, or set REPLAY_TOKEN_ALICE")
    return tokens


def read_cases(files: Sequence[Path]) -> list[Case]:
    """Return the cases of files, or all recorded ones. Raises `UsageError` for a file without cases."""
    try:
        return list(cases.load(files))
    except (OSError, ValueError) as error:
        raise UsageError(f"the cases cannot be read: {error}", "name files that `--write` has written") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m maintenance.replay", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("url", metavar="URL", help="http://HOST:PORT of the server")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="cases (default: all recorded ones)")
    parser.add_argument("-k", dest="substring", default="", help="only cases whose id contains this")
    parser.add_argument("--token-file", type=Path, metavar="FILE", help="JSON object of users and their tokens")
    parser.add_argument("--allow-host", action="append", default=[], metavar="HOST", help="a host other than this one")
    parser.add_argument("--state-command", default="", metavar="COMMAND", help="changes the state: gets JSON on stdin")
    parser.add_argument(
        "--random", type=int, default=0, metavar="N", help="N random uploads instead, compared with ours"
    )
    parser.add_argument("--seed", type=int, default=None, help="for --random and for the names of projects")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the cases that differ, with the new answers")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    options = _parser().parse_intermixed_args(arguments)
    seed = random.SystemRandom().randrange(10**6) if options.seed is None else options.seed
    try:
        checked_url(options.url, options.allow_host)
        tokens = read_tokens(options.token_file, os.environ)
        server = RealServer(options.url, tokens, allowed_hosts=options.allow_host, state_command=options.state_command)
        server.check_connection()
        chosen = [case for case in read_cases(options.files) if options.substring in case["id"]]
        rules: dict[str, list[str | None]] = dict(rejections.stored())
        if options.random:
            ours = [with_our_answers(case) for case in random_cases(options.random, seed)]
            chosen, rules = [case for case, _ in ours], {case["id"]: found for case, found in ours}
        rules = {case["id"]: rules.get(case["id"], [None] * len(case["answers"])) for case in chosen}
        result = replay(server, chosen, rules, seed)
    except UsageError as error:
        print(f"replay: {error}", file=sys.stderr)
        return 2
    mask = Mask(tokens.values())
    print(f"seed {seed}", report(result, mask), sep="\n")
    if options.write is not None and result.new_cases:
        lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in result.new_cases)
        options.write.write_text(mask.redact(f"[\n{lines}\n]\n"), encoding="utf-8", newline="\n")
        print(f"wrote {len(result.new_cases)} cases to {options.write}")
    return 1 if result.differences else 0


if __name__ == "__main__":
    raise SystemExit(main())
