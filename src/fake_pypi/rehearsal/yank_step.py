"""The step `yank`: yank the release, check how the installer treats it, then undo the yank."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.rehearsal.failure import OTHER_PYTHON, StepFailed
from fake_pypi.rehearsal.output import plain

if TYPE_CHECKING:
    import subprocess

    from fake_pypi.rehearsal.step import StepRun

REASON = "only a rehearsal"


def yank(step: StepRun) -> None:
    """Check that the installer ignores a yanked release, except for NAME==VERSION, where it shows the reason."""
    resources, within = step.resources, "from-wheel"
    pypi, release = resources.indexes.pypi, resources.release
    cwd = resources.empty_folder("yank")
    installer = resources.installer
    dry_run = f"{installer.install_command} {installer.dry_run}"
    by_name, exactly = f"{dry_run} {release.name}", f"{dry_run} {release.pinned}"
    pypi.yank(release.name, release.version, REASON)
    try:
        ignored = step.start(by_name, cwd=cwd, within=within, env=_empty_cache(step, "by name"))
        pinned = step.start(exactly, cwd=cwd, within=within, env=_empty_cache(step, "exactly"))
        _expect_not_found(ignored.result(), by_name, installer.not_found)
        _expect_reason(pinned.result(), exactly)
    finally:  # projects that are released together install this release later
        pypi.unyank(release.name, release.version)
    installed = step.run(by_name, cwd=cwd, within=within, env=_empty_cache(step, "unyanked"))
    if installed.returncode:
        summary = "the release cannot be installed after its yank was undone"
        raise StepFailed(summary, command=by_name, output=plain(installed))


def _empty_cache(step: StepRun, name: str) -> dict[str, str | None]:
    """Return variables that give the installer an empty cache: it may reuse a page for ten minutes."""
    return {step.resources.installer.cache_variable: str(step.resources.empty_folder(f"cache for yank, {name}"))}


def _expect_not_found(completed: subprocess.CompletedProcess[str], command: str, message: str) -> None:
    output = plain(completed)
    if not completed.returncode or message not in output:
        raise StepFailed("a yanked release was installed without an exact version", command=command, output=output)


def _expect_reason(completed: subprocess.CompletedProcess[str], command: str) -> None:
    output = plain(completed)
    if completed.returncode and OTHER_PYTHON.search(output):  # it has nothing to do with the yank
        raise StepFailed.from_output(command, output, "the release cannot be installed with this Python")
    if completed.returncode or REASON not in output:
        raise StepFailed(
            "a yanked release was not installed with its exact version, or the reason was not shown",
            command=command,
            output=output,
        )
