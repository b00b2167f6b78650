"""uv's own tests of `uv publish` outside of CI, as facts: see `uv_cases`."""

from __future__ import annotations

from tests.e2e.uv_cases import (
    APP,
    ATTESTED,
    BROKEN_A,
    BROKEN_B,
    CHECKED,
    DIST_APP,
    DIST_OK,
    DUBIOUS,
    FILE_EXISTS,
    INDEX,
    NO_PASSWORDS,
    NOT_NORMALIZED,
    OK,
    OTHER_SPELLING,
    PACKAGE,
    PRIVATE,
    SDIST,
    SKIP_EXISTING,
    SKIPPED,
    TO_INDEX,
    UNKNOWN_TOKEN,
    WITH_TOKEN,
    Case,
    Run,
    checking,
    invalid_attestation,
    publishing,
    rejected,
    unreadable,
    uploading,
)

UPLOAD_CASES = {
    "username_password_no_longer_supported": Case(
        (
            Run(
                ("-u", "dummy", "-p", "dummy", *TO_INDEX, DIST_OK),
                (publishing(1), *uploading(OK), *rejected(NO_PASSWORDS)),
                exit_code=2,
                requests=("upload",),
            ),
        ),
        index="testpypi",
    ),
    "invalid_token": Case(
        (
            Run(
                ("-u", "__token__", "-p", "dummy", *TO_INDEX, DIST_OK),
                (publishing(1), *uploading(OK), *rejected(UNKNOWN_TOKEN)),
                exit_code=2,
                requests=("upload",),
            ),
        ),
        index="testpypi",
    ),
    "skip_existing_redirect": Case(
        (Run(("--skip-existing", *TO_INDEX), (SKIP_EXISTING,), exit_code=2),), index="testpypi"
    ),
    "dubious_filenames": Case(
        (
            Run(
                ("-u", "dummy", "-p", "dummy", *TO_INDEX, "dubious/*"),
                (
                    f"{DUBIOUS}dubious/data.tar.gz",
                    f"{DUBIOUS}dubious/not-a-wheel.whl",
                    f"{DUBIOUS}dubious/not-sdist-1-2-3-asdf.zip",
                    "error: No files found to publish",
                ),
                exit_code=2,
            ),
        ),
        index="testpypi",
        files={f"dubious/{name}": "" for name in ("not-a-wheel.whl", "data.tar.gz", "not-sdist-1-2-3-asdf.zip")},
    ),
    "publish_wheels_before_sdist_in_filename_order": Case(
        (
            Run(
                (f"dist/{SDIST}", f"dist/{PACKAGE}", DIST_APP, *WITH_TOKEN),
                (publishing(3), *uploading(APP, PACKAGE, SDIST)),
                requests=("upload", "upload", "upload"),
            ),
        )
    ),
    "read_index_credential_env_vars_for_check_url": Case(
        (
            Run(
                PRIVATE,
                (
                    publishing(1),
                    *uploading(OK),
                    *rejected("Failed to send POST request", "Missing credentials for: {url}"),
                ),
                exit_code=2,
                requests=("page",),
            ),
            Run(
                PRIVATE,
                (publishing(1), SKIPPED),
                requests=("page",),
                present="same",
                variables={
                    "UV_INDEX_PRIVATE_INDEX_USERNAME": "__token__",
                    "UV_INDEX_PRIVATE_INDEX_PASSWORD": "{token}",
                },
            ),
        ),
        files={"pyproject.toml": INDEX},
    ),
    "check_url_missing_package_ignores_content_type": Case(
        (
            Run(
                (*WITH_TOKEN, *CHECKED, DIST_OK),
                (publishing(1), *uploading(OK)),
                requests=("page", "upload"),
            ),
        )
    ),
    "check_url_missing_package_follows_redirect": Case(
        (
            Run(
                (*WITH_TOKEN, "--check-url", "{redirecting}", DIST_OK),
                (publishing(1), *uploading(OK)),
                requests=("page", "upload"),
            ),
        )
    ),
    "upload_error_pypi_json": Case(
        (
            Run(
                (*WITH_TOKEN, DIST_OK),
                (publishing(1), *uploading(OK), *rejected(FILE_EXISTS)),
                exit_code=2,
                requests=("upload",),
                present="changed",
            ),
        )
    ),
    "dry_run_does_not_upload": Case(
        (
            Run(
                ("--dry-run", *TO_INDEX, "--token", "dummy", DIST_OK),
                (checking(1), f"Checking {OK} ([SIZE])"),
            ),
        )
    ),
    "dry_run_reports_all_errors": Case(
        (
            Run(
                ("--dry-run", *TO_INDEX, "--token", "dummy", BROKEN_A, BROKEN_B),
                (
                    checking(2),
                    f"Checking {BROKEN_A} ([SIZE])",
                    *unreadable(BROKEN_A),
                    f"Checking {BROKEN_B} ([SIZE])",
                    *unreadable(BROKEN_B),
                    "Found issues with 2 files",
                ),
                exit_code=1,
            ),
        ),
        index="testpypi",
        files={BROKEN_A: "", BROKEN_B: ""},
    ),
    "publish_invalid_attestations": Case(
        (
            Run(
                ("--token", "{token}", *TO_INDEX, *ATTESTED[:2]),
                (publishing(1), f"Hashing {APP} ([SIZE])", *invalid_attestation(APP)),
                exit_code=2,
            ),
            Run(
                ("--dry-run", "--token", "{token}", *TO_INDEX, *ATTESTED),
                (
                    checking(2),
                    f"Checking {APP} ([SIZE])",
                    *invalid_attestation(APP),
                    f"Checking {OK} ([SIZE])",
                    *invalid_attestation(OK),
                    "Found issues with 2 files",
                ),
                exit_code=1,
            ),
            Run(
                ("--no-attestations", "--token", "{token}", *TO_INDEX, *ATTESTED),
                (publishing(2), *uploading(APP, OK)),
                requests=("upload", "upload"),
            ),
        ),
        files={f"{name}.publish.attestation": "{" for name in (APP, OK)},
        fields_absent=("attestations",),
    ),
    "non_normalized_filename_skip": Case(
        (
            Run(
                ("-u", "dummy", "-p", "dummy", *TO_INDEX, OTHER_SPELLING, "ok-1.01.0.tar.gz"),
                (
                    publishing(2),
                    NOT_NORMALIZED.format(OTHER_SPELLING, "ok-1.1.0-py3-none-any.whl"),
                    NOT_NORMALIZED.format("ok-1.01.0.tar.gz", "ok-1.1.0.tar.gz"),
                ),
            ),
        ),
        index="testpypi",
        files={OTHER_SPELLING: "", "ok-1.01.0.tar.gz": ""},
    ),
}
