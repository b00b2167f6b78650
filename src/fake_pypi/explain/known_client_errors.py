"""Known errors of users and clients: wrong commands, credentials, addresses and metadata.

Each has, like a rule, an id, an explanation and a remedy, and the patterns by which it is recognized.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from fake_pypi.explain.output_cleaning import CleanedOutput

BLANK = re.compile(r"\[ \](?![*+?{])")
LONGEST_BLANK = 220
LONGEST_REST = 400
"""Most characters of white space between two words, and of the rest of a line; searching is slow without limits."""


@dataclass(frozen=True)
class KnownClientError:
    """A known error. `matches` are regular expressions for the output of tools, in which `[ ]` is any white space.

    `leads_to` are the ids of rules with which PyPI rejects an upload because of this error: if one of them is found
    too, this error is listed before it, as its cause. `command` is a regular expression for command lines that always
    fail with this error.

    >>> KNOWN_CLIENT_ERRORS[0].found_in(CleanedOutput("$ twine upload --dry-run dist/*"))
    'twine upload --dry-run'
    """

    id: str
    matches: tuple[str, ...]
    explanation: str
    remedy: str
    leads_to: tuple[str, ...] = ()
    command: str = ""

    @cached_property
    def _patterns(self) -> list[re.Pattern[str]]:
        flags = re.IGNORECASE | re.MULTILINE | re.VERBOSE
        return [re.compile(_bounded(pattern), flags) for pattern in self.matches]

    def found_in(self, output: CleanedOutput) -> str:
        """Return the text that shows the error, on one line; "" if there is none."""
        for text in output.variants:
            for pattern in self._patterns:
                if match := pattern.search(text):
                    return " ".join(match.group().split())
        return ""


def _bounded(pattern: str) -> str:
    """Replace `[ ]`, and limit the number of characters that a pattern may match."""
    pattern = BLANK.sub(rf"\\s{{1,{LONGEST_BLANK}}}", pattern)
    return pattern.replace(r"[^\n]*", rf"[^\n]{{0,{LONGEST_REST}}}")


SUFFIX_OF_PEP_440 = r"(?:a|alpha|b|beta|c|rc|pre|preview|post|rev|r|dev)[-_.]?\d*\b"
NOT_A_VERSION = rf"\d{{1,20}}(?:\.\d{{1,20}}){{1,8}}-(?!{SUFFIX_OF_PEP_440})[a-z]+(?:\.\d+)*"
"""A release number with a suffix that is invalid in Python versions, such as 0.1.0-test.1."""
BAD_TOKEN = ("no-identity", "unknown-token", "invalid-api-token")
RENDERING_ERROR = r"(?:\n[^\n]*PyPI\.)?(?:\n\s*line[ ]\d+:[^\n]*)?"
SPACES = r"[^\S\n]*"
OTHER_USER_NAME = r"""['\"]?(?!_{2}token_{2}|\$|['\"\s<{])[^\s'\"]+"""
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
"""Names under which tools and workflows look for a token."""

KNOWN_CLIENT_ERRORS: tuple[KnownClientError, ...] = (
    KnownClientError(
        "no-dry-run",
        (r"\btwine\b[^\n]*?--dry-?run\b", r"^\s*--dry-?run\b", r"unrecognized[ ]arguments:[^\n]*--dry-?run\b"),
        "twine has no --dry-run, and PyPI has no way to check a file without an upload.",
        "Run `fake-pypi check dist/*`, or rehearse the upload: `fake-pypi run -- twine upload dist/*`.",
        command=r"\btwine\s+upload\b.*\s--dry-run\b",
    ),
    KnownClientError(
        "no-yank-option",
        (
            r"\btwine\b[^\n]*?[ ](?:--)?yank\b",
            r"^\s*--yank\b",
            r"unrecognized[ ]arguments:[^\n]*--yank\b",
            r"choice:[ ]'yank'",
        ),
        "No publishing tool can yank a release: PyPI has no API for it, only a web page.",
        "Log in, open the project's releases, and choose Yank. On the fake indexes: `fake-pypi yank NAME VERSION`.",
        command=r"\btwine\s+(upload\b.*\s--yank|yank)\b",
    ),
    KnownClientError(
        "no-test-variables",
        (r"\bTWINE_TEST_?(?:PYPI_)?(?:USERNAME|PASSWORD)\b", r"\bTWINE_TESTPYPI_(?:USERNAME|PASSWORD)\b"),
        "twine reads TWINE_USERNAME and TWINE_PASSWORD for every repository; it never reads a variable of this name.",
        "Set TWINE_USERNAME=__token__ and TWINE_PASSWORD to the TestPyPI token for that one command, or write both "
        "tokens into ~/.pypirc.",
        command=r"\bTWINE_TEST_(PASSWORD|USERNAME|TOKEN)\b",
    ),
    KnownClientError(
        "check-uses-no-repository",
        (r"\btwine[ ]check\b[^\n]*?--repository\S*", r"twine[ ]check:[ ]error:[ ]unrecognized[ ]arguments[^\n]*"),
        "`twine check` checks the readme of local files only and uses no repository.",
        "Run `twine check dist/*` without the option. `fake-pypi check dist/*` checks all else that PyPI checks.",
        command=r"\btwine\s+check\b.*\s(--repository(-url)?|-r)\b",
    ),
    KnownClientError(
        "comment-behind-password",
        (r"^\s*password\s*[=:][^\S\n]*(?!\$)\S+[^\S\n]+[\#;][^\n]*", r"\binline[ ]comment\b[^\n]*\.pypirc\b"),
        "In .pypirc a comment needs a line of its own. Behind a value it becomes part of the password, so PyPI gets an "
        "unknown token.",
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
        "PyPI and TestPyPI have separate accounts and tokens: a token of one is unknown to the other.",
        "Create a token on the index to which you upload; `--repository testpypi` needs one of TestPyPI.",
        leads_to=BAD_TOKEN,
    ),
    KnownClientError(
        "user-name-is-not-token",
        (
            rf"^{SPACES}(?:export[ ]|-[ ])?(?:TWINE_USERNAME|username|user){SPACES}[=:]{SPACES}{OTHER_USER_NAME}",
            r"\btwine\b[^\n]*?[ ](?:-u|--username)[ =](?!['\"]?_{2}token_{2}|['\"]?\$)\S+",
        ),
        "With a token the user name is always __token__. With another user name, PyPI handles the token as a password.",
        "Set the user name to __token__, with two underscores on each side.",
        leads_to=(*BAD_TOKEN, "password-not-supported"),
    ),
    KnownClientError(
        "password-empty",
        (
            r"Your[ ](?:password|username|API[ ]token)[ ]is[ ]empty\b[^\n]*",
            r"Your[ ](?:password|username|API[ ]token)[ ]contains[ ]control[ ]characters[^\n]*",
        ),
        "twine stopped before the upload, because the token is empty or has control characters. In CI, the secret "
        "behind the variable (TWINE_PASSWORD, or the action's `password`) does not exist under that name, or this run "
        "may not read it: a fork, a Dependabot run, another environment. At a prompt, the token was not pasted: "
        "terminals on Windows need a right click, or Ctrl+Shift+V.",
        "In CI check the name of the secret, and that the job names the environment that has it. At a prompt paste the "
        "token again, or set TWINE_PASSWORD; the user name is __token__.",
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
        "The secret is empty or missing: a CI replaces a secret by an empty text if it does not exist, or if a fork, "
        "a Dependabot run or another environment may not read it.",
        "Check the name of the secret, and that the job names the environment that has it. Or use a trusted "
        "publisher, which needs no secret.",
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
        "This is not a valid Python version (PEP 440). Valid are 1.0a1, 1.0b1, 1.0rc1, 1.0.post1 and 1.0.dev1.",
        "Write 0.1.0.dev1 or 0.1.0rc1 instead of 0.1.0-test.1.",
        command=r"==\s*v?\d+(\.\d+)*-(?!post\b|rev\b|r\b|(a|b|c|rc|alpha|beta|pre|preview|dev)\.?\d*\b)[A-Za-z]",
    ),
    KnownClientError(
        "readme-does-not-render",
        (
            rf"long_description[`'\"]?[ ]has[ ]syntax[ ]errors[ ]in[ ]markup[^\n]*{RENDERING_ERROR}",
            r"long_description[ ]has[ ]invalid[ ]markup[^\n]*",
            r"<string>:\d+:[ ]\((?:WARNING|ERROR|SEVERE)/\d\)[^\n]*",
        ),
        "`twine check` read the readme as reStructuredText, and it is invalid: it is a Markdown file that the metadata "
        "does not declare as Markdown, or the named line has an error. PyPI rejects such a file.",
        'For Markdown declare its type: `readme = "README.md"` in pyproject.toml, or '
        'long_description_content_type="text/markdown" in setup.py. For reStructuredText correct the line. Build '
        "again, then `twine check dist/*`.",
        leads_to=("invalid-description", "invalid-description-default"),
    ),
    KnownClientError(
        "readme-lacks-a-type",
        (r"long_description_content_type[`'\"]?[ ]missing[^\n]*", r"long_description[`'\"]?[ ]missing[^\n]*"),
        "The metadata does not declare the markup language of the readme, or there is no readme.",
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
        "This is not the address for uploads: it is the address of a page, of the index that pip reads, or of the "
        "first PyPI (pypi.python.org), which was shut down in 2018; or the slash at its end is missing.",
        "PyPI: https://upload.pypi.org/legacy/ (the default of most tools). TestPyPI: https://test.pypi.org/legacy/.",
    ),
    KnownClientError(
        "classifiers-cut-short",
        (r"\b400[ ]Client[ ]Error:[ ]\['[^'\n]+[ ]::[ ][^\n]*",),
        "In 2018 PyPI answered an unknown classifier with the list of all classifiers of the file; the reason at the "
        "end of the status line was cut off (`fake-pypi rules unknown-classifier`).",
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
        "Projects are no longer registered: the first upload creates them.",
        "Upload without `twine register` or `setup.py register`.",
    ),
    KnownClientError(
        "no-pip-search",
        (r"PyPI[ ]no[ ]longer[ ]supports[ ]'pip[ ]search'[^\n]*",),
        "PyPI no longer supports `pip search`.",
        "Run `pip index versions NAME` to see whether a project exists.",
        command=r"\bpip3?\s+search\b",
    ),
    KnownClientError(
        "no-setup-py-commands",
        (r"can't[ ]open[ ]file[ ][^\n]*setup\.py[^\n]*",),
        "setup.py is no longer a command line.",
        "`python -m build` builds, `twine check dist/*` checks, and `twine upload dist/*` uploads.",
        command=r"\bsetup\.py\s+(check|upload|register|sdist|bdist\w*|install)\b",
    ),
    KnownClientError(
        "tilde-in-python",
        (r"No[ ]such[ ]file[ ]or[ ]directory:[ ]'~/[^\n]*",),
        "Python's open() and configparser do not expand `~`.",
        "Write Path.home() / '.pypirc'.",
        command=r"\.read\(\s*['\"]~/",
    ),
)
"""Errors in commands, credentials, addresses and metadata."""


def advice_on_command(command: str | Sequence[str]) -> str:
    """Return why a command line always fails and what to do instead, a line for each error; empty if none is known.

    >>> advice_on_command("twine upload --dry-run dist/*").partition(",")[0]
    'twine has no --dry-run'
    """
    line = command if isinstance(command, str) else " ".join(command)
    errors = [error for error in KNOWN_CLIENT_ERRORS if error.command and re.search(error.command, line)]
    return "\n".join(f"{error.explanation} {error.remedy}" for error in errors)
