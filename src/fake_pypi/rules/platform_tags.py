"""Which platform tags PyPI takes. A tag it does not know could not be installed by anybody, or by too many."""

from __future__ import annotations

import re

SINGLE = frozenset(
    {"any", "win32", "win_amd64", "win_arm64", "win_ia64", "linux_armv6l", "linux_armv7l"}
    | {"manylinux1_x86_64", "manylinux1_i686", "manylinux2010_x86_64", "manylinux2010_i686"}
    | {f"manylinux2014_{cpu}" for cpu in ["x86_64", "i686", "aarch64", "armv7l", "ppc64", "ppc64le", "s390x"]}
)
MAC_CPUS = frozenset(
    ["ppc", "ppc64", "i386", "x86_64", "arm64", "intel", "fat", "fat3", "fat64", "universal", "universal2"]
)
MAC_MAJORS = frozenset({"11", "12", "13", "14", "15", "26"})
MUSLLINUX_CPUS = frozenset(["x86_64", "i686", "aarch64", "armv7l", "ppc64le", "s390x", "riscv64"])
MANYLINUX_CPUS = MUSLLINUX_CPUS | {"ppc64"}
IOS_CPUS = frozenset({"arm64", "x86_64"})
ANDROID_CPUS = frozenset({"armeabi_v7a", "arm64_v8a", "x86", "x86_64"})

VERSIONED = re.compile(r"(macosx|manylinux|musllinux|ios|pyemscripten)_(\d+)_(\d+)_(.*)")
ANDROID = re.compile(r"android_\d+_(.*)")
IOS_DEVICE = re.compile(r"(.*)_(?:iphoneos|iphonesimulator)")


def is_supported(tag: str) -> bool:
    """Whether PyPI takes wheels with this platform tag.

    >>> is_supported("manylinux_2_28_x86_64"), is_supported("linux_x86_64"), is_supported("macosx_11_1_arm64")
    (True, False, False)
    """
    if tag in SINGLE:
        return True
    if android := ANDROID.fullmatch(tag):
        return android[1] in ANDROID_CPUS
    match = VERSIONED.fullmatch(tag)
    if match is None:
        return False
    system, major, minor, cpu = match.groups()
    if system == "macosx":  # since macOS 11 only the first number counts, and the second is 0
        return cpu in MAC_CPUS and (major == "10" or (major in MAC_MAJORS and minor == "0"))
    if system == "ios":
        device = IOS_DEVICE.fullmatch(cpu)
        return device is not None and device[1] in IOS_CPUS
    if system == "pyemscripten":
        return cpu == "wasm32"
    return cpu in (MANYLINUX_CPUS if system == "manylinux" else MUSLLINUX_CPUS)
