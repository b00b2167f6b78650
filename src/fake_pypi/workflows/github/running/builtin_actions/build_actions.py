"""hynek/build-and-inspect-python-package: build with what is installed where the rehearsal runs, and check.

https://github.com/hynek/build-and-inspect-python-package
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

from fake_pypi.workflows.github.running.builtin_actions.action_call import ActionCall
from fake_pypi.workflows.github.running.running_job import ActionFailed

BUILD = [sys.executable, "-m", "build"]


def build_and_inspect(call: ActionCall) -> dict[str, str]:
    """Build sdist and wheel, check them, and upload them as the artifact "Packages"."""
    source = call.path(call.text("path", default="."))
    dist = call.job.temporary / "baipp" / "dist"
    subject = call.text("upload-name-suffix")
    dist.parent.mkdir(parents=True, exist_ok=True)
    name = f"Packages{subject}"
    call.run([*BUILD, "--outdir", str(dist), str(source)], shown=f"python -m build {call.text('path', default='.')}")
    files = sorted(dist.iterdir())
    check = [sys.executable, "-m", "twine", "check", "--strict", *(file.name for file in files)]
    call.run(check, cwd=dist, shown="twine check --strict dist/*")
    target = call.job.session.artifacts / name
    if target.exists():
        raise ActionFailed(f"an artifact with the name {name!r} already exists in this run: use upload-name-suffix")
    shutil.copytree(dist, target)
    call.job.session.artifact_versions[name] = 4
    call.print(f"artifact {name}: {', '.join(file.name for file in files)}")
    versions = supported_versions(source / "pyproject.toml")
    return {
        "dist": str(dist),
        "artifact-name": name,
        "supported_python_classifiers_json_array": json.dumps(versions),
        "supported_python_classifiers_json_job_matrix_value": json.dumps({"python-version": versions}),
        "package_name": files[0].name.partition("-")[0] if files else "",
        "package_version": files[0].name.removesuffix(".tar.gz").split("-")[1] if files else "",
    }


def supported_versions(pyproject: Path) -> list[str]:
    """Return the versions of Python in the classifiers of a project."""
    text = pyproject.read_text(encoding="utf-8") if pyproject.is_file() else ""
    return sorted(
        set(re.findall(r"Programming Language :: Python :: (3\.\d+)", text)), key=lambda version: int(version[2:])
    )
