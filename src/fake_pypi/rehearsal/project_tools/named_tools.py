"""Check the tools that are named in the settings: they have to be installed, and fit the other settings."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from fake_pypi.clients.search_path import find_program
from fake_pypi.errors import UsageError
from fake_pypi.rehearsal.project_tools.build_tools import BUILD_TOOLS, BuildTool
from fake_pypi.rehearsal.project_tools.upload_tools import UPLOAD_TOOLS, UploadTool
from fake_pypi.settings import Settings

FindProgram = Callable[[str], str | Path | None]


def installed_program(name: str) -> str | None:
    """Return the path of a program that the commands of a rehearsal would run; None if there is none."""
    return find_program(name, os.environ)


def check_named_tools(settings: Settings) -> None:
    """Raise a `UsageError` for a tool that the settings name but that cannot be used."""
    if settings.publisher is not None:
        named_publisher(settings.publisher, installed_program, built_before=settings.dist is not None)
    if settings.builder is not None and settings.dist is None:
        named_builder(settings.builder, installed_program)
    if settings.repair_wheels:
        _check_wheel_repair()


def named_publisher(name: str, find_program: FindProgram, *, built_before: bool) -> UploadTool:
    """Return a publisher. Raise `UsageError` if it is not installed, or cannot upload files that exist already."""
    publisher = UPLOAD_TOOLS[name]
    if not find_program(name):
        raise UsageError(f"the publisher {name} is not installed", f"install it: {publisher.install}")
    if built_before and publisher.builds:
        raise UsageError(
            f"{name} cannot upload files that were built before: it builds them again",
            "choose another publisher, or do not use --dist",
        )
    return publisher


def named_builder(name: str, find_program: FindProgram) -> BuildTool:
    """Return a builder. Raise `UsageError` if it is not installed."""
    builder = BUILD_TOOLS[name]
    if not is_installed(builder, find_program):
        raise UsageError(f"the builder {name} is not installed", f"install it: {builder.install}")
    return builder


def is_installed(builder: BuildTool, find_program: FindProgram) -> bool:
    """Return whether a builder can be run; `build` always can, as a dependency of this project."""
    return builder.name == "build" or bool(find_program(builder.name))


def _check_wheel_repair() -> None:
    if sys.platform != "linux":
        raise UsageError("auditwheel repairs wheels of Linux only, on Linux", "do not use --repair-wheels")
    missing = [name for name in ("auditwheel", "patchelf") if not installed_program(name)]
    if missing:
        raise UsageError(
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not installed",
            f"install {'it' if len(missing) == 1 else 'them'}: python -m pip install {' '.join(missing)}",
        )
