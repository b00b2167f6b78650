"""Name the packages that a command did not find, and how a rehearsal gets them."""

from __future__ import annotations

import re

_PATTERNS = (
    re.compile(r"No matching distribution found for ([^\s;]+)"),  # pip
    re.compile(
        r"Because (?:there is no version of )?([\w.-]+(?:[=<>~!]=[\w.*+!-]+)?) was not found in the package registry"
    ),
    re.compile(r"[Bb]ecause there (?:is|are) no versions? of ([\w.-]+(?:[=<>~!]=[\w.*+!-]+)?)"),  # uv
)


def missing_packages(output: str) -> list[str]:
    """Return the requirements that pip or uv did not find, once each.

    >>> missing_packages("ERROR: No matching distribution found for hatch-vcs")
    ['hatch-vcs']
    """
    joined = re.sub(r"\s*\n\s*", " ", output)  # uv breaks its sentences into lines
    return list(dict.fromkeys(match.rstrip(".,") for pattern in _PATTERNS for match in pattern.findall(joined)))


def missing_packages_text(output: str) -> str:
    """Return what was not found and what to do, "" if everything was found."""
    names = missing_packages(output)
    if not names:
        return ""
    return (
        f"{', '.join(names)}: not available here, because packages come from the environment in which fake-pypi runs. "
        "Install it there, name a folder of wheels (--wheelhouse, filled by `pip download`) or an index (--upstream)"
    )
