"""Run the jobs of a pipeline on this machine, with PyPI and TestPyPI replaced by the fakes."""

from __future__ import annotations
