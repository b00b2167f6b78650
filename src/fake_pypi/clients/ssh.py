"""ssh, scp and sftp: they find settings and keys in the home of the password database, whatever HOME says.

Programs of the same names stand in front of them on a shell's PATH and add options that shut those out. A program
that starts `/usr/bin/ssh` by its path is not changed; scp and sftp do, but hand the options on.
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
"""Given on the command line in front of the user's own, these win: ssh takes the first value that it finds."""


def write_ssh_programs(folders: Folders, user: Mapping[str, str]) -> None:
    """Put programs that use no key in front of those of `PROGRAMS` that the user has (not on Windows)."""
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
            folders.put_program(name, f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
