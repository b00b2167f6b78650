"""The command lines with which a project is built, checked and uploaded."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from fake_pypi.rehearsal.project_tools.build_tools import BuildTool
from fake_pypi.rehearsal.project_tools.named_tools import installed_program
from fake_pypi.rehearsal.project_tools.selection import ReleaseTools, ToolSelection
from fake_pypi.rehearsal.project_tools.upload_tools import UploadTool
from fake_pypi.settings import Build, InstallerName, Settings

Target = Literal["pypi", "testpypi"]

TOKEN_VARIABLES: Mapping[Target, str] = {"pypi": "PYPI_API_TOKEN", "testpypi": "TEST_PYPI_API_TOKEN"}
"""The variables of a shell with the token of each index."""


@dataclass(frozen=True)
class Tools:
    """The commands that build, check and upload a project. They run in the folder that contains `dist`.

    By default they are those of the packaging guides, `build` and `twine`; `of_project` finds those of a project.

    >>> Tools().build_command("sdist")
    'python -m build --sdist'
    >>> Tools().upload_command("testpypi")
    'twine upload --repository testpypi dist/*'

    `installer` installs the requirements of the build backend. The variables are added to the environment of the
    commands.
    """

    release_tools: ReleaseTools = field(default_factory=ReleaseTools)
    installer: InstallerName = "pip"
    check_command: str = "twine check dist/*"
    build_variables: Mapping[str, str] = field(
        # Keep git from writing into the copied index, and pip from wrapping its output into short lines.
        default_factory=lambda: {"GIT_OPTIONAL_LOCKS": "0", "COLUMNS": "200"}
    )
    check_variables: Mapping[str, str] = field(
        default_factory=lambda: {"COLUMNS": "200"}  # keep twine from wrapping its output into short lines
    )

    @classmethod
    def of_project(cls, root: Path, table: dict[str, Any], settings: Settings) -> Tools:
        """Return the tools that the settings name or that the project's files show; `table` is its pyproject.toml.

        Raises `UsageError` if a named tool is not installed.
        """
        selection = ToolSelection(root, table, find_program=installed_program)
        chosen = selection.choose(settings.publisher, settings.builder, built_before=settings.dist is not None)
        tools = cls(chosen, installer=settings.installer)
        if chosen.publisher.builds:
            # It builds again for each upload: the same files only if they contain the same time.
            epoch = {"SOURCE_DATE_EPOCH": str(int(time.time()) // 2 * 2)}
            return replace(tools, build_variables={**tools.build_variables, **epoch})
        return tools

    @property
    def publisher(self) -> UploadTool:
        """The tool that uploads."""
        return self.release_tools.publisher

    @property
    def builder(self) -> BuildTool:
        """The tool that builds."""
        return self.release_tools.builder

    def summary(self, build: Build) -> list[str]:
        """Return lines with the tools, the reason for each, and their command lines."""
        publisher, *builder = self.release_tools.lines
        # Only `build` has an option for it; uv does it anyway.
        by_itself = self.installer == "uv" and self.builder.name not in {"build", "uv"}
        without_uv = ", which installs its build requirements without uv" if by_itself else ""
        return [
            f"{publisher}; runs `{self.publisher.to_testpypi}` and `{self.publisher.to_pypi}`",
            *(f"{line}; runs `{self.build_command(build)}`{without_uv}" for line in builder),
        ]

    def build_command(self, build: Build) -> str:
        """Return the command that builds an sdist, a wheel, or both."""
        command = self.builder.command(build)
        return command.replace(" -m build", " -m build --installer uv") if self.installer == "uv" else command

    def upload_command(self, target: Target) -> str:
        """Return the command that uploads all files to an index."""
        return self.publisher.to_pypi if target == "pypi" else self.publisher.to_testpypi

    def upload_variables(self, target: Target, shell: Mapping[str, str], *, rebuilt: bool = False) -> dict[str, str]:
        """Return the variables with the token of an index, for tools that do not read it from ~/.pypirc.

        `shell` are the variables of the shell. With `rebuilt`, a tool that builds for each upload makes other files.
        """
        publisher = self.publisher
        templates = publisher.pypi_variables if target == "pypi" else publisher.testpypi_variables
        token = shell.get(TOKEN_VARIABLES[target], "")
        variables = {name: value.format(token=token) for name, value in templates.items()}
        if publisher.builds and "SOURCE_DATE_EPOCH" in self.build_variables:
            epoch = int(self.build_variables["SOURCE_DATE_EPOCH"])
            variables["SOURCE_DATE_EPOCH"] = str(epoch + (2 if rebuilt else 0))  # zip files store even seconds
        return variables
