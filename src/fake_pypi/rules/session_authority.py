"""A signing authority that exists for one session: it signs attestations, and verifies those that it signed.

It stands in for Sigstore where a workflow is rehearsed. Its key is made in memory and its certificates are trusted by
the indexes of the session alone; no other machine is contacted, and no real index accepts what it signs.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate, Name

    from fake_pypi.rules.upload import Upload

PUBLISH = "https://docs.pypi.org/attestations/publish/v1"
PAYLOAD_TYPE = "application/vnd.in-toto+json"
LIFETIME = dt.timedelta(minutes=10)


class SessionAuthority:
    """Signs the files of CI jobs; `index.attestation_authority = SessionAuthority()` makes an index trust it."""

    @cached_property
    def _key(self) -> EllipticCurvePrivateKey:
        return _new_key()

    @cached_property
    def _certificate(self) -> Certificate:
        from cryptography import x509

        name = _name("fake-pypi session authority")
        constraints = x509.BasicConstraints(ca=True, path_length=0)
        builder = _builder(name, name, self._key, dt.timedelta(days=1)).add_extension(constraints, critical=True)
        certificate: Certificate = builder.sign(self._key, _sha256())
        return certificate

    def sign(self, file: Path, claims: dict[str, Any]) -> dict[str, Any]:
        """Return the attestation of a file by the job with these claims, as PEP 740 defines it."""
        from cryptography import x509
        from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
        from cryptography.hazmat.primitives.serialization import Encoding

        key = _new_key()
        workflow = x509.UniformResourceIdentifier(f"https://github.com/{claims['job_workflow_ref']}")
        builder = _builder(_name("job"), self._certificate.subject, key, LIFETIME)
        builder = builder.add_extension(x509.SubjectAlternativeName([workflow]), critical=True)
        certificate = builder.sign(self._key, _sha256())
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        statement = {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [{"name": file.name, "digest": {"sha256": digest}}],
            "predicateType": PUBLISH,
            "predicate": None,
        }
        payload = json.dumps(statement, separators=(",", ":")).encode()
        signature = key.sign(_encoded(payload), ECDSA(_sha256()))
        return {
            "version": 1,
            "verification_material": {
                "certificate": base64.b64encode(certificate.public_bytes(Encoding.DER)).decode(),
                "transparency_entries": [{"logId": "fake-pypi session"}],
            },
            "envelope": {
                "statement": base64.b64encode(payload).decode(),
                "signature": base64.b64encode(signature).decode(),
            },
        }

    def has_issued(self, attestation: dict[str, Any]) -> bool:
        """Return whether the certificate of an attestation is one of this authority."""
        certificate = _certificate_of(attestation)
        if certificate is None:
            return False
        try:
            certificate.verify_directly_issued_by(self._certificate)
        except Exception:  # noqa: BLE001 - the library raises several kinds for the certificates of others
            return False
        return True

    def problem(self, attestation: dict[str, Any], upload: Upload) -> str:
        """Return why the signature of an attestation that it has issued does not count; "" if it does."""
        from cryptography import x509
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey

        certificate, publisher = _certificate_of(attestation), upload.sender.publisher
        if certificate is None or publisher is None:
            return ""
        envelope = attestation["envelope"]
        payload, signature = (base64.b64decode(envelope[name]) for name in ("statement", "signature"))
        key = certificate.public_key()
        if not isinstance(key, EllipticCurvePublicKey):
            return "the certificate has no key of an elliptic curve"
        try:
            key.verify(signature, _encoded(payload), ECDSA(_sha256()))
        except InvalidSignature:
            return "Signature is invalid"
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        signed_by = names.get_values_for_type(x509.UniformResourceIdentifier)[0].partition("@")[0]
        facts = publisher.facts
        expected = (
            f"https://github.com/{facts.get('owner')}/{facts.get('repository')}/.github/workflows/"
            f"{facts.get('workflow')}"
        )
        return "" if signed_by == expected else f"Certificate's identity {signed_by} is not that of {expected}"


def _certificate_of(attestation: dict[str, Any]) -> Certificate | None:
    from cryptography.x509 import load_der_x509_certificate

    try:
        return load_der_x509_certificate(base64.b64decode(attestation["verification_material"]["certificate"]))
    except (ValueError, KeyError, TypeError):
        return None


def _encoded(payload: bytes) -> bytes:
    """Return what is signed, as DSSE defines it."""
    kind = PAYLOAD_TYPE.encode()
    return b" ".join([b"DSSEv1", str(len(kind)).encode(), kind, str(len(payload)).encode(), payload])


def _builder(subject: Name, issuer: Name, key: EllipticCurvePrivateKey, lifetime: dt.timedelta) -> Any:
    from cryptography import x509

    now = dt.datetime.now(dt.timezone.utc)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(minutes=1))
        .not_valid_after(now + lifetime)
    )


def _name(text: str) -> Name:
    from cryptography import x509

    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


def _new_key() -> EllipticCurvePrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

    return generate_private_key(SECP256R1())


def _sha256() -> Any:
    from cryptography.hazmat.primitives.hashes import SHA256

    return SHA256()
