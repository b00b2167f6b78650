from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from fake_pypi.fake.ci_job import github_claims
from fake_pypi.index import Index
from fake_pypi.inspection.attestations import AttestationBundle
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.attestation import AttestationsNotOfThisFile
from fake_pypi.rules.examples import sender_named, upload_of
from fake_pypi.rules.rule_set import Example
from fake_pypi.rules.session_authority import SessionAuthority

CLAIMS = github_claims(repository="octo/demo", workflow="release.yml")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    package = wheel("demo")
    path = tmp_path / package.filename
    path.write_bytes(package.read())
    return path


def test_what_it_signs_has_the_form_of_pep_740(file: Path) -> None:
    attestation = SessionAuthority().sign(file, CLAIMS)

    assert AttestationBundle.of(json.dumps([attestation])).violations == ()
    statement = json.loads(base64.b64decode(attestation["envelope"]["statement"]))
    assert statement["subject"][0]["name"] == file.name


def test_an_authority_knows_its_own_certificates_only(file: Path) -> None:
    authority = SessionAuthority()

    assert authority.has_issued(authority.sign(file, CLAIMS))
    assert not authority.has_issued(SessionAuthority().sign(file, CLAIMS))
    assert not authority.has_issued({"verification_material": {"certificate": "AAAA"}})


def rejection_of(attestation: dict[str, Any], authority: SessionAuthority, folder: Path) -> str:
    """Return the message with which an index that trusts the authority rejects the wheel; "" if it accepts it."""
    index = Index()
    index.attestation_authority = authority

    def add_project(index: Index) -> None:
        index.projects.create("demo", index.accounts.get("owner") or index.accounts.add("owner"))

    form = {"attestations": json.dumps([attestation])}
    upload = upload_of(Example(wheel("demo"), form=form, sender="publisher", prepare=add_project), index, folder)
    rejection = AttestationsNotOfThisFile().check(upload, index)
    index.close()
    return rejection.message if rejection else ""


def claims_of_publisher() -> dict[str, Any]:
    """Return the claims of the publisher of examples."""
    index = Index()
    index.projects.create("demo", index.accounts.add("owner"))
    publisher = sender_named("publisher", index).publisher
    assert publisher is not None
    facts = publisher.facts
    index.close()
    return github_claims(repository=f"{facts['owner']}/{facts['repository']}", workflow=facts["workflow"])


def test_an_index_accepts_what_its_authority_signed_for_the_publisher(file: Path, tmp_path: Path) -> None:
    authority = SessionAuthority()

    assert rejection_of(authority.sign(file, claims_of_publisher()), authority, tmp_path) == ""


def test_a_signature_for_another_workflow_is_rejected(file: Path, tmp_path: Path) -> None:
    authority = SessionAuthority()
    attestation = authority.sign(file, {**CLAIMS, "job_workflow_ref": "octo/demo/.github/workflows/other.yml@refs/x"})

    assert "identity https://github.com/octo/demo/.github/workflows/other.yml" in rejection_of(
        attestation, authority, tmp_path
    )


def test_a_changed_statement_is_rejected(file: Path, tmp_path: Path) -> None:
    authority = SessionAuthority()
    attestation = authority.sign(file, claims_of_publisher())
    statement = base64.b64decode(attestation["envelope"]["statement"]).replace(b'"predicate":null', b'"predicate":{}')
    attestation["envelope"]["statement"] = base64.b64encode(statement).decode()

    assert rejection_of(attestation, authority, tmp_path).endswith("Signature is invalid")
