"""Upload with twine and the commands of the packaging guides: to TestPyPI, to PyPI, and to PyPI again."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.rehearsal.built_release import LEFT_OUT, BuiltRelease
from fake_pypi.rehearsal.failure import RejectedFile, StepFailed
from fake_pypi.rehearsal.output import plain
from fake_pypi.rules.existing_files import FileExists

if TYPE_CHECKING:
    import subprocess

    from fake_pypi.fake import FakePyPI
    from fake_pypi.rehearsal.resources import Resources
    from fake_pypi.rehearsal.step import StepRun
    from fake_pypi.rehearsal.tool_commands import Target

ALREADY_EXISTS = "already exists"
"""What a publisher prints that skips a file whose name is on the index."""
GZIP_TIME_OFFSET = 4
"""Offset of the time in a gzip file (RFC 1952)."""
LOCAL_TIME_OFFSET, CENTRAL_TIME_OFFSET = 10, 12
"""Offsets of a zip member's time in its local header and in its central directory header (APPNOTE 4.3)."""


def upload_to_testpypi(step: StepRun) -> None:
    """Upload every file to TestPyPI with an account-wide token."""
    _upload(step, "testpypi", step.resources.indexes.testpypi, "TestPyPI")


def upload_to_pypi(step: StepRun) -> None:
    """Upload every file to PyPI; then switch to a token for this project only, as guides advise."""
    resources, pypi = step.resources, step.resources.indexes.pypi
    _upload(step, "pypi", pypi, "PyPI")
    token = pypi.add_token(projects=[resources.release.name])
    resources.shell.use_tokens(pypi=token.secret)


def _upload(step: StepRun, target: Target, index: FakePyPI, site: str) -> None:
    release, tools = step.resources.release, step.resources.tools
    command, env = tools.upload_command(target), tools.upload_variables(target, step.resources.shell.env)
    before = index.rejections.total, index.requests.total
    completed = step.run(command, cwd=_upload_folder(step, target), env=env)
    if completed.returncode:
        output = plain(completed)
        summary, rejected = _failure(command, output, index, site, before)
        raise StepFailed.from_output(command, output, summary, rejected=rejected)
    expected = [file.name for file in release.files]
    filenames = _filenames_on(step.resources, index)
    if sorted(expected) != filenames:
        raise StepFailed(
            f"{site} has {', '.join(filenames) or 'nothing'} instead of {', '.join(expected)}",
            command=command,
            output=plain(completed),
        )
    step.published.append(f"{release} on {site}: {', '.join(expected)}")


def _upload_folder(step: StepRun, target: Target) -> Path:
    """Return the folder in which the files are uploaded: a copy of the project for a tool that builds there again.

    The steps run together, so its build would replace files that another step reads.
    """
    resources, release = step.resources, step.resources.release
    if not resources.tools.publisher.builds:
        return release.folder
    folder = resources.workspace / f"upload to {target}"
    copied = folder / release.folder.relative_to(resources.workspace)
    return copied if folder.exists() else _copy_project(release, folder, resources.workspace)


def _copy_project(release: BuiltRelease, folder: Path, workspace: Path) -> Path:
    """Copy the project with the files of the release, and the checkout that it is part of; return the copied project.

    The checkout is the folder below `workspace` that contains the project: tools read the repository at its top.
    """
    project = release.folder.relative_to(workspace)
    unneeded = shutil.ignore_patterns(".venv", "target", LEFT_OUT)
    shutil.copytree(workspace / project.parts[0], folder / project.parts[0], symlinks=True, ignore=unneeded)
    return folder / project


def _failure(
    command: str, output: str, index: FakePyPI, site: str, before: tuple[int, int]
) -> tuple[str, list[RejectedFile]]:
    """Return a summary and the rejected files; none are rejected if the tool failed for another reason."""
    rejections, requests = before
    rejected = _rejections_of(index, rejections)
    if rejected:
        return f"{site} rejected the upload", rejected
    statuses = [
        request.status
        for request in index.requests.after(requests)
        if request.status >= 400 and request.method == "POST"
    ]
    if statuses:
        return f"{site} answered {statuses[0]} to the upload", []
    tool, last = command.partition(" ")[0], output.splitlines()[-1:]
    return ": ".join([f"{tool} failed, and {site} rejected nothing", *(line.strip() for line in last)]), []


def upload_again(step: StepRun) -> None:
    """Upload the same files (accepted), rebuilt ones (rejected), and rebuilt ones with an option to skip (accepted).

    Tools differ: one may skip or reject what exists by itself, and may have no such option.
    """
    resources = step.resources
    index, release, tools = resources.indexes.pypi, resources.release, resources.tools
    command, skipping = tools.upload_command("pypi"), tools.publisher.skipping
    same, changed = (tools.upload_variables("pypi", resources.shell.env, rebuilt=changed) for changed in (False, True))
    before = index.rejections.total
    rebuilt = resources.workspace / "rebuilt"
    if tools.publisher.needs_project:
        rebuilt = _copy_project(release, rebuilt, resources.workspace)
    rebuild(release, rebuilt)
    same_files = step.start(command, cwd=_upload_folder(step, "pypi"), env=same)
    rebuilt_files = step.start(command, cwd=rebuilt, env=changed)
    skipped_files = step.start(skipping, cwd=rebuilt, env=changed) if skipping else None
    _expect_success(same_files.result(), command, "a second upload of the same files was not accepted")
    _check_rebuilt_files(step, rebuilt_files.result(), before)
    if skipped_files:
        _expect_success(skipped_files.result(), skipping, "changed files were not skipped")
    if sorted(file.name for file in release.files) != _filenames_on(resources, index):
        raise StepFailed("uploads that should not change the release changed it")
    step.rejected += [
        f"{rejection.filename}, changed: {rejection}, as expected" for rejection in index.rejections.after(before)
    ]


def _expect_success(completed: subprocess.CompletedProcess[str], command: str, summary: str) -> None:
    if completed.returncode:
        raise StepFailed(summary, command=command, output=plain(completed))


def _check_rebuilt_files(step: StepRun, completed: subprocess.CompletedProcess[str], before: int) -> None:
    """Fail unless the publisher treats rebuilt files as it always does; pass if the rule set has no such rule."""
    resources, publisher = step.resources, step.resources.tools.publisher
    index = resources.indexes.pypi
    if FileExists.id not in index.rules:
        return
    output = plain(completed)
    if publisher.skips_existing and not completed.returncode and ALREADY_EXISTS in output:
        step.warnings.append(
            f"`{resources.tools.upload_command('pypi')}` ends with exit code 0 for changed files under the same names, "
            f"and publishes nothing (it prints {ALREADY_EXISTS!r}), so a second release job for this version is green"
        )
        return
    rejected = _rejections_of(index, before)
    is_rejected = bool(rejected) and rejected[0].rule == FileExists.id
    has_message = "File already exists" in " ".join(output.split()) or not publisher.prints_rejection
    fails_first = publisher.compares_first and not rejected
    if not completed.returncode or not ((is_rejected and has_message) or fails_first):
        raise StepFailed(
            "changed files under the same names were not rejected with `400 File already exists`",
            command=resources.tools.upload_command("pypi"),
            output=output,
            rejected=rejected,
        )


def _filenames_on(resources: Resources, index: FakePyPI) -> list[str]:
    project = index.project(resources.release.name)
    releases = project.releases.values() if project else ()
    return sorted(name for release in releases for name in release.filenames)


def _rejections_of(index: FakePyPI, before: int) -> list[RejectedFile]:
    """Return the files that an index rejected after its first `before` rejections."""
    return [
        RejectedFile.from_rule(index.rules[rejection.rule], rejection.filename, rejection.status, rejection.message)
        for rejection in index.rejections.after(before)
    ]


def rebuild(release: BuiltRelease, folder: Path) -> Path:
    """Copy the files of a release to `folder`/dist as a second build would make them, and return `folder`.

    The names stay, the bytes differ: a time inside each file is changed.
    """
    (folder / "dist").mkdir(parents=True, exist_ok=True)
    for file in release.files:
        copy = Path(shutil.copyfile(file, folder / "dist" / file.name))
        for offset in _time_offsets(copy):
            _flip_bit(copy, offset)
    return folder


def _time_offsets(file: Path) -> list[int]:
    """Return the offsets of a time that installers ignore."""
    if file.name.endswith(".tar.gz"):
        return [GZIP_TIME_OFFSET]
    with zipfile.ZipFile(file) as archive:
        return [archive.filelist[0].header_offset + LOCAL_TIME_OFFSET, archive.start_dir + CENTRAL_TIME_OFFSET]


def _flip_bit(file: Path, offset: int) -> None:
    with file.open("r+b") as opened:
        opened.seek(offset)
        byte = opened.read(1)[0]
        opened.seek(offset)
        opened.write(bytes([byte ^ 1]))
