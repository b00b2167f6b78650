"""Values of a YAML file with the lines on which they stand.

Scalars are plain Python values (None, bool, int, float, str), as GitHub resolves them: the core schema of YAML 1.2, in
which `on` and `yes` are strings and `3.10` is the number 3.1.
"""

from __future__ import annotations

from typing import Any

Value = Any
"""A value of a workflow or an expression: None, bool, int, float, str, or a list or dict of such values."""


class YamlMapping(dict[str, Value]):
    """A mapping of a YAML file; `line` is the line on which it begins, `lines` has the line of each key.

    Keys are strings, as on GitHub: the key `3.10:` is "3.10".
    """

    def __init__(self, line: int = 0) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


class YamlSequence(list[Value]):
    """A sequence of a YAML file; `line` is the line on which it begins, `lines` has the line of each item."""

    def __init__(self, line: int = 0) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []
