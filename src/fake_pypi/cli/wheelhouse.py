"""While online, download what a project needs to be built and installed offline later.

    fake-pypi wheelhouse wheels/                        for the project in the current folder
    fake-pypi wheelhouse PROJECT wheels/
    pytest --fake-pypi --fake-pypi-wheelhouse=wheels/   later, offline

It uses your own pip with your own index settings, and does not change your project's folder.
"""

from __future__ import annotations

import argparse
import contextlib
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TextIO

from fake_pypi.cli.index_documents import WheelhouseDocument
from fake_pypi.cli.json_output import add_json, print_json
from fake_pypi.errors import FakePyPIError, UsageError
from fake_pypi.temporary import process_folder

if TYPE_CHECKING:
    from fake_pypi.rehearsal.source_project import SourceProject

KINDS: tuple[Literal["sdist", "wheel"], ...] = ("sdist", "wheel")


class DownloadFailed(FakePyPIError):
    """pip, or the build backend of the project, failed."""

    def __init__(self, requirements: str, reason: str = "") -> None:
        super().__init__(requirements, reason)
        self.requirements = requirements
        self.reason = reason

    def __str__(self) -> str:
        reason = f" ({self.reason})" if self.reason else ""
        return f"{self.requirements} could not be downloaded{reason}: see pip's output above; pip needs a network here"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `fake-pypi wheelhouse`."""
    parser.add_argument(
        "places",
        nargs="+",
        metavar="[PROJECT] DIR",
        help="the project (default: the current folder), and the folder for the wheels",
    )
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Download build requirements and run-time dependencies as wheels."""
    from fake_pypi.rehearsal.source_project import SourceProject

    if len(options.places) > 2:
        raise UsageError("there are too many folders", "give the project, and the folder for the wheels")
    project = SourceProject.at(options.places[0] if len(options.places) == 2 else ".")
    target = Path(options.places[-1])
    if target.exists() and not target.is_dir():
        raise UsageError(f"{str(target)!r} is not a folder", "name a folder, or a new path")
    target.mkdir(parents=True, exist_ok=True)
    build_requirements, dependencies = _requirements(project)
    pip_output = sys.stderr if options.json else None
    _download("the build requirements", build_requirements, target, pip_output)
    _download("the dependencies", dependencies, target, pip_output)
    filenames = tuple(sorted(file.name for file in target.iterdir()))
    if options.json:
        print_json(WheelhouseDocument(str(target), (*build_requirements, *dependencies), filenames))
    else:
        number = f"{len(filenames)} {'file' if len(filenames) == 1 else 'files'}"
        folder = shlex.quote(str(target))
        use = f"rehearse with --wheelhouse {folder} (pytest: --fake-pypi-wheelhouse {folder})"
        print(f"{number} in {target}: {use}")
    return 0


def _requirements(project: SourceProject) -> tuple[list[str], list[str]]:
    """Return the build requirements (of pyproject.toml and of the backend) and the run-time dependencies."""
    from build import BuildBackendException, BuildException, ProjectBuilder
    from build.env import DefaultIsolatedEnv

    from fake_pypi.rehearsal.source_copy import copy_source

    with tempfile.TemporaryDirectory(dir=process_folder()) as scratch, DefaultIsolatedEnv() as isolated:
        copy = copy_source(project.root, Path(scratch) / "tree")
        try:
            builder = ProjectBuilder.from_isolated_env(isolated, copy)
            isolated.install(builder.build_system_requires)
            dynamic = set[str]().union(*(builder.get_requires_for_build(kind) for kind in KINDS))
            isolated.install(dynamic)
            dependencies = _dependencies(Path(builder.metadata_path(Path(scratch) / "metadata")))
        except (BuildBackendException, BuildException) as error:
            raise DownloadFailed("the requirements of the project", str(error)) from None
        except subprocess.CalledProcessError as error:
            with contextlib.suppress(AttributeError, UnicodeDecodeError):
                sys.stderr.write((error.stderr or error.stdout or b"").decode())
            raise DownloadFailed("the build requirements") from None
        return sorted({*builder.build_system_requires, *dynamic}), dependencies


def _dependencies(dist_info: Path) -> list[str]:
    """Return the requirements in the metadata that apply here without an extra."""
    from packaging.metadata import parse_email
    from packaging.requirements import Requirement

    raw, _ = parse_email((dist_info / "METADATA").read_bytes())
    requirements = [Requirement(text) for text in raw.get("requires_dist", [])]
    return [str(item) for item in requirements if item.marker is None or item.marker.evaluate({"extra": ""})]


def _download(description: str, requirements: Iterable[str], target: Path, output: TextIO | None) -> None:
    """Download or build wheels of requirements and of their dependencies with pip, which prints on `output`."""
    listed = list(requirements)
    if not listed:
        return
    command = [sys.executable, "-m", "pip", "wheel", "--wheel-dir", str(target), *listed]
    if subprocess.run(command, check=False, stdout=output).returncode:
        raise DownloadFailed(f"{description} ({', '.join(listed)})")
