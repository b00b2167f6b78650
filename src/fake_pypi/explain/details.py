"""Advice for one output: more precise than the remedy of a rule, because it uses the values in the output."""

from __future__ import annotations

import re
from collections.abc import Callable

from fake_pypi.explain.publisher_claims import registration
from fake_pypi.rules.filename_parts import FilenameOfOtherProject
from fake_pypi.rules.identity import PublisherCannotCreate
from fake_pypi.rules.release_version import LocalVersion


def details_of(cause_id: str, message: str, text: str) -> str:
    """Return advice on a rule or known error that uses the values in its message or in the whole text; "" if none.

    >>> details_of(LocalVersion.id, "The use of local versions in 1.0.dev3+g12ab is not allowed.", "")[:36]
    'Without its local part this version '
    """
    detail = DETAILS.get(cause_id)
    return detail(message, text) if detail else ""


def _registration(_: str, text: str) -> str:
    return registration(text)


def _version_without_local_part(message: str, _: str) -> str:
    version = re.search(r"\d[\w.!]*(?=\+)", message)
    if version is None:
        return ""
    return (
        f"Without its local part this version is {version[0]}. With setuptools-scm or hatch-vcs set "
        '`local_scheme = "no-local-version"`, or build from a clean checkout of the tag.'
    )


def _renamed_file(message: str, _: str) -> str:
    names = re.search(r"for\s+['\"](.+?)['\"]\s+with\s+['\"](.+?)['\"]", message)
    if names is None or names[1].lower() != names[2].lower():
        return ""
    return (
        f"Apart from upper and lower case both names are {names[2]!r}, so the metadata is right and the file name is "
        f"wrong: the file was renamed after the build, or built by an old tool. Build again, and upload the files in "
        f"dist/ unchanged (their names begin with {names[2]}-)."
    )


DETAILS: dict[str, Callable[[str, str], str]] = {
    "invalid-publisher": _registration,
    "invalid-pending-publisher": _registration,
    PublisherCannotCreate.id: _registration,
    LocalVersion.id: _version_without_local_part,
    FilenameOfOtherProject.id: _renamed_file,
}
