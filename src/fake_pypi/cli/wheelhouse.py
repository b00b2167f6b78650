"""While online, collect what a project needs to be built and installed offline later.

    fake-pypi wheelhouse wheels/                        for the project here
    fake-pypi wheelhouse PROJECT wheels/
    pytest --fake-pypi --fake-pypi-wheelhouse=wheels/   from now on, offline

It uses your own pip with your own index settings, and leaves your project's folder as it is.
"""

from __future__ import annotations

import argparse
import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from fake_pypi.errors import FakePyPIError, UsageError
from fake_pypi.temporary import process_folder

if TYPE_CHECKING:
    from fake_pypi.rehearsal.project import Project

KINDS: tuple[Literal["sdist", "wheel"], ...] = ("sdist", "wheel")


class CouldNotCollect(FakePyPIError):
    """pip, or the project's build backend, failed while something was collected."""

    def __init__(self, what: str, said: str = "") -> None:
        super().__init__(what, said)
        self.what = what
        self.said = said

    def __str__(self) -> str:
        said = f" ({self.said})" if self.said else ""
        return f"could not collect {self.what}{said}: see pip's own words above; this command needs a network"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `fake-pypi wheelhouse`."""
    parser.add_argument("places", nargs="+", metavar="[PROJECT] DIR", help="the project (.), and the folder to fill")


def run(options: argparse.Namespace) -> int:
    """Collect build requirements and run-time dependencies as wheels."""
    from fake_pypi.rehearsal.project import Project

    if len(options.places) > 2:
        raise UsageError("there are too many folders", "name the project, and the folder to fill")
    project = Project.at(options.places[0] if len(options.places) == 2 else ".")
    target = Path(options.places[-1])
    if target.exists() and not target.is_dir():
        raise UsageError(f"{str(target)!r} is no folder", "name one that exists, or a new one")
    target.mkdir(parents=True, exist_ok=True)
    build, needed = _requirements(project)
    for what, requirements in (("what the build requires", build), ("what the project requires", needed)):
        _collect(what, requirements, target)
    number = len(list(target.iterdir()))
    print(f"{number} {'file' if number == 1 else 'files'} in {target}: pass --fake-pypi-wheelhouse={target}")
    return 0


def _requirements(project: Project) -> tuple[list[str], list[str]]:
    """What the project asks for: to be built (static and told by its backend), and to run."""
    from build import BuildBackendException, BuildException, ProjectBuilder
    from build.env import DefaultIsolatedEnv

    from fake_pypi.rehearsal.source_copy import copy_source

    with tempfile.TemporaryDirectory(dir=process_folder()) as scratch, DefaultIsolatedEnv() as isolated:
        copy = copy_source(project.root, Path(scratch) / "tree")
        try:
            builder = ProjectBuilder.from_isolated_env(isolated, copy)
            isolated.install(builder.build_system_requires)
            told = set[str]().union(*(builder.get_requires_for_build(kind) for kind in KINDS))
            isolated.install(told)
            needed = _run_time(Path(builder.metadata_path(Path(scratch) / "metadata")))
        except (BuildBackendException, BuildException) as broken:
            raise CouldNotCollect("what the project requires", str(broken)) from None
        except subprocess.CalledProcessError as failed:
            with contextlib.suppress(AttributeError, UnicodeDecodeError):
                sys.stderr.write((failed.stderr or failed.stdout or b"").decode())
            raise CouldNotCollect("what the build requires") from None
        return sorted({*builder.build_system_requires, *told}), needed


def _run_time(dist_info: Path) -> list[str]:
    """The requirements in the metadata that hold here without any extra."""
    from packaging.metadata import parse_email
    from packaging.requirements import Requirement

    raw, _ = parse_email((dist_info / "METADATA").read_bytes())
    requirements = [Requirement(each) for each in raw.get("requires_dist", [])]
    return [str(each) for each in requirements if each.marker is None or each.marker.evaluate({"extra": ""})]


def _collect(what: str, requirements: Iterable[str], target: Path) -> None:
    """Let pip fetch (or build) wheels of requirements and of all that they require."""
    wanted = list(requirements)
    if not wanted:
        return
    command = [sys.executable, "-m", "pip", "wheel", "--wheel-dir", str(target), *wanted]
    if subprocess.run(command, check=False).returncode:
        raise CouldNotCollect(f"{what}: {', '.join(wanted)}")
