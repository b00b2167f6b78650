"""Replace variables in values as GitLab and its runner do.

https://docs.gitlab.com/ci/variables/where_variables_can_be_used/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from fake_pypi.workflows.gitlab.pipeline import Variables

_USE = re.compile(r"\$\$|\$(\w+)|\$\{(\w+)\}")
MOST_ROUNDS = 20  # variables that contain each other are never replaced completely


def expand(text: str, variables: Mapping[str, str]) -> str:
    """Return a text with variables replaced; `$$` is a `$`, and a variable that does not exist stays as it is.

    >>> expand("$NAME-${VERSION} $$x $OTHER", {"NAME": "demo", "VERSION": "1.0"})
    'demo-1.0 $x $OTHER'
    """
    return _USE.sub(lambda match: _replacement(match, variables), text)


def _replacement(match: re.Match[str], variables: Mapping[str, str]) -> str:
    if match[0] == "$$":
        return "$"
    name = match[1] or match[2]
    return variables.get(name, match[0]) if name else match[0]


def expanded_variables(layers: Iterable[Variables], known: Mapping[str, str]) -> dict[str, str]:
    """Return the values of variables, in which others are replaced. A later layer replaces an earlier one.

    `known` are values that contain no variables: the predefined ones, and those of the project, which come last.
    """
    written = {name: variable for layer in layers for name, variable in layer.items()}
    values = {name: variable.value for name, variable in written.items()}
    for _ in range(MOST_ROUNDS):
        usable = {**{name: text for name, text in values.items() if not _USE.search(text)}, **known}
        replaced = {
            name: text if not written[name].expand else _replaced(name, text, usable, values)
            for name, text in values.items()
        }
        if replaced == values:
            break
        values = replaced
    return {name: text.replace("$$", "$") if written[name].expand else text for name, text in values.items()}


def _replaced(name: str, text: str, usable: Mapping[str, str], values: Mapping[str, str]) -> str:
    def replacement(match: re.Match[str]) -> str:
        used = match[1] or match[2]
        if match[0] == "$$" or not used:
            return match[0]
        if used in usable and used != name:
            return usable[used]
        return match[0] if used in values and used != name else ""

    return _USE.sub(replacement, text)
