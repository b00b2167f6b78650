"""Signatures of attestations, with the library that PyPI asks: `nox -s attestations` installs it."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from fake_pypi.index import Index
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.examples import upload_of
from fake_pypi.rules.order import ATTESTATION
from fake_pypi.rules.rule_set import Example, RuleSet

FILE = wheel("demo")
INSTALLED = find_spec("pypi_attestations") is not None
HEAD = (
    "Invalid attestations supplied during upload: Could not verify the uploaded artifact using the included attestation"
)
with_library = pytest.mark.skipif(not INSTALLED, reason="pypi-attestations is not installed: nox -s attestations")


@pytest.fixture
def index() -> Iterator[Index]:
    index = Index()
    index.projects.create("demo", index.accounts.add("owner"))
    yield index
    index.close()


def judged(index: Index, folder: Path, attestation: dict[str, Any]) -> str | None:
    """Return what the rules say of an upload by a trusted publisher with that attestation."""
    upload = upload_of(
        Example(FILE, form={"attestations": json.dumps([attestation])}, sender="publisher"), index, folder
    )
    rejection = RuleSet(ATTESTATION).judge(upload, index).rejection
    return None if rejection is None else rejection.message


def statement(name: str = FILE.filename, sha256: str = FILE.sha256) -> bytes:
    claims = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": name, "digest": {"sha256": sha256}}],
        "predicateType": "https://docs.pypi.org/attestations/publish/v1",
        "predicate": None,
    }
    return json.dumps(claims).encode()


def log_entry() -> dict[str, Any]:
    """What a transparency log would say, in form."""
    nothing = b64encode(bytes(32)).decode()
    proof = {
        "logIndex": "0",
        "rootHash": nothing,
        "treeSize": "1",
        "hashes": [],
        "checkpoint": {"envelope": "log\n1\n"},
    }
    return {
        "logIndex": "0",
        "logId": {"keyId": nothing},
        "kindVersion": {"kind": "dsse", "version": "0.0.1"},
        "integratedTime": str(int(datetime.now(timezone.utc).timestamp())),
        "inclusionPromise": {"signedEntryTimestamp": nothing},
        "inclusionProof": proof,
        "canonicalizedBody": b64encode(b"{}").decode(),
    }


def signed_by_nobody_known() -> dict[str, Any]:
    """An attestation as it should be, but for the certificate: its own key signed that, no authority."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(timezone.utc)
    nobody = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "nobody")])
    builder = x509.CertificateBuilder(nobody, x509.Name([]), key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now).not_valid_after(now + timedelta(minutes=10))
    place = x509.UniformResourceIdentifier("https://github.com/octo/demo/.github/workflows/release.yml@refs/tags/v1")
    certificate = builder.add_extension(x509.SubjectAlternativeName([place]), critical=True).sign(key, hashes.SHA256())
    payload = statement()
    kind = b"application/vnd.in-toto+json"
    envelope = b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
    return {
        "version": 1,
        "verification_material": {
            "certificate": b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode(),
            "transparency_entries": [log_entry()],
        },
        "envelope": {
            "statement": b64encode(payload).decode(),
            "signature": b64encode(key.sign(envelope, ec.ECDSA(hashes.SHA256()))).decode(),
        },
    }


@with_library
def test_an_unknown_signature_is_rejected_if_signatures_are_required(index: Index, tmp_path: Path) -> None:
    attestation = signed_by_nobody_known()
    assert judged(index, tmp_path, attestation) is None
    index.verify_attestations = True
    result = judged(index, tmp_path, attestation)
    assert result is not None
    assert result.startswith(HEAD)


@with_library
def test_a_statement_that_was_changed_after_signing_is_rejected(index: Index, tmp_path: Path) -> None:
    index.verify_attestations = True
    attestation = signed_by_nobody_known()
    attestation["envelope"]["signature"] = b64encode(b"another").decode()
    result = judged(index, tmp_path, attestation)
    assert result is not None
    assert result.startswith("Invalid attestations supplied during upload: ")
