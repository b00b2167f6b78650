"""actions/setup-python and astral-sh/setup-uv: put an interpreter, or uv, first on PATH.

https://github.com/actions/setup-python · https://github.com/astral-sh/setup-uv
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from pathlib import Path

from fake_pypi.workflows.github.running.builtin_actions.action_call import ActionCall
from fake_pypi.workflows.github.running.running_job import ActionFailed
from fake_pypi.workflows.running.runner_python import NoSuchPython, find_python, wanted_minors

UV_PROGRAM = Path(__file__).parents[1] / "uv_program.py"


def setup_python(call: ActionCall) -> dict[str, str]:
    """Make a virtual environment of the wanted interpreter; where it is not on this machine, of the running one."""
    versions = call.lines("python-version") or _versions_in_file(call)
    if not versions:
        call.print("no python-version: the interpreter of the machine is used")
        versions = [f"3.{sys.version_info[1]}"]
    outputs: dict[str, str] = {}
    for version in versions:  # each one is put before the others on PATH
        outputs = _set_up(call, version)
    return outputs


def _set_up(call: ActionCall, version: str) -> dict[str, str]:
    try:
        minors = wanted_minors(version)
    except NoSuchPython as error:
        raise ActionFailed(f"The version {version!r} of Python was not found: {error}. Write it in quotes.") from None
    python, full = _interpreter(call, version, minors)
    folder = call.job.use_python(python)
    call.print(f"Python {full} in {folder}")
    call.job.variables.update(
        {"pythonLocation": str(folder), "Python_ROOT_DIR": str(folder), "Python3_ROOT_DIR": str(folder)}
    )
    return {"python-version": full, "python-path": call.job.python, "cache-hit": "false"}


def _interpreter(call: ActionCall, version: str, minors: list[int]) -> tuple[str, str]:
    """Return the path and the version of an interpreter: the running one, with a note, where another is of no use.

    What a job installs comes from the running environment, and compiled packages fit its version alone, unless there
    are packages from elsewhere.
    """
    running = (sys.executable, ".".join(map(str, sys.version_info[:3])))
    if sys.version_info[1] in minors and not version.startswith(("pypy", "graalpy")):
        return running
    found = None if version.startswith(("pypy", "graalpy")) else find_python(minors, os.environ)
    if found is not None and call.job.session.any_python:
        return found
    why = "packages come from the running environment (name others with --wheelhouse or --upstream)"
    call.note(f"Python {running[1]} is used instead of {version}: {why if found else 'it is not on this machine'}")
    return running


def _versions_in_file(call: ActionCall) -> list[str]:
    named = call.text("python-version-file")
    names = [named] if named else [".python-version"]
    for name in names:
        file = call.path(name)
        if file.is_file():
            return _read_versions(file)
        if named:
            raise ActionFailed(f"The file {name} does not exist, which python-version-file names")
    return []


def _read_versions(file: Path) -> list[str]:
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".toml":
        match = re.search(r"^\s*(?:requires-python|python)\s*=\s*[\"']([^\"']+)[\"']", text, re.MULTILINE)
        return [match[1].replace("^", ">=")] if match else []
    if file.name == ".tool-versions":
        match = re.search(r"^python\s+(\S+)", text, re.MULTILINE)
        return [match[1]] if match else []
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")][:1]


def setup_uv(call: ActionCall) -> dict[str, str]:
    """Put the uv of this machine on PATH, whatever version the workflow names."""
    program = call.job.find_program("uv")
    if program is None:
        raise ActionFailed("uv is not installed on this machine: pip install uv")
    usable = "any" if call.job.session.any_python else "same"
    write_launcher(call, "uv", [sys.executable, str(UV_PROGRAM), program, usable])
    if found := call.job.find_program("uvx"):
        write_launcher(call, "uvx", [found])
    version = call.job.run([program, "--version"], variables=call.variables).output.split()[1:2]
    call.print(f"uv {' '.join(version)} of this machine")
    wanted = call.text("version")
    if wanted and wanted != "latest" and version and not version[0].startswith(wanted.lstrip("v^~=>")):
        call.note(f"uv {version[0]}, which is on this machine, is used instead of {wanted}")
    if python := call.text("python-version"):
        call.job.use_python(_python_for_uv(call, python))
        call.job.variables["UV_PYTHON"] = call.job.python
    if call.flag("activate-environment"):
        folder = call.job.use_python(sys.executable)
        call.job.variables["VIRTUAL_ENV"] = str(folder)
    return {"uv-version": version[0] if version else "", "uv-path": program, "cache-hit": "false"}


def _python_for_uv(call: ActionCall, version: str) -> str:
    try:
        return _interpreter(call, version, wanted_minors(version))[0]
    except NoSuchPython as error:
        raise ActionFailed(f"uv finds no Python {version!r}: {error}") from None


def write_launcher(call: ActionCall, name: str, command: list[str]) -> None:
    """Put a program with this name on PATH, which runs a command with its arguments."""
    if os.name == "nt":
        (call.job.tools / f"{name}.bat").write_text(f"@{' '.join(command)} %*\n", encoding="utf-8")
        return
    file = call.job.tools / name
    file.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n', encoding="utf-8")
    file.chmod(0o755)
