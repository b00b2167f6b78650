"""The step `yank`: yank the release, check how pip treats it, then undo the yank."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.rehearsal.failure import StepFailed
from fake_pypi.rehearsal.output import plain

if TYPE_CHECKING:
    import subprocess

    from fake_pypi.rehearsal.rehearsal import Rehearsal

REASON = "only a rehearsal"
DRY_RUN = "pip install --dry-run --no-deps --ignore-installed"
"""The command that shows what pip would install."""


def yank(rehearsal: Rehearsal) -> None:
    """Check that pip ignores a yanked release, except for NAME==VERSION, where it shows the reason."""
    pypi, release = rehearsal.indexes.pypi, rehearsal.release
    venv = rehearsal.environments["from-wheel"]
    cwd = rehearsal.empty_folder("yank")
    by_name, exactly = f"{DRY_RUN} {release.name}", f"{DRY_RUN} {release.pinned}"
    pypi.yank(release.name, release.version, REASON)
    ignored = rehearsal.start(by_name, cwd=cwd, within=venv, env=_empty_cache(rehearsal, "by name"))
    pinned = rehearsal.start(exactly, cwd=cwd, within=venv, env=_empty_cache(rehearsal, "exactly"))
    _expect_not_found(ignored.result(), by_name)
    _expect_reason(pinned.result(), exactly)
    pypi.unyank(release.name, release.version)
    installed = rehearsal.run(by_name, cwd=cwd, within=venv, env=_empty_cache(rehearsal, "unyanked"))
    if installed.returncode:
        summary = "the release cannot be installed after its yank was undone"
        raise StepFailed(summary, command=by_name, output=plain(installed))


def _empty_cache(rehearsal: Rehearsal, name: str) -> dict[str, str | None]:
    """Return variables that give pip an empty cache: it may reuse a page for the ten minutes that PyPI allows."""
    return {"PIP_CACHE_DIR": str(rehearsal.empty_folder(f"cache for yank, {name}"))}


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
