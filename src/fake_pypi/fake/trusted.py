"""The part of an index's public face that is about trusted publishing."""

from __future__ import annotations

from fake_pypi.fake.standing import Standing


class Trusted(Standing):
    """Trusted publishers, and the fake CI that they trust."""
