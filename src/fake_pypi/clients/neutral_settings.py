"""What keeps clients from the user's settings and credentials where HOME stays the user's (`--fake-pypi-wire`)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from fake_pypi.clients.folders import Folders
from fake_pypi.clients.linked_folder import link_entries
from fake_pypi.clients.supported_clients import CLIENTS

HIDDEN = (".pypirc", ".netrc", "_netrc")
"""Files of the home that no variable moves for every client: Python programs do not find them."""


def neutral_settings(folders: Folders, user: Mapping[str, str]) -> dict[str, str]:
    """Write the settings that clients get instead of the user's; return the variables that name them.

    XDG_CONFIG_HOME becomes a folder of links to the user's own, without the settings of clients: uv has no other
    variable for its `uv.toml` that leaves the settings of projects in force.
    """
    settings = folders.directory / "settings"
    for client in CLIENTS:
        for name in client.empty_files:
            (settings / name).parent.mkdir(parents=True, exist_ok=True)
            (settings / name).touch(mode=0o600)
    wired = {
        name: value.format(settings=settings) for client in CLIENTS for name, value in client.config_variables.items()
    }
    home = user.get("HOME") or user.get("USERPROFILE")
    if home is None:
        return wired
    hidden = [Path(home, name) for name in HIDDEN]
    paths = {str(path) for file in hidden for path in (file, file.resolve())}
    return {**wired, **_config_home(folders, user, Path(home)), "FAKE_PYPI_HIDDEN": os.pathsep.join(sorted(paths))}


def _config_home(folders: Folders, user: Mapping[str, str], home: Path) -> dict[str, str]:
    if os.name == "nt":  # no client reads it there, and APPDATA belongs to every program
        return {}
    # An empty or relative value counts as none, as the specification says.
    named = user.get("XDG_CONFIG_HOME", "")
    source = Path(named) if Path(named).is_absolute() else home / ".config"
    without = {name for client in CLIENTS for name in client.config_entries}
    return {"XDG_CONFIG_HOME": str(link_entries(source, folders.directory / "config", without=without))}
