"""ssh in a shell uses no key and no setting of the user, whose home it finds without HOME."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from fake_pypi.clients.connection_settings import ConnectionSettings
from fake_pypi.clients.shell import Shell
from fake_pypi.clients.ssh import OPTIONS

pytestmark = pytest.mark.skipif(
    os.name == "nt" or shutil.which("ssh") is None, reason="needs a POSIX system with OpenSSH's client"
)


def settings(shell: Shell, *words: str) -> dict[str, str]:
    """What ssh would do, as it says itself."""
    lines = shell.run(["ssh", *words, "-G", "code.example"]).stdout.splitlines()
    return {name: value for name, _, value in (line.partition(" ") for line in lines)}


def test_ssh_tries_no_key_no_agent_and_no_ticket(shell: Shell) -> None:
    chosen = settings(shell)
    assert chosen["pubkeyauthentication"] in {"no", "false"}
    assert (chosen["identityfile"], chosen["identityagent"]) == ("none", "none")
    assert (chosen["gssapiauthentication"], chosen["hostbasedauthentication"]) == ("no", "no")
    assert chosen["userknownhostsfile"] == str(shell.home / ".ssh" / "known_hosts")


def test_options_of_the_command_cannot_enable_keys(shell: Shell, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text("Host *\n  PubkeyAuthentication yes\n  IdentityAgent /agent\n  User typed\n", encoding="utf-8")
    for words in (["-o", "PubkeyAuthentication=yes"], ["-F", str(config)]):
        chosen = settings(shell, *words)
        assert chosen["pubkeyauthentication"] in {"no", "false"}
        assert chosen["identityagent"] == "none"
    assert settings(shell, "-F", str(config))["user"] == "typed"


@pytest.mark.parametrize("line", ["scp -S ./ssh-of-a-test file code.example:", "sftp -S ./ssh-of-a-test code.example"])
def test_scp_and_sftp_pass_the_options_on(shell: Shell, tmp_path: Path, line: str) -> None:
    recorder = tmp_path / "ssh-of-a-test"
    recorder.write_text('#!/bin/sh\nfor word; do echo "$word" >> words; done\n', encoding="utf-8")
    recorder.chmod(0o755)
    (tmp_path / "file").touch()
    shell.run(line, cwd=tmp_path, check=False)
    words = " ".join((tmp_path / "words").read_text(encoding="utf-8").split())
    assert "-F none" in words
    assert [option for option in OPTIONS.items() if "{}={}".format(*option) not in words.replace(" ", "=")] == []


def test_programs_find_the_changed_ssh_on_the_path(shell: Shell) -> None:
    assert shell.run("command -v ssh scp sftp").stdout.split() == [
        str(shell.folders.programs / name) for name in ("ssh", "scp", "sftp")
    ]


def test_without_ssh_no_replacement_is_written(connection: ConnectionSettings, tmp_path: Path) -> None:
    shell = Shell(connection, directory=tmp_path / "shell", user={"PATH": str(tmp_path)})
    assert not (shell.folders.programs / "ssh").exists()
