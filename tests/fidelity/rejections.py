"""The rule that rejects each request of each recorded case, stored in rules_of_cases.json.

    python -m tests.fidelity.rejections        replay every case, and store the rules

Tests compare the file with what the server does (test_recorded.py) and with the cases that rules name
(test_message_sources.py); docs/generate.py counts the cases of each rule.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.fidelity import cases
from tests.fidelity.replay import answers
from tests.fidelity.world import World

FILE = Path(__file__).with_name("rules_of_cases.json")

RulesOfCases = dict[str, list[str | None]]
"""Id of a case -> for each of its requests the id of the rule that rejects it; None where none does."""


def stored() -> RulesOfCases:
    """Return the content of the file."""
    rules: RulesOfCases = json.loads(FILE.read_text("utf-8"))
    return rules


def cases_of_rules() -> dict[str, list[str]]:
    """Return the ids of the cases that each rule rejects, in the order in which they were recorded."""
    names: dict[str, list[str]] = {}
    for case, rules in stored().items():
        for rule in dict.fromkeys(filter(None, rules)):
            names.setdefault(rule, []).append(case)
    return names


def replayed() -> RulesOfCases:
    """Replay every recorded case, and return the rules."""
    rules = {}
    for case in cases.load():
        world = World()
        try:
            rules[case["id"]] = [answered.rule for answered in answers(case, world)]
        finally:
            world.close()
    return rules


def main() -> int:
    """Store the rules, one case a line."""
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(rules)}" for name, rules in replayed().items())
    FILE.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
