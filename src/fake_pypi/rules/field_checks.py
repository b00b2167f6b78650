"""What is wrong with fields of core metadata: how often they came, the standard, and what PyPI asks on top.

Each look yields (field, id of the rule that tells of it, facts for its words).
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from fake_pypi.rules.core_metadata import FIELDS, METADATA_VERSIONS, labelled
from fake_pypi.rules.field_values import content_type_of, is_web_address, lone_address, read, requirement

Sent = Mapping[str, list[str]]
Found = tuple[str, str, dict[str, Any]]
Seen = tuple[str, dict[str, Any]]

SUMMARY_LENGTH = 512
LABEL_LENGTH = 32
CONTENT_TYPES = ("text/x-rst", "text/markdown", "text/plain")
MARKDOWN_VARIANTS = ("GFM", "CommonMark")


def counted(sent: Sent) -> Iterator[Found]:
    """Fields that came twice although they may come once; labels of project URLs that came twice."""
    for each in FIELDS:
        if not each.many and len(sent.get(each.name, [])) > 1:
            yield each.sent_as, "repeated-field", {"field": each.sent_as}
    labels = [labelled(text)[0] for text in sent.get("project-url", [])]
    if len(set(labels)) < len(labels):
        yield "project_urls", "repeated-field", {"field": "project_urls"}


def standard(sent: Sent) -> Iterator[Found]:
    """Yield what the core metadata specification forbids. PyPI reports the first mistake of each field."""
    version = _only(sent, "metadata-version")
    known = version in METADATA_VERSIONS
    if not known:
        yield _worded("metadata-version", "metadata-version", {"version": repr(version)})
    if "version" not in sent:
        yield "version", "missing-version", {}
    for each in FIELDS:
        if each.name not in sent:
            continue
        if known and METADATA_VERSIONS.index(str(version)) < METADATA_VERSIONS.index(each.since):
            facts = {"field": each.name, "since": each.since, "version": version}
            yield each.name, "field-too-new", facts
        elif each.name in STANDARD:
            for number, seen in enumerate(_looked(STANDARD[each.name], each.name, sent[each.name])):
                worded = _worded(each.name, *seen)
                if number == 0 or worded[1] != "metadata-reader-fails":  # PyPI's reader stops at the first
                    yield worded


def _looked(look: Callable[[str, list[str]], Iterable[Seen]], name: str, texts: list[str]) -> Iterator[Seen]:
    """Yield what a look finds. The parsers are recursive, PyPI's too: thousands of brackets are its own error 500."""
    try:
        yield from look(name, texts)
    except RecursionError:
        yield "metadata-reader-fails", {}


def _worded(name: str, rule: str, facts: dict[str, Any]) -> Found:
    """PyPI's reader takes braces in a value for its own: it fills in {field}, and fails at any other word."""
    try:
        filled = {key: str(fact).format_map({"field": repr(name)}) for key, fact in facts.items()}
    except (AttributeError, LookupError, ValueError):
        return name, "metadata-reader-fails", {}
    return name, rule, filled


def additional(sent: Sent) -> Iterator[Found]:
    """What PyPI asks beyond the specification, every mistake of every field."""
    for name, look in ADDITIONAL:
        for found in _looked(look, name, sent.get(name, [])):
            yield (name, *found)
    if any(sent.get("license", [])) and any(sent.get("license-expression", [])):
        yield "license", "license-twice", {}


# ------------------------------------------------------------------------------------------- the standard


def _unreadable(rule: str) -> Callable[[str, list[str]], Iterator[Seen]]:
    def look(name: str, texts: list[str]) -> Iterator[Seen]:
        return ((rule, {"value": repr(text)}) for text in texts if read(name, text) is None)

    return look


def _summary_lines(_: str, texts: list[str]) -> Iterator[Seen]:
    if "\n" in texts[0]:
        yield "summary-lines", {}


def _content_type(_: str, texts: list[str]) -> Iterator[Seen]:
    content_type, parameters = content_type_of(texts[0])
    if not content_type:
        yield "metadata-reader-fails", {}
        return
    if content_type not in CONTENT_TYPES or content_type not in texts[0].lower():
        yield "content-type", {"known": list(CONTENT_TYPES), "value": repr(texts[0])}
    charset = parameters.get("charset", "UTF-8")
    if charset != "UTF-8":
        yield "content-type-charset", {"charset": repr(charset)}
    variant = parameters.get("variant", "GFM")
    if content_type == "text/markdown" and variant not in MARKDOWN_VARIANTS:
        yield "markdown-variant", {"known": list(MARKDOWN_VARIANTS), "variant": repr(variant)}


def _dynamic(_: str, texts: list[str]) -> Iterator[Seen]:
    names = {each.name for each in FIELDS}
    for text in map(str.lower, texts):
        if text in {"metadata-version", "name", "version"}:
            yield "dynamic", {"what": repr(text), "why": "allowed as a dynamic field"}
        elif text not in names:
            yield "dynamic", {"what": repr(text), "why": "a valid dynamic field"}


def _license_expression(name: str, texts: list[str]) -> Iterator[Seen]:
    if read(name, texts[0]) is None:
        without_plus = re.sub(r"(?i)\b(licenseref-[a-z0-9.-]*)\+", r"\1", texts[0])
        readable = read(name, without_plus) is not None
        rule = "metadata-reader-fails" if readable else "license-expression"
        yield rule, {"value": repr(texts[0])}


def _license_files(_: str, texts: list[str]) -> Iterator[Seen]:
    for path in texts:
        if ".." in path:
            yield "license-file", {"path": repr(path), "why": "parent directory indicators are not allowed"}
        elif "*" in path:
            yield "license-file", {"path": repr(path), "why": "paths must be resolved"}
        elif PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute():
            yield "license-file", {"path": repr(path), "why": "paths must be relative"}
        elif PureWindowsPath(path).as_posix() != path:
            yield "license-file", {"path": repr(path), "why": "paths must use '/' delimiter"}


def _import_names(name: str, texts: list[str]) -> Iterator[Seen]:
    for text in texts:
        dotted, semicolon, private = text.partition(";")
        dotted = dotted.rstrip()
        for part in dotted.split("."):
            if not part.isidentifier():
                explanation = f"{part!r} is not a valid identifier"
                yield "import-name", {"field": name, "value": repr(dotted), "why": explanation}
            elif keyword.iskeyword(part):
                yield "import-name", {"field": name, "value": repr(dotted), "why": f"{part!r} is a keyword"}
        if semicolon and private.lstrip() != "private":
            explanation = "the only valid option is 'private'"
            yield "import-name", {"field": name, "value": repr(text), "why": explanation}


STANDARD: dict[str, Callable[[str, list[str]], Iterator[Seen]]] = {
    "version": _unreadable("invalid-version"),
    "summary": _summary_lines,
    "description-content-type": _content_type,
    "dynamic": _dynamic,
    "provides-extra": _unreadable("provides-extra"),
    "requires-python": _unreadable("requires-python"),
    "requires-dist": _unreadable("requires-dist"),
    "license-expression": _license_expression,
    "license-file": _license_files,
    "import-name": _import_names,
    "import-namespace": _import_names,
}


# ------------------------------------------------------------------------------------------- PyPI's own


def _local_version(_: str, texts: list[str]) -> Iterator[Seen]:
    versions = (read("version", text) for text in texts)
    return (("local-version", {"version": str(each)}) for each in versions if getattr(each, "local", None))


def _summary_length(_: str, texts: list[str]) -> Iterator[Seen]:
    if any(len(text) > SUMMARY_LENGTH for text in texts):
        yield "summary-length", {"limit": SUMMARY_LENGTH}


def _email(name: str, texts: list[str]) -> Iterator[Seen]:
    from email_validator import EmailNotValidError, validate_email

    for text in texts:
        address = lone_address(text)  # PyPI looks at no list of several people
        try:
            if address:
                validate_email(address, check_deliverability=False)
        except EmailNotValidError as problem:
            yield "invalid-email", {"field": name, "address": address, "problem": _sentence(str(problem))}


def _classifiers(_: str, texts: list[str]) -> Iterator[Seen]:
    if not texts:
        return
    from trove_classifiers import all_classifiers, deprecated_classifiers

    for text in sorted(set(texts).difference(all_classifiers)):
        yield "unknown-classifier", {"classifier": text}
    for text in sorted(set(texts) & deprecated_classifiers.keys()):
        instead = deprecated_classifiers[text]
        advice = f", use one of {instead} instead" if instead else ""
        yield "deprecated-classifier", {"classifier": text, "advice": advice}


def _address(_: str, texts: list[str]) -> Iterator[Seen]:
    return (("invalid-url", {"url": text}) for text in texts if not is_web_address(text))


def _project_urls(_: str, texts: list[str]) -> Iterator[Seen]:
    for label, address in map(labelled, texts):
        if not label:
            yield "project-url-label-missing", {}
        elif len(label) > LABEL_LENGTH:
            yield "project-url-label-length", {"label": label, "limit": LABEL_LENGTH}
        elif not address:
            yield "project-url-missing", {}
        elif not is_web_address(address):
            yield "invalid-url", {"url": address}


def _old_requirements(name: str, texts: list[str]) -> Iterator[Seen]:
    from packaging.requirements import InvalidRequirement

    for text in texts:
        try:
            address = requirement(text).url
        except InvalidRequirement as problem:
            yield "invalid-dist", {"field": name, "value": text, "problem": _sentence(str(problem))}
        else:
            if address is not None:
                yield "direct-dependency", {"requirement": _sentence(repr(text))}


def _direct(_: str, texts: list[str]) -> Iterator[Seen]:
    for value in (read("requires-dist", text) for text in texts):
        if getattr(value, "url", None) is not None:
            yield "direct-dependency", {"requirement": _sentence(str(value))}


def _dynamic_itself(_: str, texts: list[str]) -> Iterable[Seen]:
    facts = {"what": "Dynamic field 'dynamic'", "why": "a valid dynamic field"}
    return [("dynamic", facts) for text in texts if text.lower() == "dynamic"]


ADDITIONAL: tuple[tuple[str, Callable[[str, list[str]], Iterable[Seen]]], ...] = (
    ("version", _local_version),
    ("summary", _summary_length),
    ("author-email", _email),
    ("maintainer-email", _email),
    ("classifier", _classifiers),
    ("home-page", _address),
    ("download-url", _address),
    ("project-url", _project_urls),
    ("provides-dist", _old_requirements),
    ("obsoletes-dist", _old_requirements),
    ("requires-dist", _direct),
    ("dynamic", _dynamic_itself),
)


def _only(sent: Sent, name: str) -> str | None:
    return next(iter(sent.get(name, [])), None)


def _sentence(text: str) -> str:
    """End with a full stop, and with one only."""
    return text if text.endswith(".") else f"{text}."
