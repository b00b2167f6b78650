"""A report as JSON, and its schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from fake_pypi.report.json_document import from_json, json_schema, to_json
from fake_pypi.report.report_content import SCHEMA_VERSION, Report, RunReport
from tests.unit.report.sample import REPORT, RUN

SCHEMA_FILE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "schemas" / "report.schema.json"


def validate(document: Any) -> None:
    Draft202012Validator(json_schema(), format_checker=Draft202012Validator.FORMAT_CHECKER).validate(document)


def test_the_schema_is_a_valid_schema() -> None:
    Draft202012Validator.check_schema(json_schema())


def test_a_report_with_something_in_every_part_is_valid() -> None:
    validate(json.loads(to_json(REPORT)))


@pytest.mark.parametrize(
    "change",
    [
        {"version": SCHEMA_VERSION + 1},
        {"runs": [{"kind": "rehearsal"}]},
        {"created": 5},
        {"runs": [{**json.loads(to_json(RUN)), "outcome": "fine"}]},
        {"runs": [{**json.loads(to_json(RUN)), "seconds": "5"}]},
    ],
)
def test_a_document_that_is_no_report_is_invalid(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        validate({**json.loads(to_json(REPORT)), **change})


def test_a_report_is_read_as_it_was_written() -> None:
    assert from_json(Report, to_json(REPORT)) == REPORT
    assert from_json(RunReport, to_json(RUN)) == RUN


def test_members_of_later_versions_are_ignored() -> None:
    document = {**json.loads(to_json(REPORT)), "later": True}
    assert from_json(Report, json.dumps(document)) == REPORT


def test_every_part_is_described() -> None:
    schema = json_schema()
    descriptions = [schema["description"], *(part["description"] for part in schema["$defs"].values())]
    assert all(len(text) > 20 for text in descriptions)


def test_the_schema_in_the_documentation_is_the_present_one() -> None:
    assert json.loads(SCHEMA_FILE.read_text("utf-8")) == json_schema(), "run `python docs/generate.py`"
