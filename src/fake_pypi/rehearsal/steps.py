"""The steps of a rehearsal, in their order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fake_pypi.rehearsal.building import build
from fake_pypi.rehearsal.checking import check
from fake_pypi.rehearsal.installing import install_from_pypi, install_from_testpypi
from fake_pypi.rehearsal.uploading import upload_again, upload_to_pypi, upload_to_testpypi
from fake_pypi.rehearsal.yanking import yank

if TYPE_CHECKING:
    from fake_pypi.rehearsal.run import Rehearsal


@dataclass(frozen=True)
class Step:
    """One step: its name, the step that it needs, and the recipe that carries it out."""

    name: str
    do: Callable[[Rehearsal], None]
    needs: str | None = None


STEPS = (
    Step("build", build),
    Step("check", check, needs="build"),
    Step("upload to TestPyPI", upload_to_testpypi, needs="check"),
    Step("install from TestPyPI", install_from_testpypi, needs="upload to TestPyPI"),
    Step("upload to PyPI", upload_to_pypi, needs="check"),
    Step("upload again", upload_again, needs="upload to PyPI"),
    Step("install from PyPI", install_from_pypi, needs="upload to PyPI"),
    Step("yank", yank, needs="upload to PyPI"),
)

STEP = {step.name: step for step in STEPS}
