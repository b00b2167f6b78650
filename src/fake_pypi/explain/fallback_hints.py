"""What can be said where neither a message of PyPI nor a known error was found: only a status, or no connection."""

from __future__ import annotations

from dataclasses import dataclass

from fake_pypi.explain.known_client_errors import KnownClientError


@dataclass(frozen=True)
class FallbackHint(KnownClientError):
    """A hint for output that says little. `rules` are those that may be behind it, `status` is that of all of them.

    With `rules_first` a rule is the usual reason; else the rules come behind the hint.
    """

    rules: tuple[str, ...] = ()
    status: int = 0
    rules_first: bool = False


OUTAGES = r"Bad[ ]Gateway|Service[ ](?:Temporarily[ ])?Unavailable|Gateway[ ]Time-?out|Backend[ ]\w+[ ]\w+"
FALLBACK_HINTS: tuple[FallbackHint, ...] = (
    FallbackHint(
        "metadata-unreadable",
        (r"InvalidDistribution:[^\n]*(?:\n[^\n]+)?", r"Metadata[ ]is[ ]missing[ ]required[ ]fields[^\n]*"),
        "twine could not read the file's metadata: it is in a newer format than this twine and its libraries "
        "understand (2.4 needs twine 6.1 and packaging 24.2, 2.3 needs pkginfo 1.10), or the file is broken. PyPI "
        "was not asked.",
        "`python -m pip install --upgrade twine packaging pkginfo` where the upload runs, in CI the publishing "
        "action's newest release; then `fake-pypi check` on the file.",
    ),
    FallbackHint(
        "too-many-requests",
        (
            r"\b429[ ](?:Client[ ]Error:[ ])?Too[ ]Many[ ]Requests\b",
            r"(?:status[ ](?:code[ ])?|HTTP[ ]Error[ ]|error:?[ ])429\b",
        ),
        "If the project exists already, the limit for new projects is not the reason: too many requests came from this "
        "address in a short time.",
        "Wait some minutes, and do not retry in a loop.",
        rules=("rate-limited",),
        rules_first=True,
    ),
    FallbackHint(
        "server-error",
        (
            r"\b500[ ](?:Server[ ]Error:[ ])?Internal[ ]Server[ ]Error\b",
            r"(?:status[ ](?:code[ ])?|HTTP[ ]Error[ ]|error:?[ ]|\()500\b[^\n]*",
            r"(?:^|:)[ ]*Internal[ ]Server[ ]Error\b",
        ),
        "PyPI itself failed, usually for some minutes, and whatever the file is.",
        "Look at https://status.python.org, and upload again with --skip-existing: some files may have arrived. If the "
        "same file fails each time, run `fake-pypi check` on it: it is one of those that PyPI cannot digest.",
        status=500,
    ),
    FallbackHint(
        "expired-token",
        (r"Invalid[ ]or[ ]expired[ ]token\b", r"\bexpired[ ]token\b"),
        "PyPI does not say it in these words. A token that is deleted, mistyped or of the other index gives "
        "`403 Invalid or non-existent authentication information` (`fake-pypi rules unknown-token`); one whose time "
        "is over `403 Invalid API Token` (`fake-pypi rules invalid-api-token`).",
        "Make a new token, paste it whole (it begins with pypi-), and use __token__ as the user name.",
    ),
    FallbackHint(
        "project-not-there",
        (
            r"\bProject[ ](?:does[ ]not|doesn't)[ ]exist\b",
            r"(?:status[ ](?:code[ ])?|error:?[ ]|HTTP[ ]Error[ ])404\b",
            r"\b404[ ](?:Client[ ]Error|Not[ ]Found)[^\n]*",
        ),
        "The first upload makes the project, unless the token is for other projects, the address is wrong, or the "
        "name belongs to somebody else (`fake-pypi rules permission-denied`).",
        "Use an account-wide token for the first upload, and the address https://upload.pypi.org/legacy/.",
    ),
    FallbackHint(
        "already-there",
        (
            r"\b(?:Package|Version|Release|File|Distribution)[ ]already[ ]exists\b",
            r"\b409[ ]Conflict\b",
            r"because[ ]it[ ]appears[ ]to[ ]already[ ]exist",
        ),
        "A file of this name is there, and PyPI never replaces a file (`fake-pypi rules duplicate-file`).",
        "Give the release a new version; `twine upload --skip-existing` passes over files that are there.",
    ),
    FallbackHint(
        "two-factor-required",
        (r"\bTwo[ -]factor[ ]authentication[ ](?:is[ ])?(?:required|not[ ]enabled)\b", r"\b2FA[ ](?:is[ ])?required\b"),
        "PyPI takes uploads only from accounts with a second factor (`fake-pypi rules no-2fa`).",
        "Set up an authenticator application or a security key on the account's page, then make a token.",
    ),
    FallbackHint(
        "email-not-verified",
        (r"\b(?:no|without)[ ]verified[ ](?:primary[ ])?e-?mail\b[^\n]*", r"e-?mail\b[^\n]*[ ]not[ ]verified\b"),
        "PyPI accepts uploads only from accounts whose primary e-mail address is verified.",
        "Log in, open the account settings, and verify the primary address; then upload the same files again.",
        rules=("unverified-email",),
        rules_first=True,
    ),
    FallbackHint(
        "forbidden",
        (
            r"\b40[13][ ](?:Forbidden|Unauthorized|Client[ ]Error)\b",
            r"(?:status[ ](?:code[ ])?|HTTP(?:[ ]status)?[ ]?Error:?[ ]|error:?[ ]|failed[ ]\()40[13]\b",
            r"Username[ ]and/or[ ]password[ ]are[ ](?:possibly[ ])?wrong",
        ),
        "The sender may not do this: a token that PyPI does not know (mistyped, deleted, or of the other index), a "
        "project that belongs to somebody else, or an account without verified address or second factor. No reason "
        "is printed.",
        "Run it again with --verbose (pdm and poetry: -vv) to see the reason, and give that to `fake-pypi explain`. "
        "With a token the user name is __token__, and the token is pasted whole (it begins with pypi-).",
    ),
    FallbackHint(
        "bad-request",
        (
            r"\bHTTPError:[ ]400\b[^\n]*",
            r"\b400[ ](?:Bad[ ]Request|Client[ ]Error)\b",
            r"(?:status[ ](?:code[ ])?|HTTP[ ]Error[ ]|error:?[ ]|failed[ ]\()400\b",
        ),
        "PyPI rejected the file or its metadata, and no reason is printed.",
        "Run `fake-pypi check` on the file; or upload again with --verbose (pdm: -vv) to see PyPI's message.",
    ),
    FallbackHint(
        "body-too-large",
        (r"\b413[ ](?:Client[ ]Error:[ ])?(?:Request[ ]Entity|Payload|Content)[ ]Too[ ]Large\b",),
        "The file is larger than the server accepts in one request.",
        "A file on PyPI may have 100 MB: leave out what users do not need, or ask for more at "
        "https://docs.pypi.org/project-management/storage-limits.",
        rules=("file-too-large",),
    ),
    FallbackHint(
        "no-input",
        (r"Enter[ ]your[ ](?:API[ ]token|username|password):?[^\n]*",),
        "The tool asks for the token, and nothing more is printed: it waits, or there was nobody to answer.",
        "Paste the token (it is not shown), or set TWINE_USERNAME=__token__ and TWINE_PASSWORD before.",
    ),
    FallbackHint(
        "no-connection",
        (
            r"\bConnectionError:[^\n]*",
            r"Failed[ ]to[ ]upload[ ]after[ ]\d+[ ]attempts",
            r"Max[ ]retries[ ]exceeded[^\n]*",
            r"(?:Failed[ ]to[ ]establish[ ]a[ ]new|Could[ ]not[ ]establish)[ ]connection[^\n]*",
            rf"\b50[234]:?[ ](?:Server[ ]Error:[ ])?(?:{OUTAGES})\b",
            r"(?:status[ ](?:code[ ])?|HTTP[ ]Error[ ]|error:?[ ]|failed[ ]\()50[234]\b",
            r"Package[ ]upload[ ]appears[ ]to[ ]have[ ]failed",
            r"https?://\S{0,80}(?:pypi|legacy)\S{0,80}:[ ](?:[^\n]*\b)?timed[ ]out\b",
            r"\b(?:Read|Write|Connect|Connection)[ ]?(?:Timeout|Error|Reset)(?:Error)?\b[^\n]*",
            r"\b(?:operation|request|connection|connect|read|write)(?:[ ]operation)?[ ](?:has[ ])?timed[ ]out\b",
            r"(?:Temporary[ ]failure[ ]in[ ]name[ ]resolution|NameResolutionError)[^\n]*",
            r"(?:getaddrinfo[ ]failed|dns[ ]error)[^\n]*",
            r"curl:[ ]\((?:5|6|7|28|35|52|55|56)\)[^\n]*",
            r"Failed[ ]to[ ]send[ ]POST[ ]request[^\n]*",
            r"Cannot[ ]connect[ ]to[ ]proxy[^\n]*",
        ),
        "PyPI was not reached, or did not answer in time: this says nothing about the file.",
        "Look at https://status.python.org, at proxy settings and at the address, then upload again with "
        "--skip-existing: some files may have arrived.",
    ),
)
