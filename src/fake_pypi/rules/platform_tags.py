"""The platform tags of wheels that PyPI accepts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from zlib import crc32

from fake_pypi.reference_data import platform_tags
from fake_pypi.rules.dated_change import ISSUES, PULLS, DatedChange

SINGLE = platform_tags("single")
CPUS = {system: platform_tags(system) for system in ("macosx", "manylinux", "musllinux")}
"""What may follow the two version numbers of a system."""
ANDROID_CPUS = platform_tags("android")
MAC_MAJORS = platform_tags("macosx_majors")
"""Since macOS 11 only the first number of a tag counts, and the second is 0."""

VERSIONED = re.compile(r"([a-z]+)_(\d+)_(\d+)_(.*)")
ANDROID = re.compile(r"android_\d+_(.*)")
ADDED = {
    re.compile(tags): DatedChange(date, text, source)
    for tags, date, text, source in (
        (r"macosx_14_", "2023-10-06", "Wheels for macOS 14 are accepted.", f"{PULLS}/14702"),
        (r"macosx_15_", "2024-10-15", "Wheels for macOS 15 are accepted.", f"{PULLS}/16877"),
        (r"(?:ios|android)_", "2025-02-10", "Wheels for iOS and Android are accepted.", f"{ISSUES}/17548"),
        (
            r"(?:many|musl)linux_.*_riscv64",
            "2025-07-27",
            "Wheels for RISC-V are accepted (`manylinux_*_riscv64`, `musllinux_*_riscv64`).",
            "https://github.com/PyO3/maturin/pull/2694",
        ),
        (r"pyemscripten_", "2026-04-21", "Wheels for Emscripten are accepted (PEP 783).", f"{PULLS}/19804"),
    )
}
"""The beginnings of tags that were not accepted from the start, with the changes that added them."""
ONLY_MINOR_0 = DatedChange(
    "2025-10-29",
    "The second number in the tag of a wheel for macOS 11 or newer must be 0 (`macosx_11_0`, not `macosx_11_1`).",
    f"{PULLS}/18959",
)
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


def is_supported(tag: str, as_of: str = "") -> bool:
    """Return whether PyPI accepts wheels with this platform tag, or accepted them on a day.

    >>> is_supported("manylinux_2_28_x86_64"), is_supported("linux_x86_64"), is_supported("macosx_11_1_arm64")
    (True, False, False)
    """
    if any(not change.is_in_force(as_of) for tags, change in ADDED.items() if tags.match(tag)):
        return False
    if tag in SINGLE or OPEN_ENDED.match(tag):
        return True
    if android := ANDROID.fullmatch(tag):
        return android[1] in ANDROID_CPUS
    match = VERSIONED.fullmatch(tag)
    if match is None or match[4] not in CPUS.get(match[1], ()):
        return False
    if match[1] == "macosx":
        is_minor_allowed = match[3] == "0" or not ONLY_MINOR_0.is_in_force(as_of)
        return match[2] == "10" or (match[2] in MAC_MAJORS and is_minor_allowed)
    return True
