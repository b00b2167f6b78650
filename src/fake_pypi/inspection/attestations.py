"""The attestations of an upload as PEP 740 defines them: their form, and the statements in them."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fake_pypi.inspection.violations import Violation


@dataclass(frozen=True)
class Statement:
    """The statement of an attestation: the file that it is about and the kind of claim (in-toto Statement v1).

    `problem` is why it cannot be read, in the words of the library pypi-attestations; "" when it can be.
    """

    subject: str = ""
    sha256: str | None = None
    predicate: str = ""
    problem: str = ""

    @classmethod
    def of(cls, attestation: dict[str, Any]) -> Statement:
        """Read the statement in the envelope of an attestation; this never raises."""
        try:
            statement = json.loads(base64.b64decode(attestation["envelope"]["statement"]))
            subjects = statement["subject"]
            if len(subjects) != 1:
                return cls(problem="too many subjects in statement (must be exactly one)")
            name, digest = subjects[0]["name"], subjects[0]["digest"].get("sha256")
            return cls(
                str(name), digest, str(statement["predicateType"]), "" if name else "invalid subject: missing name"
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return cls(problem="invalid statement")


@dataclass(frozen=True)
class AttestationBundle:
    """The field `attestations` of a form: well-formed attestations, or the violations of their schema.

    >>> AttestationBundle.of("[]")
    AttestationBundle(attestations=(), violations=())
    """

    attestations: tuple[dict[str, Any], ...] = ()
    violations: tuple[Violation, ...] = ()

    @classmethod
    def of(cls, text: str) -> AttestationBundle:
        """Read the field's text."""
        from jiter import from_json

        try:
            value = from_json(text.encode("utf-8", "surrogatepass"))
        except ValueError as error:
            return cls(violations=(Violation(f"Invalid JSON: {error}", "json_invalid", text),))
        violations = tuple(_violations(value))
        if violations:
            return cls(violations=violations)
        return cls(tuple(_normalized(attestation) for attestation in value))


def _violations(value: Any) -> Iterator[Violation]:
    if not isinstance(value, list):
        yield Violation("Input should be a valid array", "list_type", value)
        return
    for number, each in enumerate(value):
        place = str(number)
        if not isinstance(each, dict):
            yield Violation("Input should be an object", "model_type", each, place)
            continue
        yield from _version(each, place)
        yield from _material(each, place)
        yield from _envelope(each, place)


def _version(attestation: dict[str, Any], place: str) -> Iterator[Violation]:
    if "version" not in attestation:
        yield Violation("Field required", "missing", attestation, f"{place}.version")
    elif attestation["version"] != 1:  # 1.0 and true are 1 as well
        yield Violation("Input should be 1", "literal_error", attestation["version"], f"{place}.version")


def _material(attestation: dict[str, Any], place: str) -> Iterator[Violation]:
    place = f"{place}.verification_material"
    material = attestation.get("verification_material", ...)
    yield from _not_an_object(material, attestation, place)
    if isinstance(material, dict):
        yield from _base64(material, "certificate", place)
        yield from _entries(material, f"{place}.transparency_entries")


def _envelope(attestation: dict[str, Any], place: str) -> Iterator[Violation]:
    place = f"{place}.envelope"
    envelope = attestation.get("envelope", ...)
    yield from _not_an_object(envelope, attestation, place)
    if isinstance(envelope, dict):
        yield from _base64(envelope, "statement", place)
        yield from _base64(envelope, "signature", place)


def _not_an_object(value: Any, parent: dict[str, Any], place: str) -> Iterator[Violation]:
    if value is ...:
        yield Violation("Field required", "missing", parent, place)
    elif not isinstance(value, dict):
        yield Violation("Input should be an object", "model_type", value, place)


def _entries(material: dict[str, Any], place: str) -> Iterator[Violation]:
    entries = material.get("transparency_entries", ...)
    if entries is ...:
        yield Violation("Field required", "missing", material, place)
    elif not isinstance(entries, list):
        yield Violation("Input should be a valid array", "list_type", entries, place)
    elif not entries:
        message = "List should have at least 1 item after validation, not 0"
        yield Violation(message, "too_short", entries, place)
    else:
        for number, entry in enumerate(entries):
            if not isinstance(entry, dict):
                yield Violation("Input should be an object", "dict_type", entry, f"{place}.{number}")


def _base64(parent: dict[str, Any], name: str, place: str) -> Iterator[Violation]:
    place = f"{place}.{name}"
    if name not in parent:
        yield Violation("Field required", "missing", parent, place)
    elif not isinstance(parent[name], str):
        yield Violation("Input should be a valid bytes", "bytes_type", parent[name], place)
    else:
        try:
            base64.b64decode(parent[name].encode())
        except binascii.Error as error:
            yield Violation(f"Base64 decoding error: '{error}'", "base64_decode", parent[name], place)


def _normalized(attestation: dict[str, Any]) -> dict[str, Any]:
    """Return an attestation as provenance shows it: the known fields, with base64 in its canonical form."""
    material, envelope = attestation["verification_material"], attestation["envelope"]
    return {
        "version": 1,
        "verification_material": {
            "certificate": _reencoded(material["certificate"]),
            "transparency_entries": material["transparency_entries"],
        },
        "envelope": {"statement": _reencoded(envelope["statement"]), "signature": _reencoded(envelope["signature"])},
    }


def _reencoded(text: str) -> str:
    return base64.b64encode(base64.b64decode(text.encode())).decode()
