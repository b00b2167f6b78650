"""Actions that build: hynek/build-and-inspect-python-package, pypa/cibuildwheel and PyO3/maturin-action.

They build with what is installed where the rehearsal runs, for this platform only.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
import shutil
import sys
from pathlib import Path

from packaging.utils import InvalidWheelFilename, parse_wheel_filename

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


def cibuildwheel(call: ActionCall) -> dict[str, str]:
    """Build the wheel of this interpreter, and repair it for PyPI."""
    source = call.path(call.text("package-dir", default="."))
    output = call.path(call.text("output-dir", default="wheelhouse"))
    call.note(f"{call.action} builds one wheel here, for the running interpreter and this platform")
    _build_wheel(call, [*BUILD, "--wheel", "--outdir", "{out}", str(source)], "python -m build --wheel", output)
    return {}


def maturin(call: ActionCall) -> dict[str, str]:
    """Run maturin with the arguments of the workflow, for this platform; wheels are repaired for PyPI."""
    program = call.job.find_program("maturin")
    if program is None:
        raise ActionFailed("maturin is not installed on this machine: pip install maturin")
    command = call.text("command", default="build")
    arguments = shlex.split(call.text("args"))
    if command in {"publish", "upload"}:
        call.run([program, command, *arguments], shown=f"maturin {command} {call.text('args')}")
        return {}
    output = call.path(_option(arguments, "--out", "-o") or "target/wheels")
    kept = [word for word in arguments if word != "--zig"]
    if command == "sdist":
        call.run([program, "sdist", *kept], shown=f"maturin sdist {' '.join(kept)}")
        return {}
    if (target := call.text("target")) and target not in {"x86_64", "x64", "x86_64-unknown-linux-gnu", "aarch64"}:
        call.note(f"{call.action}: the target {target} is not built on this machine")
        return {}
    call.note(f"{call.action} builds one wheel here, for the running interpreter and this platform")
    kept = _without_option(kept, "--out", "-o")
    _build_wheel(call, [program, command, *kept, "--out", "{out}"], f"maturin {command} {call.text('args')}", output)
    return {}


def _option(arguments: list[str], *names: str) -> str:
    for position, word in enumerate(arguments):
        if word in names and position + 1 < len(arguments):
            return arguments[position + 1]
        for name in names:
            if word.startswith(f"{name}="):
                return word.partition("=")[2]
    return ""


def _without_option(arguments: list[str], *names: str) -> list[str]:
    kept, skip = [], False
    for word in arguments:
        if skip:
            skip = False
        elif word in names:
            skip = True
        elif not any(word.startswith(f"{name}=") for name in names):
            kept.append(word)
    return kept


def _build_wheel(call: ActionCall, command: list[str], shown: str, output: Path) -> None:
    """Build into a new folder, and move each file to `output` that PyPI takes, repaired where that is needed."""
    built = call.job.temporary / f"built-{len(list(call.job.temporary.iterdir()))}"
    built.mkdir()
    output.mkdir(parents=True, exist_ok=True)
    call.run([word.replace("{out}", str(built)) for word in command], cwd=call.job.workspace, shown=shown)
    for file in sorted(built.iterdir()):
        if not is_plain_linux_wheel(file.name):
            shutil.move(str(file), output / file.name)
        elif not _repair(call, file, output):
            call.note(
                f"{file.name} is left out: PyPI takes no wheel for plain Linux, and it could not be repaired here "
                "(auditwheel and patchelf do that)"
            )


def is_plain_linux_wheel(filename: str) -> bool:
    """Return whether a wheel is for Linux without naming the system libraries that it needs.

    >>> is_plain_linux_wheel("demo-1.0-cp311-cp311-linux_x86_64.whl")
    True
    """
    try:
        tags = parse_wheel_filename(filename)[3]
    except InvalidWheelFilename:
        return False
    return any(tag.platform.startswith("linux_") for tag in tags)


def _repair(call: ActionCall, wheel: Path, output: Path) -> bool:
    if importlib.util.find_spec("auditwheel") is None:
        return False
    outcome = call.run(
        [sys.executable, "-m", "auditwheel", "repair", "--wheel-dir", str(output), str(wheel)],
        variables={"PATH": call.job.shell.env["PATH"]},
        shown=f"auditwheel repair {wheel.name}",
        check=False,
    )
    return outcome.exit_code == 0
