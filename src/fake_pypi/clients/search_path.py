"""PATH of a shell: the running environment comes first, so `twine` and `python` are those that run pytest."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path


def search_path(user: Mapping[str, str], programs: Path, home: Path) -> str:
    """Return the PATH: the running environment, `programs`, the folder of pipx and uv below `home`, the user's PATH.

    If the user's PATH contains the running environment, its order is preserved: programs before it (a recorder, a
    wrapper) are there on purpose.

    `programs` gets a `python` and a `python3` if the running environment has none (Debian has no `python`, Windows no
    `python3`), because guides use both.
    """
    environment_folders = _environment_folders()
    for name in ("python", "python3"):
        if shutil.which(name, path=os.pathsep.join(environment_folders)) is None:
            _write_launcher(programs, name)
    inherited = list(filter(None, user.get("PATH", "").split(os.pathsep)))
    missing = [folder for folder in environment_folders if folder not in inherited]
    return os.pathsep.join([*missing, str(programs), str(home / ".local" / "bin"), *inherited])


def find_program(name: str, user: Mapping[str, str]) -> str | None:
    """Return the path of a program that a shell would run; None if there is none.

    >>> find_program("no-such-program", {}) is None
    True
    """
    inherited = user.get("PATH", "").split(os.pathsep)
    return shutil.which(name, path=os.pathsep.join([*_environment_folders(), *inherited]))


def active_environment(user: Mapping[str, str]) -> dict[str, str]:
    """Return VIRTUAL_ENV if it is the running environment: with another one `uv pip` and `pip` would disagree."""
    active = user.get("VIRTUAL_ENV")
    if active and os.path.realpath(active) == os.path.realpath(sys.prefix) and sys.prefix != sys.base_prefix:
        return {"VIRTUAL_ENV": active}
    return {}


def _environment_folders() -> list[str]:
    folders = [sysconfig.get_path("scripts"), str(Path(sys.executable).parent)]
    return list(dict.fromkeys(folders))


def _write_launcher(programs: Path, name: str) -> None:
    """Write a script, not a link: an interpreter reached by a link forgets its virtual environment."""
    if os.name == "nt":
        (programs / f"{name}.bat").write_text(f'@"{sys.executable}" %*\n', encoding="utf-8")
        return
    script = programs / name
    script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n', encoding="utf-8")
    script.chmod(0o755)
