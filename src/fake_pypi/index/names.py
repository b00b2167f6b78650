"""Normalized project names, and names that PyPI considers too similar."""

from __future__ import annotations

import re


def normalized(name: str) -> str:
    """Return a project name as PEP 503 compares it.

    >>> normalized("My_Demo.pkg")
    'my-demo-pkg'
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def look_alike(name: str) -> str:
    """Return the form that is equal for names that PyPI considers too similar.

    >>> look_alike("He-11o") == look_alike("hello")
    True
    """
    bare = re.sub(r"[-_.]", "", name)
    return re.sub(r"[oO]", "0", re.sub(r"[lLiI]", "1", bare)).lower()
