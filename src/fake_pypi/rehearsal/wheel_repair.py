"""Repair the wheels of Linux with auditwheel, as the build of a real release does."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.rehearsal.built_release import BuiltRelease
from fake_pypi.rehearsal.failure import StepFailed
from fake_pypi.rehearsal.output import plain

if TYPE_CHECKING:
    from fake_pypi.rehearsal.step import StepRun

LINUX_TAG = re.compile(r"-linux_\w+\.whl$")
REPAIRED = "repaired"
"""The folder beside `dist` in which auditwheel writes."""


def repair_wheels(step: StepRun, release: BuiltRelease) -> BuiltRelease:
    """Replace each wheel with a `linux` tag by one with a `manylinux` or `musllinux` tag; return the release.

    Raise `StepFailed` if auditwheel cannot repair one.
    """
    wheels = [wheel for wheel in release.wheels if LINUX_TAG.search(wheel.name)]
    for wheel in wheels:
        command = f"auditwheel repair --wheel-dir {REPAIRED} dist/{wheel.name}"
        completed = step.run(command, cwd=release.folder)
        if completed.returncode:
            raise StepFailed.from_output(command, plain(completed), f"auditwheel cannot repair {wheel.name}")
        repaired = sorted((release.folder / REPAIRED).glob("*.whl"))
        names = ", ".join(file.name for file in repaired)
        step.chosen.append(f"wheel {names}, repaired by auditwheel on this machine")
        _replace(wheel, repaired)
    return BuiltRelease.in_folder(release.folder) if wheels else release


def _replace(wheel: Path, repaired: list[Path]) -> None:
    if repaired:
        wheel.unlink()
    for file in repaired:
        shutil.move(file, wheel.with_name(file.name))
