from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.index import Index
from fake_pypi.inspection.attestations import AttestationBundle, Statement
from fake_pypi.inspection.violations import validation_error
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.attestation import MODEL, PREDICATES, provenance_of
from fake_pypi.rules.attestation_signature import require_library
from fake_pypi.rules.examples import upload_of
from fake_pypi.rules.order import ATTESTATION
from fake_pypi.rules.rule_set import Example, RuleSet
from fake_pypi.rules.upload import Upload

FILE = wheel("demo")
PUBLISH, SLSA = PREDICATES
NOT_THIS_FILE = "Could not verify the uploaded artifact using the included attestation: "
Sent = Callable[..., Upload]


@pytest.fixture
def index() -> Iterator[Index]:
    index = Index()
    index.projects.create("demo", index.accounts.add("owner"))
    yield index
    index.close()


@pytest.fixture
def sent(index: Index, uploads: Path) -> Sent:
    """An upload of demo 1.0 with those attestations, by a trusted publisher unless another sender is named."""

    def upload(attestations: Any, sender: str = "publisher") -> Upload:
        text = attestations if isinstance(attestations, str) else json.dumps(attestations)
        return upload_of(Example(FILE, form={"attestations": text}, sender=sender), index, uploads)

    return upload


def rejected(upload: Upload, index: Index) -> str | None:
    rejection = RuleSet(ATTESTATION).judge(upload, index).rejection
    return (
        None if rejection is None else rejection.message.removeprefix("Invalid attestations supplied during upload: ")
    )


def attestation(subject: str = FILE.filename, sha256: str = FILE.sha256, predicate: str = PUBLISH) -> dict[str, Any]:
    claims = {"subject": [{"name": subject, "digest": {"sha256": sha256}}], "predicateType": predicate}
    return {
        "version": 1,
        "verification_material": {"certificate": "AAAA", "transparency_entries": [{}]},
        "envelope": {"statement": b64encode(json.dumps(claims).encode()).decode(), "signature": "AAAA"},
    }


def test_attestations_about_the_file_are_accepted(index: Index, sent: Sent) -> None:
    assert rejected(sent([attestation()]), index) is None
    assert rejected(sent([attestation(), attestation(predicate=SLSA)]), index) is None


def test_an_upload_without_the_field_is_accepted(index: Index, uploads: Path) -> None:
    upload = upload_of(Example(FILE), index, uploads)
    assert (rejected(upload, index), provenance_of(upload, index)) == (None, None)


@pytest.mark.parametrize(
    ("attestations", "message"),
    [
        ([], "Malformed attestations: an empty attestation set is not permitted"),
        ([attestation()] * 3, "A maximum of 2 attestations per file are supported"),
        (
            [attestation("other-1.0-py3-none-any.whl")],
            f"{NOT_THIS_FILE}subject does not match distribution name: other-1.0-py3-none-any.whl != {FILE.filename}",
        ),
        (
            [attestation(sha256="0" * 64)],
            f"{NOT_THIS_FILE}subject does not match distribution digest",
        ),
        (
            [attestation(subject="")],
            f"{NOT_THIS_FILE}invalid subject: missing name",
        ),
        (
            [attestation(predicate="https://example.com/x")],
            f"{NOT_THIS_FILE}unknown attestation type: https://example.com/x",
        ),
        (
            [attestation(), attestation()],
            f"Multiple attestations for the same file with the same predicate type ({PUBLISH}) are not supported",
        ),
    ],
    ids=["none", "three", "other file", "other digest", "no name", "unknown kind", "same kind twice"],
)
def test_the_rejection_has_pypis_message(index: Index, sent: Sent, attestations: Any, message: str) -> None:
    assert rejected(sent(attestations), index) == message


def test_a_statement_is_about_exactly_one_file() -> None:
    two = b64encode(json.dumps({"subject": [1, 2], "predicateType": PUBLISH}).encode()).decode()
    assert Statement.of({"envelope": {"statement": two}}).problem.startswith("too many subjects in statement")


def test_a_wheel_may_be_named_in_another_spelling(index: Index, sent: Sent) -> None:
    assert rejected(sent([attestation("Demo-1.0-py3-none-any.whl")]), index) is None


def test_where_nothing_is_to_be_verified_any_well_formed_statement_will_do(index: Index, sent: Sent) -> None:
    index.verify_attestations = False
    assert rejected(sent([attestation("other-1.0-py3-none-any.whl", predicate="x")]), index) is None


def test_only_trusted_publishers_may_send_them(index: Index, sent: Sent) -> None:
    only = "Attestations are only supported when using Trusted Publishing"
    assert rejected(sent([attestation()], sender="owner"), index) == only
    assert rejected(sent("", sender="owner"), index) == only
    activestate = "Attestations are not currently supported with ActiveState publishers"
    assert rejected(sent([attestation()], sender="activestate-publisher"), index) == activestate


def test_where_the_site_does_not_look_at_them_they_are_let_through(index: Index, sent: Sent) -> None:
    index.flags.set("disable-pep740")
    upload = sent("nonsense", sender="owner")
    assert (rejected(upload, index), provenance_of(upload, index)) == (None, None)


def test_provenance_names_the_publisher_and_keeps_what_was_sent(index: Index, sent: Sent) -> None:
    provenance = json.loads(provenance_of(sent([{**attestation(), "more": 1}]), index) or "")
    assert provenance == {
        "version": 1,
        "attestation_bundles": [
            {
                "publisher": {
                    "environment": None,
                    "kind": "GitHub",
                    "repository": "octo/demo",
                    "workflow": "release.yml",
                },
                "attestations": [attestation()],
            }
        ],
    }


@pytest.mark.parametrize(
    ("text", "head", "kinds"),
    [
        ("null", "1 validation error", ["list_type"]),
        ("[1]", "1 validation error", ["model_type"]),
        ("[{}]", "3 validation errors", ["missing"]),
        (json.dumps([{**attestation(), "version": 2}]), "1 validation error", ["literal_error"]),
        (json.dumps([{**attestation(), "envelope": None}]), "1 validation error", ["model_type"]),
        (json.dumps([{**attestation(), "envelope": {"statement": 1}}]), "2 validation errors", ["bytes_type"]),
        (
            json.dumps([{**attestation(), "envelope": {"statement": "A", "signature": "AAAA"}}]),
            "1 validation error",
            ["base64_decode"],
        ),
        (
            json.dumps(
                [{**attestation(), "verification_material": {"certificate": "AAAA", "transparency_entries": []}}]
            ),
            "1 validation error",
            ["too_short"],
        ),
        (
            json.dumps(
                [{**attestation(), "verification_material": {"certificate": "AAAA", "transparency_entries": [1]}}]
            ),
            "1 validation error",
            ["dict_type"],
        ),
    ],
)
def test_every_place_that_is_malformed_is_counted(text: str, head: str, kinds: list[str]) -> None:
    malformed = validation_error(AttestationBundle.of(text).violations, MODEL)
    assert malformed.startswith(f"{head} for list[Attestation]\n")
    assert [kind for kind in kinds if f"[type={kind}, " not in malformed] == []


@pytest.mark.parametrize("statement", ["", "AAAA", b64encode(b"[]").decode(), b64encode(b"{}").decode(), 7])
def test_a_statement_that_cannot_be_read_is_a_problem_not_an_error(statement: Any) -> None:
    assert Statement.of({"envelope": {"statement": statement}}).problem == "invalid statement"


def test_requiring_signatures_without_the_library_is_an_error_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"pytest-fake-pypi\[attestations\]"):
        require_library()


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "EOF while parsing a value at line 1 column 0"),
        ("[1,]", "trailing comma at line 1 column 4"),
        ("[] x", "trailing characters at line 1 column 4"),
        ('["\n"]', "control character (\\u0000-\\u001F) found while parsing a string at line 2 column 0"),
        ("[" * 100_000, "recursion limit exceeded at line 1 column 202"),
        ("1" * 5_000, "number out of range at line 1 column 4302"),
        ("\ud800", "expected value at line 1 column 1"),
    ],
)
def test_text_that_is_no_json_is_described_in_the_words_of_pypis_parser(text: str, error: str) -> None:
    assert f"Invalid JSON: {error} [type=json_invalid, input_value=" in validation_error(
        AttestationBundle.of(text).violations, MODEL
    )
