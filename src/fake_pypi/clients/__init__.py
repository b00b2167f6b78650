"""Pointing tools at the fakes: what clients need, a shell in which pypi.org is the fake, environments."""

from __future__ import annotations
