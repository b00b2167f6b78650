"""Tools that the user has installed below the real home keep working, though HOME points elsewhere."""

from __future__ import annotations

import os
import site
import sys
from collections.abc import Mapping
from pathlib import Path

from fake_pypi.clients.folders import Folders
from fake_pypi.clients.linked_folder import link_entries

BELOW_HOME = {
    "CARGO_HOME": ".cargo",
    "RUSTUP_HOME": ".rustup",
    "PYENV_ROOT": ".pyenv",
    "ASDF_DATA_DIR": ".asdf",
    # Interpreters only: downloads are off, so uv reads this folder and never writes to it.
    "UV_PYTHON_INSTALL_DIR": ".local/share/uv/python",
}
"""Variable, and where the tool looks below HOME when it is not set."""

CARGO_CREDENTIALS = ("credentials", "credentials.toml")


def toolchains(user: Mapping[str, str], folders: Folders) -> dict[str, str]:
    """Return the variables that keep toolchains in place: the user's own value, or the folder in the real home.

    >>> toolchains({"HOME": "/nowhere", "RUSTUP_HOME": "/opt/rustup"}, Folders(Path("shell")))["RUSTUP_HOME"]
    '/opt/rustup'

    CARGO_HOME becomes a folder of links to the user's own, without the tokens of registries that cargo keeps there.
    """
    home = user.get("HOME") or user.get("USERPROFILE")
    found = {}
    for variable, place in BELOW_HOME.items():
        if user.get(variable):
            found[variable] = user[variable]
        elif home and (Path(home) / place).exists():
            found[variable] = str(Path(home) / place)
    if "CARGO_HOME" in found and os.name != "nt":  # links need a right there
        linked = link_entries(Path(found["CARGO_HOME"]), folders.directory / "cargo", without=CARGO_CREDENTIALS)
        found["CARGO_HOME"] = str(linked)
    return {**found, **_user_site()}


def _user_site() -> dict[str, str]:
    """PYTHONUSERBASE, where the running interpreter takes packages from there (`pip install --user`)."""
    if site.ENABLE_USER_SITE and site.getusersitepackages() in sys.path:
        return {"PYTHONUSERBASE": site.getuserbase()}
    return {}
