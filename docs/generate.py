"""Write the pages about rules and variables from the code: `python docs/generate.py`.

A test fails while a page differs from what this would write.
"""

from __future__ import annotations

import re
import sys
import tempfile
from itertools import groupby
from pathlib import Path

from fake_pypi.clients.passed_variables import PASSED
from fake_pypi.explain.exchange_rejections import EXCHANGE, FAMILY
from fake_pypi.index import Index
from fake_pypi.rules.examples import upload_of
from fake_pypi.rules.order import PYPI
from fake_pypi.rules.rule_set import Example, Rule, RuleSet

FOLDER = Path(__file__).resolve().parent / "reference" / "rules"
VARIABLES = FOLDER.parent / "variables.md"
DIGEST = re.compile(r"\b[0-9a-f]{64}\b")
LONGEST_VALUE = 60  # characters of a form field that are shown
SENDERS = {
    "nobody": "nobody: the request has no credentials",
    "password": "somebody with a user name and a password",
    "unknown": "somebody with a token that the index does not know",
    "expired-token": "the owner, with a token that has expired",
    "publisher": "a trusted publisher on GitHub",
    "activestate-publisher": "a trusted publisher on ActiveState",
}


def pages(rule_set: RuleSet = PYPI) -> dict[str, str]:
    """Return the text of every page, by the name of its file."""
    return {"index.md": index_page(rule_set), **{f"{rule.id}.md": page(rule, rule_set) for rule in rule_set}}


def variables_page() -> str:
    """Return the page that lists the variables of the user that are passed to a shell."""
    lines = [
        "# Variables that are passed to a shell",
        "",
        "These variables of your environment are passed to a shell (`fake-pypi run`, `fake-pypi rehearse`,",
        "`fake_pypi_shell`, `pytest --fake-pypi`). No others are passed, because a list of credentials would never be",
        "complete. A `*` stands for any characters; a name that looks like a credential is not passed.",
        "",
        "A build that needs another variable gets it with `--pass-env NAME` (`fake-pypi run` and `rehearse`),",
        "`--fake-pypi-pass-env NAME`, the ini key `fake_pypi_pass_env`, or `indexes.shell(pass_env=['NAME'])`. `NAME`",
        "may be a pattern such as `DEMO_*`; a credential must be named in full.",
        "",
        "Variables that a shell sets itself (`HOME`, `PATH`, proxies, certificates, caches) always have its values:",
        "`PATH` is yours with the running environment in front, `CARGO_HOME` a folder of links to yours without the",
        "tokens of cargo.",
    ]
    for heading, names in PASSED.items():
        lines += ["", f"## {heading}", "", " · ".join(f"`{name}`" for name in sorted(names))]
    return "\n".join([*lines, ""])


def index_page(rule_set: RuleSet) -> str:
    """List the rules, family by family, in the order in which PyPI asks."""
    families = list(dict.fromkeys(rule.family for rule in rule_set))
    lines = [
        "# Rules",
        "",
        "Every reason that PyPI has to reject an upload. `fake-pypi rules ID` prints the same, and",
        "`fake-pypi explain` finds the rule behind what a tool printed.",
    ]
    ordered = sorted(rule_set, key=lambda rule: families.index(rule.family))
    for family, rules in groupby(ordered, lambda rule: rule.family):
        lines += ["", f"## {title(family)}", "", "| rule | status | why |", "|---|---|---|"]
        lines += [f"| [{rule.id}]({rule.id}.md) | {status(rule)} | {in_a_table(rule)} |" for rule in rules]
    lines += ["", f"## {title(FAMILY)}", "", "What a CI job is told that asks for a token, before any upload:", ""]
    lines += ["| code | status | why | what to do |", "|---|---|---|---|"]
    lines += [f"| `{told.id}` | {told.status} | {told.explanation} | {told.remedy} |" for told in EXCHANGE.values()]
    listed = [rule.id for rule in ordered]
    return "\n".join([*lines, "", "```{toctree}", ":hidden:", "", *listed, "```", ""])


def page(rule: Rule, rule_set: RuleSet = PYPI) -> str:
    """Tell about one rule; the headings are the same for all."""
    chapters = [
        ("Words", fenced(shown_words(rule))),
        ("Status", f"{status(rule)}. Family: {title(rule.family).lower()}."),
        ("Why", rule.explanation),
        ("Example", example(rule, rule_set)),
        ("What to do", rule.remedy),
    ]
    text = [f"# {rule.id}", *(f"## {heading}\n\n{words}" for heading, words in chapters)]
    known = [f"Only PyPI knows {rule.unknown_offline}."] if rule.unknown_offline else []
    return "\n\n".join([*text, *known, origin(rule)]) + "\n"


def origin(rule: Rule) -> str:
    """Return where the message is from, by which recorded cases it is confirmed, and since when PyPI has the rule."""
    recorded = ", ".join(f"`{case}`" for case in rule.recorded)
    not_recorded = "Not recorded: no recorded answer of the real server is this one."
    lines = [f"Source: {rule.source}.", f"Recorded: {recorded}." if recorded else not_recorded]
    if rule.since:
        lines.append(f"Since {rule.since} ({rule.dated_by}).")
    if rule.until:
        lines.append(f"Until {rule.until} ({rule.dated_by}).")
    return "\n".join(lines)


def example(rule: Rule, rule_set: RuleSet) -> str:
    """Tell what the example of a rule sends, and what the server answers."""
    sample = rule.example()
    return "\n".join([*map(listed, facts(sample)), "", answer(sample, rule_set), "", see_it(rule)])


def facts(sample: Example) -> list[str]:
    """Say in a line each what is sent, by whom, and to what kind of index."""
    told = [f"The file is `{shortened(sample.package.filename)}`."]
    told += [f"The field `{name}` of the form {sent(value)}." for name, value in sample.form.items()]
    told += [f"Of the file, `{name}` is said to be `{shortened(value)}`." for name, value in sample.file.items()]
    if sample.prepare is not None:
        told.append("The index was prepared for it.")
    if sample.sender in SENDERS:
        told.append(f"It comes from {SENDERS[sample.sender]}.")
    return told


def answer(sample: Example, rule_set: RuleSet) -> str:
    """Return the server's own answer to the example."""
    index = Index()
    try:
        with tempfile.TemporaryDirectory() as folder:
            stop = rule_set.judge(upload_of(sample, index, Path(folder)), index).rejection
    finally:
        index.close()
    assert stop is not None, "every rule stops its own example"
    if stop.status == 0:
        return "The server closes the connection without an answer."
    return f"The server answers:\n\n{fenced(f'{stop.status} {stop.message}')}"


def see_it(rule: Rule) -> str:
    """Say how to see it happen."""
    return f"`fake-pypi reproduce {rule.id}` shows it, with a real client where one would send such a thing."


def sent(value: str | list[str] | None) -> str:
    """Say how a form field is sent."""
    if value is None:
        return "is left out"
    if isinstance(value, list):
        return "is sent as " + ", ".join(f"`{shortened(each)}`" for each in value) if value else "is left out"
    return f"is `{shortened(value)}`" if value.strip() else "is empty"


def shortened(value: object) -> str:
    """Return a value on one line, cut where it gets long."""
    text = " ".join(str(value).encode("unicode_escape").decode().replace("`", "'").split())
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}..."


def shown_words(rule: Rule) -> str:
    """Return PyPI's words, with the facts in braces."""
    messages = "\n".join(rule.messages)
    return re.sub(r"\{(\w+)!r\}", r"'{\1}'", messages) or "(none: the connection is closed)"


def status(rule: Rule) -> str:
    """Return the status, or what comes instead of one."""
    return str(rule.status) if rule.status else "No answer"


def title(family: str) -> str:
    """Return the name of a family as a heading."""
    return family.replace("_", " ").capitalize()


def in_a_table(rule: Rule) -> str:
    """Return the first sentence of the explanation, safe inside a table."""
    first, stop, _ = rule.explanation.partition("\n\n")[0].partition(". ")
    return f"{first}{stop.strip()}".replace("|", "\\|")


def listed(line: str) -> str:
    """Make a line an item of a list."""
    return f"- {line}"


def fenced(text: str) -> str:
    """Put words into a block of their own; digests differ from machine to machine."""
    return f"```text\n{DIGEST.sub('...', text)}\n```"


def main() -> int:
    """Write what differs, and remove the pages of rules that are gone."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for old in FOLDER.glob("*.md"):
        if old.name not in wanted:
            old.unlink()
    for name, text in wanted.items():
        path = FOLDER / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")
            print(f"wrote {path.name}")
    VARIABLES.write_text(variables_page(), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
