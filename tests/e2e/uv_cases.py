"""uv's own tests of `uv publish`, as facts: arguments, the state of the index, exit code and messages.

The names are those of the tests in crates/uv/tests/it/publish.rs of uv's sdist; exit codes and messages are those that
the tests expect. There, a mock server answers with what uv's authors know of PyPI; here, the fake answers by itself.
So three things differ: the address is that of PyPI or TestPyPI, credentials that the mock server accepts are a
token of the index, and a rejection has PyPI's own message.

In messages, `[SIZE]` is the size of a file and `[HASH]` a digest; paths are relative to the folder in which uv runs.
`{url}`, `{simple}`, `{host}` and `{token}` are those of the index, `{folder}` is the folder in which uv runs, and
`{redirecting}` an index on loopback that redirects each page to the same page of PyPI.

The cases are in `uv_upload_cases` and, in CI jobs, `uv_job_cases`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

UV = "uv 0.13.9"
"""The release whose tests these are."""
SUITE = "crates/uv/tests/it/publish.rs"

OK, APP = "ok-1.0.0-py3-none-any.whl", "basic_app-0.1.0-py3-none-any.whl"
PACKAGE, SDIST = "basic_package-0.1.0-py3-none-any.whl", "basic_package-0.1.0.tar.gz"
BROKEN_A, BROKEN_B, BROKEN_Z = (f"{name}-1.0.0-py3-none-any.whl" for name in "abz")
OTHER_SPELLING = "ok-1.01.0-py3-none-any.whl"

TO_INDEX = ("--publish-url", "{url}")
WITH_TOKEN = ("-u", "__token__", "-p", "{token}", *TO_INDEX)
CHECKED = ("--check-url", "{simple}")
ALWAYS = ("--trusted-publishing", "always", *TO_INDEX)


@dataclass(frozen=True)
class Run:
    """One run of `uv publish`. `requests` are those that the index receives, by the names of `ADDRESSES`.

    With `present` the file of `ok` is on the index before the run: "same" as the local one, or "changed" (the local one
    has other bytes). `fault` is part of uv's test. `tokens` is the number of tokens of trusted publishing on the index
    afterwards.
    """

    arguments: tuple[str, ...]
    stderr: tuple[str, ...]
    exit_code: int = 0
    requests: tuple[str, ...] = ()
    present: str = ""
    fault: str = ""
    tokens: int = 0
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """One of uv's tests. `files` are written before the runs; those without text are empty.

    `ci` is "gitlab" for a job that both projects trust, "github" for a job without the permission for an identity
    token. `without` are variables of the job that are removed. `fields_absent` are form fields that no upload has.
    """

    runs: tuple[Run, ...]
    index: str = "pypi"
    ci: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    fields_absent: tuple[str, ...] = ()

    @property
    def addresses(self) -> set[str]:
        """The addresses of the index that the runs request."""
        return {request for run in self.runs for request in run.requests}


ADDRESSES = {
    "audience": ("GET", "/_/oidc/audience"),
    "mint": ("POST", "/_/oidc/mint-token"),
    "burn": ("POST", "/_/oidc/burn-token"),
    "upload": ("POST", "/legacy/"),
    "page": ("GET", "/simple/ok/"),
}


def publishing(number: int) -> str:
    """Return the first line of uv's output."""
    return f"Publishing {_files(number)} to {{url}}"


def checking(number: int) -> str:
    """Return the first line of the output of a dry run."""
    return f"Checking {_files(number)} against {{url}}"


def _files(number: int) -> str:
    return f"{number} file{'' if number == 1 else 's'}"


def uploading(*names: str) -> tuple[str, ...]:
    """Return the lines about files that are uploaded."""
    return tuple(f"{verb} {name} ([SIZE])" for name in names for verb in ("Hashing", "Uploading"))


def rejected(*causes: str, file: str = f"dist/{OK}") -> tuple[str, ...]:
    """Return the lines of an upload that failed."""
    return (f"error: Failed to publish `{file}` to `{{url}}`", *(f"  cause: {cause}" for cause in causes))


def unreadable(name: str) -> tuple[str, ...]:
    """Return the lines about an empty file that is named as a wheel."""
    causes = (
        "Failed to read metadata",
        "Failed to read from zip file",
        "unable to locate the end of central directory record",
    )
    return (f"error: Failed to publish: {name}", *(f"  cause: {cause}" for cause in causes))


def invalid_attestation(name: str) -> tuple[str, ...]:
    """Return the lines about an attestation that is the text "{"."""
    return (
        f"error: Failed to publish: dist/{name}",
        f"  cause: Invalid PEP 740 attestation (not JSON): {name}.publish.attestation",
        "  cause: EOF while parsing an object at line 1 column 1",
    )


NO_PERMISSION = (
    "  cause: Failed to obtain OIDC token: is the `id-token: write` permission missing?",
    "  cause: GitHub Actions detection error",
    "  cause: insufficient permissions: missing ACTIONS_ID_TOKEN_REQUEST_URL",
)
ALSO_FAILED = (
    "Note: Trusted publishing also failed. To use it, check the error below.",
    "error: Trusted publishing failed",
    *NO_PERMISSION,
)
FORBIDDEN = "Server returned status code 403 Forbidden. Server says: 403 "
NO_PASSWORDS = (
    f"{FORBIDDEN}Username/Password authentication is no longer supported. Migrate to API Tokens or Trusted Publishers "
    "instead. See https://{host}/help/#apitoken and https://{host}/help/#trusted-publishers"
)
UNKNOWN_TOKEN = (
    f"{FORBIDDEN}Invalid or non-existent authentication information. "
    "See https://{host}/help/#invalid-auth for more information."
)
FILE_EXISTS = (
    f"Server returned status code 400 Bad Request. Server says: 400 File already exists ('{OK}', with blake2_256 hash "
    "'[HASH]'). See https://{host}/help/#file-name-reuse for more information."
)
NOT_REVOKED = (
    "warning: Failed to invalidate trusted publishing token. It will expire naturally. "
    "Cause: Failed to fetch: https://upload.pypi.org/_/oidc/burn-token"
)
BURN_FAILS = "403 when path=/_/oidc/burn-token"
EXCHANGE = ("audience", "mint")
DIST_OK, DIST_APP = f"dist/{OK}", f"dist/{APP}"
NETRC = {"NETRC": "{folder}/.netrc"}
STORE = {"UV_CREDENTIALS_DIR": "{folder}"}
STORED = '[[credential]]\nservice = "https://upload.pypi.org"\nusername = "__token__"\npassword = "{token}"\n'
INDEX = (
    '[project]\nname = "ok"\nversion = "1.0.0"\n[[tool.uv.index]]\nname = "private-index"\n'
    'url = "{simple}"\npublish-url = "{url}"\n'
)
PRIVATE = (DIST_OK, "--index", "private-index", "--trusted-publishing", "never")
SKIPPED = f"File {OK} already exists, skipping"
NOT_NORMALIZED = "warning: `{}` has a non-normalized filename (expected `{}`), skipping"
DUBIOUS = "warning: Skipping file that looks like a distribution, but is not a valid distribution filename: "
SKIP_EXISTING = (
    "error: `uv publish` does not support `--skip-existing` because there is not a reliable way to identify when an "
    "upload fails due to an existing distribution. Instead, use `--check-url` to provide the URL to the simple API for "
    "your index. uv will check the index for existing distributions before attempting uploads."
)
ATTESTED = (DIST_APP, f"{APP}.publish.attestation", DIST_OK, f"{OK}.publish.attestation")

LEFT_OUT = {
    "check_keyring_behaviours": "a keyring decides, which is a package of uv's sources that is not in its sdist; "
    "the answer of the index is that of username_password_no_longer_supported",
    "index_username_used_for_keyring": "a keyring decides, which is a package of uv's sources that is not in its sdist",
    "invalid_index": "the command line decides: uv sends no request",
    "upload_error_problem_details": "PyPI has no answer of the type application/problem+json",
}
"""Tests of the same file that are not run, and why."""
