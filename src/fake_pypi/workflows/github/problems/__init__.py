"""Problems in publishing workflows that are found without a run."""

from __future__ import annotations
