"""What follows from the facts in an output, beyond what a rule can say without them."""

from __future__ import annotations

import re
from collections.abc import Callable

from fake_pypi.explain.publisher_claims import registration


def details_of(cause_id: str, words: str, text: str) -> str:
    """Return what the facts in the words, and in the whole text, add to the advice of a rule or known error.

    >>> details_of("local-version", "The use of local versions in 1.0.dev3+g12ab is not allowed.", "")[:36]
    'Without its local part this version '
    """
    detail = DETAILS.get(cause_id)
    return detail(words, text) if detail else ""


def _registration(_: str, text: str) -> str:
    return registration(text)


def _version_without_local_part(words: str, _: str) -> str:
    version = re.search(r"\d[\w.!]*(?=\+)", words)
    if version is None:
        return ""
    return (
        f"Without its local part this version is {version[0]}. With setuptools-scm or hatch-vcs set "
        '`local_scheme = "no-local-version"`, or build from a clean checkout of the tag.'
    )


def _renamed_file(words: str, _: str) -> str:
    names = re.search(r"for\s+['\"](.+?)['\"]\s+with\s+['\"](.+?)['\"]", words)
    if names is None or names[1].lower() != names[2].lower():
        return ""
    return (
        f"Both names are {names[2]!r} here, so the name in the metadata is right and the file's own name is not: it "
        f"was renamed after the build, or built by an old tool. Build again, and upload what is in dist/ unchanged "
        f"(it begins with {names[2]}-)."
    )


DETAILS: dict[str, Callable[[str, str], str]] = {
    "invalid-publisher": _registration,
    "invalid-pending-publisher": _registration,
    "publisher-cannot-create-project": _registration,
    "local-version": _version_without_local_part,
    "invalid-filename-normalized": _renamed_file,
}
