"""The environment of a shell, or of a process that keeps its home: the user's variables and the fakes' variables."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from fake_pypi.clients.connection_settings import ConnectionSettings, address_variables, real_host_variables
from fake_pypi.clients.folders import Folders
from fake_pypi.clients.git import git_settings
from fake_pypi.clients.passed_variables import passed_variables
from fake_pypi.clients.private_variables import is_client_setting
from fake_pypi.clients.real_home import replacement_settings, toolchain_variables
from fake_pypi.clients.search_path import active_environment, search_path
from fake_pypi.clients.settings_files import (
    KEYRING_BACKEND_VARIABLE,
    has_global_pip_settings,
    pin_uv_python,
    write_keyring,
)
from fake_pypi.clients.ssh import write_ssh_programs
from fake_pypi.clients.supported_clients import CLIENTS

_ACTIVATION = ("VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT", "CONDA_PREFIX", "PYTHONHOME")


def shell_environment(
    connection: ConnectionSettings,
    folders: Folders,
    user: Mapping[str, str],
    tokens: Mapping[str, str],
    *,
    pass_env: Iterable[str] = (),
) -> dict[str, str]:
    """Return all variables of a command in a shell, and write the settings files that they refer to.

    `user` is the environment of the user, of which the variables in `passed_variables` and in `pass_env` are passed.
    `tokens` may be empty (`credentials=False`).
    """
    variables = {name: value for name, value in passed_variables(user, pass_env).items() if name not in _ACTIVATION}
    write_keyring(folders)
    pin_uv_python(folders)
    write_ssh_programs(folders, user)
    shell = {
        **variables,
        **active_environment(user),
        **_clean_home(folders),
        **_client_variables(folders),
        **git_settings(folders, user),
        **real_host_variables(connection, folders, user),
        **toolchain_variables(user, folders),
        **address_variables(connection),
        **workflow_token_variables(tokens),
        "PATH": search_path(user, folders.programs, folders.home),
    }
    del shell[KEYRING_BACKEND_VARIABLE]  # it would take precedence over the settings of the keyring in the home
    if not has_global_pip_settings():
        del shell["PIP_CONFIG_FILE"]
    return shell


def environment_changes(
    connection: ConnectionSettings, directory: Path, user: Mapping[str, str]
) -> dict[str, str | None]:
    """Return what to change in an environment that keeps its HOME; None removes a variable.

    `--fake-pypi-process-environment` changes the environment of pytest in this way.

    Proxy, authority, index and cache variables are set. `directory` must exist as long as the environment is used.
    """
    folders = Folders(directory)
    folders.make()
    removed: dict[str, str | None] = {name: None for name in user if is_client_setting(name)}
    netrc = directory / "netrc"
    netrc.touch(mode=0o600)
    return {
        **removed,
        **_client_variables(folders),
        **replacement_settings(folders, user),
        **real_host_variables(connection, folders, user),
        **address_variables(connection),
        # With the user's own file, clients would send the real passwords to the fakes.
        "NETRC": str(netrc),
    }


def workflow_token_variables(tokens: Mapping[str, str]) -> dict[str, str]:
    """Return the tokens under the names that guides and workflows use."""
    names = {"pypi": "PYPI_API_TOKEN", "testpypi": "TEST_PYPI_API_TOKEN"}
    return {names[index]: token for index, token in tokens.items()}


def _clean_home(folders: Folders) -> dict[str, str]:
    home = {"HOME": str(folders.home)}
    home.update({name: str(folder) for name, folder in folders.windows_home().items()})
    if os.name == "nt":
        # TEMP is not changed: paths of isolated builds below a deep folder exceed Windows's 260 characters.
        home["HOMEDRIVE"], home["HOMEPATH"] = os.path.splitdrive(folders.home)
    else:
        home["TMPDIR"] = str(folders.temporary)
    return home


def _client_variables(folders: Folders) -> dict[str, str]:
    folder_paths = {
        "caches": str(folders.caches),
        "home": str(folders.home),
        "devnull": os.devnull,
    }
    return {name: value.format_map(folder_paths) for client in CLIENTS for name, value in client.variables.items()}
