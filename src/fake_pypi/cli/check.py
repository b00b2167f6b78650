"""Check files as PyPI would: list every rejection with PyPI's message and what to do.

    fake-pypi check dist/*
    fake-pypi check --json dist/*

Exit code 1 if PyPI would reject a file. Nothing is uploaded.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.cli.formatting import explanation_and_remedy, print_text
from fake_pypi.cli.index_options import add_as_of, add_without
from fake_pypi.cli.json_documents import CheckDocument, CheckedFile, FoundRejection
from fake_pypi.cli.json_output import add_json, print_json

if TYPE_CHECKING:
    from fake_pypi.rules.offline_check import Checked
    from fake_pypi.rules.rule_set import Rejection

MAX_MEMBERS = 10
"""Most members that are named for one rejection; `--json` names all."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `fake-pypi check`."""
    parser.add_argument(
        "files", nargs="+", metavar="FILE", type=Path, help="wheels and sdists, or patterns such as dist/*"
    )
    parser.add_argument("--allow-none", action="store_true", help="succeed if a pattern matches no file")
    add_json(parser)
    add_without(parser)
    add_as_of(parser)


def run(options: argparse.Namespace) -> int:
    """Check every file, print the rejections, and return 1 if there are any."""
    from fake_pypi.cli.rules import find_rule
    from fake_pypi.rules.offline_check import check_files, distributions
    from fake_pypi.rules.order import EVERY_RULE
    from fake_pypi.rules.rules_by_date import checked_rules

    rule_set = checked_rules(options.as_of, [find_rule(rule_id, EVERY_RULE).id for rule_id in options.without])
    checked = check_files(distributions(options.files, allow_none=options.allow_none), rule_set)
    if options.json:
        print_json(CheckDocument(tuple(map(_described, checked)), tuple(rule_set.unknown_offline())))
    else:
        print_text(_as_text(checked, rule_set.unknown_offline()))
    return 0 if all(file.accepted for file in checked) else 1


def _as_text(checked: list[Checked], not_checked: list[str]) -> str:
    lines = []
    for file in checked:
        lines.append(f"{file.path}: {_verdict(file)}")
        for rejection in file.rejections:
            lines += ["", f"  {_answer(rejection)}", *_members(rejection), *explanation_and_remedy(rejection.rule)]
            lines.append(f"     more: fake-pypi rules {rejection.rule.id}")
        lines.append("")
    return "\n".join([*lines, *_not_checked(not_checked)])


def _not_checked(questions: list[str]) -> list[str]:
    return [
        "Not checked, because only PyPI knows: whether the name is yours or free, whether the file exists already,",
        f"and what depends on the account or the site (`fake-pypi check --json` lists all {len(questions)} questions).",
    ]


def _verdict(checked: Checked) -> str:
    if checked.accepted:
        return "PyPI would accept it"
    number = len(checked.rejections)
    return f"PyPI would reject it, for {number} {'reason' if number == 1 else 'reasons'}"


def _answer(rejection: Rejection) -> str:
    message = " ".join(rejection.message.splitlines())
    return f"{rejection.status} {message}" if rejection.status else "PyPI closes the connection without an answer"


def _members(rejection: Rejection) -> list[str]:
    """Return a line that names the members of the archive, if the rejection is about members."""
    names = [name if name.isprintable() else repr(name) for name in rejection.members]
    if len(names) > MAX_MEMBERS:
        names[MAX_MEMBERS:] = [f"{len(names) - MAX_MEMBERS} more"]
    return [f"     in {', '.join(names)}"] if names else []


def _described(checked: Checked) -> CheckedFile:
    rejections = (
        FoundRejection(
            rule=rejection.rule.id,
            status=rejection.status,
            message=rejection.message,
            members=rejection.members,
            explanation=rejection.rule.explanation,
            remedy=rejection.rule.remedy,
        )
        for rejection in checked.rejections
    )
    return CheckedFile(str(checked.path), checked.accepted, tuple(rejections))
