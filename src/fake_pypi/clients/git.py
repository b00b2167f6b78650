"""The settings of git in the home of a shell.

Of the user's own settings, those in `COPIED_SETTINGS` are copied. None of them authenticates or names a program that
does: no credential helper, no `http.extraHeader`, no `url.….insteadOf`, no `core.sshCommand`, no signing key. The ssh
protocol is not allowed, because ssh finds keys independently of HOME.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from fake_pypi.clients.folders import Folders

COPIED_SETTINGS = re.compile(
    r"(user|author|committer)\.(name|email)|user\.useconfigonly"
    r"|init\.defaultbranch|safe\.directory"
    r"|core\.(autocrlf|eol|safecrlf|filemode|ignorecase|precomposeunicode|protecthfs|protectntfs|symlinks|longpaths"
    r"|checkstat|trustctime|quotepath|abbrev|excludesfile|attributesfile|editor)"
    r"|filter\.lfs\.(clean|smudge|process|required)"
    r"|push\.(default|followtags|autosetupremote)|pull\.(ff|rebase)"
    r"|tag\.sort|versionsort\.suffix"
)
"""The settings that are copied, as `git config --list` writes them (section and key in lower case)."""

_BELOW_HOME = ("safe.directory", "core.excludesfile", "core.attributesfile")
_TIMEOUT = 10.0  # seconds


def git_settings(folders: Folders, user: Mapping[str, str]) -> dict[str, str]:
    """Write the settings of a shell's git into its home; return the variables that disable all others."""
    text = gitconfig(_copied_settings(_settings_of(user, folders.nothing), user))
    (folders.home / ".gitconfig").write_text(text, encoding="utf-8")
    return {"GIT_CONFIG_NOSYSTEM": "1"}


def gitconfig(settings: Iterable[tuple[str, str]]) -> str:
    r"""Return the text of a settings file.

    >>> gitconfig([("user.name", "A. Maintainer"), ("filter.lfs.required", "true")])
    '[user]\n\tname = "A. Maintainer"\n[filter "lfs"]\n\trequired = "true"\n'
    """
    return "".join(_lines(*setting) for setting in settings)


def _lines(name: str, value: str) -> str:
    section, _, path = name.partition(".")
    subsection, _, key = path.rpartition(".")
    title = f'{section} "{_escaped(subsection)}"' if subsection else section
    return f'[{title}]\n\t{key} = "{_escaped(value)}"\n'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")


def _settings_of(user: Mapping[str, str], nothing: Path) -> list[tuple[str, str]]:
    """Return the settings of git outside of a repository: of the system's file, the user's file, and variables."""
    git = shutil.which("git", path=user.get("PATH"))
    if git is None:
        return []
    outside = {name: value for name, value in user.items() if name not in {"GIT_WORK_TREE", "GIT_CONFIG"}}
    try:
        listed = subprocess.run(
            [git, "config", "--null", "--list"],
            env={**outside, "GIT_DIR": str(nothing)},
            cwd=nothing,
            capture_output=True,
            check=False,
            timeout=_TIMEOUT,
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return []
    entries = listed.decode("utf-8", "replace").split("\0")[:-1]
    # A key without "=" means true, and is listed without a value.
    return [
        (name, value if newline else "true") for name, newline, value in (entry.partition("\n") for entry in entries)
    ]


def _copied_settings(settings: Iterable[tuple[str, str]], user: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the settings that are copied, with the user's home in place of `~`."""
    home = user.get("HOME") or user.get("USERPROFILE") or ""
    return [
        (name, f"{home}/{value[2:]}" if name in _BELOW_HOME and value.startswith("~/") else value)
        for name, value in settings
        if COPIED_SETTINGS.fullmatch(name)
    ]
