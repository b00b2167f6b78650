"""The step `yank`: yank the release, check how pip treats it, then undo the yank."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.rehearsal.failure import StepFailed
from fake_pypi.rehearsal.output import plain

if TYPE_CHECKING:
    import subprocess

    from fake_pypi.rehearsal.step import StepRun

REASON = "only a rehearsal"
DRY_RUN = "pip install --dry-run --no-deps --ignore-installed"
"""The command that shows what pip would install."""


def yank(step: StepRun) -> None:
    """Check that pip ignores a yanked release, except for NAME==VERSION, where it shows the reason."""
    resources, within = step.resources, "from-wheel"
    pypi, release = resources.indexes.pypi, resources.release
    cwd = resources.empty_folder("yank")
    by_name, exactly = f"{DRY_RUN} {release.name}", f"{DRY_RUN} {release.pinned}"
    pypi.yank(release.name, release.version, REASON)
    ignored = step.start(by_name, cwd=cwd, within=within, env=_empty_cache(step, "by name"))
    pinned = step.start(exactly, cwd=cwd, within=within, env=_empty_cache(step, "exactly"))
    _expect_not_found(ignored.result(), by_name)
    _expect_reason(pinned.result(), exactly)
    pypi.unyank(release.name, release.version)
    installed = step.run(by_name, cwd=cwd, within=within, env=_empty_cache(step, "unyanked"))
    if installed.returncode:
        summary = "the release cannot be installed after its yank was undone"
        raise StepFailed(summary, command=by_name, output=plain(installed))


def _empty_cache(step: StepRun, name: str) -> dict[str, str | None]:
    """Return variables that give pip an empty cache: it may reuse a page for the ten minutes that PyPI allows."""
    return {"PIP_CACHE_DIR": str(step.resources.empty_folder(f"cache for yank, {name}"))}


def _expect_not_found(completed: subprocess.CompletedProcess[str], command: str) -> None:
    output = plain(completed)
    if not completed.returncode or "No matching distribution found" not in output:
        raise StepFailed("pip installed a yanked release without an exact version", command=command, output=output)


def _expect_reason(completed: subprocess.CompletedProcess[str], command: str) -> None:
    output = plain(completed)
    if completed.returncode or REASON not in output:
        raise StepFailed(
            "pip did not install a yanked release with its exact version and show the reason",
            command=command,
            output=output,
        )
