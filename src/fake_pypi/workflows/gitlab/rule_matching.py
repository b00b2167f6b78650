"""Decide whether rules, and `only` and `except`, match an event.

https://docs.gitlab.com/ci/jobs/job_rules/ · https://docs.gitlab.com/ci/yaml/deprecated_keywords/#only--except
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from fake_pypi.workflows.gitlab.path_patterns import matches_path
from fake_pypi.workflows.gitlab.pipeline import ChangedPaths, PipelineRule, RefPolicy
from fake_pypi.workflows.gitlab.pipeline_event import PipelineEvent
from fake_pypi.workflows.gitlab.rule_expressions import (
    ExpressionError,
    build_pattern,
    evaluate_expression,
    is_true,
    variables_in,
)
from fake_pypi.workflows.gitlab.variable_expansion import expand


@dataclass(frozen=True)
class RepositoryFiles:
    """The files at the commit of the event, and those that differ from a ref ("" for that of the event).

    `changed` returns None where nothing can be compared; `changes` is then true, as on GitLab.
    """

    every: Callable[[], Sequence[str]] = tuple
    changed: Callable[[str], Sequence[str] | None] = lambda _ref: None


@dataclass
class RuleContext:
    """What rules see: the event, the variables as written, and the files. `notes` are filled while rules are read."""

    event: PipelineEvent
    variables: Mapping[str, str]
    files: RepositoryFiles = field(default_factory=RepositoryFiles)
    notes: list[str] = field(default_factory=list)

    def with_variables(self, variables: Mapping[str, str]) -> RuleContext:
        """Return a context with other variables and the same notes."""
        return RuleContext(self.event, variables, self.files, self.notes)

    def is_true(self, expression: str, where: str) -> bool:
        """Return whether an expression is true."""
        for name in variables_in(expression):
            if "$" in self.variables.get(name, ""):
                self._note(f"{where}: ${name} is compared as it is written: {self.variables[name]}")
        return is_true(evaluate_expression(expression, self.variables))

    def has_changes(self, changes: ChangedPaths, where: str) -> bool:
        """Return whether a file that matches has changed; true where GitLab has nothing to compare with."""
        event = self.event
        if not changes.compare_to and not event.is_merge_request and (event.tag or event.source != "push"):
            return True
        changed = self.files.changed(expand(changes.compare_to, self.variables))
        if changed is None:
            self._note(f"{where}: `changes` is true, because there is no commit to compare with")
            return True
        if not changes.compare_to and not event.is_merge_request:
            self._note(f"{where}: `changes` compares with the commit before, as if one commit was pushed")
        return self._matches(changes.paths, changed)

    def has_files(self, patterns: Sequence[str]) -> bool:
        """Return whether a file of the commit matches one of the patterns."""
        return self._matches(patterns, self.files.every())

    def _matches(self, patterns: Sequence[str], paths: Sequence[str]) -> bool:
        wanted = [expand(pattern, self.variables).removeprefix("./") for pattern in patterns]
        return any(matches_path(pattern, path) for pattern in wanted for path in paths)

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)


def failed_condition(rule: PipelineRule, context: RuleContext) -> str:
    """Return the condition of a rule that is not fulfilled, as text; "" if the rule matches."""
    where = str(rule.place)
    if rule.condition is not None and not context.is_true(rule.condition, where):
        return f"`if: {rule.condition}` is false"
    if rule.changes is not None and not context.has_changes(rule.changes, where):
        return f"no file in `changes` was changed: {', '.join(rule.changes.paths)}"
    if rule.exists is not None and not context.has_files(rule.exists):
        return f"no file in `exists` exists: {', '.join(rule.exists)}"
    return ""


def matching_rule(rules: Sequence[PipelineRule], context: RuleContext) -> tuple[PipelineRule | None, str]:
    """Return the first rule that matches, and why; None with the reasons of all rules if there is none."""
    reasons = []
    for rule in rules:
        failed = failed_condition(rule, context)
        if not failed:
            return rule, f"the rule in {rule.place} matches{_shown(rule)}"
        reasons.append(f"{rule.place}: {failed}")
    return None, "; ".join(reasons) or "`rules` is empty"


def _shown(rule: PipelineRule) -> str:
    return f" (`if: {rule.condition}`)" if rule.condition is not None else ""


def policy_failure(policy: RefPolicy, context: RuleContext) -> str:
    """Return why `only` does not let a job run, "" if it does: each of its keywords has to be fulfilled."""
    refs = policy.refs if policy.refs is not None else ("branches", "tags")
    if not _is_ref(refs, context.event):
        return f"{policy.place}: the event is none of `only`: {', '.join(refs)}"
    where = str(policy.place)
    if policy.variables is not None and not any(context.is_true(text, where) for text in policy.variables):
        return f"{policy.place}: no expression of `only: variables` is true"
    if policy.changes is not None and not context.has_changes(ChangedPaths(policy.changes), where):
        return f"{policy.place}: no file in `only: changes` was changed"
    return ""


def exclusion(policy: RefPolicy, context: RuleContext) -> str:
    """Return why `except` keeps a job from running, "" if it does not: one fulfilled keyword is enough."""
    where = str(policy.place)
    if policy.refs is not None and _is_ref(policy.refs, context.event):
        return f"{policy.place}: the event is one of `except`: {', '.join(policy.refs)}"
    if policy.variables is not None and any(context.is_true(text, where) for text in policy.variables):
        return f"{policy.place}: an expression of `except: variables` is true"
    if policy.changes is not None and context.has_changes(ChangedPaths(policy.changes), where):
        return f"{policy.place}: a file in `except: changes` was changed"
    return ""


def _is_ref(patterns: Sequence[str], event: PipelineEvent) -> bool:
    source = event.source.removesuffix("_event")
    kinds = {source, f"{source}s", "pushes" if source == "push" else f"{source}s"}
    if event.tag:
        kinds.add("tags")
    elif not event.is_merge_request:
        kinds.add("branches")
    for pattern in patterns:
        name, _, project = pattern.partition("@")
        if project and project != event.project:
            continue
        if name in kinds or name == event.ref_name or _matches_pattern(name, event.ref_name):
            return True
    return False


def _matches_pattern(text: str, ref_name: str) -> bool:
    if not re.fullmatch(r"/.*/[ismU]*", text):
        return False
    try:
        return build_pattern(text).regex.search(ref_name) is not None
    except ExpressionError:
        return False
