"""Which of the user's git settings a shell has, as the real git reads them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from fake_pypi.clients.connection_settings import ConnectionSettings
from fake_pypi.clients.git import gitconfig
from fake_pypi.clients.shell import Shell

SYSTEM = """
[credential]
	helper = manager
[core]
	autocrlf = input
"""
USERS = """
[user]
	name = "Some \\"Body\\" # Else"
	email = somebody@users.example
	signingKey = ABCDEF
[init]
	defaultBranch = trunk
[commit]
	gpgSign = true
[safe]
	directory = ~/projects/*
	directory = /srv/it's here
[core]
	sshCommand = ssh -i ~/.ssh/work
	askPass = /usr/bin/askpass
	excludesFile = ~/ignored
	fileMode
[credential]
	helper = store
[credential "https://code.example"]
	username = somebody
[http]
	extraHeader = "Authorization: Basic c29tZWJvZHk6cGFzcw=="
	cookieFile = ~/.cookies
[http "https://code.example/"]
	sslKey = ~/key.pem
	proxy = http://somebody:pass@proxy.example
[url "https://somebody:pass@code.example/"]
	insteadOf = https://code.example/
[filter "lfs"]
	process = git-lfs filter-process
[filter "vault"]
	smudge = vault-read
[include]
	path = more
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The home of a user with settings of every kind."""
    home = tmp_path / "home of somebody"
    home.mkdir()
    (home / ".gitconfig").write_text(USERS, encoding="utf-8")
    (home / "more").write_text("[user]\n\tname = Included\n[remote]\n\tpushDefault = x\n", encoding="utf-8")
    (home / "system").write_text(SYSTEM, encoding="utf-8")
    return home


@pytest.fixture
def shell(home: Path, connection: ConnectionSettings, tmp_path: Path) -> Shell:
    user = {"PATH": os.environ["PATH"], "HOME": str(home), "GIT_CONFIG_SYSTEM": str(home / "system")}
    return Shell(connection, directory=tmp_path / "shell", user=user)


def listed(shell: Shell) -> list[tuple[str, str]]:
    lines = shell.run(["git", "config", "--null", "--list"], cwd=shell.home).stdout.split("\0")[:-1]
    return [(name, value) for name, _, value in (line.partition("\n") for line in lines)]


def test_only_identity_and_settings_for_version_numbers_are_copied(shell: Shell, home: Path) -> None:
    assert sorted(listed(shell)) == sorted(
        [
            ("core.autocrlf", "input"),
            ("core.excludesfile", str(home / "ignored")),
            ("core.filemode", "true"),
            ("filter.lfs.process", "git-lfs filter-process"),
            ("init.defaultbranch", "trunk"),
            ("safe.directory", str(home / "projects/*")),
            ("safe.directory", "/srv/it's here"),
            ("user.email", "somebody@users.example"),
            ("user.name", 'Some "Body" # Else'),
            ("user.name", "Included"),
        ]
    )


def test_commands_may_change_the_settings_without_changing_the_users(shell: Shell, home: Path) -> None:
    shell.run("git config --global user.email guide@users.example")
    assert ("user.email", "guide@users.example") in listed(shell)
    assert (home / ".gitconfig").read_text(encoding="utf-8") == USERS


@pytest.mark.parametrize(
    "variables",
    [
        {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "http.extraHeader", "GIT_CONFIG_VALUE_0": "Authorization: x"},
        {"GIT_CONFIG_PARAMETERS": "'credential.helper'='store'"},
        {"GIT_CONFIG": "/etc/passwd"},
        {"GIT_CONFIG_GLOBAL": "elsewhere"},
    ],
    ids=lambda variables: next(iter(variables)),
)
def test_settings_of_git_in_variables_are_not_passed(
    variables: dict[str, str], connection: ConnectionSettings, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("[user]\n\tname = Elsewhere\n[credential]\n\thelper = store\n", encoding="utf-8")
    given = {name: str(elsewhere) if value == "elsewhere" else value for name, value in variables.items()}
    user = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1", **given}
    shell = Shell(connection, directory=tmp_path / "shell", user=user)
    expected = [("user.name", "Elsewhere")] if "GIT_CONFIG_GLOBAL" in variables else []
    assert listed(shell) == expected


def test_the_settings_of_the_current_repository_are_not_copied(
    connection: ConnectionSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    subprocess.run(["git", "-C", tmp_path, "config", "user.name", "Local"], check=True)
    monkeypatch.chdir(tmp_path)
    user = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1"}
    shell = Shell(connection, directory=tmp_path / "shell", user=user)
    assert (shell.home / ".gitconfig").read_text(encoding="utf-8") == ""


def test_without_git_there_are_no_settings(connection: ConnectionSettings, tmp_path: Path) -> None:
    shell = Shell(connection, directory=tmp_path / "shell", user={"PATH": str(tmp_path)})
    assert (shell.home / ".gitconfig").read_text(encoding="utf-8") == ""


@pytest.mark.parametrize("value", ["", " spaces ", "a\nb", 'quote " and \\ back', "# ; = [x]", "tab\tbed", "ünï"])
def test_git_reads_what_was_written(value: str, tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text(gitconfig([('filter.a "b\\.c.clean', value)]), encoding="utf-8")
    read = subprocess.run(
        ["git", "config", "--null", "--list", "--file", file], check=True, capture_output=True, encoding="utf-8"
    )
    assert read.stdout == f'filter.a "b\\.c.clean\n{value}\0'
