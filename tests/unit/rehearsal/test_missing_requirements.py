"""The requirements that an installer did not find."""

from __future__ import annotations

from fake_pypi.rehearsal.failure import StepFailed
from fake_pypi.rehearsal.missing_requirements import missing_from


def missing(output: str, project: str = "demo") -> str:
    """Return the message about an installer's output."""
    return str(missing_from(output, project=project))


def test_a_missing_distribution_is_reported_with_what_to_do() -> None:
    output = "ERROR: No matching distribution found for hatchling>=1.26\nERROR: No matching distribution found for x"
    line = missing(output)
    assert line.startswith("hatchling>=1.26, x are not installed here: install them (they belong to your test ")
    assert "`fake-pypi wheelhouse . DIR` and rehearse with `--wheelhouse DIR`" in line


def test_a_requirement_is_found_however_it_is_printed() -> None:
    for output in (
        "ERROR: No matching distribution found for some-name[extra]<4,>=3 (from demo)",
        "  < ERROR: No matching distribution found for some-\n    name[extra]<4,>=3\n    more",
    ):
        assert missing(output).startswith("some-name[extra]<4,>=3 is not installed here")


def test_other_installed_versions_are_named() -> None:
    output = (
        "ERROR: Could not find a version that satisfies the requirement flit_core<4,>=3.2\n   (from versions: 4.1.0,\n"
        "   4.2.0)\nERROR: No matching distribution found for flit_core<4,>=3.2"
    )
    found = missing_from(output, project="demo")
    failure = StepFailed.from_output("python -m build", output, "broken", missing=found, purpose="to build the project")
    summary = "flit_core<4,>=3.2 is not installed here, only flit_core 4.1.0, 4.2.0"
    assert failure.summary == f"requirements are missing to build the project: {summary}"
    assert failure.advice[0].startswith(f"{summary}: install it (it belongs to your test requirements)")


def test_there_are_no_other_versions_if_pip_found_none() -> None:
    output = (
        "ERROR: Could not find a version that satisfies the requirement rich (from versions: none)\n"
        "ERROR: No matching distribution found for rich"
    )
    assert missing(output).startswith("rich is not installed here: ")


def test_the_project_itself_is_not_a_missing_requirement() -> None:
    assert missing_from("No matching distribution found for Demo_Tool==1.0", project="demo-tool") is None


def test_a_project_that_uv_does_not_find_is_missing() -> None:
    output = (
        "error: No solution found when resolving dependencies\n"
        "  cause: Because no-such-project was not found in the package registry and you require no-such-project,\n"
    )
    missing = missing_from(output, project="demo")
    assert missing is not None
    assert list(missing.requirements) == ["no-such-project"]
