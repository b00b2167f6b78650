"""Rehearse a release: build, check, upload, install, upload again and yank, with the project's own tools."""

from __future__ import annotations

from fake_pypi.rehearsal.failure import StepFailed
from fake_pypi.rehearsal.rehearsal import Rehearsal
from fake_pypi.rehearsal.source_project import SourceProject
from fake_pypi.rehearsal.step import Step, StepRun
from fake_pypi.rehearsal.steps import STEPS

__all__ = ["STEPS", "Rehearsal", "SourceProject", "Step", "StepFailed", "StepRun"]
