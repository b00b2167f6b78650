"""How values are written on pages: dates, sizes, links, tags of wheels."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from urllib.parse import urlsplit

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
IMPLEMENTATIONS = {"py": "Python", "cp": "CPython", "pp": "PyPy", "ip": "IronPython", "jy": "Jython"}
_INTERPRETER = re.compile(r"(py|cp|pp|ip|jy)(\d)_?(\d*)")


def date(seconds: float) -> str:
    """Return the day of a time (seconds since 1970) in UTC, independent of the locale.

    >>> date(1795271299)
    'Nov 21, 2026'
    """
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    return f"{MONTHS[moment.month - 1]} {moment.day}, {moment.year}"


def timestamp(seconds: float) -> str:
    """Return a time (seconds since 1970) as the attribute `datetime` of a page has it.

    >>> timestamp(1795271299)
    '2026-11-21T14:28:19+0000'
    """
    return f"{datetime.fromtimestamp(seconds, timezone.utc):%Y-%m-%dT%H:%M:%S}+0000"


def file_size(size: int) -> str:
    """Return a number of bytes in decimal units.

    >>> file_size(584), file_size(1600), file_size(63_000_000)
    ('584 Bytes', '1.6 kB', '63.0 MB')
    """
    if size < 1000:
        return f"{size} Byte" if size == 1 else f"{size} Bytes"
    number = float(size)
    for unit in ("kB", "MB", "GB", "TB"):
        number /= 1000
        if number < 1000 or unit == "TB":
            break
    return f"{number:.1f} {unit}"


def web_address(text: str | None) -> str | None:
    """Return the text if it is an http or https address, which alone become links; None otherwise.

    >>> web_address("javascript:alert(1)") is None
    True
    """
    try:
        parts = urlsplit(text or "")
    except ValueError:
        return None
    return text if parts.scheme in ("http", "https") and parts.netloc else None


def file_tags(filename: str, packagetype: str) -> list[str]:
    """Return what a file is for, in words.

    >>> file_tags("demo-1.0-cp313-cp313-manylinux_2_28_x86_64.whl", "bdist_wheel")
    ['CPython 3.13', 'manylinux: glibc 2.28+ x86-64']
    """
    if packagetype == "sdist":
        return ["Source"]
    parts = filename.removesuffix(".whl").split("-")
    if len(parts) < 5:
        return []
    interpreters, _, platforms = parts[-3:]
    words = [_interpreter(tag) for tag in interpreters.split(".")]
    return [*words, *(_platform(tag) for tag in platforms.split(".") if tag != "any")]


def _interpreter(tag: str) -> str:
    match = _INTERPRETER.fullmatch(tag)
    if match is None:
        return tag
    name, major, minor = match.groups()
    return f"{IMPLEMENTATIONS[name]} {major}.{minor}" if minor else f"{IMPLEMENTATIONS[name]} {major}"


def _platform(tag: str) -> str:
    machine = re.sub(r"x86_64$", "x86-64", tag)
    for pattern, words in (
        (r"manylinux_(\d+)_(\d+)_(.+)", r"manylinux: glibc \1.\2+ \3"),
        (r"musllinux_(\d+)_(\d+)_(.+)", r"musllinux: musl \1.\2+ \3"),
        (r"macosx_(\d+)_(\d+)_(.+)", r"macOS \1.\2+ \3"),
        (r"win_amd64", "Windows x86-64"),
        (r"win32", "Windows x86"),
        (r"win_arm64", "Windows ARM64"),
    ):
        if re.fullmatch(pattern, machine):
            return re.sub(pattern, words, machine)
    return tag
