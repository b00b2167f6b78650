"""Read `rules`, `only`, `except` and `needs` of a pipeline file."""

from __future__ import annotations

from fake_pypi.workflows.gitlab.keyword_section import KeywordSection, flattened
from fake_pypi.workflows.gitlab.pipeline import ChangedPaths, KeywordNote, PipelineNeed, PipelineRule, RefPolicy
from fake_pypi.workflows.gitlab.pipeline_keys import (
    CHANGES,
    EXISTS,
    INCLUDE_RULE,
    NEED,
    POLICY,
    RULE,
    WORKFLOW_RULE,
)
from fake_pypi.workflows.gitlab.placed_values import Place, PlacedMapping, PlacedSequence, Value, as_text, is_scalar
from fake_pypi.workflows.gitlab.rule_expressions import ExpressionError, parse_expression
from fake_pypi.workflows.invalid_workflow import InvalidWorkflow

WHEN = ("on_success", "on_failure", "always", "never", "manual", "delayed")
_KEYWORDS = {"job": RULE, "workflow": WORKFLOW_RULE, "include": INCLUDE_RULE}
_WHEN = {"job": WHEN, "workflow": ("always", "never"), "include": ("always", "never")}


def read_rules(
    value: Value, place: Place, location: str, notes: list[KeywordNote], *, kind: str = "job"
) -> tuple[PipelineRule, ...]:
    """Return the entries of `rules`; `kind` is "job", "workflow" or "include". Raises `InvalidWorkflow`."""
    if not isinstance(value, PlacedSequence):
        raise InvalidWorkflow(*place, f"{location}:rules config should be an array of hashes", "write a list of rules")
    return tuple(
        _rule(item, item_place, f"{location}:rules:rule", notes, kind) for item, item_place in flattened(value, place)
    )


def _rule(value: Value, place: Place, location: str, notes: list[KeywordNote], kind: str) -> PipelineRule:
    section = KeywordSection(value, place, location, _KEYWORDS[kind], notes)
    condition = section.text("if") if "if" in section else None
    if condition is not None:
        check_expression(condition, section.place_of("if"), f"{location} if")
    changes, exists = _changes(section), None
    refused = list(section.not_supported)
    if isinstance(section.values.get("exists"), PlacedMapping):
        inner = KeywordSection(
            section.values["exists"], section.place_of("exists"), f"{location}:exists", EXISTS, notes
        )
        exists = inner.texts("paths") or ()
        refused += inner.not_supported
    elif "exists" in section:
        exists = section.texts("exists")
    return PipelineRule(
        place=section.values.place,
        condition=condition,
        changes=changes,
        exists=exists,
        when=section.choice("when", _WHEN[kind], "") if "when" in section else None,
        allow_failure=section.flag("allow_failure") if "allow_failure" in section else None,
        variables=section.variables(),
        needs=read_needs(section)[0] if "needs" in section else None,
        not_supported="; ".join(refused),
    )


def check_expression(text: str, place: Place, location: str) -> None:
    """Raise `InvalidWorkflow` for an expression that GitLab does not accept."""
    try:
        parse_expression(text)
    except ExpressionError as error:
        raise InvalidWorkflow(*place, f"{location} invalid expression syntax: {text} ({error})", "correct it") from None


def _changes(section: KeywordSection) -> ChangedPaths | None:
    value = section.values.get("changes")
    if value is None:
        return None
    if isinstance(value, PlacedMapping):
        place = section.place_of("changes")
        inner = KeywordSection(value, place, f"{section.location}:changes", CHANGES, section.notes)
        return ChangedPaths(inner.texts("paths") or (), inner.text("compare_to"))
    return ChangedPaths(section.texts("changes") or ())


def read_policy(section: KeywordSection, key: str) -> RefPolicy | None:
    """Return `only` or `except`; None where the keyword is missing."""
    value, place = section.values.get(key), section.place_of(key)
    if value is None:
        return None
    if not isinstance(value, PlacedMapping):
        if not isinstance(value, PlacedSequence) and not isinstance(value, str):
            raise section.error(key, f"{section.location}:{key} has to be either an array of conditions or a hash")
        return RefPolicy(place, refs=section.texts(key))
    inner = KeywordSection(value, place, f"{section.location}:{key}", POLICY, section.notes)
    section.not_supported += inner.not_supported
    variables = inner.texts("variables")
    for text in variables or ():
        check_expression(text, inner.place_of("variables"), f"{inner.location} variables")
    return RefPolicy(place, inner.texts("refs"), variables, inner.texts("changes"))


def read_needs(section: KeywordSection) -> tuple[tuple[PipelineNeed, ...], list[str]]:
    """Return the jobs in `needs`, and why some of them are not supported."""
    needs, refused = [], []
    for item, place in section.items("needs"):
        if is_scalar(item):
            needs.append(PipelineNeed(as_text(item), place))
            continue
        inner = KeywordSection(
            item, place, f"{section.location}:needs:need", NEED, section.notes, alternative="a string or a hash"
        )
        refused += inner.not_supported
        if "job" not in inner and not inner.not_supported:
            raise InvalidWorkflow(*place, f"{inner.location} job can't be blank", "name a job")
        if "job" in inner and not {"project", "pipeline"} & set(inner.values):
            needs.append(
                PipelineNeed(inner.text("job"), place, inner.flag("artifacts", default=True), inner.flag("optional"))
            )
    return tuple(needs), refused
