"""Mistakes that guides teach, and that stop an upload before PyPI is asked, or make it say something else.

Each is a value of the same grammar as a rule: id, what it looks like, why it fails, what to do. Those that are
`vague` are headings under which guides file errors: they are told only when nothing more exact was found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Mistake:
    """One mistake. `matches` are regular expressions, for lines of a command, a file or an output.

    >>> MISTAKES[0].seen_in("$ twine upload --dry-run dist/*")
    'twine upload --dry-run'
    """

    id: str
    matches: tuple[str, ...]
    why: str
    do: str
    vague: bool = False

    @cached_property
    def _patterns(self) -> list[re.Pattern[str]]:
        return [re.compile(each, re.IGNORECASE | re.MULTILINE | re.VERBOSE) for each in self.matches]

    def seen_in(self, text: str) -> str:
        """Return the words that show the mistake, on one line; "" if there are none."""
        for written in (text, WRAPPED.sub(" ", text)):
            found = next((match for each in self._patterns if (match := each.search(written))), None)
            if found:
                return " ".join(found.group().split())
        return ""


WRAPPED = re.compile(r"[^\S\n]*\n {6,}")
"""Where a tool breaks a long line and goes on in a column of its own, as twine does."""
NOT_A_VERSION = r"\d+(?:\.\d+)+-(?!(?:a|alpha|b|beta|c|rc|pre|preview|post|rev|r|dev)[-_.]?\d*\b)[a-z]+(?:\.\d+)*"
"""A release number with a word behind it that Python's version numbers do not know, as 0.1.0-test.1."""
SPACES = r"[^\S\n]*"
NAME_OF_SOMEBODY = r"""['\"]?(?!_{2}token_{2}|\$|['\"\s<{])[^\s'\"]+"""
SECRETS = (
    "TWINE_PASSWORD",
    "UV_PUBLISH_TOKEN",
    "HATCH_INDEX_AUTH",
    "FLIT_PASSWORD",
    "MATURIN_PYPI_TOKEN",
    "POETRY_PYPI_TOKEN_PYPI",
    "PYPI_API_TOKEN",
    "PYPI_TOKEN",
    "INPUT_PASSWORD",
    "password",
)
"""Under which names tools and workflows look for a token."""

MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        "no-dry-run",
        (r"\btwine\b[^\n]*?--dry-?run\b", r"^\s*--dry-?run\b", r"unrecognized[ ]arguments:[^\n]*--dry-?run\b"),
        "twine has no --dry-run, and PyPI has no way to ask whether it would take a file.",
        "Run `fake-pypi check dist/*`, or rehearse the upload: `fake-pypi run -- twine upload dist/*`.",
    ),
    Mistake(
        "no-yank-option",
        (
            r"\btwine\b[^\n]*?[ ](?:--)?yank\b",
            r"^\s*--yank\b",
            r"unrecognized[ ]arguments:[^\n]*--yank\b",
            r"choice:[ ]'yank'",
        ),
        "No publishing tool can yank: PyPI has no API for it, only the release's page.",
        "Log in, open the project's releases, and choose Yank there. Here: `fake-pypi yank NAME VERSION`.",
    ),
    Mistake(
        "no-test-variables",
        (r"\bTWINE_TEST_?(?:PYPI_)?(?:USERNAME|PASSWORD)\b", r"\bTWINE_TESTPYPI_(?:USERNAME|PASSWORD)\b"),
        "twine reads TWINE_USERNAME and TWINE_PASSWORD, whatever the repository is; a variable of this name is "
        "never looked at.",
        "Set TWINE_USERNAME=__token__ and TWINE_PASSWORD to the TestPyPI token for that one command.",
    ),
    Mistake(
        "check-asks-nobody",
        (r"\btwine[ ]check\b[^\n]*?--repository\S*", r"twine[ ]check:[ ]error:[ ]unrecognized[ ]arguments[^\n]*"),
        "`twine check` looks at the readme of local files only; it knows no repository and asks none.",
        "Leave the option out. `fake-pypi check dist/*` looks at everything else that PyPI looks at.",
    ),
    Mistake(
        "comment-behind-password",
        (r"^\s*password\s*[=:][^\S\n]*(?!\$)\S+[^\S\n]+[\#;][^\n]*", r"\binline[ ]comment\b[^\n]*\.pypirc\b"),
        "In .pypirc a comment needs a line of its own: behind a value it becomes part of the password, and PyPI "
        "does not know that token.",
        "Put the comment on a line of its own, above the password.",
    ),
    Mistake(
        "token-of-the-other-index",
        (
            r"\[pypi\](?:(?!^\s*\[)[\s\S])*?password\s*[=:][^\n]*TEST_?PYPI[^\n]*",
            r"TWINE_PASSWORD\s*[=:][^\n]*TEST_?PYPI[^\n]*(?![\s\S]*(?:testpypi|test\.pypi\.org)\b)",
            r"test-?pypi(?:\.org)?[ ]token[ ](?:on|for|with|at|against)[ ](?:the[ ]real[ ])?pypi\b",
            r"(?:^|[ ])pypi[ ]token[ ](?:on|for|with|at|against)[ ]test-?pypi\b",
        ),
        "PyPI and TestPyPI share nothing: each knows only the accounts and tokens that were made there.",
        "Make a token on the index that you upload to; `--repository testpypi` goes with TestPyPI's.",
    ),
    Mistake(
        "user-name-is-not-token",
        (
            rf"^{SPACES}(?:export[ ]|-[ ])?(?:TWINE_USERNAME|username|user){SPACES}[=:]{SPACES}{NAME_OF_SOMEBODY}",
            r"\btwine\b[^\n]*?[ ](?:-u|--username)[ =](?!['\"]?_{2}token_{2}|['\"]?\$)\S+",
        ),
        "With a token the user name is always __token__, for everybody; your own name makes PyPI take the token "
        "for a password.",
        "Set the user name to __token__, with two underscores on each side.",
    ),
    Mistake(
        "no-secret",
        (
            rf"^{SPACES}(?:{'|'.join(SECRETS)}){SPACES}[=:]{SPACES}(?:''|\"\")?{SPACES}$",
            r"Missing[ ]credentials[ ]for:?[^\n]*",
            r"NonInteractive:[^\n]*",
            r"Credential[ ]not[ ]found[ ]for[ ][^\n]*",
            r"Enter[ ]your[ ](?:API[ ]token|username|password):[^\n]*",
            r"your[ ]token[ ]value[ ]does[ ]not[ ]start[ ]with[^\n]*",
            r"secret[ ][^\n]*[ ]is[ ](?:empty|not[ ]set|missing)",
        ),
        "The secret is empty or not there: CI puts an empty text in place of a secret that it does not have, or "
        "keeps from a fork, a Dependabot run or another environment.",
        "Look for a misspelt name, and whether the job names the environment that holds the secret. Better: use "
        "a trusted publisher, which needs none.",
    ),
    Mistake(
        "not-a-version",
        (
            rf"\bversion\s*[=:]\s*['\"]?v?{NOT_A_VERSION}",
            r"Invalid[ ]version:?[ ]*['\"`]?\d\S*",
            r"project\.version`?[ ]must[ ]be[ ]pep440",
            r"Version[ ]number[ ]\S+[ ]does[ ]not[ ]match[ ]PEP[ ]440[ ]rules",
            r"invalid[ ]PEP[ ]440[ ]version[ ]string[^\n]*",
            rf"^\s*v?{NOT_A_VERSION}\s*$",
            rf"\bv?{NOT_A_VERSION}(?=['\"]?[ ]is[ ](?:no|not|none|invalid))",
        ),
        "This is no version number of Python's: 1.0a1, 1.0b1, 1.0rc1, 1.0.post1 and 1.0.dev1 are (PEP 440).",
        "Write 0.1.0.dev1 or 0.1.0rc1 instead of 0.1.0-test.1.",
    ),
    Mistake(
        "no-publisher-matches",
        (r"invalid-publisher\b[^\n]*", r"invalid-pending-publisher\b[^\n]*"),
        "The token of the CI job is genuine, but no trusted publisher of the project has this owner, repository, "
        "workflow file and environment.",
        "Compare the claims that are printed below the error with the project's publishing page, one by one; the "
        "workflow is named by its file alone, as release.yml.",
    ),
    Mistake(
        "no-id-token",
        (r"ACTIONS_ID_TOKEN_REQUEST_TOKEN\b[^\n]*", r"OpenID[ ]Connect[ ]token[ ]retrieval[ ]failed[^\n]*"),
        "The job may not ask for an identity token, so there is nothing to show to PyPI.",
        "Give the job `permissions: id-token: write`; a pull request from a fork never gets one.",
    ),
    Mistake(
        "readme-lacks-a-type",
        (r"long_description_content_type[`'\"]?[ ]missing[^\n]*", r"long_description[`'\"]?[ ]missing[^\n]*"),
        "The metadata does not say in which language the readme is written, or there is none.",
        'Name the file in pyproject.toml: `readme = "README.md"`.',
    ),
    Mistake(
        "nothing-to-upload",
        (
            r"No[ ]files[ ]found[ ]to[ ]publish",
            r"Cannot[ ]find[ ]file[ ]\(or[ ]expand[ ]pattern\)[^\n]*",
            r"not[ ]a[ ]valid[ ]distribution[ ]filename[^\n]*",
            r"has[ ]a[ ]non-normalized[ ]filename[^\n]*",
            r"Unknown[ ]distribution[ ]format[^\n]*",
            r"Only[ ]files[ ]ending[ ]in[^\n]*are[ ]valid[ ]source[ ]distributions[^\n]*",
        ),
        "The tool found no file that it takes for a wheel or an sdist, so PyPI was not asked.",
        "Build first (`python -m build`), run it where dist/ is, and do not rename what was built.",
    ),
    Mistake(
        "file-unreadable",
        (
            r"zipfile\.(?:BadZipFile|LargeZipFile)[^\n]*",
            r"tarfile\.(?:ReadError|TarError)[^\n]*",
            r"Failed[ ]to[ ]read[ ]from[ ]zip[ ]file[^\n]*",
            r"Failed[ ]to[ ]decode[ ]source[ ]distribution[^\n]*",
            r"cause:[ ]Failed[ ]to[ ]read[ ]metadata[^\n]*",
            r"cause:[ ]No[ ]\S+[ ](?:file|directory)[ ]found",
            r"Can't[ ]mix[ ]absolute[ ]and[ ]relative[ ]paths",
        ),
        "The tool could not read the file that it was to upload, and stopped before PyPI was asked.",
        "Run `fake-pypi check` on the file to see what PyPI would say; empty dist/ and build again.",
    ),
    Mistake(
        "metadata-unreadable",
        (r"InvalidDistribution:[^\n]*(?:\n[^\n]+)?", r"Metadata[ ]is[ ]missing[ ]required[ ]fields[^\n]*"),
        "twine could not read the file's metadata: the file is broken, or newer than this twine understands.",
        "Run `fake-pypi check` on the file, and `python -m pip install --upgrade twine packaging`.",
        vague=True,
    ),
    Mistake(
        "too-many-projects-or-too-slow",
        (r"\b429[ ]Too[ ]Many[ ]Requests\b",),
        "PyPI asks this address to slow down.",
        "Wait an hour; do not retry in a loop.",
        vague=True,
    ),
    Mistake(
        "expired-token",
        (r"Invalid[ ]or[ ]expired[ ]token\b", r"\bexpired[ ]token\b"),
        "PyPI does not say it in these words. A token that is deleted, mistyped or of the other index gives "
        "`403 Invalid or non-existent authentication information` (`fake-pypi rules unknown-token`); one whose time "
        "is over `403 Invalid API Token` (`fake-pypi rules invalid-api-token`).",
        "Make a new token, paste it whole (it begins with pypi-), and use __token__ as the user name.",
        vague=True,
    ),
    Mistake(
        "project-not-there",
        (r"\bProject[ ](?:does[ ]not|doesn't)[ ]exist\b", r"\b404[ ](?:Client[ ]Error|Not[ ]Found)[^\n]*"),
        "The first upload makes the project, unless the token is for other projects, the address is wrong, or the "
        "name belongs to somebody else (`fake-pypi rules permission-denied`).",
        "Use an account-wide token for the first upload, and the address https://upload.pypi.org/legacy/.",
        vague=True,
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
        vague=True,
    ),
    Mistake(
        "two-factor-required",
        (r"\bTwo[ -]factor[ ]authentication[ ](?:is[ ])?(?:required|not[ ]enabled)\b", r"\b2FA[ ](?:is[ ])?required\b"),
        "PyPI takes uploads only from accounts with a second factor (`fake-pypi rules no-2fa`).",
        "Set up an authenticator application or a security key on the account's page, then make a token.",
        vague=True,
    ),
    Mistake(
        "forbidden",
        (r"\b403[ ](?:Forbidden|Client[ ]Error)\b", r"\bHTTP(?:[ ]status)?[ ]?Error:?[ ]403\b"),
        "The sender may not do this: an unknown or foreign token, a project that belongs to somebody else, or an "
        "account without verified address or second factor. The client kept PyPI's reason to itself.",
        "Run it again with --verbose (pdm and poetry: -vv) to see the reason, and give that to `fake-pypi explain`.",
        vague=True,
    ),
    Mistake(
        "bad-request",
        (r"\bHTTPError:[ ]400\b[^\n]*", r"\b400[ ](?:Bad[ ]Request|Client[ ]Error)\b", r"\bHTTP[ ]Error[ ]400\b"),
        "PyPI refused the file, and the client kept the reason to itself.",
        "Run `fake-pypi check` on the file; or upload again with --verbose (pdm: -vv) to see PyPI's words.",
        vague=True,
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
        vague=True,
    ),
)
