"""The keyring of a shell, which stores passwords in a file of its home (`home_keyring`), not in the user's own."""

from __future__ import annotations

import shutil
from pathlib import Path

from fake_pypi.clients.folders import Folders

BACKEND = "PYTHON_KEYRING_BACKEND"
SETTINGS = """\
[backend]
default-keyring = home_keyring.Keyring
keyring-path = {}
"""


def write_keyring(folders: Folders) -> None:
    """Install the keyring with a settings file in the home, which programs under `python -I` read too."""
    module_folder = folders.directory / "keyring"
    module_folder.mkdir(exist_ok=True)
    shutil.copyfile(Path(__file__).with_name("home_keyring.py"), module_folder / "home_keyring.py")
    windows = folders.windows_home()["LOCALAPPDATA"] / "Python Keyring"
    for settings in (windows, folders.home / ".config" / "python_keyring"):
        settings.mkdir(parents=True, exist_ok=True)
        (settings / "keyringrc.cfg").write_text(SETTINGS.format(module_folder), encoding="utf-8")
