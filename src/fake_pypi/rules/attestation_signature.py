"""Checks the signature of an attestation, with the library that PyPI itself uses (extra `attestations`)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from fake_pypi.errors import UsageError
from fake_pypi.index.trusted import KINDS

if TYPE_CHECKING:
    from fake_pypi.rules.upload import Upload


UNVERIFIED = "Could not verify the uploaded artifact using the included attestation: "
UNKNOWN = "Unknown error while trying to verify included attestations: "


def require_library() -> Literal[True]:
    """Return True if `pypi-attestations` can be imported; raise `UsageError` if not."""
    from importlib.util import find_spec

    if find_spec("pypi_attestations") is None:
        raise UsageError(
            "signatures of attestations cannot be checked without pypi-attestations",
            "pip install 'pytest-fake-pypi[attestations]'",
        )
    return True


def signature_problem(attestation: dict[str, Any], upload: Upload) -> str:
    """Return what is wrong with an attestation in the library's words and PyPI's, "" when it verifies.

    The trust root is the one that the library ships; no other machine is contacted.
    """
    require_library()
    import pypi_attestations as library

    publisher = upload.sender.publisher
    if publisher is None or upload.file is None:
        return ""
    facts = KINDS[publisher.kind].identity(publisher.facts) or {}
    model = getattr(library, f"{facts['kind']}Publisher")
    identity = model(**{name: value for name, value in facts.items() if name != "kind"})
    signed = library.Attestation.model_validate_json(json.dumps(attestation))
    file = library.Distribution(name=upload.filename, digest=upload.file.sha256)
    try:
        signed.verify(identity, file, offline=True)
    except library.VerificationError as error:
        return f"{UNVERIFIED}{error}"
    except Exception as error:  # noqa: BLE001 - PyPI reports any other exception as an unknown error
        return f"{UNKNOWN}{error}"
    return ""
