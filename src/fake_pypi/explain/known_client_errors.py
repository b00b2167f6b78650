"""Errors that arise before PyPI is asked, or that make it answer something else: wrong commands, settings, networks.

Each is a value of the same grammar as a rule: id, what it looks like, why it fails, what to do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from fake_pypi.explain.output_cleaning import CleanedOutput

BLANK = re.compile(r"\[ \](?![*+?{])")
LONGEST_BLANK = 220
LONGEST_REST = 400
"""Characters of white space between two words, and of the rest of a line; without limits, searching takes long."""


@dataclass(frozen=True)
class KnownClientError:
    """One known error. `matches` are regular expressions, in which `[ ]` stands for any white space.

    `leads_to` names the rules with which PyPI rejects an upload because of it: where one of them is found as well,
    this error comes before it, for it is the cause.

    >>> KNOWN_CLIENT_ERRORS[0].found_in(CleanedOutput("$ twine upload --dry-run dist/*"))
    'twine upload --dry-run'
    """

    id: str
    matches: tuple[str, ...]
    explanation: str
    remedy: str
    leads_to: tuple[str, ...] = ()

    @cached_property
    def _patterns(self) -> list[re.Pattern[str]]:
        flags = re.IGNORECASE | re.MULTILINE | re.VERBOSE
        return [re.compile(_bounded(each), flags) for each in self.matches]

    def found_in(self, output: CleanedOutput) -> str:
        """Return the words that show the error, on one line; "" if there are none."""
        for text in output.variants:
            found = next((match for each in self._patterns if (match := each.search(text))), None)
            if found:
                return " ".join(found.group().split())
        return ""


def _bounded(pattern: str) -> str:
    """Write out `[ ]`, and limit what a pattern may run over."""
    pattern = BLANK.sub(rf"\\s{{1,{LONGEST_BLANK}}}", pattern)
    return pattern.replace(r"[^\n]*", rf"[^\n]{{0,{LONGEST_REST}}}")


SUFFIX_OF_PEP_440 = r"(?:a|alpha|b|beta|c|rc|pre|preview|post|rev|r|dev)[-_.]?\d*\b"
NOT_A_VERSION = rf"\d{{1,20}}(?:\.\d{{1,20}}){{1,8}}-(?!{SUFFIX_OF_PEP_440})[a-z]+(?:\.\d+)*"
"""A release number with a word behind it that Python's version numbers do not know, as 0.1.0-test.1."""
BAD_TOKEN = ("no-identity", "unknown-token", "invalid-api-token")
RENDERING_ERROR = r"(?:\n[^\n]*PyPI\.)?(?:\n\s*line[ ]\d+:[^\n]*)?"
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

KNOWN_CLIENT_ERRORS: tuple[KnownClientError, ...] = (
    KnownClientError(
        "no-dry-run",
        (r"\btwine\b[^\n]*?--dry-?run\b", r"^\s*--dry-?run\b", r"unrecognized[ ]arguments:[^\n]*--dry-?run\b"),
        "twine has no --dry-run, and PyPI has no way to ask whether it would take a file.",
        "Run `fake-pypi check dist/*`, or rehearse the upload: `fake-pypi run -- twine upload dist/*`.",
    ),
    KnownClientError(
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
    KnownClientError(
        "no-test-variables",
        (r"\bTWINE_TEST_?(?:PYPI_)?(?:USERNAME|PASSWORD)\b", r"\bTWINE_TESTPYPI_(?:USERNAME|PASSWORD)\b"),
        "twine reads TWINE_USERNAME and TWINE_PASSWORD, whatever the repository is; a variable of this name is "
        "never looked at.",
        "Set TWINE_USERNAME=__token__ and TWINE_PASSWORD to the TestPyPI token for that one command.",
    ),
    KnownClientError(
        "check-asks-nobody",
        (r"\btwine[ ]check\b[^\n]*?--repository\S*", r"twine[ ]check:[ ]error:[ ]unrecognized[ ]arguments[^\n]*"),
        "`twine check` looks at the readme of local files only; it knows no repository and asks none.",
        "Leave the option out. `fake-pypi check dist/*` looks at everything else that PyPI looks at.",
    ),
    KnownClientError(
        "comment-behind-password",
        (r"^\s*password\s*[=:][^\S\n]*(?!\$)\S+[^\S\n]+[\#;][^\n]*", r"\binline[ ]comment\b[^\n]*\.pypirc\b"),
        "In .pypirc a comment needs a line of its own: behind a value it becomes part of the password, and PyPI "
        "does not know that token.",
        "Put the comment on a line of its own, above the password.",
        leads_to=BAD_TOKEN,
    ),
    KnownClientError(
        "token-of-the-other-index",
        (
            r"\[pypi\](?:(?!^[ ]*\[)[\s\S]){0,1000}?password\s*[=:][^\n]*TEST_?PYPI[^\n]*",
            r"TWINE_PASSWORD\s*[=:][^\n]*TEST_?PYPI[^\n]*(?![\s\S]*(?:testpypi|test\.pypi\.org)\b)",
            r"test-?pypi(?:\.org)?[ ]token[ ](?:on|for|with|at|against)[ ](?:the[ ]real[ ])?pypi\b",
            r"(?:^|[ ])pypi[ ]token[ ](?:on|for|with|at|against)[ ]test-?pypi\b",
        ),
        "PyPI and TestPyPI share nothing: each knows only the accounts and tokens that were made there.",
        "Make a token on the index that you upload to; `--repository testpypi` goes with TestPyPI's.",
        leads_to=BAD_TOKEN,
    ),
    KnownClientError(
        "user-name-is-not-token",
        (
            rf"^{SPACES}(?:export[ ]|-[ ])?(?:TWINE_USERNAME|username|user){SPACES}[=:]{SPACES}{NAME_OF_SOMEBODY}",
            r"\btwine\b[^\n]*?[ ](?:-u|--username)[ =](?!['\"]?_{2}token_{2}|['\"]?\$)\S+",
        ),
        "With a token the user name is always __token__, for everybody; your own name makes PyPI take the token "
        "for a password.",
        "Set the user name to __token__, with two underscores on each side.",
        leads_to=(*BAD_TOKEN, "password-not-supported"),
    ),
    KnownClientError(
        "password-empty",
        (
            r"Your[ ](?:password|username|API[ ]token)[ ]is[ ]empty\b[^\n]*",
            r"Your[ ](?:password|username|API[ ]token)[ ]contains[ ]control[ ]characters[^\n]*",
        ),
        "twine says this before it uploads: what it was given as a token is empty, or is no text. In CI the variable "
        "(TWINE_PASSWORD, or the action's `password`) holds a secret that does not exist under that name, or that this "
        "run may not read: a fork, a Dependabot run, another environment. At a prompt, the paste did not arrive: "
        "terminals on Windows need a right click, or Ctrl+Shift+V.",
        "In CI check the secret's name, and that the job names the environment that holds it. At a prompt paste the "
        "token again, or put it into TWINE_PASSWORD; the user name is __token__.",
        leads_to=(*BAD_TOKEN, "password-not-supported"),
    ),
    KnownClientError(
        "no-secret",
        (
            rf"^{SPACES}(?:{'|'.join(SECRETS)}){SPACES}[=:]{SPACES}(?:''|\"\")?{SPACES}$",
            r"Missing[ ]credentials[ ]for:?[^\n]*",
            r"NonInteractive:[^\n]*",
            r"Credential[ ]not[ ]found[ ]for[ ][^\n]*",
            r"your[ ]token[ ]value[ ]does[ ]not[ ]start[ ]with[^\n]*",
            r"EOFError:[ ]EOF[ ]when[ ]reading[ ]a[ ]line",
            r"NoKeyringError:[^\n]*",
            r"There[ ]is[ ]no[ ]\S*pypi-token\S*[ ]setting",
            r"could[ ]not[ ]determine[ ]credentials[ ]for[^\n]*",
            r"Unable[ ]to[ ]find[ ]credentials[^\n]*",
            r"Username[ ]and[ ]password[ ]are[ ]required",
            r"Missing[ ]required[ ]option:[ ](?:user|auth)\b",
            r"secret[ ][^\n]*[ ]is[ ](?:empty|not[ ]set|missing)",
        ),
        "The secret is empty or not there: CI puts an empty text in place of a secret that it does not have, or "
        "keeps from a fork, a Dependabot run or another environment.",
        "Look for a misspelt name, and whether the job names the environment that holds the secret. Better: use "
        "a trusted publisher, which needs none.",
        leads_to=BAD_TOKEN,
    ),
    KnownClientError(
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
    KnownClientError(
        "readme-does-not-render",
        (
            rf"long_description[`'\"]?[ ]has[ ]syntax[ ]errors[ ]in[ ]markup[^\n]*{RENDERING_ERROR}",
            r"long_description[ ]has[ ]invalid[ ]markup[^\n]*",
            r"<string>:\d+:[ ]\((?:WARNING|ERROR|SEVERE)/\d\)[^\n]*",
        ),
        "`twine check` read the readme as reStructuredText, and it is not valid: a Markdown file that the metadata "
        "does not declare as Markdown, or an error in the line that is named. PyPI rejects such a file.",
        'For Markdown declare its type: `readme = "README.md"` in pyproject.toml, or '
        'long_description_content_type="text/markdown" in setup.py. For reStructuredText mend the line. Build again, '
        "then `twine check dist/*`.",
        leads_to=("invalid-description", "invalid-description-default"),
    ),
    KnownClientError(
        "readme-lacks-a-type",
        (r"long_description_content_type[`'\"]?[ ]missing[^\n]*", r"long_description[`'\"]?[ ]missing[^\n]*"),
        "The metadata does not say in which language the readme is written, or there is none.",
        'Name the file in pyproject.toml: `readme = "README.md"`.',
    ),
    KnownClientError(
        "wrong-address",
        (
            r"attempted[ ]to[ ]redirect[ ]to[ ]\S+",
            r"An[ ]upload[ ]was[ ]attempted[ ]to[ ]/legacy[ ]but[^\n]*",
            r"\b405[ ](?:Client[ ]Error:[ ])?Method[ ]Not[ ]Allowed\b",
            r"This[ ]API[ ]has[ ]been[ ]deprecated[ ]and[ ]removed[ ]from[ ]legacy[ ]PyPI[^\n]*",
            r"trying[ ]to[ ]upload[ ]to[ ]the[ ]legacy[ ]PyPI[ ]site[^\n]*",
            r"\b410[ ](?:Client[ ]Error:[ ])?Gone\b[^\n]*pypi\.python\.org\S*",
            r"(?:from|to|url)[ ]['`]?https://(?:pypi\.org/(?:legacy|simple)|test\.pypi\.org/simple)\b/?",
        ),
        "This is not the address for uploads: it is that of a page, or of the index that pip reads, or of the first "
        "PyPI (pypi.python.org), which is gone since 2018; or it lacks the slash at its end.",
        "PyPI: https://upload.pypi.org/legacy/ (or no address at all). TestPyPI: https://test.pypi.org/legacy/.",
    ),
    KnownClientError(
        "classifiers-cut-short",
        (r"\b400[ ]Client[ ]Error:[ ]\['[^'\n]+[ ]::[ ][^\n]*",),
        "In 2018 PyPI answered a classifier that it does not know with the list of all that were sent, and the status "
        "line was too short for the reason at its end (`fake-pypi rules unknown-classifier`).",
        "Compare each classifier with https://pypi.org/classifiers/; `fake-pypi check` on the file names the wrong "
        "one.",
    ),
    KnownClientError(
        "no-registration",
        (
            r"Project[ ]pre-registration[ ]is[ ]no[ ]longer[^\n]*",
            r"This[ ]API[ ]is[ ]no[ ]longer[ ]supported,[ ]instead[ ]simply[ ]upload[ ]the[ ]file",
            r"\btwine[ ]register\b",
        ),
        "Projects are not registered any more: the first upload makes them.",
        "Leave `twine register` (or `setup.py register`) out and upload.",
    ),
)
"""What is wrong with a command, a credential, an address or the metadata."""
