"""Actions about the source of a project: unpack its sdist, compare its version with the tag.

https://github.com/re-actors/checkout-python-sdist · https://github.com/samuelcolvin/check-python-version
"""

from __future__ import annotations

import re
import tarfile
from pathlib import Path

from packaging.version import InvalidVersion, Version

from fake_pypi.workflows.github.running.builtin_actions.action_call import ActionCall
from fake_pypi.workflows.github.running.running_job import ActionFailed

_VERSION = re.compile(r"^_*version_*\s*=\s*[\"']([^\"']+)[\"']", re.MULTILINE | re.IGNORECASE)


def checkout_sdist(call: ActionCall) -> dict[str, str]:
    """Unpack the sdist of an artifact of this run into the workspace."""
    artifact, name = call.text("workflow-artifact-name"), call.text("source-tarball-name", default="*.tar.gz")
    folder = call.job.session.artifacts / artifact
    found = sorted(folder.glob(name)) if artifact and folder.is_dir() else []
    if not found:
        stored = ", ".join(sorted(path.name for path in call.job.session.artifacts.iterdir())) or "none"
        raise ActionFailed(f"there is no {name} in the artifact {artifact!r} (the artifacts are: {stored})")
    unpack_sdist(found[0], call.job.workspace)
    call.print(f"unpacked {found[0].name}")
    return {}


def unpack_sdist(sdist: Path, folder: Path) -> None:
    """Unpack the members of an sdist into a folder, without the folder that is around them."""
    with tarfile.open(sdist) as archive:
        for member in archive.getmembers():
            member.name = member.name.partition("/")[2]
            if member.name and (member.isfile() or member.isdir()) and ".." not in member.name.split("/"):
                archive.extract(member, folder, set_attrs=False)


def check_version(call: ActionCall) -> dict[str, str]:
    """Compare the tag with the version in a file."""
    path = call.text("version_file_path")
    file = call.path(path)
    if not path or not file.is_file():
        raise ActionFailed(f"the file {path!r} does not exist, which version_file_path names")
    match = _VERSION.search(file.read_text(encoding="utf-8"))
    if match is None:
        raise ActionFailed(f"no version was found in {path}")
    ref = str(call.job.session.github["ref"]).rpartition("/")[2]
    version = match[1]
    try:
        parsed, tagged = Version(version), Version(ref)
    except InvalidVersion:
        raise ActionFailed(f"{ref!r} is no version, and that in {path} is {version}") from None
    if parsed != tagged:
        raise ActionFailed(f"the tag {ref} differs from the version in {path}, which is {version}")
    call.print(f"the tag {ref} and the version in {path} agree")
    major_minor = f"{parsed.major}.{parsed.minor}"
    return {"VERSION": version, "VERSION_MAJOR_MINOR": major_minor, "IS_PRERELEASE": str(parsed.is_prerelease).lower()}
