"""Upload with twine, as guides type it: to TestPyPI, to PyPI, and once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.rehearsal.changed import changed_copy
from fake_pypi.rehearsal.failure import RejectedFile, StepFailed
from fake_pypi.rehearsal.output import plain
from fake_pypi.rules.project import new_projects_warning

if TYPE_CHECKING:
    import subprocess

    from fake_pypi.fake import FakePyPI
    from fake_pypi.rehearsal.run import Rehearsal

TO_TESTPYPI = "twine upload --repository testpypi dist/*"
TO_PYPI = "twine upload dist/*"
SKIPPING = "twine upload --skip-existing dist/*"
TAKEN = "duplicate-file"


def upload_to_testpypi(rehearsal: Rehearsal) -> None:
    """Upload every file to TestPyPI with an account-wide token."""
    _upload(rehearsal, TO_TESTPYPI, rehearsal.indexes.testpypi, "TestPyPI")


def upload_to_pypi(rehearsal: Rehearsal) -> None:
    """Upload every file to PyPI; then switch to a token for this project only, as guides advise."""
    _upload(rehearsal, TO_PYPI, rehearsal.indexes.pypi, "PyPI")
    pypi = rehearsal.indexes.pypi
    if warning := new_projects_warning(pypi.index, pypi.user):
        rehearsal.notes.append(warning)
    token = pypi.add_token(projects=[rehearsal.release.name])
    rehearsal.shell.use_tokens(pypi=token.secret)


def _upload(rehearsal: Rehearsal, command: str, index: FakePyPI, called: str) -> None:
    release = rehearsal.release
    before = index.rejections.total, index.requests.total
    done = rehearsal.run(command, cwd=release.folder)
    if done.returncode:
        output = plain(done)
        summary, rejected = _failure(command, output, index, called, before)
        raise StepFailed.from_output(command, output, summary, rejected=rejected)
    wanted = [file.name for file in release.files]
    there = _there(rehearsal, index)
    if sorted(wanted) != there:
        raise StepFailed(f"{called} has {', '.join(there) or 'nothing'} instead of {', '.join(wanted)}")
    rehearsal.published.append(f"{release} on {called}: {', '.join(wanted)}")


def _failure(
    command: str, output: str, index: FakePyPI, called: str, before: tuple[int, int]
) -> tuple[str, list[RejectedFile]]:
    """Tell a rejection from a tool that crashed: the index has recorded what it rejected."""
    rejections, requests = before
    rejected = _rejections_of(index, rejections)
    if rejected:
        return f"{called} rejected the upload", rejected
    statuses = [each.status for each in index.requests.after(requests) if each.status >= 400 and each.method == "POST"]
    if statuses:
        return f"{called} answered {statuses[0]} to the upload", []
    tool, last = command.partition(" ")[0], output.splitlines()[-1:]
    return ": ".join([f"{tool} failed, and {called} rejected nothing", *(line.strip() for line in last)]), []


def upload_again(rehearsal: Rehearsal) -> None:
    """Upload the same files (accepted silently), changed ones (rejected), and changed ones with --skip-existing."""
    index, release = rehearsal.indexes.pypi, rehearsal.release
    before = index.rejections.total
    changed = changed_copy(release, rehearsal.workspace / "changed")
    same = rehearsal.start(TO_PYPI, cwd=release.folder)
    other = rehearsal.start(TO_PYPI, cwd=changed)
    skipping = rehearsal.start(SKIPPING, cwd=changed)
    _expect_success(same.result(), TO_PYPI, "the same files again were not accepted")
    _expect_rejection(rehearsal, other.result(), before)
    _expect_success(skipping.result(), SKIPPING, "changed files were not passed over")
    if sorted(file.name for file in release.files) != _there(rehearsal, index):
        raise StepFailed("an upload that should have changed nothing changed the release")
    rehearsal.rejected += [
        f"{each.filename}, changed: {each} as it should be" for each in index.rejections.after(before)
    ]


def _expect_success(done: subprocess.CompletedProcess[str], command: str, summary: str) -> None:
    if done.returncode:
        raise StepFailed(summary, command=command, said=plain(done))


def _expect_rejection(rehearsal: Rehearsal, done: subprocess.CompletedProcess[str], before: int) -> None:
    """Changed files under the old names must be rejected, unless that rule was left out."""
    index = rehearsal.indexes.pypi
    if TAKEN not in index.rules:
        return
    said = plain(done)
    rejected = _rejections_of(index, before)
    if not done.returncode or "File already exists" not in said or rejected[0].rule != TAKEN:
        raise StepFailed(
            "changed files under the same names were not rejected with `400 File already exists`",
            command=TO_PYPI,
            said=said,
            rejected=rejected,
        )


def _there(rehearsal: Rehearsal, index: FakePyPI) -> list[str]:
    project = index.project(rehearsal.release.name)
    releases = project.releases.values() if project else ()
    return sorted(name for release in releases for name in release.filenames)


def _rejections_of(index: FakePyPI, before: int) -> list[RejectedFile]:
    """Return what an index has rejected since it had rejected `before` uploads."""
    return [
        RejectedFile.by(index.rules[each.rule], each.filename, each.status, each.message)
        for each in index.rejections.after(before)
    ]
