"""Yank the release, as the button on PyPI does, and see what pip makes of it; then take the yank back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.rehearsal.failure import StepFailed
from fake_pypi.rehearsal.output import plain

if TYPE_CHECKING:
    import subprocess

    from fake_pypi.rehearsal.run import Rehearsal

REASON = "only a rehearsal"
PIP = "pip install --dry-run --no-deps --ignore-installed"
"""What pip would install, without installing it."""


def yank(rehearsal: Rehearsal) -> None:
    """After a yank `pip install NAME` passes the release over and NAME==VERSION tells the reason."""
    pypi, release = rehearsal.indexes.pypi, rehearsal.release
    venv = rehearsal.environments["from-wheel"]
    cwd = rehearsal.empty_folder("yank")
    by_name, exactly = f"{PIP} {release.name}", f"{PIP} {release.pinned}"
    pypi.yank(release.name, release.version, REASON)
    passed_over = rehearsal.start(by_name, cwd=cwd, within=venv, env=_new_here(rehearsal, "by name"))
    told = rehearsal.start(exactly, cwd=cwd, within=venv, env=_new_here(rehearsal, "exactly"))
    _expect_nothing_found(passed_over.result(), by_name)
    _expect_the_reason(told.result(), exactly)
    pypi.unyank(release.name, release.version)
    back = rehearsal.run(by_name, cwd=cwd, within=venv, env=_new_here(rehearsal, "back"))
    if back.returncode:
        summary = "the release cannot be installed after its yank was taken back"
        raise StepFailed(summary, command=by_name, output=plain(back))


def _new_here(rehearsal: Rehearsal, name: str) -> dict[str, str | None]:
    """Somebody else's cache: pip may believe a page for the ten minutes that PyPI promises for it."""
    return {"PIP_CACHE_DIR": str(rehearsal.empty_folder(f"cache for yank, {name}"))}


def _expect_nothing_found(done: subprocess.CompletedProcess[str], command: str) -> None:
    output = plain(done)
    if not done.returncode or "No matching distribution found" not in output:
        raise StepFailed("a yanked release was picked by its name alone", command=command, output=output)


def _expect_the_reason(done: subprocess.CompletedProcess[str], command: str) -> None:
    output = plain(done)
    if done.returncode or REASON not in output:
        raise StepFailed(
            "a yanked release that is asked for exactly was not installed with the reason",
            command=command,
            output=output,
        )
