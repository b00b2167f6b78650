"""The settings of a session, from the command line and the project's configuration."""

from __future__ import annotations

import os
import shutil
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from fake_pypi.errors import UsageError

Build = Literal["sdist", "wheel", "both"]
InstallerName = Literal["pip", "uv"]
PublisherName = Literal["twine", "uv", "poetry", "hatch", "flit", "pdm", "maturin"]
BuilderName = Literal["build", "uv", "poetry", "hatch", "flit", "pdm", "maturin"]


@dataclass(frozen=True)
class Settings:
    """The settings of the fake indexes and of rehearsals.

    >>> Settings(build="sdist").checked().build
    'sdist'
    """

    projects: tuple[Path, ...] = ()
    """Folders to rehearse."""
    dist: Path | None = None
    """A folder of built files to rehearse."""
    build: Build = "both"
    """What to build."""
    installer: InstallerName = "pip"
    """What installs the release."""
    wheelhouse: tuple[Path, ...] = ()
    """Folders of wheels and sdists from which other projects are installed."""
    upstream: str | None = None
    """An index from which other projects are downloaded."""
    without: tuple[str, ...] = ()
    """Ids of rules that are not checked."""
    as_of: str | None = None
    """The date whose rules, messages and limits the indexes have; None: today."""
    process_environment: bool = False
    """Whether all subprocesses of the session use the fake indexes."""
    scripts: bool = True
    """Whether console scripts are run."""
    strict: bool = False
    """Whether commands in shells run in a network that has only the fake indexes."""
    pass_env: tuple[str, ...] = ()
    """Names and patterns of further variables that are passed to shells."""
    timeout: float = 1800.0
    """The time limit of each step in seconds; 0: none."""
    extras: tuple[str, ...] = ()
    """The extras that are installed with the release."""
    skipped_modules: tuple[str, ...] = ()
    """Patterns of modules that are not imported."""
    har: Path | None = None
    """The folder of the HTTP archives of rehearsals and failed tests."""
    report: tuple[Path, ...] = ()
    """The files into which reports are written."""
    publisher: PublisherName | None = None
    """The tool that uploads; None: the one that the project uses."""
    builder: BuilderName | None = None
    """The tool that builds; None: the one that the project uses."""
    release_version: str | None = None
    """The version that is rehearsed; None: that of the project, or of its next release."""
    repair_wheels: bool = False
    """Whether auditwheel repairs the wheels of Linux."""
    readme: Path | None = None
    """The folder for the READMEs of releases as HTML."""
    check_reproducible: bool = False
    """Whether a second build is compared with the first."""
    workflows: tuple[Path, ...] = ()
    """The files of publishing workflows to rehearse."""
    workflow_tag: str | None = None
    """The tag that starts the workflows; None: the newest one of the repository."""
    workflow_event: str | None = None
    """The event that starts the workflows; None: what the tag starts."""
    workflow_repository: str | None = None
    """The repository that runs the workflows, as OWNER/NAME; None: the remote `origin`."""
    workflow_secrets: tuple[str, ...] = ()
    """Secrets of the workflows as NAME=VALUE, or NAME for one that is missing."""
    workflow_inputs: tuple[str, ...] = ()
    """Inputs of workflow_dispatch, as NAME=VALUE."""
    workflow_variables: tuple[str, ...] = ()
    """Values of the context `vars`, as NAME=VALUE."""
    workflow_publishers: tuple[str, ...] = ()
    """The registered trusted publishers; "none" for none, empty for those that the workflows need."""

    def checked(self) -> Settings:
        """Return the settings unchanged. Raises `UsageError` for the first invalid one."""
        if self.build not in get_args(Build):
            raise UsageError(f"{self.build!r} cannot be built", "choose from sdist, wheel, both")
        if self.installer not in get_args(InstallerName):
            raise UsageError(f"{self.installer!r} is not an installer", "choose from pip, uv")
        if self.installer == "uv" and not _has_uv():
            raise UsageError("there is no command `uv`", "install uv, or rehearse with pip")
        self._check_release_tools()
        self._check_release_version()
        if not 0 <= self.timeout < float("inf"):
            raise UsageError(f"{self.timeout:g} is not a time limit", "give a number of seconds, or 0 for no limit")
        self._check_files()
        return self

    def _check_files(self) -> None:
        """Raise a `UsageError` for a file or folder that is missing, or not what it should be."""
        for folder in self.wheelhouse:
            if not folder.is_dir():
                raise UsageError(f"the wheelhouse {str(folder)!r} is not a directory", "give a folder of wheels")
        for workflow in self.workflows:
            if not workflow.is_file():
                raise UsageError(f"there is no workflow {str(workflow)!r}", "name a file in .github/workflows")
        if self.har is not None and self.har.exists() and not self.har.is_dir():
            raise UsageError(f"{str(self.har)!r} is no folder for HTTP archives", "name a folder, which may be new")
        if self.readme is not None and self.readme.exists() and not self.readme.is_dir():
            raise UsageError(f"{str(self.readme)!r} is no folder for READMEs", "name a folder, which may be new")
        if self.dist is not None and not _distributions(self.dist):
            raise UsageError(
                f"there is no wheel and no sdist in {str(self.dist)!r}",
                "build first, or do not use --fake-pypi-dist",
            )

    def _check_release_tools(self) -> None:
        """Raise a `UsageError` for a tool that there is not."""
        if self.publisher is not None and self.publisher not in get_args(PublisherName):
            raise UsageError(f"{self.publisher!r} is not a publisher", _choice_of(PublisherName))
        if self.builder is not None and self.builder not in get_args(BuilderName):
            raise UsageError(f"{self.builder!r} is not a builder", _choice_of(BuilderName))

    def _check_release_version(self) -> None:
        """Raise a `UsageError` if the version to rehearse is invalid, or the files have been built already."""
        if self.release_version is None:
            return
        from packaging.version import InvalidVersion, Version

        try:
            Version(self.release_version)
        except InvalidVersion:
            raise UsageError(f"{self.release_version!r} is not a version", "give one such as 3.0.0 or 3.0rc1") from None
        if self.dist is not None:
            raise UsageError("built files have their version already", "give a release version or --dist, not both")


def _choice_of(names: object) -> str:
    return f"choose from {', '.join(get_args(names))}"


def _has_uv() -> bool:
    """Return whether the shells of a rehearsal find uv: in the running environment, or on PATH."""
    return any(shutil.which("uv", path=path) for path in (sysconfig.get_path("scripts"), os.environ.get("PATH")))


def _distributions(folder: Path) -> list[Path]:
    return [*folder.glob("*.whl"), *folder.glob("*.tar.gz"), *folder.glob("*.zip")] if folder.is_dir() else []
