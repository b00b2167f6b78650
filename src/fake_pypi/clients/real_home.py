"""Access to the user's real home: toolchains are available, settings and credentials of clients are not."""

from __future__ import annotations

import os
import site
import sys
from collections.abc import Container, Mapping
from pathlib import Path

from fake_pypi.clients.folders import Folders
from fake_pypi.clients.supported_clients import CLIENTS

TOOLCHAINS = {
    "CARGO_HOME": ".cargo",
    "RUSTUP_HOME": ".rustup",
    "PYENV_ROOT": ".pyenv",
    "ASDF_DATA_DIR": ".asdf",
    # Interpreters only: downloads are off, so uv reads this folder and never writes to it.
    "UV_PYTHON_INSTALL_DIR": ".local/share/uv/python",
}
"""Variables, and the folders below HOME that the tools use when they are not set."""

CARGO_CREDENTIALS = ("credentials", "credentials.toml")

HIDDEN_FILES = (".pypirc", ".netrc", "_netrc")
"""Files of the home that no variable replaces for every client: they are hidden from Python programs."""


def toolchain_variables(user: Mapping[str, str], folders: Folders) -> dict[str, str]:
    """Return the variables with which toolchains of the real home work in a shell, whose HOME is another folder.

    >>> toolchain_variables({"HOME": "/nowhere", "RUSTUP_HOME": "/opt/rustup"}, Folders(Path("shell")))["RUSTUP_HOME"]
    '/opt/rustup'

    CARGO_HOME becomes a folder of links to the user's own, without the tokens of registries that cargo stores there.
    """
    home = _home_of(user)
    variables = {}
    for variable, folder in TOOLCHAINS.items():
        if user.get(variable):
            variables[variable] = user[variable]
        elif home and (home / folder).exists():
            variables[variable] = str(home / folder)
    if "CARGO_HOME" in variables and os.name != "nt":  # links need a privilege there
        linked = link_entries(Path(variables["CARGO_HOME"]), folders.directory / "cargo", without=CARGO_CREDENTIALS)
        variables["CARGO_HOME"] = str(linked)
    return {**variables, **_user_site()}


def replacement_settings(folders: Folders, user: Mapping[str, str]) -> dict[str, str]:
    """Write settings files that replace the user's where HOME is not changed; return the variables that name them.

    XDG_CONFIG_HOME becomes a folder of links to the user's own, without the settings of clients: uv has no other
    variable for its `uv.toml` that leaves the settings of projects in force.
    """
    settings = folders.directory / "settings"
    for client in CLIENTS:
        for name in client.empty_files:
            (settings / name).parent.mkdir(parents=True, exist_ok=True)
            (settings / name).touch(mode=0o600)
    variables = {
        name: value.format(settings=settings) for client in CLIENTS for name, value in client.config_variables.items()
    }
    home = _home_of(user)
    if home is None:
        return variables
    hidden_files = [home / name for name in HIDDEN_FILES]
    paths = {str(path) for file in hidden_files for path in (file, file.resolve())}
    return {**variables, **_config_home(folders, user, home), "FAKE_PYPI_HIDDEN": os.pathsep.join(sorted(paths))}


def link_entries(source: Path, target: Path, *, without: Container[str]) -> Path:
    """Make `target` a folder of links to the entries of `source`, apart from those named in `without`.

    What programs change inside of an entry changes the user's own; new entries stay in `target`. Entries that cannot
    be linked (Windows requires a privilege) are left out. If there is no `source`, `target` is empty.
    """
    target.mkdir(parents=True, exist_ok=True)
    try:
        entries = sorted(source.iterdir())
    except OSError:
        return target
    for entry in entries:
        link = target / entry.name
        if entry.name not in without and not os.path.lexists(link):
            try:
                link.symlink_to(entry.absolute())
            except OSError:
                continue
    return target


def _home_of(user: Mapping[str, str]) -> Path | None:
    home = user.get("HOME") or user.get("USERPROFILE")
    return Path(home) if home else None


def _config_home(folders: Folders, user: Mapping[str, str], home: Path) -> dict[str, str]:
    if os.name == "nt":  # no client reads it there, and APPDATA is used by every program
        return {}
    # By the specification an empty or relative value is ignored.
    value = user.get("XDG_CONFIG_HOME", "")
    source = Path(value) if Path(value).is_absolute() else home / ".config"
    without = {name for client in CLIENTS for name in client.config_entries}
    return {"XDG_CONFIG_HOME": str(link_entries(source, folders.directory / "config", without=without))}


def _user_site() -> dict[str, str]:
    """Return PYTHONUSERBASE if the running interpreter imports from there (`pip install --user`)."""
    if site.ENABLE_USER_SITE and site.getusersitepackages() in sys.path:
        return {"PYTHONUSERBASE": site.getuserbase()}
    return {}
