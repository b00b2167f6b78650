"""git: version numbers come from it (setuptools-scm, hatch-vcs), and guides push tags with it.

The user's own settings stay (`user.name`, `safe.directory`); ssh goes, because it finds its keys and hosts
whatever HOME says, and a guide's `git push` must not reach anybody.
"""

from __future__ import annotations

from fake_pypi.clients.client import Client

GIT = Client(
    "git",
    deny=("GIT_ASKPASS", "GIT_ALLOW_PROTOCOL", "GIT_SSH"),
    set={"GIT_ALLOW_PROTOCOL": "file:http:https", "GIT_TERMINAL_PROMPT": "0"},
    plain_http="it pushes to repositories, not to an index",
)
