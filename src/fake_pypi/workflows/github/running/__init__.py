"""Run the jobs of a workflow of GitHub Actions on this machine, with PyPI and TestPyPI replaced by the fakes."""

from __future__ import annotations
