from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fake_pypi.clients import environment
from fake_pypi.clients.connection_settings import ConnectionSettings
from fake_pypi.clients.environment import environment_changes, shell_environment
from fake_pypi.clients.folders import Folders

TOKENS = {"pypi": "one", "testpypi": "two"}


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    folders = Folders(tmp_path / "shell")
    folders.make()
    return folders


def test_variables_of_the_user_are_passed_without_private_ones(
    connection: ConnectionSettings, folders: Folders
) -> None:
    user = {"LANG": "C.UTF-8", "TWINE_PASSWORD": "real", "PATH": "/usr/bin"}
    env = shell_environment(connection, folders, user, TOKENS)
    assert env["LANG"] == "C.UTF-8"
    assert "TWINE_PASSWORD" not in env


def test_both_cases_of_the_proxy_variables_name_the_proxy(connection: ConnectionSettings, folders: Folders) -> None:
    env = shell_environment(connection, folders, {"https_proxy": "http://elsewhere"}, TOKENS)
    assert env["HTTPS_PROXY"] == connection.proxy_url
    if os.name != "nt":
        assert env["https_proxy"] == connection.proxy_url


def test_an_inherited_no_proxy_is_overwritten(connection: ConnectionSettings, folders: Folders) -> None:
    env = shell_environment(connection, folders, {"NO_PROXY": ".org", "no_proxy": ".org"}, TOKENS)
    assert env["NO_PROXY"] == "127.0.0.1,localhost"
    assert os.name == "nt" or env["no_proxy"] == "127.0.0.1,localhost"


def test_only_our_authority_is_trusted(connection: ConnectionSettings, folders: Folders) -> None:
    env = shell_environment(connection, folders, {"SSL_CERT_DIR": "/etc/ssl/certs"}, TOKENS)
    files = {env[name] for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT")}
    assert files == {str(connection.ca_pem)}
    assert list(Path(env["SSL_CERT_DIR"]).iterdir()) == []


def test_home_and_caches_are_in_the_folder_of_the_shell(connection: ConnectionSettings, folders: Folders) -> None:
    env = shell_environment(connection, folders, {"HOME": "/home/somebody"}, TOKENS)
    places = (
        "HOME",
        "USERPROFILE",
        "APPDATA",
        "LOCALAPPDATA",
        "UV_CACHE_DIR",
        "PIP_CACHE_DIR",
        "POETRY_CACHE_DIR",
    )
    for name in places:
        assert Path(env[name]).is_relative_to(folders.directory)


def test_uv_creates_environments_with_the_running_python(connection: ConnectionSettings, folders: Folders) -> None:
    env = shell_environment(connection, folders, {}, TOKENS)
    for settings in (Path(env["HOME"], ".config"), Path(env["APPDATA"])):
        python = (settings / "uv" / ".python-version").read_text(encoding="utf-8").strip()
        asked = [python, "-c", "import sys; print(sys.version, sys.base_prefix)"]
        output = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
        assert output == f"{sys.version} {sys.base_prefix}\n"


def test_toolchains_below_the_real_home_stay_where_they_are(
    connection: ConnectionSettings, folders: Folders, tmp_path: Path
) -> None:
    (tmp_path / "real" / ".pyenv").mkdir(parents=True)
    user = {"HOME": str(tmp_path / "real"), "RUSTUP_HOME": "/opt/rustup"}
    env = shell_environment(connection, folders, user, TOKENS)
    assert env["PYENV_ROOT"] == str(tmp_path / "real" / ".pyenv")
    assert env["RUSTUP_HOME"] == "/opt/rustup"
    assert "CARGO_HOME" not in env


@pytest.mark.skipif(os.name == "nt", reason="links need a right there, so the folder stays the user's")
@pytest.mark.parametrize("named", [False, True])
def test_cargo_has_the_users_files_without_the_tokens_of_registries(
    connection: ConnectionSettings, folders: Folders, tmp_path: Path, *, named: bool
) -> None:
    own = tmp_path / "real" / ("cargo elsewhere" if named else ".cargo")
    (own / "registry").mkdir(parents=True)
    for name in ("config.toml", "credentials", "credentials.toml"):
        (own / name).write_text(name, encoding="utf-8")
    user = {"HOME": str(tmp_path / "real"), **({"CARGO_HOME": str(own)} if named else {})}
    cargo = Path(shell_environment(connection, folders, user, TOKENS)["CARGO_HOME"])
    assert sorted(entry.name for entry in cargo.iterdir()) == ["config.toml", "registry"]
    assert (cargo / "config.toml").read_text(encoding="utf-8") == "config.toml"
    (cargo / "registry" / "downloaded").touch()
    assert (own / "registry" / "downloaded").exists()


def test_the_users_pythonpath_follows_ours(connection: ConnectionSettings, folders: Folders) -> None:
    env = shell_environment(connection, folders, {"PYTHONPATH": "/mine"}, TOKENS)
    assert env["PYTHONPATH"].split(os.pathsep) == [str(folders.lookups), "/mine"]


def test_another_activated_environment_is_forgotten(connection: ConnectionSettings, folders: Folders) -> None:
    env = shell_environment(connection, folders, {"VIRTUAL_ENV": "/elsewhere"}, TOKENS)
    assert "VIRTUAL_ENV" not in env


def test_tokens_and_addresses_have_the_names_that_guides_use(connection: ConnectionSettings, folders: Folders) -> None:
    env = shell_environment(connection, folders, {}, TOKENS)
    names = (
        "PYPI_API_TOKEN",
        "TEST_PYPI_API_TOKEN",
        "FAKE_PYPI_URL",
        "FAKE_TESTPYPI_URL",
        "FAKE_PYPI_CONTROL",
    )
    assert [env[name] for name in names] == [
        "one",
        "two",
        "http://127.0.0.1:1",
        "http://127.0.0.1:2",
        "http://127.0.0.1:3/_fake/api/v1/",
    ]


def test_without_credentials_there_are_no_token_variables(connection: ConnectionSettings, folders: Folders) -> None:
    env = shell_environment(connection, folders, {"PYPI_API_TOKEN": "real"}, {})
    assert "PYPI_API_TOKEN" not in env
    assert "TEST_PYPI_API_TOKEN" not in env


def test_the_running_environment_comes_first_on_path(connection: ConnectionSettings, folders: Folders) -> None:
    env = shell_environment(connection, folders, {"PATH": "/usr/bin"}, TOKENS)
    entries = env["PATH"].split(os.pathsep)
    assert entries[0] in {str(Path(sys.executable).parent), str(Path(sys.prefix) / "Scripts")}
    assert entries[-1] == "/usr/bin"


def test_changes_keep_home_and_remove_settings_of_clients(connection: ConnectionSettings, tmp_path: Path) -> None:
    user = {"HOME": "/home/somebody", "UV_INDEX_URL": "https://company.example", "DATABASE_PASSWORD": "kept"}
    changes = environment_changes(connection, tmp_path / "changes", user)
    assert changes["HTTPS_PROXY"] == connection.proxy_url
    assert changes["UV_INDEX_URL"] is None
    assert changes["UV_CACHE_DIR"] == str(tmp_path / "changes" / "caches" / "uv")
    assert "HOME" not in changes
    assert "DATABASE_PASSWORD" not in changes


@pytest.mark.parametrize("has_global_settings", [True, False])
def test_pip_settings_in_the_home_are_read_unless_global_settings_would_be_read_too(
    connection: ConnectionSettings, folders: Folders, monkeypatch: pytest.MonkeyPatch, *, has_global_settings: bool
) -> None:
    monkeypatch.setattr(environment, "has_global_pip_settings", lambda: has_global_settings)
    assert ("PIP_CONFIG_FILE" in shell_environment(connection, folders, {}, {})) is has_global_settings
