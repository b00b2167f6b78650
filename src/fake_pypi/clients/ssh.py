"""Replacements of ssh, scp and sftp, which read settings and keys in the home of the password database, not in HOME.

They come first on a shell's PATH and run the real programs with options that disable those keys. A program that
starts `/usr/bin/ssh` by its path is not affected; scp and sftp do that, but pass the options on.
"""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Mapping

from fake_pypi.clients.folders import Folders

PROGRAMS = ("ssh", "scp", "sftp")
OPTIONS = {
    "PubkeyAuthentication": "no",
    "HostbasedAuthentication": "no",
    "GSSAPIAuthentication": "no",
    "IdentityFile": "none",
    "IdentitiesOnly": "yes",
    "IdentityAgent": "none",
    "ControlPath": "none",
    "ForwardAgent": "no",
}
"""They precede the options of the command and take precedence: ssh uses the first value of an option."""


def write_ssh_programs(folders: Folders, user: Mapping[str, str]) -> None:
    """Write replacements, which use no key, of the `PROGRAMS` that the user has (not on Windows)."""
    if os.name == "nt":
        return
    settings = folders.home / ".ssh"
    settings.mkdir(mode=0o700, exist_ok=True)
    known_hosts = f'UserKnownHostsFile="{settings / "known_hosts"}"'
    options = [*(f"{name}={value}" for name, value in OPTIONS.items()), known_hosts]
    for name in PROGRAMS:
        real = shutil.which(name, path=user.get("PATH"))
        if real is not None:
            words = [real, "-F", "none", *(word for option in options for word in ("-o", option))]
            folders.write_program(name, f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
