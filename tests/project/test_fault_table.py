"""The page about clients and faults shows the stored measurements, and each was made with the present clients."""

from __future__ import annotations

from fake_pypi.web.faults.active import read_fault
from fake_pypi.web.faults.kinds import KINDS
from tests.e2e import fault_table
from tests.e2e.fault_cells import CLIENTS, cells


def test_the_reference_shows_the_stored_measurements() -> None:
    page = fault_table.REFERENCE.read_text(encoding="utf-8")
    assert page == fault_table.page(fault_table.read_results()), "run `python -m tests.e2e.fault_table --render`"


def test_every_cell_was_measured_with_the_pinned_client() -> None:
    results = fault_table.read_results()
    assert [(client, fault) for client, fault in cells() if fault not in results.get(client, {})] == []
    measured = {client: {result["version"] for result in faults.values()} for client, faults in results.items()}
    assert measured == {client: {fault_table.version_of(client)} for client in CLIENTS}


def test_every_fault_of_the_table_can_be_read_and_every_kind_is_in_it() -> None:
    names = {read_fault(fault).name for _, fault in cells()}
    assert set(KINDS) - names == set()
