"""The reference of workflows of GitHub: a text about them, with the tables inserted."""

from __future__ import annotations

from collections.abc import Iterable

from docs.generators.markdown import filled, table
from fake_pypi.workflows.github.availability import AVAILABILITY, CONTEXTS
from fake_pypi.workflows.github.event_kinds import EVENTS
from fake_pypi.workflows.github.expression_functions import FUNCTIONS, MOST_ARGUMENTS, ExpressionFunction
from fake_pypi.workflows.github.keys import PLACES, SCOPES, Key
from fake_pypi.workflows.github.problems.find_problems import PROBLEMS as WORKFLOW_PROBLEMS
from fake_pypi.workflows.github.running.builtin_actions.action_table import BUILTIN_ACTIONS
from fake_pypi.workflows.github.running.script_shells import TEMPLATES


def pages() -> dict[str, str]:
    """Return the reference of workflows: a text about them, with the tables inserted."""
    values = {
        "KEYS": "\n\n".join(keys_table(place, keys.values()) for place, keys in PLACES.items()),
        "EVENTS": events_table(),
        "SCOPES": table(["scope", "levels"], ([f"`{scope}`", " · ".join(levels)] for scope, levels in SCOPES.items())),
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
    return {"reference/workflows.md": filled("workflows.md.in", values)}


def keys_table(place: str, keys: Iterable[Key]) -> str:
    """Return the keys of one kind of mapping: the supported ones in a line, the others with their sentences."""
    supported = " · ".join(f"`{key.name}`" for key in keys if key.support == "supported")
    others = [[f"`{key.name}`", key.support, key.sentence] for key in keys if key.support != "supported"]
    lines = [f"### {place}", *(["", f"Supported: {supported}"] if supported else [])]
    return "\n".join([*lines, *(["", table(["key", "", "why"], others)] if others else [])])


def events_table() -> str:
    """Return the events with their filters."""
    return table(
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


def arguments_of(function: ExpressionFunction) -> str:
    """Return the numbers of arguments that a function takes."""
    if function.fewest == function.most:
        return str(function.fewest)
    return f"{function.fewest} or more" if function.most == MOST_ARGUMENTS else f"{function.fewest} to {function.most}"
