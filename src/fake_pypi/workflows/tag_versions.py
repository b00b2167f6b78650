"""The versions that tags name."""

from __future__ import annotations

import re

from packaging.version import InvalidVersion, Version

_IN_TAG = re.compile(r"(?:^|.*?[/@_-]|^[A-Za-z]+)[vV]?(?P<version>\d[\w.!+-]*)$")


def version_of_tag(tag: str) -> Version | None:
    """Return the version in a tag such as "v1.2.0", "release-1.2.0", "demo/v1.2.0" or "demo@1.2.0".

    >>> print(version_of_tag("v1.2.0-rc1"), version_of_tag("demo-v2.0"), version_of_tag("latest"))
    1.2.0rc1 2.0 None
    """
    for text in (tag.lstrip("vV"), (_IN_TAG.match(tag) or {"version": ""})["version"]):
        try:
            return Version(text)
        except InvalidVersion:
            continue
    return None


def tag_mistake(tag: str, version: str | None) -> str:
    """Return how a tag differs from the version of the project, "" if it does not or the version is not known.

    >>> tag_mistake("v1.3.0", "1.2.0")
    "the tag v1.3.0 is for 1.3.0, and the project's version is 1.2.0"
    """
    if not tag or not version:
        return ""
    tagged = version_of_tag(tag)
    if tagged is None:
        return f"the tag {tag} has no version, and the project's is {version}"
    if tagged != Version(version):
        return f"the tag {tag} is for {tagged}, and the project's version is {version}"
    return ""
