"""Commands in publishing guides that cannot work, and what to use instead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class WrongAdvice:
    """A pattern of command lines that cannot do what a guide says, and what to do instead."""

    pattern: re.Pattern[str]
    instead: str


def _wrong(pattern: str, instead: str) -> WrongAdvice:
    return WrongAdvice(re.compile(pattern), instead)


WRONG_ADVICE = (
    _wrong(
        r"\btwine\s+upload\b.*\s--dry-run\b",
        "twine has no --dry-run; `fake-pypi check dist/*` says what PyPI would reject, and uploads nothing",
    ),
    _wrong(
        r"\btwine\s+(upload\b.*\s--yank|yank)\b",
        "twine cannot yank; do it on the project's page on PyPI (here: `fake-pypi yank NAME VERSION`)",
    ),
    _wrong(
        r"\btwine\s+check\b.*\s(--repository(-url)?|-r)\b",
        "twine check asks no index, so it takes no --repository: write `twine check dist/*`",
    ),
    _wrong(
        r"\bTWINE_TEST_(PASSWORD|USERNAME|TOKEN)\b",
        "twine reads TWINE_USERNAME and TWINE_PASSWORD for every index: set them to TestPyPI's token for that "
        "upload, or keep both tokens in ~/.pypirc",
    ),
    _wrong(
        r"\bpip3?\s+search\b",
        "PyPI has switched search off for tools; `pip index versions NAME` says whether a project is there",
    ),
    _wrong(
        r"\bsetup\.py\s+(check|upload|register|sdist|bdist\w*|install)\b",
        "setup.py is no command line any more: `python -m build` builds, `twine check dist/*` checks, "
        "`twine upload dist/*` uploads",
    ),
    _wrong(
        r"==\s*v?\d+(\.\d+)*-(?!post\b|rev\b|r\b|(a|b|c|rc|alpha|beta|pre|preview|dev)\.?\d*\b)[A-Za-z]",
        "that is no Python version; pre-releases are written 0.1.0a1, 0.1.0b1, 0.1.0rc1 or 0.1.0.dev1 (PEP 440)",
    ),
    _wrong(
        r"\.read\(\s*['\"]~/",
        "Python's open() and configparser do not know ~: write Path.home() / '.pypirc'",
    ),
)


def advice_on(command: str | Sequence[str]) -> str:
    """Return what to do instead of a command that failed; empty if nothing is known.

    >>> advice_on("twine upload --dry-run dist/*").partition(";")[0]
    'twine has no --dry-run'
    """
    line = command if isinstance(command, str) else " ".join(command)
    return "\n".join(advice.instead for advice in WRONG_ADVICE if advice.pattern.search(line))
