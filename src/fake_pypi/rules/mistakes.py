"""Mistakes that guides teach, and that stop an upload before PyPI is asked, or make it say something else.

Each is a value of the same grammar as a rule: id, what it looks like, why it fails, what to do.
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
            r"EOFError:[ ]EOF[ ]when[ ]reading[ ]a[ ]line",
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
        "wrong-address",
        (
            r"attempted[ ]to[ ]redirect[ ]to[ ]\S+",
            r"An[ ]upload[ ]was[ ]attempted[ ]to[ ]/legacy[ ]but[^\n]*",
            r"\b405[ ]Method[ ]Not[ ]Allowed\b",
            r"(?:from|to|url)[ ]['`]?https://(?:pypi\.org/(?:legacy|simple)|test\.pypi\.org/simple)\b/?",
        ),
        "This is not the address for uploads: it is that of a page, or of the index that pip reads, or it lacks the "
        "slash at its end.",
        "PyPI: https://upload.pypi.org/legacy/ (or no address at all). TestPyPI: https://test.pypi.org/legacy/.",
    ),
    Mistake(
        "no-registration",
        (r"Project[ ]pre-registration[ ]is[ ]no[ ]longer[^\n]*", r"\btwine[ ]register\b"),
        "Projects are not registered any more: the first upload makes them.",
        "Leave `twine register` (or `setup.py register`) out and upload.",
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
)
