"""Completion in the real shells: the script is loaded, a line is typed, and TAB is pressed.

bash is everywhere. zsh and fish are tested where they are installed, and skipped elsewhere.
"""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("there are no pseudo-terminals", allow_module_level=True)
import pty

PROGRAM = Path(sys.executable).with_name("fake-pypi")
PATIENCE = 60.0  # seconds
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]")
START = {
    "bash": (
        ["bash", "--norc", "--noprofile", "-i"],
        "source <(fake-pypi completion bash); bind 'set enable-bracketed-paste off'",
    ),
    "zsh": (["zsh", "-f", "-i"], "autoload -U compinit; compinit -u -D; source <(fake-pypi completion zsh)"),
}
"""How each shell is started without the user's settings, and the line that loads the completion."""


def environment(folder: Path) -> dict[str, str]:
    path = os.pathsep.join([str(PROGRAM.parent), os.environ.get("PATH", os.defpath)])
    home = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    return {"PATH": path, "TERM": "xterm", "LANG": "C.UTF-8", "PS1": "$ ", "TMPDIR": str(folder), **home}


class Terminal:
    """A pseudo-terminal with a shell in it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.text = ""

    def type(self, text: str) -> None:
        os.write(self._descriptor, text.encode())

    def wait_for(self, pattern: str) -> None:
        """Read until the output since the last call matches. Fails after `PATIENCE` seconds, and shows the output."""
        end = time.monotonic() + PATIENCE
        self.text = ""
        while not re.search(pattern, self.text):
            assert time.monotonic() < end, f"{pattern!r} is not in {self.text!r}"
            if select.select([self._descriptor], [], [], 1.0)[0]:
                self.text += ESCAPE.sub("", os.read(self._descriptor, 65536).decode("utf-8", "replace"))


@contextmanager
def terminal(shell: str, folder: Path) -> Iterator[Terminal]:
    """A shell that has loaded the completion; it is killed at the end."""
    command, load = START[shell]
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    parent, child = pty.openpty()
    process = subprocess.Popen(
        command, stdin=child, stdout=child, stderr=child, cwd=folder, env=environment(folder), start_new_session=True
    )
    os.close(child)
    try:
        shown = Terminal(parent)
        shown.type(f"{load}; echo load''ed\n")
        shown.wait_for("loaded")
        yield shown
    finally:
        process.kill()
        process.wait()
        os.close(parent)


@pytest.mark.parametrize("shell", START)
def test_tab_completes_a_word_in_the_shell(shell: str, tmp_path: Path) -> None:
    (tmp_path / "only-file.whl").touch()
    with terminal(shell, tmp_path) as shown:
        shown.type("fake-pypi reprod\t")
        shown.wait_for(r"uce ")
        shown.type("duplicate-f\t")
        shown.wait_for(r"ile ")
        shown.type("--with t\t")
        shown.wait_for(r"wine ")
        shown.type("\x15fake-pypi check onl\t")
        shown.wait_for(r"y-file.whl")


def test_bash_offers_every_candidate(tmp_path: Path) -> None:
    script = (
        'source <(fake-pypi completion bash); COMP_WORDS=(fake-pypi reproduce --with ""); COMP_CWORD=3; '
        '_fake_pypi fake-pypi; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    command = ["bash", "--norc", "-c", script]
    completed = subprocess.run(command, env=environment(tmp_path), capture_output=True, text=True, check=False)
    assert (completed.stdout.split(), completed.stderr) == (["twine", "uv"], "")


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_fish_offers_candidates_with_help_and_files(tmp_path: Path) -> None:
    (tmp_path / "only-file.whl").touch()
    lines = ("fake-pypi rules duplicate-", "fake-pypi reproduce duplicate-file --with t", "fake-pypi check onl")
    script = "; ".join(["fake-pypi completion fish | source", *(f"complete -C '{line}'" for line in lines)])
    command = ["fish", "--no-config", "-c", script]
    completed = subprocess.run(
        command, cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True, check=True
    )
    words = [line.partition("\t")[0] for line in completed.stdout.splitlines()]
    assert words == ["duplicate-file", "duplicate-sdist", "twine", "only-file.whl"]
    assert "The release has a source distribution" in completed.stdout
