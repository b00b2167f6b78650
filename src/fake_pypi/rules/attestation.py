"""Attestations (PEP 740): signed statements about a file that a trusted publisher sends along with it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fake_pypi.index.trusted import KINDS
from fake_pypi.inspection.attestations import AttestationBundle, Statement
from fake_pypi.inspection.violations import validation_error
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.attestation_signature import UNKNOWN, UNVERIFIED, signature_problem
from fake_pypi.rules.dated_change import ATTESTATIONS
from fake_pypi.rules.message_sources import cases, warehouse
from fake_pypi.rules.rule_set import Example, Rejection, Rule

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.publishers import Publisher
    from fake_pypi.rules.upload import Upload

REJECTED = "Invalid attestations supplied during upload: "
MODEL = "list[Attestation]"
"""The name of the type of the field in pydantic's messages."""
PREDICATES = ("https://docs.pypi.org/attestations/publish/v1", "https://slsa.dev/provenance/v1")


def attestations_sent(upload: Upload, index: Index) -> str | None:
    """Return the text of the field; None if none was sent or the site ignores it."""
    return None if index.flags.enabled("disable-pep740") else upload.form.get("attestations")


def attestations_of(upload: Upload, index: Index) -> tuple[dict[str, Any], ...]:
    """Return the well-formed attestations of an upload by a trusted publisher, none for any other."""
    text = attestations_sent(upload, index)
    if text is None or upload.sender.publisher is None:
        return ()
    return AttestationBundle.of(text).attestations


def provenance_of(upload: Upload, index: Index) -> str | None:
    """Return the provenance that the index publishes for a file, as JSON; None without attestations."""
    attestations, publisher = attestations_of(upload, index), upload.sender.publisher
    if not attestations or publisher is None:
        return None
    bundle = {"publisher": identity_of(publisher), "attestations": attestations}
    return json.dumps({"version": 1, "attestation_bundles": [bundle]})


def identity_of(publisher: Publisher) -> dict[str, str | None] | None:
    """Return the publisher as provenance names it, None for a kind whose attestations PyPI does not support."""
    return KINDS[publisher.kind].identity(publisher.facts)


def _example(attestations: object, sender: str = "publisher") -> Example:
    def with_publisher(index: Index) -> None:
        index.projects.create("demo", index.accounts.get("owner") or index.accounts.add("owner"))

    text = attestations if isinstance(attestations, str) else json.dumps(attestations)
    return Example(wheel("demo"), form={"attestations": text}, sender=sender, prepare=with_publisher)


class AttestationsNeedPublisher(Rule):
    """The upload has attestations and an API token. PyPI accepts attestations from trusted publishers only.

    The workflow that signs must be the one that uploads, and an API token identifies no workflow.
    """

    id = "attestations-need-trusted-publishing"
    message_template = f"{REJECTED}Attestations are only supported when using Trusted Publishing"
    remedy = "Upload from a trusted publisher, or leave the attestations out."
    source = warehouse("attestations/services.py", "_extract_attestations_from_request")
    recorded = cases("oidc/attestations-with-user-token")
    since = "2024-11-14"
    dated_by = ATTESTATIONS

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        has_attestations = attestations_sent(upload, index) is not None
        return self.reject() if has_attestations and upload.sender.publisher is None else None

    def example(self) -> Example:
        return Example(wheel("demo"), form={"attestations": "[]"})


class AttestationsUnsupported(Rule):
    """This kind of trusted publisher has no identity that a signature can be verified with."""

    id = "attestations-unsupported-publisher"
    message_template = f"{REJECTED}Attestations are not currently supported with {{publisher}} publishers"
    remedy = "Leave the attestations out."
    source = warehouse("attestations/services.py", "_extract_attestations_from_request")
    since = "2024-11-14"
    dated_by = ATTESTATIONS

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        publisher = upload.sender.publisher
        if publisher is None or attestations_sent(upload, index) is None or identity_of(publisher):
            return None
        return self.reject(publisher=KINDS[publisher.kind].title)

    def example(self) -> Example:
        return _example("[]", sender="activestate-publisher")


class AttestationsMalformed(Rule):
    """The field `attestations` is not a JSON list of attestations.

    PyPI's message has several lines; the status line has the first.
    """

    id = "attestations-malformed"
    message_template = f"{REJECTED}Malformed attestations: {{problem}}"
    remedy = "Send what `pypi-attestations sign` or the publishing action wrote, unchanged."
    source = warehouse("attestations/services.py", "_extract_attestations_from_request")
    recorded = cases("attestations/object-not-list")
    since = "2024-11-14"
    dated_by = ATTESTATIONS

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        text = attestations_sent(upload, index)
        violations = () if text is None else AttestationBundle.of(text).violations
        return self.reject(problem=validation_error(violations, MODEL)) if violations else None

    def example(self) -> Example:
        return _example("null")


class AttestationsEmpty(Rule):
    """The list of attestations is empty. Without attestations the field must not be sent at all."""

    id = "attestations-empty"
    message_template = f"{REJECTED}Malformed attestations: an empty attestation set is not permitted"
    remedy = "Leave the field out."
    source = warehouse("attestations/services.py", "_extract_attestations_from_request")
    recorded = cases("attestations/bad-leaves-nothing")
    since = "2024-11-14"
    dated_by = ATTESTATIONS

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        text = attestations_sent(upload, index)
        return self.reject() if text is not None and AttestationBundle.of(text) == AttestationBundle() else None

    def example(self) -> Example:
        return _example("[]")


class AttestationsTooMany(Rule):
    """There are more attestations than kinds of claims that PyPI knows: one each of publish and provenance."""

    id = "attestations-too-many"
    message_template = f"{REJECTED}A maximum of 2 attestations per file are supported"
    remedy = "Send one attestation of each kind."
    source = warehouse("attestations/services.py", "_extract_attestations_from_request")
    recorded = cases("attestations/three")
    since = "2024-11-14"
    dated_by = ATTESTATIONS

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return self.reject() if len(attestations_of(upload, index)) > len(PREDICATES) else None

    def example(self) -> Example:
        material = {"certificate": "AAAA", "transparency_entries": [{}]}
        envelope = {"statement": "e30=", "signature": "AAAA"}
        return _example([{"version": 1, "verification_material": material, "envelope": envelope}] * 3)


class AttestationsNotOfThisFile(Rule):
    """An attestation is about another file: its subject's name or digest is not that of the upload.

    Or it makes a kind of claim that PyPI does not know. Signatures are verified only if the index is configured to do
    so and `pypi-attestations` is installed.
    """

    id = "attestations-do-not-verify"
    message_template = f"{REJECTED}{{problem}}"
    remedy = "Sign exactly the file that is uploaded, after its last change, in the workflow that uploads it."
    source = warehouse("attestations/services.py", "IntegrityService.parse_attestations")
    since = "2024-11-14"
    dated_by = ATTESTATIONS

    @property
    def messages(self) -> tuple[str, ...]:
        return tuple(f"{REJECTED}{start}{{problem}}" for start in (UNVERIFIED, UNKNOWN, ""))

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        if index.verify_attestations is False:
            return None
        for attestation in attestations_of(upload, index):
            problem = _signature_problem(attestation, upload, index)
            problem = problem or _mismatch(Statement.of(attestation), upload)
            if problem:
                return self.reject(problem=problem)
        return None

    def example(self) -> Example:
        return _example([_attestation("other-1.0-py3-none-any.whl", PREDICATES[0])])


class AttestationsOfSameKind(Rule):
    """Two attestations of one file make the same kind of claim."""

    id = "attestations-duplicate-predicate"
    message_template = (
        f"{REJECTED}Multiple attestations for the same file with the same predicate type ({{kind}}) are not supported"
    )
    remedy = "Send at most one publish attestation and one SLSA provenance."
    source = warehouse("attestations/services.py", "IntegrityService.parse_attestations")
    since = "2024-11-14"
    dated_by = ATTESTATIONS

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        if index.verify_attestations is False:
            return None
        kinds = [Statement.of(attestation).predicate for attestation in attestations_of(upload, index)]
        twice = next((kind for kind in kinds if kinds.count(kind) > 1), None)
        return self.reject(kind=twice) if twice is not None else None

    def example(self) -> Example:
        return _example([_attestation("demo-1.0-py3-none-any.whl", PREDICATES[0])] * 2)


def _signature_problem(attestation: dict[str, Any], upload: Upload, index: Index) -> str:
    """Return what is wrong with a signature, "" if it verifies or is not verified."""
    authority = index.attestation_authority
    if authority is not None and authority.has_issued(attestation):
        problem = authority.problem(attestation, upload)
        return f"{UNVERIFIED}{problem}" if problem else ""
    return signature_problem(attestation, upload) if index.verify_attestations else ""


def _mismatch(statement: Statement, upload: Upload) -> str:
    """Return why the statement is not about the file, in the words of PyPI's library; "" if it is."""
    if upload.file is None:
        return ""
    problem = statement.problem or _other_name(statement.subject, upload.filename)
    if not problem and statement.sha256 != upload.file.sha256:
        problem = "subject does not match distribution digest"
    if not problem and statement.predicate not in PREDICATES:
        problem = f"unknown attestation type: {statement.predicate}"
    return f"{UNVERIFIED}{problem}" if problem else ""


def _other_name(subject: str, sent: str) -> str:
    from packaging.utils import (
        InvalidSdistFilename,
        InvalidWheelFilename,
        parse_sdist_filename,
        parse_wheel_filename,
    )

    try:
        parse = parse_wheel_filename if subject.endswith(".whl") else parse_sdist_filename
        same = parse(subject) == parse(sent)
    except (InvalidWheelFilename, InvalidSdistFilename) as error:
        return f"invalid subject: {error}"
    return "" if same else f"subject does not match distribution name: {subject} != {sent}"


def _attestation(subject: str, predicate: str) -> dict[str, Any]:
    """Return an attestation about the example's wheel, with an invalid signature."""
    from base64 import b64encode

    about = [{"name": subject, "digest": {"sha256": wheel("demo").sha256}}]
    statement = {"_type": "https://in-toto.io/Statement/v1", "subject": about, "predicateType": predicate}
    return {
        "version": 1,
        "verification_material": {"certificate": "AAAA", "transparency_entries": [{}]},
        "envelope": {"statement": b64encode(json.dumps(statement).encode()).decode(), "signature": "AAAA"},
    }
