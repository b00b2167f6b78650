"""The places that messages come from: in the code of the real server, and in the libraries that it uses.

The real server is pypi/warehouse at the commit that the recorded answers come from; packaging is the release that it
used then. Line numbers are left out: a function is found by its name in every version.
"""

from __future__ import annotations

WAREHOUSE = "https://github.com/pypi/warehouse/blob/6b62157"
BEFORE_2023 = "bd5edc73e228c64c6f05093c3e4cf98a21ccb7a8"
"""A commit of 2018 with what was removed later."""
PACKAGING = "https://github.com/pypa/packaging/blob/26.2/src/packaging"
LEGACY_CGI = "https://github.com/jackrosenthal/legacy-cgi/blob/main"


def warehouse(path: str, name: str) -> str:
    """Return the source of a message of the real server: the file below `warehouse/`, and the function or class.

    >>> warehouse("forklift/legacy.py", "file_upload")
    'https://github.com/pypi/warehouse/blob/6b62157/warehouse/forklift/legacy.py (file_upload)'
    """
    return f"{WAREHOUSE}/warehouse/{path} ({name})"


def warehouse_at(commit: str, path: str, name: str) -> str:
    """Return the source of a message that the real server had at an earlier commit."""
    return f"https://github.com/pypi/warehouse/blob/{commit}/warehouse/{path} ({name})"


def packaging(path: str, name: str) -> str:
    """Return the source of a message of the library packaging: the file, and the function or class."""
    return f"{PACKAGING}/{path} ({name})"


def legacy_cgi(path: str, name: str) -> str:
    """Return the source of a failure in the library legacy-cgi, which reads forms: the file, and the class."""
    return f"{LEGACY_CGI}/{path} ({name})"


def cases(*names: str) -> tuple[str, ...]:
    """Return the names of recorded cases that a rule rejects, as "archive/sdist-pyarmor" (tests/fidelity/recorded)."""
    return names
