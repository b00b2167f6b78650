"""Projects that the arguments of pytest name by their pyproject.toml or setup.py."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

FILES = ("pyproject.toml", "setup.py")


def project_file(directory: Path, argument: str) -> Path | None:
    """Return the pyproject.toml or setup.py that an argument names, alone or at the start of a node id; or None.

    >>> project_file(Path(), "tests/test_it.py::test_one") is None
    True
    """
    path = directory / argument.partition("::")[0]
    return path.resolve() if path.name in FILES and path.is_file() else None


def ignores_conftest(early_config: pytest.Config) -> bool:
    """Return whether only release steps are requested; if so, pytest is set to read no further conftest.py."""
    options = early_config.known_args_namespace
    arguments = getattr(options, "file_or_dir", [])
    directory = early_config.invocation_params.dir
    only_steps = options.fake_pypi and arguments and all(project_file(directory, argument) for argument in arguments)
    if only_steps:
        early_config.pluginmanager._noconftest = True  # noqa: SLF001 - what --noconftest sets, and too late for that
    return bool(only_steps)
