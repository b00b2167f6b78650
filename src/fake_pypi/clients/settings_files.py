"""The settings files of clients in a shell (.pypirc, wgetrc, keyring, uv's Python), and global ones of pip."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from fake_pypi.clients.folders import Folders

REPOSITORIES = {"pypi": "https://upload.pypi.org/legacy/", "testpypi": "https://test.pypi.org/legacy/"}
PYPIRC_SECTION = """
[{name}]
repository = {repository}
username = __token__
password = {token}
"""

KEYRING_BACKEND_VARIABLE = "PYTHON_KEYRING_BACKEND"
KEYRING_SETTINGS = """\
[backend]
default-keyring = home_keyring.Keyring
keyring-path = {}
"""

PIP_GLOBAL_FILES = (
    "/etc/pip.conf",
    "/etc/xdg/pip/pip.conf",
    "/Library/Application Support/pip/pip.conf",
    "C:/ProgramData/pip/pip.ini",
)
PIP_SITE_FILES = (Path(sys.prefix, "pip.conf"), Path(sys.prefix, "pip.ini"))


def write_pypirc(home: Path, tokens: Mapping[str, str]) -> Path:
    """Replace HOME/.pypirc, in the form that publishing guides show; without tokens it is removed.

    `tokens` is `{"pypi": token, "testpypi": token}`. Only the owner may read the file (guides say chmod 600).
    """
    path = home / ".pypirc"
    new = home / ".pypirc.new"
    new.unlink(missing_ok=True)
    if not tokens:
        path.unlink(missing_ok=True)
    else:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(pypirc(tokens))
        new.replace(path)  # a tool that is starting reads the old file or the new one
    return path


def pypirc(tokens: Mapping[str, str]) -> str:
    """Return the text of a .pypirc, which twine, flit, maturin and hatch read.

    >>> print(pypirc({"pypi": "secret"}).splitlines()[1])
    index-servers =
    """
    servers = "".join(f"    {name}\n" for name in tokens)
    sections = "".join(
        PYPIRC_SECTION.format(name=name, repository=REPOSITORIES[name], token=token) for name, token in tokens.items()
    )
    return f"[distutils]\nindex-servers =\n{servers}{sections}"


def write_wgetrc(folders: Folders, ca_pem: Path) -> dict[str, str]:
    """Write the settings with which wget trusts an authority; return the variable that names them."""
    path = folders.directory / "wgetrc"
    path.write_text(f"ca_certificate = {ca_pem}\nnetrc = off\n", encoding="utf-8")
    return {"WGETRC": str(path)}


def write_keyring(folders: Folders) -> None:
    """Install a keyring that stores passwords in a file of the home (`home_keyring`), not in the user's own keyring.

    Its settings file is in the home, so programs under `python -I` read it too.
    """
    module_folder = folders.directory / "keyring"
    module_folder.mkdir(exist_ok=True)
    shutil.copyfile(Path(__file__).with_name("home_keyring.py"), module_folder / "home_keyring.py")
    windows = folders.windows_home()["LOCALAPPDATA"] / "Python Keyring"
    for settings in (windows, folders.home / ".config" / "python_keyring"):
        settings.mkdir(parents=True, exist_ok=True)
        (settings / "keyringrc.cfg").write_text(KEYRING_SETTINGS.format(module_folder), encoding="utf-8")


def pin_uv_python(folders: Folders) -> None:
    """Make uv create environments with the running Python, unless the project or the command names one.

    Otherwise uv skips virtual environments on PATH and takes the first Python of the machine, but the fallback
    packages are wheels for the running one.
    """
    python: str = getattr(sys, "_base_executable", "") or sys.executable
    for settings in (folders.windows_home()["APPDATA"] / "uv", folders.home / ".config" / "uv"):
        settings.mkdir(parents=True, exist_ok=True)
        (settings / ".python-version").write_text(f"{python}\n", encoding="utf-8")


def has_global_pip_settings(files: Sequence[str | Path] = (*PIP_GLOBAL_FILES, *PIP_SITE_FILES)) -> bool:
    """Return whether pip has settings outside of a home: those of the machine, or of the running environment.

    >>> has_global_pip_settings(["/nowhere/pip.conf"])
    False

    The only way to disable them is `PIP_CONFIG_FILE` with the null device, which disables all settings files, also
    what a guide writes to the home with `pip config set`.
    """
    return any(Path(file).exists() for file in files)
