"""The tables in the docs and the README are what the last whole run of the matrix came to."""

from __future__ import annotations

from tests.e2e import matrix
from tests.e2e.provision import PINS


def test_the_last_run_was_of_these_clients_and_every_cell_passed() -> None:
    results = matrix.read_results()
    assert results["pins"] == PINS
    assert set(results["passed"]) == matrix.expected_cells()


def test_the_reference_shows_the_last_run() -> None:
    assert matrix.REFERENCE.read_text(encoding="utf-8") == matrix.reference_page(matrix.read_results())


def test_the_readme_shows_the_last_run() -> None:
    readme = matrix.README.read_text(encoding="utf-8")
    assert matrix.readme_section(matrix.read_results()) in readme
    assert matrix.with_section(readme, matrix.readme_section(matrix.read_results())) == readme
