"""Hints for output without a message of PyPI and without a known error: only a status, or no connection."""

from __future__ import annotations

from dataclasses import dataclass

from fake_pypi.explain.known_client_errors import KnownClientError
from fake_pypi.rules.account import UnverifiedEmail
from fake_pypi.rules.new_project import TooManyNewProjects
from fake_pypi.rules.size import FileTooLarge


@dataclass(frozen=True)
class FallbackHint(KnownClientError):
    """A hint for output that has no reason. Possible causes are the `rules`, or all rules with `status`.

    With `rules_first` the rules are listed before the hint, because one of them is the usual reason.
    """

    rules: tuple[str, ...] = ()
    status: int = 0
    rules_first: bool = False


OUTAGES = r"Bad[ ]Gateway|Service[ ](?:Temporarily[ ])?Unavailable|Gateway[ ]Time-?out|Backend[ ]\w+[ ]\w+"
FALLBACK_HINTS: tuple[FallbackHint, ...] = (
    FallbackHint(
        "metadata-unreadable",
        (r"InvalidDistribution:[^\n]*(?:\n[^\n]+)?", r"Metadata[ ]is[ ]missing[ ]required[ ]fields[^\n]*"),
        "twine could not read the file's metadata: its version is newer than this twine and its libraries "
        "support (2.4 needs twine 6.1 and packaging 24.2, 2.3 needs pkginfo 1.10), or the file is broken. "
        "Nothing was uploaded.",
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
        rules=(TooManyNewProjects.id,),
        rules_first=True,
    ),
    FallbackHint(
        "server-error",
        (
            r"\b500[ ](?:Server[ ]Error:[ ])?Internal[ ]Server[ ]Error\b",
            r"(?:status[ ](?:code[ ])?|HTTP[ ]Error[ ]|error:?[ ]|\()500\b[^\n]*",
            r"(?:^|:)[ ]*Internal[ ]Server[ ]Error\b",
        ),
        "PyPI itself failed, usually for some minutes and for every file.",
        "Look at https://status.python.org, and upload again with --skip-existing: some files may have arrived. If the "
        "same file fails each time, run `fake-pypi check` on it: some files make PyPI fail.",
        status=500,
    ),
    FallbackHint(
        "expired-token",
        (r"Invalid[ ]or[ ]expired[ ]token\b", r"\bexpired[ ]token\b"),
        "This is not a message of PyPI. A token that is deleted, mistyped or of the other index gives "
        "`403 Invalid or non-existent authentication information` (`fake-pypi rules unknown-token`); an expired one "
        "gives `403 Invalid API Token` (`fake-pypi rules invalid-api-token`).",
        "Create a new token, paste all of it (it begins with pypi-), and use __token__ as the user name.",
    ),
    FallbackHint(
        "project-not-there",
        (
            r"\bProject[ ](?:does[ ]not|doesn't)[ ]exist\b",
            r"(?:status[ ](?:code[ ])?|error:?[ ]|HTTP[ ]Error[ ])404\b",
            r"\b404[ ](?:Client[ ]Error|Not[ ]Found)[^\n]*",
        ),
        "The first upload creates the project, unless the token is for other projects, the address is wrong, or the "
        "name belongs to another user (`fake-pypi rules permission-denied`).",
        "Use an account-wide token for the first upload, and the address https://upload.pypi.org/legacy/.",
    ),
    FallbackHint(
        "already-there",
        (
            r"\b(?:Package|Version|Release|File|Distribution)[ ]already[ ]exists\b",
            r"\b409[ ]Conflict\b",
            r"because[ ]it[ ]appears[ ]to[ ]already[ ]exist",
        ),
        "A file of this name exists, and PyPI never replaces a file (`fake-pypi rules duplicate-file`).",
        "Give the release a new version; `twine upload --skip-existing` skips files that exist.",
    ),
    FallbackHint(
        "two-factor-required",
        (r"\bTwo[ -]factor[ ]authentication[ ](?:is[ ])?(?:required|not[ ]enabled)\b", r"\b2FA[ ](?:is[ ])?required\b"),
        "PyPI accepts uploads only from accounts with a second factor (`fake-pypi rules no-2fa`).",
        "Set up an authenticator application or a security key on the account's page, then create a token.",
    ),
    FallbackHint(
        "email-not-verified",
        (r"\b(?:no|without)[ ]verified[ ](?:primary[ ])?e-?mail\b[^\n]*", r"e-?mail\b[^\n]*[ ]not[ ]verified\b"),
        "PyPI accepts uploads only from accounts whose primary e-mail address is verified.",
        "Log in, open the account settings, and verify the primary address; then upload the same files again.",
        rules=(UnverifiedEmail.id,),
        rules_first=True,
    ),
    FallbackHint(
        "forbidden",
        (
            r"\b40[13][ ](?:Forbidden|Unauthorized|Client[ ]Error)\b",
            r"(?:status[ ](?:code[ ])?|HTTP(?:[ ]status)?[ ]?Error:?[ ]|error:?[ ]|failed[ ]\()40[13]\b",
            r"Username[ ]and/or[ ]password[ ]are[ ](?:possibly[ ])?wrong",
        ),
        "The upload is not permitted, and the output has no reason: the token is unknown to PyPI (mistyped, deleted, "
        "or of the other index), the project belongs to another user, or the account has no verified address or second "
        "factor.",
        "Run it again with --verbose (pdm and poetry: -vv) to see the reason, and pass that to `fake-pypi explain`. "
        "With a token the user name is __token__; paste all of the token (it begins with pypi-).",
    ),
    FallbackHint(
        "bad-request",
        (
            r"\bHTTPError:[ ]400\b[^\n]*",
            r"\b400[ ](?:Bad[ ]Request|Client[ ]Error)\b",
            r"(?:status[ ](?:code[ ])?|HTTP[ ]Error[ ]|error:?[ ]|failed[ ]\()400\b",
        ),
        "PyPI rejected the file or its metadata, and the output has no reason.",
        "Run `fake-pypi check` on the file; or upload again with --verbose (pdm: -vv) to see PyPI's message.",
    ),
    FallbackHint(
        "body-too-large",
        (r"\b413[ ](?:Client[ ]Error:[ ])?(?:Request[ ]Entity|Payload|Content)[ ]Too[ ]Large\b",),
        "The file is larger than the server accepts in one request.",
        "The limit of PyPI is 100 MB: leave out what users do not need, or request a higher limit at "
        "https://docs.pypi.org/project-management/storage-limits.",
        rules=(FileTooLarge.id,),
    ),
    FallbackHint(
        "no-input",
        (r"Enter[ ]your[ ](?:API[ ]token|username|password):?[^\n]*",),
        "The tool prompted for the token and got no input.",
        "Paste the token (it is not shown), or set TWINE_USERNAME=__token__ and TWINE_PASSWORD before the upload.",
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
        "PyPI was not reached or did not respond in time, so the file was not judged.",
        "Look at https://status.python.org, at proxy settings and at the address, then upload again with "
        "--skip-existing: some files may have arrived.",
    ),
)
