"""Workflows of GitHub Actions: read, planned and judged here, run by `fake_pypi.workflows.github.running`."""

from __future__ import annotations
