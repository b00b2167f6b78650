"""Headings under which guides file errors, and what tools print that keep PyPI's reason to themselves.

They say little, so they are told only where nothing more exact was found.
"""

from __future__ import annotations

from fake_pypi.rules.mistakes import Mistake

HEADINGS: tuple[Mistake, ...] = (
    Mistake(
        "metadata-unreadable",
        (r"InvalidDistribution:[^\n]*(?:\n[^\n]+)?", r"Metadata[ ]is[ ]missing[ ]required[ ]fields[^\n]*"),
        "twine could not read the file's metadata: the file is broken, or newer than this twine understands.",
        "Run `fake-pypi check` on the file, and `python -m pip install --upgrade twine packaging`.",
    ),
    Mistake(
        "too-many-projects-or-too-slow",
        (r"\b429[ ]Too[ ]Many[ ]Requests\b",),
        "PyPI asks this address to slow down.",
        "Wait an hour; do not retry in a loop.",
    ),
    Mistake(
        "expired-token",
        (r"Invalid[ ]or[ ]expired[ ]token\b", r"\bexpired[ ]token\b"),
        "PyPI does not say it in these words. A token that is deleted, mistyped or of the other index gives "
        "`403 Invalid or non-existent authentication information` (`fake-pypi rules unknown-token`); one whose time "
        "is over `403 Invalid API Token` (`fake-pypi rules invalid-api-token`).",
        "Make a new token, paste it whole (it begins with pypi-), and use __token__ as the user name.",
    ),
    Mistake(
        "project-not-there",
        (r"\bProject[ ](?:does[ ]not|doesn't)[ ]exist\b", r"\b404[ ](?:Client[ ]Error|Not[ ]Found)[^\n]*"),
        "The first upload makes the project, unless the token is for other projects, the address is wrong, or the "
        "name belongs to somebody else (`fake-pypi rules permission-denied`).",
        "Use an account-wide token for the first upload, and the address https://upload.pypi.org/legacy/.",
    ),
    Mistake(
        "already-there",
        (
            r"\b(?:Package|Version|Release|File|Distribution)[ ]already[ ]exists\b",
            r"\b409[ ]Conflict\b",
            r"because[ ]it[ ]appears[ ]to[ ]already[ ]exist",
        ),
        "A file of this name is there, and PyPI never replaces a file (`fake-pypi rules duplicate-file`).",
        "Give the release a new version; `twine upload --skip-existing` passes over files that are there.",
    ),
    Mistake(
        "two-factor-required",
        (r"\bTwo[ -]factor[ ]authentication[ ](?:is[ ])?(?:required|not[ ]enabled)\b", r"\b2FA[ ](?:is[ ])?required\b"),
        "PyPI takes uploads only from accounts with a second factor (`fake-pypi rules no-2fa`).",
        "Set up an authenticator application or a security key on the account's page, then make a token.",
    ),
    Mistake(
        "forbidden",
        (r"\b403[ ](?:Forbidden|Client[ ]Error)\b", r"\bHTTP(?:[ ]status)?[ ]?Error:?[ ]403\b"),
        "The sender may not do this: an unknown or foreign token, a project that belongs to somebody else, or an "
        "account without verified address or second factor. The client kept PyPI's reason to itself.",
        "Run it again with --verbose (pdm and poetry: -vv) to see the reason, and give that to `fake-pypi explain`.",
    ),
    Mistake(
        "bad-request",
        (r"\bHTTPError:[ ]400\b[^\n]*", r"\b400[ ](?:Bad[ ]Request|Client[ ]Error)\b", r"\bHTTP[ ]Error[ ]400\b"),
        "PyPI refused the file, and the client kept the reason to itself.",
        "Run `fake-pypi check` on the file; or upload again with --verbose (pdm: -vv) to see PyPI's words.",
    ),
    Mistake(
        "no-connection",
        (
            r"\bConnectionError:[^\n]*",
            r"Failed[ ]to[ ]upload[ ]after[ ]\d+[ ]attempts",
            r"Max[ ]retries[ ]exceeded[^\n]*",
            r"(?:Failed[ ]to[ ]establish[ ]a[ ]new|Could[ ]not[ ]establish)[ ]connection[^\n]*",
            r"\b50[234][ ](?:Bad[ ]Gateway|Service[ ](?:Temporarily[ ])?Unavailable|Gateway[ ]Time-?out)\b",
        ),
        "PyPI was not reached, or did not answer in time: this says nothing about the file.",
        "Look at https://status.python.org, at proxy settings and at the address, then upload again with "
        "--skip-existing: some files may have arrived.",
    ),
)
