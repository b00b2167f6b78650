"""pypa/cibuildwheel: the wheel of the running interpreter for this platform, if the settings select it.

https://cibuildwheel.pypa.io/en/stable/options/
"""

from __future__ import annotations

import fnmatch
import itertools
import platform
import re
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fake_pypi.workflows.github.running.builtin_actions.action_call import ActionCall
from fake_pypi.workflows.github.running.builtin_actions.repaired_wheels import build_wheels, leave_out
from fake_pypi.workflows.github.running.builtin_actions.source_actions import unpack_sdist
from fake_pypi.workflows.github.running.running_job import ActionFailed

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PLATFORMS = {"linux": ("linux", "manylinux"), "darwin": ("macos", "macosx"), "win32": ("windows", "win")}
NATIVE_NAMES = {"x86_64": {"x86_64", "AMD64"}, "AMD64": {"x86_64", "AMD64"}, "arm64": {"arm64", "universal2"}}
NOT_RUN = ("before-all", "before-build", "before-test", "test-command")
"""Options with commands that cibuildwheel runs in its container or for its own interpreters."""


def cibuildwheel(call: ActionCall) -> dict[str, str]:
    """Build the wheel of this interpreter, and repair it for PyPI."""
    source = _source(call, call.text("package-dir", default="."))
    output = call.path(call.text("output-dir", default="wheelhouse"))
    output.mkdir(parents=True, exist_ok=True)
    settings = WheelSettings(call.variables, _table(source, call.text("config-file")))
    if why := why_not_built(settings, call.text("only")):
        leave_out(call, f"{call.action}: {why}")
        return {}
    call.note(f"{call.action} builds one wheel here, for the running interpreter and this platform")
    for option in NOT_RUN:
        if settings.text(option):
            call.note(f"{call.action}: `{option}` is not run")
    words = (word.partition("=") for word in shlex.split(settings.text("environment")))
    variables = {name: value for name, equals, value in words if equals and "$" not in value}
    call.variables = {**call.variables, **variables}
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", "{out}", str(source)]
    build_wheels(call, command, "python -m build --wheel", output, cwd=call.job.workspace)
    return {}


class WheelSettings:
    """The options of cibuildwheel: variables before pyproject.toml, those of the platform before general ones."""

    def __init__(self, variables: Mapping[str, str], table: Mapping[str, Any]) -> None:
        self._variables = variables
        self._table = table

    def text(self, option: str, default: str = "") -> str:
        """Return an option as text, a list with spaces between its items."""
        name, system = f"CIBW_{option.upper().replace('-', '_')}", PLATFORMS.get(sys.platform, ("linux", ""))[0]
        for variable in (f"{name}_{system.upper()}", name):
            if value := self._variables.get(variable, "").strip():
                return value
        value = self._table.get(system, {}).get(option) or self._table.get(option) or default
        if isinstance(value, Mapping):
            return " ".join(f"{key}={shlex.quote(str(item))}" for key, item in value.items())
        return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def why_not_built(settings: WheelSettings, only: str) -> str:
    """Return why the wheel of this interpreter and platform is not selected, "" if it is.

    >>> why_not_built(WheelSettings({"CIBW_SKIP": "cp3*"}, {}), "").partition(" is ")[2]
    'not built: `skip` names it'
    """
    machine = platform.machine()
    identifier = f"cp{sys.version_info[0]}{sys.version_info[1]}-{PLATFORMS.get(sys.platform, ('', ''))[1]}_{machine}"
    if only:
        return "" if only == identifier else f"{only} is not built here, where {identifier} would be"
    native = NATIVE_NAMES.get(machine, {machine})
    archs = re.split(r"[\s,]+", settings.text("archs", "auto"))
    if not {"auto", "auto64", "native", "all", *native} & set(archs):
        return f"{' '.join(archs)} is not built on this machine, which is {machine}"
    if not _matches(identifier, settings.text("build", "*")):
        return f"{identifier} is not built: `build` does not name it"
    return f"{identifier} is not built: `skip` names it" if _matches(identifier, settings.text("skip")) else ""


def _matches(identifier: str, patterns: str) -> bool:
    return any(fnmatch.fnmatchcase(identifier, each) for pattern in patterns.split() for each in _alternatives(pattern))


def _alternatives(pattern: str) -> list[str]:
    """Return a pattern without braces: one for each alternative in them."""
    parts = re.split(r"\{([^{}]*)\}", pattern)
    choices = [part.split(",") if number % 2 else [part] for number, part in enumerate(parts)]
    return ["".join(words) for words in itertools.product(*choices)]


def _source(call: ActionCall, text: str) -> Path:
    """Return the folder of the project, which is unpacked where `package-dir` is an sdist."""
    path = call.path(text)
    if path.is_dir():
        return path
    sdists = sorted(path.parent.glob(path.name))
    if not sdists:
        raise ActionFailed(f"{text}, which package-dir names, does not exist")
    folder = call.job.temporary / f"sdist-{len(list(call.job.temporary.iterdir()))}"
    folder.mkdir()
    unpack_sdist(sdists[0], folder)
    return folder


def _table(source: Path, config_file: str) -> Mapping[str, Any]:
    file = source / config_file.replace("{package}/", "") if config_file else source / "pyproject.toml"
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError):
        return {}
    table = data.get("tool", {}).get("cibuildwheel", {})
    return table if isinstance(table, Mapping) else {}
