"""The environment of a shell: some of the user's variables, plus what leads to the fakes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from fake_pypi.clients.folders import Folders
from fake_pypi.clients.git import git_settings
from fake_pypi.clients.keyring import BACKEND, put_keyring
from fake_pypi.clients.neutral_settings import neutral_settings
from fake_pypi.clients.passed_variables import passed
from fake_pypi.clients.private import is_a_clients_setting
from fake_pypi.clients.real_hosts import real_hosts
from fake_pypi.clients.search_path import active_environment, search_path
from fake_pypi.clients.settings_files import has_global_pip_settings, pin_uv_python
from fake_pypi.clients.ssh import put_ssh
from fake_pypi.clients.supported_clients import CLIENTS
from fake_pypi.clients.toolchains import toolchains
from fake_pypi.clients.wiring import Wiring

_ACTIVATED = ("VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT", "CONDA_PREFIX", "PYTHONHOME")


def shell_environment(
    wiring: Wiring,
    folders: Folders,
    user: Mapping[str, str],
    tokens: Mapping[str, str],
    *,
    pass_env: Iterable[str] = (),
) -> dict[str, str]:
    """Return all variables of a command in the shell; `tokens` may be empty (`credentials=False`).

    Of the user's, those in `passed_variables` and in `pass_env` come in.
    """
    kept = {name: value for name, value in passed(user, pass_env).items() if name not in _ACTIVATED}
    put_keyring(folders)
    pin_uv_python(folders)
    put_ssh(folders, user)
    shell = {
        **kept,
        **active_environment(user),
        **_clean_home(folders),
        **_clients_settings(folders),
        **git_settings(folders, user),
        **real_hosts(wiring, folders, user),
        **toolchains(user, folders),
        **addresses(wiring),
        **token_variables(tokens),
        "PATH": search_path(user, folders.programs, folders.home),
    }
    del shell[BACKEND]  # it would beat the settings of the keyring in the home
    if not has_global_pip_settings():
        del shell["PIP_CONFIG_FILE"]
    return shell


def wired_environment(wiring: Wiring, directory: Path, user: Mapping[str, str]) -> dict[str, str | None]:
    """What to change in an environment that keeps its HOME (`--fake-pypi-wire`); None takes a variable away.

    Proxy, authority, index and cache variables. `directory` must outlive the session.
    """
    folders = Folders(directory)
    folders.make()
    taken: dict[str, str | None] = {name: None for name in user if is_a_clients_setting(name)}
    netrc = directory / "netrc"
    netrc.touch(mode=0o600)
    return {
        **taken,
        **_clients_settings(folders),
        **neutral_settings(folders, user),
        **real_hosts(wiring, folders, user),
        **addresses(wiring),
        # The user's own file would offer the real passwords to the fakes.
        "NETRC": str(netrc),
    }


def addresses(wiring: Wiring) -> dict[str, str]:
    """Where the fakes answer over plain HTTP, and where the `fake-pypi` commands find them."""
    return {
        "FAKE_PYPI_URL": wiring.pypi_url,
        "FAKE_TESTPYPI_URL": wiring.testpypi_url,
        "FAKE_PYPI_CONTROL": wiring.control,
    }


def token_variables(tokens: Mapping[str, str]) -> dict[str, str]:
    """The tokens under the names that guides and workflows use."""
    names = {"pypi": "PYPI_API_TOKEN", "testpypi": "TEST_PYPI_API_TOKEN"}
    return {names[index]: token for index, token in tokens.items()}


def _clean_home(folders: Folders) -> dict[str, str]:
    home = {"HOME": str(folders.home)}
    home.update({name: str(folder) for name, folder in folders.windows_home().items()})
    if os.name == "nt":
        # TEMP stays where it is: paths of isolated builds below a deep folder pass Windows's 260 characters.
        home["HOMEDRIVE"], home["HOMEPATH"] = os.path.splitdrive(folders.home)
    else:
        home["TMPDIR"] = str(folders.temporary)
    return home


def _clients_settings(folders: Folders) -> dict[str, str]:
    places = {
        "caches": str(folders.caches),
        "home": str(folders.home),
        "devnull": os.devnull,
    }
    return {name: value.format_map(places) for client in CLIENTS for name, value in client.variables.items()}
