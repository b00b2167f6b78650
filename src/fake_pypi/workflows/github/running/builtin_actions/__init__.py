"""Built-in equivalents of well-known actions: one function for each, listed in `action_table`."""

from __future__ import annotations
