"""uv's own tests of `uv publish` in CI jobs, most of them with trusted publishing, as facts: see `uv_cases`."""

from __future__ import annotations

from typing import Any

from tests.e2e.uv_cases import (
    ALSO_FAILED,
    ALWAYS,
    APP,
    BROKEN_A,
    BROKEN_Z,
    BURN_FAILS,
    CHECKED,
    DIST_APP,
    DIST_OK,
    EXCHANGE,
    FILE_EXISTS,
    NETRC,
    NO_PASSWORDS,
    NO_PERMISSION,
    NOT_NORMALIZED,
    NOT_REVOKED,
    OK,
    OTHER_SPELLING,
    SKIPPED,
    STORE,
    STORED,
    TO_INDEX,
    Case,
    Run,
    checking,
    publishing,
    rejected,
    unreadable,
    uploading,
)


def trusted(*requests: str, files: tuple[str, ...] = (DIST_OK,), stderr: tuple[str, ...], **other: Any) -> Run:
    """Return a run of a job that exchanges its identity token, and revokes the API token at the end."""
    requests = (*EXCHANGE, *requests, "burn")
    return Run((*other.pop("arguments", ALWAYS), *files), stderr, requests=requests, **other)


JOB_CASES = {
    "mixed_credentials": Case(
        (
            Run(
                ("--username", "ferris", "--password", "ZmVycmlz", *ALWAYS, DIST_OK),
                (publishing(1), "error: a username and a password are not allowed when using trusted publishing"),
                exit_code=2,
            ),
        ),
        index="testpypi",
        ci="github",
    ),
    "missing_trusted_publishing_permission": Case(
        (
            Run(
                (*ALWAYS, DIST_OK),
                (publishing(1), "error: Failed to obtain token for trusted publishing", *NO_PERMISSION),
                exit_code=2,
                requests=("audience",),
            ),
        ),
        index="testpypi",
        ci="github",
    ),
    "no_credentials": Case(
        (
            Run(
                (*TO_INDEX, DIST_OK),
                (
                    publishing(1),
                    *uploading(OK),
                    *ALSO_FAILED,
                    *rejected("Failed to send POST request", "Missing credentials for: {url}"),
                ),
                exit_code=2,
                requests=("audience",),
            ),
        ),
        ci="github",
    ),
    "trusted_publishing_falls_back_to_netrc": Case(
        (
            Run(
                (*TO_INDEX, DIST_OK),
                (publishing(1), *uploading(OK)),
                requests=("audience", "upload"),
                variables=NETRC,
            ),
        ),
        ci="github",
        files={".netrc": "machine upload.pypi.org login __token__ password {token}"},
    ),
    "trusted_publishing_falls_back_to_credential_store": Case(
        (
            Run(
                (*TO_INDEX, DIST_OK),
                (publishing(1), *uploading(OK)),
                requests=("audience", "upload"),
                variables=STORE,
            ),
        ),
        ci="github",
        files={"credentials.toml": STORED},
    ),
    "trusted_publishing_fallback_credentials_rejected": Case(
        (
            Run(
                (*TO_INDEX, DIST_OK),
                (publishing(1), *uploading(OK), *ALSO_FAILED, *rejected(NO_PASSWORDS)),
                exit_code=2,
                requests=("audience", "upload"),
                variables=NETRC,
            ),
        ),
        ci="github",
        files={".netrc": "machine upload.pypi.org login user password secret"},
    ),
    "trusted_publishing_failure_during_dry_run": Case(
        (
            Run(
                ("--dry-run", *TO_INDEX, DIST_OK),
                (checking(1), f"Checking {OK} ([SIZE])"),
                requests=("audience",),
            ),
        ),
        ci="github",
    ),
    "trusted_publishing_failure_after_successful_upload": Case(
        (
            Run(
                (*TO_INDEX, DIST_OK, BROKEN_Z),
                (publishing(2), *uploading(OK), f"Hashing {BROKEN_Z} ([SIZE])", *unreadable(BROKEN_Z)),
                exit_code=2,
                requests=("audience", "upload"),
                variables=STORE,
            ),
        ),
        ci="github",
        files={"credentials.toml": STORED, BROKEN_Z: ""},
    ),
    "gitlab_trusted_publishing_pypi_id_token": Case(
        (
            trusted(
                "upload",
                "upload",
                arguments=TO_INDEX,
                files=(DIST_OK, DIST_APP),
                stderr=(publishing(2), *uploading(APP, OK)),
            ),
        ),
        ci="gitlab",
        without=("TESTPYPI_ID_TOKEN",),
    ),
    "gitlab_trusted_publishing_testpypi_id_token": Case(
        (trusted("upload", stderr=(publishing(1), *uploading(OK))),),
        index="testpypi",
        ci="gitlab",
        without=("PYPI_ID_TOKEN",),
    ),
    "trusted_publishing_burn_failure": Case(
        (
            trusted("upload", stderr=(publishing(1), *uploading(OK), NOT_REVOKED), fault=BURN_FAILS, tokens=1),
            trusted(
                "upload",
                stderr=(publishing(1), *uploading(OK), NOT_REVOKED, *rejected(FILE_EXISTS)),
                exit_code=2,
                fault=BURN_FAILS,
                present="changed",
                tokens=2,
            ),
        ),
        ci="gitlab",
    ),
    "trusted_publishing_burn_after_prepare_failure": Case(
        (
            trusted(
                files=(BROKEN_A,),
                stderr=(publishing(1), f"Hashing {BROKEN_A} ([SIZE])", *unreadable(BROKEN_A)),
                exit_code=2,
            ),
            trusted(
                "upload",
                files=(DIST_OK, BROKEN_Z),
                stderr=(publishing(2), *uploading(OK), f"Hashing {BROKEN_Z} ([SIZE])", *unreadable(BROKEN_Z)),
                exit_code=2,
            ),
        ),
        ci="gitlab",
        files={BROKEN_A: "", BROKEN_Z: ""},
    ),
    "trusted_publishing_dry_run": Case(
        (
            trusted(
                arguments=("--dry-run", *ALWAYS),
                stderr=(checking(1), f"Checking {OK} ([SIZE])"),
            ),
            trusted(
                arguments=("--dry-run", *ALWAYS),
                files=(BROKEN_A,),
                stderr=(
                    checking(1),
                    f"Checking {BROKEN_A} ([SIZE])",
                    *unreadable(BROKEN_A),
                    "Found issues with 1 file",
                ),
                exit_code=1,
            ),
        ),
        ci="gitlab",
        files={BROKEN_A: ""},
    ),
    "trusted_publishing_all_skipped": Case(
        (
            trusted(
                "page",
                arguments=(*ALWAYS, *CHECKED),
                files=(DIST_OK, f"{OK}.publish.attestation", OTHER_SPELLING),
                stderr=(publishing(2), SKIPPED, NOT_NORMALIZED.format(OTHER_SPELLING, "ok-1.1.0-py3-none-any.whl")),
                present="same",
            ),
        ),
        ci="gitlab",
        files={OTHER_SPELLING: "", f"{OK}.publish.attestation": "not JSON"},
    ),
    "trusted_publishing_does_not_burn_explicit_token": Case(
        (
            Run(
                ("--token", "{token}", *TO_INDEX, DIST_OK),
                (publishing(1), *uploading(OK)),
                requests=("upload",),
            ),
        ),
        ci="gitlab",
    ),
}
