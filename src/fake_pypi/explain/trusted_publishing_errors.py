"""Known errors of jobs that use trusted publishing or attestations."""

from __future__ import annotations

from fake_pypi.explain.known_client_errors import KnownClientError

TRUSTED_PUBLISHING_ERRORS: tuple[KnownClientError, ...] = (
    KnownClientError(
        "no-id-token",
        (
            r"ACTIONS_ID_TOKEN_REQUEST_(?:TOKEN|URL)\b[^\n]*",
            r"OpenID[ ]Connect[ ]token[ ]retrieval[ ]failed[^\n]*",
            r"is[ ]the[ ]`?id-token:[ ]write`?[ ]permission[ ]missing[^\n]*",
            r"Unable[ ]to[ ]retrieve[ ]an[ ]OIDC[ ]token[ ]from[ ]the[ ]CI[ ]platform[^\n]*",
        ),
        "The job is not permitted to request an identity token, which PyPI needs.",
        "Give the job `permissions: id-token: write` (on GitLab: `id_tokens:` with the audience `pypi`). A pull "
        "request from a fork never gets one.",
    ),
    KnownClientError(
        "no-trusted-publishing-here",
        (
            r"This[ ]environment[ ]is[ ]not[ ]supported[ ]for[ ]trusted[ ]publishing",
            r"does[ ]not[ ]indicate[ ]trusted[ ]publishing[ ]support",
            r"has[ ]trusted[ ]publishing[ ]disabled",
        ),
        "Trusted publishing needs a job of a CI service that PyPI supports, and an index that supports it (PyPI and "
        "TestPyPI do). This is another machine or another index.",
        "Run the upload in such a job, check the address of the index, or upload with an API token.",
    ),
    KnownClientError(
        "token-exchange-unavailable",
        (
            r"the[ ]index[ ]produced[ ]an[ ]unexpected[ ]\d{3}[ ]response",
            r"audience[ ]retrieval[ ]failed:[^\n]*responded[ ]with[ ]unexpected[ ]\d{3}[^\n]*",
            r"the[ ]index[ ]gave[ ]us[ ]an[ ]invalid[ ]response",
            r"Token[ ]response[ ]error:[^\n]*",
        ),
        "PyPI failed when the job requested a token, whatever the publisher, the workflow and the files are. Nothing "
        "was uploaded.",
        "Look at https://status.python.org, and start the job again in some minutes.",
    ),
    KnownClientError(
        "attestation-already-there",
        (r"already[ ]has[ ]a[ ]publish[ ]attestation\b[^\n]*",),
        "The publishing action signs each file once, but the file has a signature already: an earlier step of the same "
        "job, usually that for TestPyPI, made it.",
        "Publish to TestPyPI and to PyPI in two jobs, or set `attestations: false` for one of the two.",
    ),
    KnownClientError(
        "attestation-file-missing",
        (r"Upload[ ]with[ ]attestations[ ]requested,[ ]but[^\n]*(?:\n[^\n]*)?no[ ]associated[ ]attestations",),
        "twine was called with --attestations, and a file has no NAME.publish.attestation. The publishing action signs "
        "*.whl and *.tar.gz, not .zip.",
        "Build the sdist as .tar.gz, sign every file, or remove --attestations (`attestations: false`).",
    ),
    KnownClientError(
        "attestation-not-made",
        (
            r"Attestation[ ]generation[ ]failure:(?![\s\S]{0,300}already[ ]has[ ]a)[^\n]*",
            r"Failed[ ]to[ ]refresh[ ]TUF[ ]metadata[^\n]*",
            r"Failed[ ]to[ ]sign:[^\n]*",
        ),
        "The files could not be signed, which needs Sigstore's servers and the job's identity. Nothing was uploaded.",
        "Start the job again in some minutes; if it fails again, publish without signatures: `attestations: false`.",
    ),
)
