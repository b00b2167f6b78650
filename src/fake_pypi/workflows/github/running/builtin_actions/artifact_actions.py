"""actions/upload-artifact, download-artifact and cache: hand files from job to job.

https://github.com/actions/upload-artifact · https://github.com/actions/download-artifact
"""

from __future__ import annotations

import fnmatch
import glob
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from fake_pypi.workflows.github.running.builtin_actions.action_call import ActionCall
from fake_pypi.workflows.github.running.running_job import ActionFailed

SEPARATE_UPLOADS = 4
"""The major version since which an artifact is complete with its upload: two uploads of one name fail."""
CLOSED_VERSIONS = 3
"""GitHub ends jobs that use this version or an older one (since 30 January 2025)."""

UPLOAD_INPUTS = """
    name path if-no-files-found retention-days compression-level overwrite include-hidden-files archive
"""
DOWNLOAD_INPUTS = """
    name path pattern merge-multiple github-token repository run-id artifact-ids skip-decompress digest-mismatch
"""


def upload_artifact(call: ActionCall) -> dict[str, str]:
    """Store files as an artifact; paths in it are relative to the folder that all patterns have in common."""
    name = call.text("name", default="artifact")
    _check_use(call, UPLOAD_INPUTS)
    patterns = call.lines("path")
    if not patterns:
        raise ActionFailed("Input required and not supplied: path")
    files, root = find_files(call, patterns, hidden=call.flag("include-hidden-files", default=(call.major or 4) < 4))
    if not files:
        message = f"No files were found with the provided path: {' '.join(patterns)}"
        policy = call.text("if-no-files-found", default="warn").lower()
        if call.job.has_left_out_wheels:
            call.print(f"{message}: wheels that are not built in a rehearsal are left out")
            return {}
        if policy == "error":
            raise ActionFailed(message)
        if policy == "warn":
            call.job.session.report.add_warning(f"{call.job.report.title}: {message}; no artifact {name} was made")
        call.print(message)
        return {}
    folder = call.job.session.artifacts / name
    separate = (call.major or SEPARATE_UPLOADS) >= SEPARATE_UPLOADS
    if folder.exists() and separate:
        if not call.flag("overwrite"):
            raise ActionFailed(
                f"an artifact with the name {name!r} already exists in this run: give each job of a matrix a name of "
                f"its own, such as {name}-${{{{ matrix.os }}}}, and download them with `pattern` and `merge-multiple`"
            )
        shutil.rmtree(folder)
    for file in files:
        target = folder / file.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)  # an artifact stores no permissions
    call.job.session.artifact_versions[name] = call.major or SEPARATE_UPLOADS
    listed = ", ".join(file.relative_to(root).as_posix() for file in files[:10])
    call.print(f"artifact {name}: {listed}{f' and {len(files) - 10} more' if len(files) > 10 else ''}")
    number = str(len(list(call.job.session.artifacts.iterdir())))
    address = f"https://github.com/{call.job.session.repository}/actions/runs/1/artifacts/{number}"
    return {"artifact-id": number, "artifact-url": address, "artifact-digest": ""}


def _check_use(call: ActionCall, inputs: str) -> None:
    call.check_inputs(inputs)
    if call.major is not None and call.major <= CLOSED_VERSIONS:
        name = call.action.rpartition("/")[2]
        call.job.session.report.add_mistake(
            f"{call.action}@{call.version}: GitHub ends jobs that use version {call.major} of {name}; use v4 or newer"
        )


def find_files(call: ActionCall, patterns: Sequence[str], *, hidden: bool) -> tuple[list[Path], Path]:
    """Return the files that the patterns match, without those behind `!`, and the folder that they have in common."""
    workspace = call.job.workspace
    files: dict[Path, None] = {}
    search_paths: list[Path] = []
    for pattern in patterns:
        if pattern.startswith("!"):
            excluded = str(call.path(pattern[1:].strip()))
            for file in [file for file in files if _matches(file, excluded)]:
                del files[file]
            continue
        full = os.path.normpath(call.path(pattern))
        search_paths.append(Path(_search_path(full)))
        for match in sorted(glob.glob(full, recursive=True)):  # noqa: PTH207 - the pattern is absolute
            for file in _files_below(Path(match)):
                if hidden or not _is_hidden(file, workspace):
                    files[file] = None
    if len(search_paths) > 1:
        root = Path(os.path.commonpath(search_paths))
    else:
        root = search_paths[0] if search_paths else workspace
    return list(files), root.parent if root.is_file() else root


def _search_path(pattern: str) -> str:
    """Return the part of a pattern before its first wildcard."""
    parts = Path(pattern).parts
    plain = next((number for number, part in enumerate(parts) if glob.has_magic(part)), len(parts))
    return str(Path(*parts[:plain]))


def _files_below(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.is_file())
    return [path] if path.is_file() else []


def _matches(file: Path, pattern: str) -> bool:
    paths = [str(file), *(str(parent) for parent in file.parents)]
    return any(fnmatch.fnmatchcase(path, pattern.replace("**/", "*").replace("/**", "/*")) for path in paths)


def _is_hidden(file: Path, workspace: Path) -> bool:
    inside = file.relative_to(workspace) if file.is_relative_to(workspace) else file
    return any(part.startswith(".") for part in inside.parts)


def download_artifact(call: ActionCall) -> dict[str, str]:
    """Copy one artifact into a folder; without a name each artifact into a folder of its own below it."""
    _check_use(call, DOWNLOAD_INPUTS)
    if call.text("run-id") or call.text("repository"):
        call.note(f"{call.action}: artifacts of other runs are not on this machine; those of this run are used")
    target = call.path(call.text("path", default="."))
    stored = {folder.name: folder for folder in sorted(call.job.session.artifacts.iterdir())}
    name, pattern = call.text("name"), call.text("pattern")
    if name:
        if name not in stored:
            existing = ", ".join(stored) or "none"
            raise ActionFailed(
                f"there is no artifact {name!r} in this run (there is: {existing}): check the name in upload-artifact, "
                f"and that this job `needs` the job that uploads it"
            )
        _check_same_kind(call, name)
        chosen = {stored[name]: target}
    else:
        wanted = [folder for folder in stored.values() if not pattern or fnmatch.fnmatchcase(folder.name, pattern)]
        merged = call.flag("merge-multiple")
        chosen = {folder: target if merged else target / folder.name for folder in wanted}
        if not chosen:
            existing = ", ".join(stored) or "none"
            call.print(f"no artifact {f'matches {pattern!r}' if pattern else 'was uploaded'} (there is: {existing})")
    target.mkdir(parents=True, exist_ok=True)
    for folder, into in chosen.items():
        shutil.copytree(folder, into, dirs_exist_ok=True)
        files = [file.relative_to(folder) for file in _files_below(folder)]
        place = into.relative_to(call.job.workspace) if into.is_relative_to(call.job.workspace) else into
        call.print(f"artifact {folder.name}: {', '.join((place / file).as_posix() for file in files[:10])}")
    return {"download-path": str(target)}


def _check_same_kind(call: ActionCall, name: str) -> None:
    uploaded = call.job.session.artifact_versions.get(name, SEPARATE_UPLOADS)
    here = call.major or SEPARATE_UPLOADS
    if (uploaded >= SEPARATE_UPLOADS) != (here >= SEPARATE_UPLOADS):
        raise ActionFailed(
            f"the artifact {name!r} was uploaded by version {uploaded} of upload-artifact, which version {here} of "
            "download-artifact cannot read: use version 4 or newer of both"
        )


def merge_artifacts(call: ActionCall) -> dict[str, str]:
    """Store the files of several artifacts as one (actions/upload-artifact/merge)."""
    pattern, name = call.text("pattern", default="*"), call.text("name", default="merged-artifacts")
    stored = sorted(call.job.session.artifacts.iterdir())
    chosen = [folder for folder in stored if fnmatch.fnmatchcase(folder.name, pattern) and folder.name != name]
    if not chosen:
        raise ActionFailed(f"no artifact matches {pattern!r}")
    for folder in chosen:
        into = call.job.session.artifacts / name
        shutil.copytree(folder, into / folder.name if call.flag("separate-directories") else into, dirs_exist_ok=True)
        if call.flag("delete-merged"):
            shutil.rmtree(folder)
    call.print(f"artifact {name}: the files of {', '.join(folder.name for folder in chosen)}")
    return {"artifact-id": str(len(stored) + 1), "artifact-url": "", "artifact-digest": ""}


def cache(call: ActionCall) -> dict[str, str]:
    """Find nothing in the cache, as in the first run of a workflow."""
    call.print("nothing is cached")
    return {"cache-hit": "false", "cache-primary-key": call.text("key"), "cache-matched-key": ""}
