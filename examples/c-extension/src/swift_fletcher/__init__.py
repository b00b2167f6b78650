"""Fletcher's checksum, in C."""

from __future__ import annotations

from swift_fletcher._fletcher import fletcher16

__all__ = ["fletcher16"]
