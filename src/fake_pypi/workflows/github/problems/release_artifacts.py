"""Problems about the files on their way from the job that builds to the job that publishes."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from fake_pypi.workflows.github.expression_values import to_text
from fake_pypi.workflows.github.needs import ancestors
from fake_pypi.workflows.github.plan import Plan, PlannedJob
from fake_pypi.workflows.github.problems.problem import Occurrence, ProblemKind, Subject
from fake_pypi.workflows.github.problems.publish_steps import (
    DOWNLOAD_ACTION,
    INSPECT_ACTION,
    UPLOAD_ACTION,
    PublishStep,
    action_of,
    all_jobs,
    all_steps,
    builds,
    commands_of,
    known_text,
    normal_path,
)

OWNERS_WITHOUT_UPLOADS = (
    "actions/",
    "astral-sh/",
    "codecov/",
    "docker/",
    "dtolnay/",
    "pdm-project/",
    "pre-commit/",
    "pypa/",
    "PyO3/",
    "sigstore/",
    "softprops/",
)
"""Owners of actions that upload no artifacts, but for actions/upload-artifact."""
WITHOUT_FILES = re.compile(
    r"\s*(?:(?:python3?\s+-m\s+)?pipx?\s+(?:install|list|freeze)|uv\s+(?:pip|tool|python)\s+install|uv\s+sync|echo|ls|set|cd"
    r"|(?:python3?\s+-m\s+|uv\s+run\s+|uvx\s+|pipx\s+run\s+)?"
    r"(?:twine\s+(?:check|upload)|(?:uv|poetry|hatch|flit|pdm|maturin)\b.*\s(?:publish|upload)))\b"
)
"""Commands that make no distributions."""


@dataclass(frozen=True)
class UploadedArtifact:
    """An artifact that a step uploads: the name (None: known only at run time), and the folders of its files."""

    job_id: str
    name: str | None
    folders: tuple[str, ...] | None


@dataclass(frozen=True)
class Download:
    """A step that downloads artifacts: by `name`, by `pattern`, or all of them where both are empty."""

    line: int
    name: str | None
    pattern: str | None
    path: str | None
    merges: bool
    is_elsewhere: bool


def uploads(plan: Plan) -> list[UploadedArtifact]:
    """Return the artifacts that the jobs of a plan upload."""
    found = []
    for owner, planned in all_jobs(plan):
        for step, _ in all_steps(planned):
            if action_of(step) == UPLOAD_ACTION:
                name = known_text(owner, planned, step.inputs.get("name", "artifact"))
                path = known_text(owner, planned, step.inputs.get("path", ""))
                found.append(UploadedArtifact(planned.job.id, name, _folders(path)))
            elif action_of(step) == INSPECT_ACTION:
                suffix = known_text(owner, planned, step.inputs.get("upload-name-suffix", ""))
                found.append(
                    UploadedArtifact(planned.job.id, None if suffix is None else f"Packages{suffix}", ("dist",))
                )
    return found


def _folders(paths: str | None) -> tuple[str, ...] | None:
    """Return the folders whose files are uploaded: the part of each path before a pattern or a file name."""
    if paths is None:
        return None
    folders = []
    for path in paths.splitlines():
        if path.strip() and not path.strip().startswith("!"):
            parts = (normal_path(path) or ".").split("/")
            fixed = []
            for part in parts:
                if any(character in part for character in "*?[") or part.endswith((".whl", ".gz", ".zip")):
                    break
                fixed.append(part)
            folders.append("/".join(fixed) or ".")
    return tuple(folders)


def downloads(plan: Plan, planned: PlannedJob) -> list[Download]:
    """Return the downloads of a job."""
    return [
        Download(
            line=line,
            name=known_text(plan, planned, step.inputs.get("name", "")),
            pattern=known_text(plan, planned, step.inputs.get("pattern", "")),
            path=normal_path(known_text(plan, planned, step.inputs.get("path", "."))),
            merges=to_text(step.inputs.get("merge-multiple")).lower() == "true",
            is_elsewhere=any(key in step.inputs for key in ("run-id", "repository", "artifact-ids")),
        )
        for step, line in all_steps(planned)
        if action_of(step) == DOWNLOAD_ACTION
    ]


def _owner(subject: Subject, planned: PlannedJob) -> Plan:
    return next(plan for plan, each in all_jobs(subject.plan) if each is planned)


def _fetches_otherwise(planned: PlannedJob) -> bool:
    """Return whether a step could build or bring files in a way that is not known here."""
    known = {DOWNLOAD_ACTION, "actions/checkout", "actions/setup-python", "astral-sh/setup-uv", "actions/cache"}
    for step, _ in all_steps(planned):
        action = action_of(step)
        if action and action not in known and "pypi-publish" not in action:
            return True
        if any(not WITHOUT_FILES.match(command) for command in commands_of(step.run or "")):
            return True
    return False


def _receivers(subject: Subject) -> Iterator[tuple[PublishStep, Plan]]:
    """Yield the publishing steps of jobs that do not build themselves, once for each job."""
    seen = set()
    for step in subject.publish_steps:
        if id(step.planned) not in seen and not any(builds(each) for each, _ in all_steps(step.planned)):
            seen.add(id(step.planned))
            yield step, _owner(subject, step.planned)


def _no_needs(subject: Subject) -> Iterator[Occurrence]:
    artifacts = uploads(subject.plan)
    for step, plan in _receivers(subject):
        own = {job.job.id for job in plan.jobs}
        needed = ancestors(plan.workflow, step.job_id)
        callers = {name for name in needed if plan.job(name).called}
        builders = [artifact.job_id for artifact in artifacts if artifact.job_id in own - {step.job_id}]
        if builders and not needed & set(builders) and not callers and downloads(plan, step.planned):
            job = step.planned.job
            yield Occurrence(
                job.lines.get("needs", job.line),
                step.job_id,
                f"the job {step.job_id} downloads artifacts, and does not need the job {builders[0]} that uploads them",
            )


def _not_downloaded(subject: Subject) -> Iterator[Occurrence]:
    for step, plan in _receivers(subject):
        if not downloads(plan, step.planned) and not _fetches_otherwise(step.planned):
            yield Occurrence(
                step.line, step.job_id, f"the job {step.job_id} publishes, but neither builds nor downloads any files"
            )


def _other_name(subject: Subject) -> Iterator[Occurrence]:
    names = [artifact.name for artifact in uploads(subject.plan)]
    if None in names or _may_upload_otherwise(subject.plan):
        return
    listed = ", ".join(sorted({str(name) for name in names})) or "none"
    for step, plan in _receivers(subject):
        for download in downloads(plan, step.planned):
            if download.is_elsewhere or download.name is None or download.pattern is None:
                continue
            if download.name and download.name not in names:
                what = f"no job uploads the artifact '{download.name}' (there is: {listed})"
                yield Occurrence(download.line, step.job_id, what)
            if not download.name and download.pattern and not _selected(download, names):
                what = f"no artifact has a name like '{download.pattern}' (there is: {listed})"
                yield Occurrence(download.line, step.job_id, what)


def _may_upload_otherwise(plan: Plan) -> bool:
    """Return whether a workflow of another repository, or an action that is not known, could upload artifacts."""
    for _, planned in all_jobs(plan):
        if planned.job.uses and planned.called is None:
            return True
        for step, _ in all_steps(planned):
            action = action_of(step)
            known = action.startswith(("./", *OWNERS_WITHOUT_UPLOADS)) or action == INSPECT_ACTION
            if action and not known:
                return True
    return False


def _selected(download: Download, names: list[str | None]) -> list[str]:
    """Return the names of the artifacts that a download without `name` gets."""
    return [name for name in names if name and (not download.pattern or fnmatchcase(name, download.pattern))]


def _other_folder(subject: Subject) -> Iterator[Occurrence]:
    artifacts = uploads(subject.plan)
    if not artifacts or any(artifact.name is None or artifact.folders is None for artifact in artifacts):
        return
    for step, plan in _receivers(subject):
        received = downloads(plan, step.planned)
        folders = [folder for download in received for folder in _targets(download, artifacts)]
        known = not any(download.is_elsewhere or download.path is None for download in received)
        moved = any(each.run and ("mv " in each.run or "cp " in each.run) for each, _ in all_steps(step.planned))
        if folders and known and not moved and step.is_action and step.folder and step.folder not in folders:
            yield Occurrence(
                step.line_of("packages-dir"),
                step.job_id,
                f"the files are downloaded into {' and '.join(dict.fromkeys(folders))}, and those in {step.folder} "
                "are published",
            )


def _targets(download: Download, artifacts: list[UploadedArtifact]) -> list[str]:
    """Return the folders in which the files of the artifacts may be after a download."""
    path = download.path or "."
    wanted = [download.name] if download.name else _selected(download, [each.name for each in artifacts])
    folders = []
    for artifact in artifacts:
        if artifact.name not in wanted:
            continue
        base = path if download.name or download.merges else posixpath.join(path, artifact.name or "")
        uploaded = artifact.folders or (".",)
        # An artifact keeps the paths below the folder that all of its paths have in common.
        common = posixpath.commonpath(uploaded) if len({each.startswith("/") for each in uploaded}) == 1 else "."
        for folder in uploaded:
            inner = posixpath.relpath(folder, common or ".") if common != folder else "."
            folders.append(normal_path(posixpath.join(base, inner)) or ".")
            if folder == ".":
                folders.append(normal_path(posixpath.join(base, "dist")) or ".")
    return folders


ARTIFACT_PROBLEMS = (
    ProblemKind(
        "publish-without-needs",
        "error",
        "Jobs run at the same time unless one needs the other, so the files may not exist yet.",
        "Add the job that builds to `needs` of the job that publishes.",
        _no_needs,
    ),
    ProblemKind(
        "artifacts-not-downloaded",
        "error",
        "Each job runs on a new machine: files of another job are there only after actions/download-artifact.",
        "Upload the files in the job that builds, and download them before they are published.",
        _not_downloaded,
    ),
    ProblemKind(
        "artifact-name-differs",
        "error",
        "actions/download-artifact fails when no artifact of the run has the name.",
        "Use the same name for the upload and the download.",
        _other_name,
    ),
    ProblemKind(
        "artifact-folder-differs",
        "error",
        "The publishing action fails when its folder has no files. A download without a name makes a folder for each "
        "artifact.",
        "Download into the folder that is published (`path: dist`), with `merge-multiple: true` for several artifacts.",
        _other_folder,
    ),
)
