"""Write the generated pages of the reference from the code: `python docs/generate.py`.

A test fails while a page differs from the output of this program.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
import tempfile
import textwrap
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from fake_pypi.cli import index_documents, json_documents, workflow_documents
from fake_pypi.cli.json_output import DOCUMENTS, schemas
from fake_pypi.clients.passed_variables import PASSED
from fake_pypi.explain.exchange_rejections import EXCHANGE, FAMILY
from fake_pypi.fake.control.api import TABLE
from fake_pypi.index import Index
from fake_pypi.report import report_content
from fake_pypi.report.json_document import json_schema
from fake_pypi.rules.examples import upload_of
from fake_pypi.rules.former_messages import former_messages
from fake_pypi.rules.order import EVERY_RULE, PYPI
from fake_pypi.rules.rule_set import Example, Rule, RuleSet
from fake_pypi.rules.rules_by_date import OLDEST, RECORDED, changes, example_on, rules_on
from fake_pypi.web.control.openapi import PROBLEMS, openapi
from fake_pypi.web.faults.active import OF_REQUESTS
from fake_pypi.web.faults.connections import BeforeRequests
from fake_pypi.web.faults.fault_kind import FaultKind
from fake_pypi.web.faults.grammar import names_of
from fake_pypi.web.faults.kinds import FAMILIES
from fake_pypi.workflows.github.availability import AVAILABILITY, CONTEXTS
from fake_pypi.workflows.github.event_kinds import EVENTS
from fake_pypi.workflows.github.expression_functions import FUNCTIONS, MOST_ARGUMENTS, ExpressionFunction
from fake_pypi.workflows.github.keys import PLACES, SCOPES, Key
from fake_pypi.workflows.github.problems.find_problems import PROBLEMS as WORKFLOW_PROBLEMS
from fake_pypi.workflows.github.running.builtin_actions.action_table import BUILTIN_ACTIONS
from fake_pypi.workflows.github.running.script_shells import TEMPLATES
from fake_pypi.workflows.gitlab.pipeline_event import PipelineEvent
from fake_pypi.workflows.gitlab.pipeline_keys import KEYWORD_PLACES, Keyword
from fake_pypi.workflows.gitlab.pipeline_problems import PIPELINE_PROBLEMS

FOLDER = Path(__file__).resolve().parent / "reference" / "rules"
VARIABLES = FOLDER.parent / "variables.md"
FAULTS = FOLDER.parent / "faults.md"
RULES_BY_DATE = FOLDER.parent / "rules-by-date.md"
RULES_BY_DATE_TEMPLATE = Path(__file__).resolve().with_name("rules-by-date.md.in")
FAULTS_TEMPLATE = Path(__file__).resolve().with_name("faults.md.in")
SCHEMAS = FOLDER.parent / "schemas"
JSON = FOLDER.parent / "json.md"
JSON_TEMPLATE = Path(__file__).resolve().with_name("json.md.in")
REPORT = FOLDER.parent / "report.md"
REPORT_TEMPLATE = Path(__file__).resolve().with_name("report.md.in")
CONTROL_API = FOLDER.parent / "control-api.md"
CONTROL_API_TEMPLATE = Path(__file__).resolve().with_name("control-api.md.in")
WORKFLOWS = FOLDER.parent / "workflows.md"
WORKFLOWS_TEMPLATE = Path(__file__).resolve().with_name("workflows.md.in")
PIPELINES = FOLDER.parent / "pipelines.md"
PIPELINES_TEMPLATE = Path(__file__).resolve().with_name("pipelines.md.in")
DIGEST = re.compile(r"\b[0-9a-f]{64}\b")
LONGEST_VALUE = 60  # most characters of a form field on a page
SENDERS = {
    "nobody": "a client without credentials",
    "password": "a client with a user name and a password",
    "wrong-password": "a client with a user name and a wrong password",
    "password-of-owner": "the owner, with a user name and the password",
    "unknown": "a client with a token that the index does not know",
    "expired-token": "the owner, with a token that has expired",
    "publisher": "a trusted publisher on GitHub",
    "activestate-publisher": "a trusted publisher on ActiveState",
}


def pages(rule_set: RuleSet = EVERY_RULE) -> dict[str, str]:
    """Return the text of every page, by the name of its file."""
    return {"index.md": index_page(rule_set), **{f"{rule.id}.md": page(rule) for rule in rule_set}}


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


def faults_page() -> str:
    """Return the reference of faults: a text about their use, with the kinds inserted."""
    sections = []
    for subject, kinds in FAMILIES.items():
        rows = [f"| `{name}` | {parameters_of(kind)} | {description_of(kind)} |" for name, kind in kinds.items()]
        sections.append(
            "\n".join([f"### {subject}", "", "| kind | parameters | what happens |", "|---|---|---|", *rows])
        )
    text = FAULTS_TEMPLATE.read_text(encoding="utf-8")
    before = (name for kinds in FAMILIES.values() for name, kind in kinds.items() if issubclass(kind, BeforeRequests))
    values = {
        "KINDS": "\n\n".join(sections),
        "OF_REQUESTS": code_list(OF_REQUESTS),
        "BEFORE_REQUESTS": code_list(before),
    }
    return re.sub(r"@([A-Z_]+)@", lambda match: values[match[1]], text)


def parameters_of(kind: type[FaultKind]) -> str:
    """Return the parameters of a kind of fault with their defaults."""
    texts = []
    for name, parameter in names_of(kind).items():
        default = parameter.default
        shown = ",".join(default) if isinstance(default, tuple) else default
        texts.append(f"`{name}=`" if default is None else f"`{name}={shown}`" if default is not False else f"`{name}`")
    return " ".join(texts)


def description_of(kind: type[FaultKind]) -> str:
    """Return the docstring of a kind of fault as one line, safe inside a table."""
    return " ".join((kind.__doc__ or "").split()).replace("|", "\\|")


def code_list(names: Iterable[str]) -> str:
    """Return names as a list in a sentence: `a`, `b` and `c`."""
    *first, last = [f"`{name}`" for name in names]
    return f"{', '.join(first)} and {last}"


def workflows_page() -> str:
    """Return the reference of workflows: a text about them, with the tables inserted."""
    values = {
        "KEYS": "\n\n".join(keys_table(place, keys.values()) for place, keys in PLACES.items()),
        "EVENTS": events_table(),
        "SCOPES": rows(["scope", "levels"], ([f"`{scope}`", " · ".join(levels)] for scope, levels in SCOPES.items())),
        "FUNCTIONS": "\n".join(
            f"| `{function.name}` | {arguments_of(function)} | {function.description} |"
            for function in FUNCTIONS.values()
        ),
        "CONTEXTS": "\n".join(f"| `{name}` | {text} |" for name, text in CONTEXTS.items()),
        "AVAILABILITY": "\n".join(
            f"| `{key}` | {', '.join(place.contexts)} | {', '.join(FUNCTIONS[name].name for name in place.functions)} |"
            for key, place in AVAILABILITY.items()
        ),
        "SHELLS": "\n".join(
            f"| {f'`{shell}`' if shell else '(none)'} | `{command}` |" for shell, command in TEMPLATES.items()
        ),
        "ACTIONS": "\n".join(
            f"| `{action.name}` | {'skipped' if action.is_skipped else 'built in'} | {action.description} |"
            for action in BUILTIN_ACTIONS.values()
        ),
        "PROBLEMS": "\n".join(
            f"| `{kind.id}` | {kind.severity} | {kind.why} | {kind.remedy} |" for kind in WORKFLOW_PROBLEMS
        ),
    }
    text = WORKFLOWS_TEMPLATE.read_text(encoding="utf-8")
    return re.sub(r"@([A-Z_]+)@", lambda match: values[match[1]], text)


def pipelines_page() -> str:
    """Return the reference of pipelines of GitLab: a text about them, with the tables inserted."""
    event = PipelineEvent("push", "group/demo", tag="v1.2.0")
    request = PipelineEvent("merge_request_event", "group/demo", branch="feature")
    values = {
        "KEYWORDS": "\n\n".join(keywords_table(place, keys.values()) for place, keys in KEYWORD_PLACES.items()),
        "VARIABLES": code_list(sorted({**event.variables(), **request.variables(), "CI_COMMIT_BRANCH": ""})),
        "PROBLEMS": "\n".join(
            f"| `{kind.id}` | {kind.severity} | {kind.why} | {kind.remedy} |" for kind in PIPELINE_PROBLEMS
        ),
    }
    text = PIPELINES_TEMPLATE.read_text(encoding="utf-8")
    return re.sub(r"@([A-Z_]+)@", lambda match: values[match[1]], text)


def keywords_table(place: str, keywords: Iterable[Keyword]) -> str:
    """Return the keywords of one kind of mapping with what happens to each."""
    lines = [f"### {place[0].upper()}{place[1:]}", "", "| keyword | support | |", "|---|---|---|"]
    lines += [f"| `{keyword.name}` | {keyword.support} | {keyword.sentence} |" for keyword in keywords]
    return "\n".join(lines)


def keys_table(place: str, keys: Iterable[Key]) -> str:
    """Return the keys of one kind of mapping: the supported ones in a line, the others with their sentences."""
    supported = " · ".join(f"`{key.name}`" for key in keys if key.support == "supported")
    others = [[f"`{key.name}`", key.support, key.sentence] for key in keys if key.support != "supported"]
    lines = [f"### {place}", *(["", f"Supported: {supported}"] if supported else [])]
    return "\n".join([*lines, *(["", rows(["key", "", "why"], others)] if others else [])])


def events_table() -> str:
    """Return the events with their filters."""
    return rows(
        ["event", "filters", ""],
        (
            [
                f"`{kind.name}`",
                " · ".join(f"`{name}`" for name in kind.filters),
                f"not rehearsed: {kind.not_rehearsed}" if kind.not_rehearsed else "supported",
            ]
            for kind in EVENTS.values()
        ),
    )


def rows(heading: list[str], cells: Iterable[list[str]]) -> str:
    """Return a table."""
    lines = [heading, ["---"] * len(heading), *cells]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def arguments_of(function: ExpressionFunction) -> str:
    """Return the numbers of arguments that a function takes."""
    if function.fewest == function.most:
        return str(function.fewest)
    return f"{function.fewest} or more" if function.most == MOST_ARGUMENTS else f"{function.fewest} to {function.most}"


def control_page() -> str:
    """Return the page that lists the endpoints of the control API."""
    document = openapi(TABLE, server="http://127.0.0.1/_fake/api/v1", version="")
    problems = "\n".join(f"| {status} | {text} |" for status, text in PROBLEMS.items())
    lines = [CONTROL_API_TEMPLATE.read_text(encoding="utf-8").replace("@PROBLEMS@", problems).rstrip()]
    groups = groupby(TABLE, lambda endpoint: endpoint.function.__module__)
    for module, endpoints in groups:
        documentation = (sys.modules[module].__doc__ or "").partition("\n")[0]
        heading = documentation.removeprefix("Endpoints about ").rstrip(".")
        lines += ["", f"## {heading[0].upper()}{heading[1:]}"]
        for endpoint in endpoints:
            result = written_type(endpoint.hints["return"]) if endpoint.status != 204 else "nothing"
            lines += ["", f"### `{endpoint.method} {endpoint.path.lstrip('/')}`", "", endpoint.description]
            lines += ["", f"Returns {endpoint.status} with {result}.", ""]
            if endpoint.other_parameters:
                lines += ["| parameter | type | default |", "|---|---|---|"]
            for parameter in endpoint.other_parameters:
                default = "required" if parameter.required else f"`{json.dumps(parameter.default)}`"
                lines.append(f"| `{parameter.name}` | {written_type(parameter.annotation)} | {default} |")
            if endpoint.file_parameter:
                lines.append("The body has the bytes of the file (`Content-Type: application/octet-stream`).")
    lines += ["", "## Objects", ""]
    for name, described in document["components"]["schemas"].items():
        members = ", ".join(f"`{member}`" for member in described["properties"])
        lines.append(f"- **{name}**: {members}. {described.get('description', '')}")
    return re.sub(r"\n{3,}", "\n\n", "\n".join([*lines, ""]))


def report_page() -> str:
    """Return the reference of reports: a text about their use, with the members of each object of the JSON."""
    parts = []
    for name, value in reversed(vars(report_content).items()):
        if isinstance(value, type) and is_dataclass(value):
            hints = get_type_hints(value)
            rows = [f"| `{field.name}` | {written_type(hints[field.name])} |" for field in fields(value)]
            described = [" ".join(part.split()) for part in (inspect.getdoc(value) or "").split("\n\n")]
            text = "\n\n".join(wrapped for part in described for wrapped in ["\n".join(textwrap.wrap(part, 140))])
            parts.append("\n".join([f"### {name}", "", text, "", "| member | type |", "|---|---|", *rows]))
    return REPORT_TEMPLATE.read_text(encoding="utf-8").replace("@PARTS@", "\n\n".join(parts))


def json_page() -> str:
    """Return the reference of `--json`: a text about it, with the members of each document and of its parts."""
    documents = []
    for name, cls in DOCUMENTS.items():
        schema = f"Schema: [{name}.schema.json](schemas/{name}.schema.json)."
        documents.append("\n\n".join([f"## {name}", described(cls), schema, members_of(cls)]))
    parts = [
        "\n\n".join([f"### {name}", described(value), members_of(value)])
        for name, value in {**vars(json_documents), **vars(workflow_documents), **vars(index_documents)}.items()
        if is_dataclass(value) and isinstance(value, type) and value not in DOCUMENTS.values()
    ]
    values = {
        "COMMANDS": " · ".join(f"[{name}](#{name})" for name in DOCUMENTS),
        "DOCUMENTS": "\n\n".join([*documents, "## Parts of documents", *parts]),
    }
    return re.sub(r"@([A-Z_]+)@", lambda match: values[match[1]], JSON_TEMPLATE.read_text(encoding="utf-8"))


def described(cls: type) -> str:
    """Return the docstring of a class as paragraphs of lines that are not too long."""
    paragraphs = [" ".join(part.split()) for part in (inspect.getdoc(cls) or "").split("\n\n")]
    return "\n\n".join("\n".join(textwrap.wrap(part, 140)) for part in paragraphs)


def members_of(cls: type) -> str:
    """Return a table of the members of a dataclass with their types."""
    hints = get_type_hints(cls)
    return rows(["member", "type"], ([f"`{name}`", written_type(hint)] for name, hint in hints.items()))


def write_schemas() -> None:
    """Write the JSON Schemas of the documents that commands print, and of reports; remove any other one."""
    documents = {**schemas(), "report": json_schema()}
    SCHEMAS.mkdir(exist_ok=True)
    for file in SCHEMAS.glob("*.schema.json"):
        if file.name.removesuffix(".schema.json") not in documents:
            file.unlink()
    for name, schema in documents.items():
        path = SCHEMAS / f"{name}.schema.json"
        path.write_text(json.dumps(schema, indent=1) + "\n", encoding="utf-8", newline="\n")


def written_type(annotation: Any) -> str:
    """Return a type as the page about the control API shows it."""
    arguments = get_args(annotation)
    origin = get_origin(annotation)
    if origin is Annotated:
        return written_type(arguments[0])
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in arguments)
    if origin in (list, tuple):
        return f"a list of {written_type(arguments[0])}"
    if origin is dict:
        return "an object" if arguments[1] is Any else f"an object with {written_type(arguments[1])} as values"
    if arguments:
        return " or ".join(written_type(argument) for argument in arguments)
    names = {str: "text", int: "integer", float: "number", bool: "`true` or `false`", type(None): "`null`"}
    return names.get(annotation, "time" if annotation is datetime else annotation.__name__)


def index_page(rule_set: RuleSet) -> str:
    """Return the page that lists the rules by family, in the order in which PyPI checks them."""
    families = list(dict.fromkeys(rule.family for rule in rule_set))
    lines = [
        "# Rules",
        "",
        "Every reason for which PyPI rejects an upload. `fake-pypi rules ID` prints the same text, and",
        "`fake-pypi explain` finds the rule behind the output of a tool.",
    ]
    ordered = sorted(rule_set, key=lambda rule: families.index(rule.family))
    for family, rules in groupby(ordered, lambda rule: rule.family):
        lines += ["", f"## {title(family)}", "", "| rule | status | why |", "|---|---|---|"]
        lines += [f"| [{rule.id}]({rule.id}.md) | {status(rule)} | {ended(rule)}{in_a_table(rule)} |" for rule in rules]
    lines += ["", f"## {title(FAMILY)}", "", "Rejections of a CI job that requests a token, before any upload:", ""]
    lines += ["| code | status | why | what to do |", "|---|---|---|---|"]
    lines += [
        f"| `{reason.id}` | {reason.status} | {reason.explanation} | {reason.remedy} |" for reason in EXCHANGE.values()
    ]
    listed = [rule.id for rule in ordered]
    return "\n".join([*lines, "", "```{toctree}", ":hidden:", "", *listed, "```", ""])


def page(rule: Rule) -> str:
    """Return the page of one rule; all have the same headings."""
    rule_set = rules_on(rule.last_day) if rule.until else PYPI
    chapters = [
        ("Message", fenced(messages(rule))),
        ("Status", f"{status(rule)}. Family: {title(rule.family).lower()}."),
        ("Why", rule.explanation),
        ("Example", example(rule, rule_set)),
        ("What to do", rule.remedy),
    ]
    text = [f"# {rule.id}", *(f"## {heading}\n\n{content}" for heading, content in chapters)]
    unknown = [f"Only PyPI knows {rule.unknown_offline}."] if rule.unknown_offline else []
    return "\n\n".join([*text, *unknown, *former(rule), origin(rule)]) + "\n"


def former(rule: Rule) -> list[str]:
    """Return the messages that PyPI gave in earlier years, on days that are known exactly."""
    return [
        f"Until {message.until} ([source]({message.source})) the message was:\n\n{fenced(message.message)}"
        for message in former_messages(rule)
        if message.is_reproduced
    ]


def rules_by_date_page() -> str:
    """Return the page of the changes since the oldest day whose rules are known."""
    rows = [f"| {change.date} | {change.text} | [source]({change.source}) |" for change in changes()]
    table = "\n".join(["| date | what changed | source |", "|---|---|---|", *rows])
    template = RULES_BY_DATE_TEMPLATE.read_text(encoding="utf-8")
    return template.replace("@CHANGES@", table).replace("@OLDEST@", OLDEST).replace("@RECORDED@", RECORDED)


def origin(rule: Rule) -> str:
    """Return where the message is from, by which recorded cases it is confirmed, and since when PyPI has the rule."""
    recorded = ", ".join(f"`{case}`" for case in rule.recorded)
    not_recorded = "Not recorded: no recorded answer of the real server has this message."
    lines = [f"Source: {rule.source}.", f"Recorded: {recorded}." if recorded else not_recorded]
    if rule.since:
        lines.append(f"Since {rule.since} ({rule.dated_by}).")
    if rule.until:
        lines.append(f"Until {rule.until} ({rule.ended_by or rule.dated_by}); PyPI does not reject uploads for it now.")
    return "\n".join(lines)


def example(rule: Rule, rule_set: RuleSet) -> str:
    """Return the description of a rule's example: what is sent, and the answer."""
    sample = example_on(rule.on(rule.last_day)) if rule.until else rule.example()
    return "\n".join([*map(listed, facts(sample)), "", answer(sample, rule_set), "", command(rule)])


def facts(sample: Example) -> list[str]:
    """Return lines about an example: its file, its form, the state of the index, and the sender."""
    lines = [f"The file is `{shortened(sample.package.filename)}`."]
    lines += [f"The field `{name}` of the form {field_state(value)}." for name, value in sample.form.items()]
    again = sample.file.get("also_sent_as")
    lines += [f"It is sent a second time, as the field `{again}`."] if again else []
    given = {name: value for name, value in sample.file.items() if name != "also_sent_as"}
    lines += [f"The `{name}` of the file is given as `{shortened(value)}`." for name, value in given.items()]
    if sample.prepare is not None:
        lines.append("The index is prepared for it.")
    if sample.sender in SENDERS:
        lines.append(f"The sender is {SENDERS[sample.sender]}.")
    return lines


def answer(sample: Example, rule_set: RuleSet) -> str:
    """Return the answer of the rule set to the example."""
    index = Index()
    try:
        with tempfile.TemporaryDirectory() as folder:
            rejection = rule_set.judge(upload_of(sample, index, Path(folder)), index).rejection
    finally:
        index.close()
    assert rejection is not None, "every rule rejects its own example"
    if rejection.status == 0:
        return "The server closes the connection without an answer."
    return f"The server answers:\n\n{fenced(f'{rejection.status} {rejection.message}')}"


def command(rule: Rule) -> str:
    """Return the sentence about the command that sends the example."""
    as_of = f" --as-of {rule.last_day}" if rule.until else ""
    return (
        f"`fake-pypi reproduce {rule.id}{as_of}` sends it to a fake PyPI, with twine if twine would send such a file."
    )


def field_state(value: str | list[str] | None) -> str:
    """Return the predicate of a sentence about a form field."""
    if value is None:
        return "is left out"
    if isinstance(value, list):
        return "is sent as " + ", ".join(f"`{shortened(text)}`" for text in value) if value else "is left out"
    return f"is `{shortened(value)}`" if value.strip() else "is empty"


def shortened(value: object) -> str:
    """Return a value on one line, cut after `LONGEST_VALUE` characters."""
    text = " ".join(str(value).encode("unicode_escape").decode().replace("`", "'").split())
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}..."


def messages(rule: Rule) -> str:
    """Return PyPI's messages, with the facts in braces."""
    return re.sub(r"\{(\w+)!r\}", r"'{\1}'", "\n".join(rule.messages)) or "(none: the connection is closed)"


def status(rule: Rule) -> str:
    """Return the status, or "No answer"."""
    return str(rule.status) if rule.status else "No answer"


def title(family: str) -> str:
    """Return the name of a family as a heading."""
    return family.replace("_", " ").capitalize()


def ended(rule: Rule) -> str:
    """Return what precedes the description of a rule that PyPI does not have any more."""
    return f"(until {rule.until}) " if rule.until else ""


def in_a_table(rule: Rule) -> str:
    """Return the first sentence of the explanation, safe inside a table."""
    first, period, _ = rule.explanation.partition("\n\n")[0].partition(". ")
    return f"{first}{period.strip()}".replace("|", "\\|")


def listed(line: str) -> str:
    """Return a line as an item of a list."""
    return f"- {line}"


def fenced(text: str) -> str:
    """Return a text as a block; digests, which differ between machines, are replaced."""
    return f"```text\n{DIGEST.sub('...', text)}\n```"


def main() -> int:
    """Write the pages that differ, and remove those of rules that do not exist."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    texts = pages()
    for file in FOLDER.glob("*.md"):
        if file.name not in texts:
            file.unlink()
    for name, text in texts.items():
        path = FOLDER / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")
            print(f"wrote {path.name}")
    VARIABLES.write_text(variables_page(), encoding="utf-8", newline="\n")
    RULES_BY_DATE.write_text(rules_by_date_page(), encoding="utf-8", newline="\n")
    FAULTS.write_text(faults_page(), encoding="utf-8", newline="\n")
    CONTROL_API.write_text(control_page(), encoding="utf-8", newline="\n")
    WORKFLOWS.write_text(workflows_page(), encoding="utf-8", newline="\n")
    REPORT.write_text(report_page(), encoding="utf-8", newline="\n")
    JSON.write_text(json_page(), encoding="utf-8", newline="\n")
    write_schemas()
    PIPELINES.write_text(pipelines_page(), encoding="utf-8", newline="\n")
    write_coverage_page()
    return 0


def write_coverage_page() -> None:
    """Write the page about the coverage of rules, whose program needs this checkout to be importable."""
    from maintenance.coverage_page import PAGE, coverage_page

    PAGE.write_text(coverage_page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    sys.path.insert(0, str(FOLDER.parents[2]))
    sys.exit(main())
