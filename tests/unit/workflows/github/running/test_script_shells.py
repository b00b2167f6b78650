from __future__ import annotations

import os
from pathlib import Path

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.workflows.github.running.script_shells import script_command


@pytest.fixture
def path(tmp_path: Path) -> str:
    for name in ("bash", "sh", "python", "perl"):
        program = tmp_path / (f"{name}.bat" if os.name == "nt" else name)
        program.touch()
        program.chmod(0o755)
    return str(tmp_path)


@pytest.mark.parametrize(
    ("shell", "arguments"),
    [
        (None, ["bash", "-e", "script"]),
        ("bash", ["bash", "--noprofile", "--norc", "-eo", "pipefail", "script"]),
        ("sh", ["sh", "-e", "script"]),
        ("python", ["python", "script"]),
        ("bash -x {0}", ["bash", "-x", "script"]),
        ("perl {0} --flag", ["perl", "script", "--flag"]),
    ],
)
def test_each_shell_has_the_command_of_github(shell: str | None, arguments: list[str], path: str) -> None:
    assert script_command(shell, path).arguments(Path("script")) == arguments


def test_scripts_of_python_have_its_extension(path: str) -> None:
    assert script_command("python", path).extension == ".py"


@pytest.mark.parametrize(
    ("shell", "message"),
    [
        ("pwsh", "the shell pwsh is not installed on this machine: install pwsh"),
        ("cmd", "the shell cmd exists on Windows only: use `shell: bash` or `shell: pwsh`"),
        (
            "fish",
            (
                "`shell: fish` is neither a shell of GitHub nor a command with {0} in the place of the script: "
                "use bash, sh, python or pwsh"
            ),
        ),
    ],
)
def test_a_shell_that_cannot_run_is_refused_with_a_sentence(shell: str, message: str, path: str) -> None:
    with pytest.raises(UsageError) as error:
        script_command(shell, path)

    assert str(error.value) == message
