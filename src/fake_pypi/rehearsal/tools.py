"""The command lines with which a project is built, checked and uploaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from fake_pypi.settings import Build, InstallerName

Target = Literal["pypi", "testpypi"]

BUILD_OPTIONS: Mapping[Build, str] = {"both": "", "sdist": " --sdist", "wheel": " --wheel"}
REPOSITORY_OPTIONS: Mapping[Target, str] = {"pypi": "", "testpypi": " --repository testpypi"}


@dataclass(frozen=True)
class Tools:
    """The commands of the packaging guides: `build` and `twine`. They run in the folder that contains `dist`.

    >>> Tools().build_command("sdist")
    'python -m build --sdist'
    >>> Tools().upload_command("testpypi")
    'twine upload --repository testpypi dist/*'

    `installer` installs the requirements of the build backend. The variables are added to the environment of the
    commands.
    """

    installer: InstallerName = "pip"
    check_command: str = "twine check dist/*"
    build_variables: Mapping[str, str] = field(
        # Keep git from writing into the copied index, and pip from wrapping its output into short lines.
        default_factory=lambda: {"GIT_OPTIONAL_LOCKS": "0", "COLUMNS": "200"}
    )
    check_variables: Mapping[str, str] = field(
        default_factory=lambda: {"COLUMNS": "200"}  # keep twine from wrapping its output into short lines
    )

    def build_command(self, build: Build) -> str:
        """Return the command that builds an sdist, a wheel, or both."""
        installer = " --installer uv" if self.installer == "uv" else ""
        return f"python -m build{installer}{BUILD_OPTIONS[build]}"

    def upload_command(self, target: Target, *, skip_existing: bool = False) -> str:
        """Return the command that uploads all files to an index; with `skip_existing`, all that it does not have."""
        return f"twine upload{REPOSITORY_OPTIONS[target]}{' --skip-existing' if skip_existing else ''} dist/*"
