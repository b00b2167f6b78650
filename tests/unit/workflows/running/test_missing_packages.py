from __future__ import annotations

import pytest

from fake_pypi.workflows.running.missing_packages import missing_packages, missing_packages_text

PIP = """
ERROR: Could not find a version that satisfies the requirement hatch-vcs (from versions: none)
ERROR: No matching distribution found for hatch-vcs
"""
UV = """
  x No solution found when resolving dependencies:
  `-> Because hatch-vcs was not found in the package
      registry and you require hatch-vcs, we can conclude that your requirements are unsatisfiable.
"""


@pytest.mark.parametrize(("output", "names"), [(PIP, ["hatch-vcs"]), (UV, ["hatch-vcs"]), ("fine", [])])
def test_packages_that_were_not_found_are_named(output: str, names: list[str]) -> None:
    assert missing_packages(output) == names


def test_the_text_says_how_to_get_them() -> None:
    assert missing_packages_text(PIP).startswith("hatch-vcs: not available here")
    assert "--wheelhouse" in missing_packages_text(PIP)
    assert missing_packages_text("fine") == ""
