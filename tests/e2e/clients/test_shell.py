from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fake_pypi.clients.connection_settings import ConnectionSettings
from fake_pypi.clients.shell import Shell
from fake_pypi.errors import CommandFailed, CommandTimedOut, FakePyPIError, UsageError

posix_only = pytest.mark.skipif(os.name == "nt", reason="cmd has no globs, no 127 and no $VARIABLES")


def _python(program: str) -> list[str]:
    return ["python", "-c", program]


def test_a_list_runs_the_python_of_the_running_environment(shell: Shell) -> None:
    assert shell.run(_python("import sys; print(sys.prefix)")).stdout.strip() == sys.prefix


@posix_only
def test_a_string_is_read_by_a_shell_with_its_globs(shell: Shell, tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    dist.mkdir()
    for name in ("a.whl", "b.tar.gz"):
        (dist / name).touch()
    assert shell.run("echo dist/*", cwd=tmp_path).stdout == "dist/a.whl dist/b.tar.gz\n"


def test_home_is_the_shells_own(shell: Shell) -> None:
    completed = shell.run(_python("import os; print(os.path.expanduser('~'))"))
    assert completed.stdout.strip() == str(shell.home)


def test_both_tokens_are_in_the_home(shell: Shell) -> None:
    text = (shell.home / ".pypirc").read_text("utf-8")
    assert "password = a token of PyPI\n" in text
    assert "password = a token of TestPyPI\n" in text


def test_without_credentials_there_is_nothing_to_upload_with(connection: ConnectionSettings, tmp_path: Path) -> None:
    shell = Shell(connection, directory=tmp_path / "poor", credentials=False)
    assert not (shell.home / ".pypirc").exists()
    assert "PYPI_API_TOKEN" not in shell.env


def test_tokens_can_be_exchanged(shell: Shell) -> None:
    shell.use_tokens(pypi="a project token")
    text = (shell.home / ".pypirc").read_text("utf-8")
    assert "password = a project token\n" in text
    assert "password = a token of TestPyPI\n" in text
    assert shell.env["PYPI_API_TOKEN"] == "a project token"


def test_the_chosen_token_is_set_in_the_variables_of_the_tools(shell: Shell) -> None:
    shell.use_tokens(pypi="a project token", tools=["twine", "uv", "poetry"])
    completed = shell.run(_python("import os; print(os.environ['TWINE_PASSWORD'], os.environ['UV_PUBLISH_TOKEN'])"))
    assert completed.stdout.strip() == "a project token a project token"
    assert (shell.env["TWINE_USERNAME"], shell.env["POETRY_PYPI_TOKEN_PYPI"]) == ("__token__", "a project token")
    assert "a project token" not in repr(completed)
    with pytest.raises(UsageError, match="choose from twine, uv"):
        shell.use_tokens(pypi="another", tools=["ftp"])
    with pytest.raises(UsageError, match="one token"):
        shell.use_tokens(pypi="another", testpypi="one", tools=["twine"])
    assert shell.env["PYPI_API_TOKEN"] == "a project token"


def test_the_error_of_a_failed_command_has_command_output_and_advice(shell: Shell) -> None:
    with pytest.raises(CommandFailed) as failed:
        shell.run(_python("import sys; print('a long story'); sys.exit('it broke')"))
    assert isinstance(failed.value, FakePyPIError)
    assert isinstance(failed.value, subprocess.CalledProcessError)
    assert failed.value.returncode == 1
    message = str(failed.value)
    assert "ended with exit code 1" in message
    assert "--- stdout\na long story" in message
    assert "--- stderr\nit broke" in message
    assert message.endswith("or pass check=False to get the result instead of this error")


def test_a_failed_command_shows_no_token(shell: Shell) -> None:
    with pytest.raises(CommandFailed) as failed:
        shell.run(_python("import os, sys; sys.exit(os.environ['PYPI_API_TOKEN'] + '" + "a token of PyPI')"))
    assert "a token of PyPI" not in str(failed.value) + repr(failed.value)
    assert "****" in str(failed.value)


def test_the_repr_of_a_result_shows_no_token(shell: Shell) -> None:
    result = shell.run(_python("import os; print(os.environ['PYPI_API_TOKEN'])"))
    assert result.stdout == "a token of PyPI\n"
    assert "a token of PyPI" not in repr(result)


def test_with_check_false_the_result_is_returned(shell: Shell) -> None:
    assert shell.run(_python("raise SystemExit(5)"), check=False).returncode == 5


def test_a_command_that_does_not_exist_ends_with_127_and_one_line(shell: Shell) -> None:
    result = shell.run(["no-such-tool", "--version"], check=False)
    assert (result.returncode, result.stdout) == (127, "")
    assert result.stderr.splitlines() == ["no-such-tool: command not found"]
    with pytest.raises(CommandFailed, match="there is no such command: install it"):
        shell.run(["no-such-tool"])


@posix_only
def test_a_typed_command_that_does_not_exist_ends_with_127(shell: Shell) -> None:
    assert shell.run("no-such-tool --version", check=False).returncode == 127


def test_a_folder_that_does_not_exist_is_named(shell: Shell, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere is not a folder"):
        shell.run("python --version", cwd=tmp_path / "nowhere")


def test_a_command_that_hangs_is_killed_and_its_output_is_returned(shell: Shell) -> None:
    with pytest.raises(CommandTimedOut) as killed:
        shell.run([sys.executable, "-uc", "import time; print('working'); time.sleep(600)"], timeout=2)
    assert isinstance(killed.value, subprocess.TimeoutExpired)
    assert "was killed after 2 s" in str(killed.value)
    assert "working" in str(killed.value)


def test_variables_can_be_added_and_removed_for_one_command(shell: Shell) -> None:
    program = _python("import os; print(os.environ.get('COLOUR'), os.environ.get('PYPI_API_TOKEN'))")
    assert shell.run(program, env={"COLOUR": "red", "PYPI_API_TOKEN": None}).stdout == "red None\n"
    assert shell.run(program).stdout == "None a token of PyPI\n"


def test_env_can_be_changed_for_all_commands(shell: Shell) -> None:
    shell.env["COLOUR"] = "green"
    assert shell.run(_python("import os; print(os.environ['COLOUR'])")).stdout == "green\n"


def test_input_is_typed_for_the_command(shell: Shell) -> None:
    assert shell.run(_python("print(input()[::-1])"), input="abc\n").stdout == "cba\n"


@posix_only
def test_cd_and_export_stay_in_effect_in_a_script(shell: Shell, tmp_path: Path) -> None:
    completed = shell.script(
        f'mkdir "{tmp_path}/deep"\ncd "{tmp_path}/deep"\nexport NAME=demo\nbasename "$PWD"\necho $NAME'
    )
    assert completed.stdout == "deep\ndemo\n"


@posix_only
def test_a_script_ends_at_its_first_failure(shell: Shell) -> None:
    completed = shell.script("echo before\nfalse\necho after", check=False)
    assert (completed.returncode, completed.stdout) == (1, "before\n")


def test_without_bash_a_script_is_a_usage_error(shell: Shell, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no bash on this machine"):
        shell.script("echo", env={"PATH": str(tmp_path)})


@posix_only
def test_a_launcher_starts_every_command(connection: ConnectionSettings, tmp_path: Path) -> None:
    shell = Shell(connection, directory=tmp_path / "launched", launcher=["/usr/bin/env", "LAUNCHED=yes"])
    assert shell.run("echo $LAUNCHED").stdout == "yes\n"
    assert shell.run(_python("import os; print(os.environ['LAUNCHED'])")).stdout == "yes\n"
    assert shell.script("echo $LAUNCHED").stdout == "yes\n"


def test_an_attached_command_gives_its_exit_code(shell: Shell) -> None:
    assert shell.interactive(_python("raise SystemExit(7)")) == 7


def test_an_attached_command_that_does_not_exist_gives_127_and_one_line(
    shell: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shell.interactive(["no-such-tool"]) == 127
    assert capsys.readouterr().err == "no-such-tool: command not found\n"


@posix_only
def test_without_a_command_the_users_shell_opens(connection: ConnectionSettings, tmp_path: Path) -> None:
    own = tmp_path / "own-shell"
    own.write_text('#!/bin/sh\nexit "${#PYPI_API_TOKEN}"\n', encoding="utf-8")
    own.chmod(0o755)
    shell = Shell(connection, directory=tmp_path / "opened", user={**os.environ, "SHELL": str(own)})
    assert shell.interactive() == len("a token of PyPI")


@pytest.mark.parametrize("nothing", ["", []])
def test_an_empty_command_is_a_usage_error(shell: Shell, nothing: str | list[str]) -> None:
    with pytest.raises(UsageError, match="there is no command to run"):
        shell.run(nothing)


@posix_only
def test_an_attached_command_that_a_signal_ends_has_the_code_of_a_shell(shell: Shell) -> None:
    assert shell.interactive(_python("import os; os.kill(os.getpid(), 15)")) == 128 + 15


def test_named_variables_are_passed_but_jobs_get_no_variables_of_the_real_ci(
    connection: ConnectionSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DEMO_FAST", "DEMO_TOKEN", "CC", "GITHUB_REF", "GITHUB_HEAD_REF"):
        monkeypatch.setenv(name, "of the user")
    jobs = {"github": lambda **_claims: {"GITHUB_REF": "refs/tags/v1.0.0"}}
    shell = Shell(connection, directory=tmp_path / "named", pass_env="DEMO_*", jobs=jobs)
    job = shell.github_actions()
    for each in (shell, job):
        assert (each.env["DEMO_FAST"], each.env["CC"]) == ("of the user", "of the user")
        assert "DEMO_TOKEN" not in each.env
    assert (shell.env["GITHUB_REF"], shell.env["GITHUB_HEAD_REF"]) == ("of the user", "of the user")
    assert job.env["GITHUB_REF"] == "refs/tags/v1.0.0"
    assert "GITHUB_HEAD_REF" not in job.env
