"""Clients of the fake indexes: the table of clients, shells in which pypi.org is the fake, and environments."""

from __future__ import annotations
