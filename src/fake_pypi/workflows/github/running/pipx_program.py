"""The program `pipx` of a job's machine, as far as workflows use it: `run`, `install`, and what has no effect here.

GitHub's machines have pipx. This file is run by path, with the interpreter that rehearses, and installs each
application into an environment of its own from the fake index.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

WITHOUT_EFFECT = ("ensurepath", "list", "upgrade", "upgrade-all", "environment", "--version")


def main(arguments: list[str]) -> int:
    """Run one command of pipx; `arguments` begin with the folders for environments and for programs."""
    environments, programs = Path(arguments[0]), Path(arguments[1])
    command, rest = (arguments[2], arguments[3:]) if len(arguments) > 2 else ("", [])
    if command in WITHOUT_EFFECT:
        return 0
    if command not in {"run", "install", "inject"}:
        print(f"pipx {command} is not available in a rehearsal", file=sys.stderr)  # noqa: T201 - a program
        return 2
    options, words = _split(rest)
    if command == "run":
        requirement = options.get("--spec", words[0].partition("==")[0] if "==" not in words[0] else words[0])
        folder = _install(environments, _name(words[0]), [requirement])
        program = folder / ("Scripts" if os.name == "nt" else "bin") / _program(folder, _name(words[0]))
        return subprocess.run([str(program), *words[1:]], check=False).returncode
    if command == "inject":
        _install(environments, _name(words[0]), words[1:])
        return 0
    for requirement in words:
        folder = _install(environments, _name(requirement), [requirement])
        _link(folder, programs, _name(requirement))
    return 0


def _split(arguments: list[str]) -> tuple[dict[str, str], list[str]]:
    """Return the options before the application, and the application with its arguments."""
    options: dict[str, str] = {}
    rest = list(arguments)
    while rest and rest[0].startswith("-"):
        name, equals, value = rest.pop(0).partition("=")
        if name in {"--spec", "--python", "--pip-args", "--index-url"}:
            options[name] = value if equals else rest.pop(0)
    return options, rest


def _name(requirement: str) -> str:
    return re.split(r"[\s<>=!~@\[;]", requirement, maxsplit=1)[0]


def _install(environments: Path, name: str, requirements: list[str]) -> Path:
    folder = environments / name
    if not folder.exists():
        subprocess.run([sys.executable, "-m", "virtualenv", "--quiet", "--no-download", str(folder)], check=True)
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    command = [str(scripts / "python"), "-m", "pip", "install", "--quiet", *requirements]
    result = subprocess.run(command, check=False, capture_output=True, text=True, encoding="utf-8", errors="replace")
    if result.returncode == 0:
        return folder
    installed = shutil.which(name)
    print(result.stdout, result.stderr, file=sys.stderr)  # noqa: T201 - a program
    if installed is None or os.name == "nt":
        raise subprocess.CalledProcessError(result.returncode, command)
    print(f"note: {name} is used as it is installed on this machine", file=sys.stderr)  # noqa: T201 - a program
    (scripts / name).symlink_to(installed)
    return folder


def _program(folder: Path, name: str) -> str:
    """Return the program of an application; `build` has only `pyproject-build`, which pipx knows too."""
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    return name if (scripts / name).exists() or name != "build" else "pyproject-build"


def _link(folder: Path, programs: Path, name: str) -> None:
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    for script in scripts.iterdir():
        if script.name.lower().startswith(name.lower()[:4]) and not (programs / script.name).exists():
            (programs / script.name).symlink_to(script)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
