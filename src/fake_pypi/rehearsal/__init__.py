"""Rehearse a release: build, check, upload, install, upload again and yank, with the project's own tools."""

from __future__ import annotations

from fake_pypi.rehearsal.failure import StepFailed
from fake_pypi.rehearsal.project import Project
from fake_pypi.rehearsal.run import Rehearsal, Step
from fake_pypi.rehearsal.steps import STEPS

__all__ = ["STEPS", "Project", "Rehearsal", "Step", "StepFailed"]
