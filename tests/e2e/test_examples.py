"""Every example ends as examples/expected.toml says, in a copy, with the command that a user would type."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from examples.demo import Example, examples, rehearse, why_not_here

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("example", [pytest.param(each, id=each.name) for each in examples()])
def test_a_rehearsal_ends_as_expected(example: Example, tmp_path: Path) -> None:
    reason = why_not_here(example)
    if reason:
        pytest.skip(reason)
    outcome = rehearse(example, tmp_path)
    assert outcome.fine, f"{outcome.words}, expected: {example.expect}\n{outcome.output}"
