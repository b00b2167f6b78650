"""Put versions and host names in the order people expect."""

from __future__ import annotations

from collections.abc import Iterable

import idna
from packaging.version import Version


def climb(versions: Iterable[str]) -> list[str]:
    """Return the versions from the oldest to the newest."""
    return sorted(versions, key=Version)


def hosts(names: Iterable[str]) -> list[str]:
    """Return host names in the order of what goes over the wire."""
    return sorted(names, key=lambda name: idna.encode(name))
