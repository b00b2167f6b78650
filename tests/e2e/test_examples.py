"""Every example has the result in examples/expected.toml, in a copy, with the command that a user would type."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from examples.demo import Example, examples, rehearse, skip_reason

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("example", [pytest.param(each, id=each.name) for each in examples()])
def test_a_rehearsal_ends_as_expected(example: Example, tmp_path: Path) -> None:
    reason = skip_reason(example)
    if reason:
        pytest.skip(reason)
    result = rehearse(example, tmp_path)
    assert result.is_expected, f"{result.description}, expected: {example.expect}\n{result.output}"
