"""Read the workflows with which projects publish, and rehearse them."""

from __future__ import annotations
