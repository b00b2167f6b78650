"""twine prompts for the token on a terminal, and the user pastes it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fake_pypi.clients.shell import Shell
from fake_pypi.fake import FakeIndexes
from tests.guides.screen import one_line

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind"),
]

PATIENCE = 30


def test_twine_prompts_for_the_token_and_accepts_a_pasted_one(
    shell: Shell, indexes: FakeIndexes, project: Path
) -> None:
    shell.run("uv build --quiet", cwd=project)
    secret = indexes.pypi.token.secret
    upload = ["twine", "upload", "dist/tide_tables-1.0.0.tar.gz"]
    code, screen = _at_a_terminal(shell, upload, project, {"Enter your API token:": secret})
    assert code == 0
    assert "https://pypi.org/project/tide-tables/1.0.0/" in screen
    assert secret not in screen
    assert indexes.pypi.project("tide-tables") is not None


def test_a_user_name_and_a_password_are_rejected_in_pypis_words(shell: Shell, project: Path) -> None:
    shell.run("uv build --quiet", cwd=project)
    # twine knows that PyPI takes tokens only, and asks for one whatever the user name.
    upload = ["twine", "upload", "--verbose", "--username", "maintainer", "dist/tide_tables-1.0.0.tar.gz"]
    code, screen = _at_a_terminal(shell, upload, project, {"Enter your API token:": "correct horse"})
    assert code == 1
    assert "Username/Password authentication is no longer supported" in screen


def _at_a_terminal(shell: Shell, command: list[str], cwd: Path, answers: dict[str, str]) -> tuple[int, str]:
    """Run a command on a new terminal, type each answer when its question stands there; code and screen."""
    import pty
    import select

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        ["bash", "-c", 'exec "$@"', "bash", *command],
        cwd=cwd,
        env=shell.env,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    screen, unanswered = "", dict(answers)
    try:
        while select.select([ours], [], [], PATIENCE)[0]:
            try:
                block = os.read(ours, 4096)
            except OSError:  # Linux says so when the other side has closed the terminal
                break
            if not block:
                break
            screen += block.decode("utf-8", "replace")
            for question in [each for each in unanswered if each in screen]:
                os.write(ours, f"{unanswered.pop(question)}\n".encode())
        code = process.wait(timeout=PATIENCE)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    assert unanswered == {}
    return code, one_line(screen)
