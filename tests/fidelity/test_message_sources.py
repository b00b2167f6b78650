"""Where the messages of rules come from: the cases and the places in the real server's code that rules name.

Every recorded rejection names its rule (rules_of_cases.json, which test_recorded.py compares with the server).
"""

from __future__ import annotations

import importlib
import re
from functools import reduce

import pytest

from fake_pypi.rules.message_sources import PACKAGING, WAREHOUSE
from fake_pypi.rules.order import PYPI
from fake_pypi.rules.rule_set import Rule
from maintenance.message_places import LIBRARIES, Place, known_names, place_of
from tests.fidelity import cases, rejections

CASES = {case["id"]: case for case in cases.load()}
RULES = rejections.stored()
OF_RULES = rejections.cases_of_rules()
STATUSES_OF_ADDRESSES = {404, 405, 406, 410}
"""Rejections of an address or a method, which come before every rule."""
OTHER_REJECTIONS = {
    "attestations/flag-disabled": 403,
    "oidc/audience-oidc-disabled": 403,
    "protocol/doc-upload-repeated-keys": 400,
    "protocol/no-trailing-slash-repeated-keys": 400,
    "protocol/plain-http": 403,
    "simple/invalid-utf8-name": 400,
}
"""Rejections of other requests than uploads, and of all requests over plain HTTP."""

pytestmark = pytest.mark.fidelity


@pytest.mark.parametrize("rule", PYPI, ids=lambda rule: rule.id)
def test_a_rule_names_recorded_cases_that_it_rejects_if_there_are_any(rule: Rule) -> None:
    assert [name for name in rule.recorded if rule.id not in RULES[name]] == []
    assert bool(rule.recorded) == (rule.id in OF_RULES)


def test_every_recorded_case_has_its_rules_stored() -> None:
    """Run `python -m tests.fidelity.rejections` after new cases were added."""
    assert {name: len(case["answers"]) for name, case in CASES.items()} == {
        name: len(rules) for name, rules in RULES.items()
    }


def test_every_recorded_rejection_names_its_rule() -> None:
    unnamed = {
        name: answer["status"]
        for name, case in CASES.items()
        for answer, rule in zip(case["answers"], RULES[name], strict=True)
        if rule is None and (answer["status"] == 0 or answer["status"] >= 400)
    }
    assert {name: status for name, status in unnamed.items() if status not in STATUSES_OF_ADDRESSES} == OTHER_REJECTIONS


@pytest.mark.parametrize("rule", PYPI, ids=lambda rule: rule.id)
def test_the_place_of_a_message_is_a_file_and_a_name(rule: Rule) -> None:
    place = place_of(rule.source)
    assert place.name
    assert re.fullmatch(r"[\w/-]+\.(py|yar)", place.path)


def test_the_names_of_the_real_server_that_rules_come_from_are_stored_with_date_and_origin() -> None:
    known = known_names()
    assert WAREHOUSE.endswith(known.commit)
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", known.date)
    assert known.origin
    used: dict[str, set[str]] = {}
    for place in (place_of(rule.source) for rule in PYPI):
        if place.repository == "pypi/warehouse":
            used.setdefault(place.path, set()).add(place.name)
    assert {path: sorted(names) for path, names in used.items()} == {
        path: sorted(names) for path, names in known.names.items()
    }


@pytest.mark.parametrize("rule", [rule for rule in PYPI if PACKAGING in rule.source], ids=lambda rule: rule.id)
def test_a_message_of_the_library_packaging_is_in_a_function_that_the_library_has(rule: Rule) -> None:
    place = place_of(rule.source)
    module = importlib.import_module(f"packaging.{place.path.rpartition('/')[2].removesuffix('.py')}")
    assert callable(reduce(getattr, place.name.split("."), module))


def test_the_parts_of_a_place_are_read_from_its_link() -> None:
    assert place_of(f"{WAREHOUSE}/warehouse/forklift/legacy.py (file_upload)") == Place(
        "pypi/warehouse", "6b62157", "warehouse/forklift/legacy.py", "file_upload"
    )


def test_a_place_without_a_function_is_an_error() -> None:
    with pytest.raises(ValueError, match="FILE"):
        place_of("https://github.com/pypi/warehouse/blob/6b62157/warehouse/forklift/legacy.py")


def test_every_library_that_messages_come_from_is_named() -> None:
    assert {place_of(rule.source).repository for rule in PYPI} - {"pypi/warehouse"} == set(LIBRARIES)
