"""Artifacts of jobs, and the variables that jobs pass on in dotenv reports.

https://docs.gitlab.com/ci/jobs/job_artifacts/
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from fake_pypi.workflows.gitlab.path_patterns import matches_path
from fake_pypi.workflows.gitlab.pipeline import JobArtifacts
from fake_pypi.workflows.gitlab.running.job_machine import JobMachine
from fake_pypi.workflows.gitlab.variable_expansion import expand


class PassedArtifacts:
    """The artifacts of a pipeline in a folder; `variables` are those of dotenv reports, by job."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._jobs: dict[str, list[Path]] = {}
        self.variables: dict[str, dict[str, str]] = {}

    def collect(
        self, job: str, artifacts: JobArtifacts, machine: JobMachine, variables: Mapping[str, str]
    ) -> list[str]:
        """Store the artifacts of a job, and return the lines that the runner prints."""
        lines = []
        every = [path.relative_to(machine.directory).as_posix() for path in _files(machine.directory)]
        chosen: set[str] = set()
        for written in artifacts.paths:
            pattern = _relative(expand(written, variables), machine.directory)
            matching = {path for path in every if _is_below(pattern, path)}
            lines.append(
                f"{written}: found {len(matching)} files" if matching else f"WARNING: {written}: no matching files"
            )
            chosen |= matching
        if artifacts.untracked:
            untracked = set(machine.untracked_files())
            lines.append(f"untracked: found {len(untracked)} files")
            chosen |= untracked
        excluded = [_relative(expand(pattern, variables), machine.directory) for pattern in artifacts.exclude]
        chosen = {path for path in chosen if not any(matches_path(pattern, path) for pattern in excluded)}
        if not chosen and (artifacts.paths or artifacts.untracked):
            lines.append("ERROR: No files to upload")
        target = self._folder / str(sum(map(len, self._jobs.values())))
        for path in sorted(chosen):
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(machine.directory / path, target / path)
        self._jobs.setdefault(job, []).append(target)
        for written in artifacts.dotenv:
            file = machine.directory / expand(written, variables)
            if file.is_file():
                self.variables.setdefault(job, {}).update(_dotenv(file.read_text(encoding="utf-8", errors="replace")))
            else:
                lines.append(f"WARNING: {written}: no matching files")
        return lines

    def has_files(self, job: str) -> bool:
        """Return whether a job has stored files."""
        return any(folder.is_dir() for folder in self._jobs.get(job, ()))

    def restore(self, jobs: Iterable[str], directory: Path) -> list[str]:
        """Copy the artifacts of jobs into a checkout, and return the lines that the runner prints."""
        lines = []
        for job in jobs:
            for folder in self._jobs.get(job, ()):
                if folder.is_dir():
                    shutil.copytree(folder, directory, dirs_exist_ok=True)
                    lines.append(f"Downloading artifacts for {job}")
        return lines


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and ".git" not in path.relative_to(folder).parts[:1]]


def _relative(pattern: str, directory: Path) -> str:
    text = pattern.replace("\\", "/").removeprefix(f"{directory.as_posix()}/").removeprefix("./")
    return text.rstrip("/") or "**"


def _is_below(pattern: str, path: str) -> bool:
    """Return whether a pattern matches a path, or a folder above it."""
    parts = path.split("/")
    return any(matches_path(pattern, "/".join(parts[:count])) for count in range(1, len(parts) + 1))


def _dotenv(text: str) -> dict[str, str]:
    pairs = re.findall(r"^([A-Za-z_]\w*)=(.*)$", text, re.MULTILINE)
    return {name: re.sub(r"^(['\"])(.*)\1$", r"\2", value.strip()) for name, value in pairs}
