"""What schemathesis sends to every endpoint gets the answer that the OpenAPI document describes, and never a 5xx.

`nox -s contract` sends many more requests.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.specs.openapi.checks import negative_data_rejection

from fake_pypi import FakeIndexes, wheel
from fake_pypi.fake.control.api import TABLE
from fake_pypi.web.control.openapi import openapi

FEW = 2
EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", FEW))
"""The number of requests of each kind to each endpoint. The few of an ordinary run are the same each time."""
DOCUMENT = openapi(TABLE, server="http://127.0.0.1/", version="1")
OPERATIONS = [(path, method) for path, methods in DOCUMENT["paths"].items() for method in methods]
EXISTING = {"indexes": "main", "site": "pypi", "project": "hello", "version": "1.0", "user": "alice", "member": "alice"}
FIXED_MEMBERS = {"port": 0, "testpypi_port": 0}  # a port that another test may need at this moment

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def indexes() -> Iterator[FakeIndexes]:
    with FakeIndexes(installed=False) as opened:
        opened.pypi.upload(wheel("hello", "1.0"))
        opened.pypi.add_user("alice")
        yield opened


@pytest.fixture(scope="module")
def contract(indexes: FakeIndexes) -> Any:
    return schemathesis.openapi.from_url(indexes.control.replace("/api/v1/", "/openapi.json"))


def test_the_document_is_openapi_3_1() -> None:
    assert list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors()) == []


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [operation["operationId"] for path in DOCUMENT["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names)) > 60


@pytest.mark.parametrize("valid", [True, False], ids=["valid", "invalid"])
@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=[f"{method} {path}" for path, method in OPERATIONS])
def test_requests_get_the_answers_of_the_contract(
    path: str, method: str, valid: bool, indexes: FakeIndexes, contract: Any
) -> None:
    mode = schemathesis.GenerationMode.POSITIVE if valid else schemathesis.GenerationMode.NEGATIVE
    authorization = {"Authorization": f"Bearer {indexes.control_secret}"}
    chance = random.Random(f"{method} {path}")

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        derandomize=EXAMPLES == FEW,
    )
    @given(case=contract[path][method].as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        if valid:
            names = [name for name in case.path_parameters if name in EXISTING]
            always = ("indexes", "site")
            case.path_parameters |= {name: EXISTING[name] for name in names if name in always or chance.random() < 0.7}
            if isinstance(case.body, dict):
                case.body |= {name: value for name, value in FIXED_MEMBERS.items() if name in case.body}
            if path.endswith("/wait"):
                case.query["timeout"] = 0
        elif path == "/indexes" and method == "post":
            case.body = {"port": -1}
        response = case.call(headers=authorization)
        # schemathesis does not count "too large" as a rejection of invalid data.
        excluded = [negative_data_rejection] if response.status_code == 413 else []
        case.validate_response(response, excluded_checks=excluded)

    send()
    assert indexes.servers.errors == []


@pytest.fixture(autouse=True, scope="module")
def still_usable(indexes: FakeIndexes) -> Iterator[None]:
    """After all of these requests, a reset gives an index to which files can be uploaded."""
    yield
    indexes.reset()
    indexes.pypi.upload(wheel("hello", "1.0"))
    assert indexes.pypi.project("hello") is not None
    assert indexes.servers.errors == []
