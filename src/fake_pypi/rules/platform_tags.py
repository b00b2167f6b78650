"""The platform tags of wheels that PyPI accepts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from zlib import crc32

from fake_pypi.reference_data import platform_tags

SINGLE = platform_tags("single")
CPUS = {system: platform_tags(system) for system in ("macosx", "manylinux", "musllinux")}
"""What may follow the two version numbers of a system."""
ANDROID_CPUS = platform_tags("android")
MAC_MAJORS = platform_tags("macosx_majors")
"""Since macOS 11 only the first number of a tag counts, and the second is 0."""

VERSIONED = re.compile(r"([a-z]+)_(\d+)_(\d+)_(.*)")
ANDROID = re.compile(r"android_\d+_(.*)")
DEVICE = "_(?:iphoneos|iphonesimulator)"
IOS_CPUS = "|".join(sorted(platform_tags("ios")))
OPEN_ENDED = re.compile(rf"ios_\d+_\d+_(?:{IOS_CPUS}){DEVICE}(?!.*{DEVICE})|pyemscripten_\d+_\d+_wasm32")
"""PyPI compares only the beginning of these tags, up to the last device in them."""


def in_any_order(tags: Sequence[str]) -> list[str]:
    """Return the tags of one wheel in the order in which they are looked at.

    PyPI's order is that of a Python set, which differs from one server process to the next, so any unsupported tag
    may be the one that it names. Ours is as arbitrary, but always the same, and agrees with the recorded answers.
    """
    joined = ".".join(tags)
    return sorted(tags, key=lambda tag: crc32(f"{joined}/{tag}".encode("utf-8", "surrogatepass")))


def is_supported(tag: str) -> bool:
    """Return whether PyPI accepts wheels with this platform tag.

    >>> is_supported("manylinux_2_28_x86_64"), is_supported("linux_x86_64"), is_supported("macosx_11_1_arm64")
    (True, False, False)
    """
    if tag in SINGLE or OPEN_ENDED.match(tag):
        return True
    if android := ANDROID.fullmatch(tag):
        return android[1] in ANDROID_CPUS
    match = VERSIONED.fullmatch(tag)
    if match is None or match[4] not in CPUS.get(match[1], ()):
        return False
    if match[1] == "macosx":
        return match[2] == "10" or (match[2] in MAC_MAJORS and match[3] == "0")
    return True
