"""A shell in which pypi.org is the fake index: it runs any command, unchanged, in a clean home."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from fake_pypi.clients import interpreter
from fake_pypi.clients.blocked_lookups import BlockedLookup, read_blocked_lookups
from fake_pypi.clients.client_variables import publishing_variables
from fake_pypi.clients.connection_settings import ConnectionSettings
from fake_pypi.clients.environment import shell_environment, workflow_token_variables
from fake_pypi.clients.folders import Folders
from fake_pypi.clients.passed_variables import checked_names, is_ci_variable
from fake_pypi.clients.preloaded import PreloadedProgram, ServerEnded, words_of
from fake_pypi.clients.process import CommandResult, run_to_end
from fake_pypi.clients.settings_files import write_pypirc
from fake_pypi.clients.watchdog import WATCHDOG
from fake_pypi.errors import CommandFailed, CommandTimedOut, UsageError
from fake_pypi.fixed_attributes import FixedAttributes
from fake_pypi.redaction import Mask, remember

Command = str | Sequence[str]
Job = Callable[..., Mapping[str, str]]

INDEXES_CLOSED = "fake-pypi: the indexes of this shell are closed: keep them open until its commands have ended\n"


class CompletedCommand(subprocess.CompletedProcess[str]):
    """The result of a command, as `subprocess.run` returns it; its repr hides tokens."""

    mask: Mask

    def __repr__(self) -> str:
        return self.mask.redact(super().__repr__())


class Shell(FixedAttributes):
    r"""Runs commands that reach the fakes by the real host names and do not use the user's own settings.

    >>> shell.run("twine upload --repository testpypi dist/*", cwd=project)
    >>> shell.script("cd demo\npython -m build\ntwine upload dist/*")

    `directory` (empty, or not yet made) contains its home and caches; its owner removes it. Every instance needs its
    own. With `credentials=False` there is no .pypirc and no token. `.env` is the environment of every command and
    may be changed. `launcher` are arguments that precede every command (a network namespace, a recorder). With
    `fake_sleep`, the command `sleep` advances the clocks of the fakes and returns at once. `jobs` are functions that
    return the variables of a CI job, by the name of the CI. `pass_env` are names or patterns of variables of the user
    that are passed in addition to those in `passed_variables`. `.preloaded` are programs that run without importing
    their modules, by the path at which the PATH of a command finds them.
    """

    def __init__(
        self,
        connection: ConnectionSettings,
        *,
        directory: Path,
        credentials: bool = True,
        launcher: Sequence[str] = (),
        fake_sleep: bool = False,
        user: Mapping[str, str] | None = None,
        jobs: Mapping[str, Job] | None = None,
        pass_env: Iterable[str] = (),
    ) -> None:
        self.connection = connection
        self._pass_env = checked_names(pass_env)
        self._jobs = dict(jobs or {})
        self.folders = Folders(Path(directory).absolute())
        self.launcher = tuple(launcher)
        self.fake_sleep = fake_sleep
        self._mask = Mask([connection.pypi_token, connection.testpypi_token, connection.control_secret])
        self._tokens = {"pypi": connection.pypi_token, "testpypi": connection.testpypi_token} if credentials else {}
        self.folders.make()
        write_pypirc(self.home, self._tokens)
        if fake_sleep:
            self.folders.write_program("sleep", interpreter.sleep_program())
        self.preloaded: dict[str, PreloadedProgram] = {}
        self.env = shell_environment(
            connection, self.folders, os.environ if user is None else user, self._tokens, pass_env=self._pass_env
        )

    @property
    def home(self) -> Path:
        """The home of every command."""
        return self.folders.home

    @property
    def blocked_lookups(self) -> list[BlockedLookup]:
        """Name lookups of other hosts by Python programs that do not use the proxy. All were rejected."""
        return read_blocked_lookups(self.folders.blocked_lookups)

    def add_secrets(self, *secrets: str) -> None:
        """Redact these in all later errors and reports."""
        self._mask.add(*secrets)
        remember(*secrets)

    def redact(self, text: str) -> str:
        """Return a text without the secrets of this shell and of its CI jobs.

        >>> shell.redact(f"my token is {shell.env['PYPI_API_TOKEN']}")
        'my token is ********'
        """
        return self._mask.redact(text)

    def use_tokens(self, *, pypi: str | None = None, testpypi: str | None = None, tools: Sequence[str] = ()) -> None:
        """Replace the tokens in .pypirc and in the variables, as after creating a project token.

        >>> shell.use_tokens(pypi=pypi.add_token(projects=["demo"]).secret, tools=["twine", "uv"])

        For `tools`, the token is also set in their own variables (`TWINE_PASSWORD`, `UV_PUBLISH_TOKEN`), which hold the
        token of one index: raises `UsageError` for two, or for an unknown tool.
        """
        new_tokens = {
            index: token for index, token in {"pypi": pypi, "testpypi": testpypi}.items() if token is not None
        }
        if tools and len(new_tokens) != 1:
            raise UsageError("the variables of a tool hold one token", "give the token of one index, or no `tools`")
        tool_variables = publishing_variables(tools, next(iter(new_tokens.values()), ""))
        self._tokens |= new_tokens
        self.add_secrets(*self._tokens.values())
        write_pypirc(self.home, self._tokens)
        self.env.update({**workflow_token_variables(self._tokens), **tool_variables})

    def github_actions(self, *, secrets: Mapping[str, str] | None = None, **job: Any) -> Shell:
        """Return a shell whose commands run as in a GitHub Actions job, without tokens but with an OIDC identity.

        >>> job = shell.github_actions(repository="octo/demo", workflow="release.yml", environment="pypi")
        >>> job.run("twine upload dist/*")

        `repository`, `workflow`, `environment`, `ref` ("refs/tags/v1.0.0") describe the job; the
        defaults are those of the publisher registered last. `secrets` are variables that the workflow sets from its
        secrets. Any other claim of the job's identity token may be given, also a wrong one.
        """
        return self._job("github", job, secrets or {})

    def gitlab_ci(self, *, secrets: Mapping[str, str] | None = None, **job: Any) -> Shell:
        """Return a shell whose commands run as in a GitLab CI/CD job of a `project` ("group/demo"), at a `ref`."""
        return self._job("gitlab", job, secrets or {})

    def _job(self, ci: str, claims: Mapping[str, Any], secrets: Mapping[str, str]) -> Shell:
        if ci not in self._jobs:
            raise UsageError("this shell cannot run commands as in a CI job", "open a shell with FakeIndexes().shell()")
        variables = self._jobs[ci](**claims)
        jobs = self.folders.directory / "jobs"
        directory = jobs / str(len(list(jobs.iterdir())) if jobs.is_dir() else 0)
        shell = Shell(
            self.connection,
            directory=directory,
            credentials=False,
            launcher=self.launcher,
            fake_sleep=self.fake_sleep,
            jobs=self._jobs,
            pass_env=self._pass_env,
        )
        for name in filter(is_ci_variable, list(shell.env)):  # those of the CI job that runs the tests, if there is one
            del shell.env[name]
        shell.env.update({**variables, **secrets})
        for owner in (self, shell):  # output of the job may be passed to `redact` of either
            owner.add_secrets(*secrets.values(), *(variables[name] for name in variables if name.endswith("_TOKEN")))
        return shell

    def run(
        self,
        command: Command,
        *,
        cwd: str | Path | None = None,
        check: bool = True,
        env: Mapping[str, str | None] | None = None,
        input: str | None = None,
        timeout: float | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run one command: a string as typed (globs, pipes), or a list. Processes that it leaves are killed.

        >>> shell.run(["pip", "download", "hello"], check=False, timeout=60).returncode
        1

        `env` adds variables, None removes one; `input` is its standard input, which is empty by default;
        `timeout` is in seconds. Raises `CommandFailed` (with `check`), `CommandTimedOut`, and `UsageError` if `cwd` is
        not a folder. A list whose program does not exist returns 127, as a typed line does.
        """
        result = self._execute(command, cwd, self._variables(env), input, timeout)
        return self._completed(command, result, check=check, timeout=timeout)

    def script(
        self,
        text: str,
        *,
        cwd: str | Path | None = None,
        check: bool = True,
        env: Mapping[str, str | None] | None = None,
        input: str | None = None,
        timeout: float | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run lines in one bash, so that `cd` and `export` stay in effect; the first failure ends it (`set -e`).

        Arguments and errors are those of `run`; raises `UsageError` if there is no bash.
        """
        variables = self._variables(env)
        command = [interpreter.bash(variables), "-e", "-c", text]
        result = self._execute(command, cwd, variables, input, timeout)
        return self._completed(text, result, check=check, timeout=timeout)

    def interactive(
        self, command: Command | None = None, *, cwd: str | Path | None = None, output: list[str] | None = None
    ) -> int:
        """Run `command`, or the user's own shell, on this terminal; return the exit code, as a shell does.

        With `output`, standard output and standard error are pipes: their text is printed and added to the list.
        """
        env = self.env
        if command is None:
            command = interpreter.interactive_shell(self.env, self.home)
            env = interpreter.with_prompt(self.env, command[0])
        argv = interpreter.arguments(command, self.launcher, env)
        WATCHDOG.start()
        with interpreter.forwarded_stop_signals() as forward_signals_to:
            try:
                pipe = None if output is None else subprocess.PIPE
                process = subprocess.Popen(
                    argv, shell=isinstance(argv, str), cwd=_folder(cwd), env=env, stdout=pipe, stderr=pipe
                )
            except OSError as error:
                sys.stderr.write(interpreter.not_started(argv, error))
                return interpreter.exit_code_of(error)
            forward_signals_to(process)
            with WATCHDOG.watching(process.pid, group=False), interpreter.copied_output(process, output):
                return interpreter.wait_attached(process)

    def _variables(self, changes: Mapping[str, str | None] | None) -> dict[str, str]:
        merged: dict[str, str | None] = {**self.env, **(changes or {})}
        return {name: value for name, value in merged.items() if value is not None}

    def _execute(
        self,
        command: Command,
        cwd: str | Path | None,
        env: dict[str, str],
        input: str | None,
        timeout: float | None,
    ) -> CommandResult:
        folder = _folder(cwd)
        argv = interpreter.arguments(command, self.launcher, env)
        try:
            result = self._run_preloaded(command, folder, env, input, timeout)
            result = result or run_to_end(argv, cwd=folder, env=env, input=input, timeout=timeout)
        except OSError as error:
            return CommandResult(interpreter.exit_code_of(error), "", interpreter.not_started(argv, error))
        if result.returncode != 0 and not self.connection.is_open():
            return replace(result, stderr=f"{result.stderr}{INDEXES_CLOSED}")
        return result

    def _run_preloaded(
        self, command: Command, folder: Path | None, env: dict[str, str], input: str | None, timeout: float | None
    ) -> CommandResult | None:
        """Run a command of a preloaded program; return None for any other."""
        words = (words_of(command, folder) if isinstance(command, str) else list(command)) if self.preloaded else None
        program = self.preloaded.get(shutil.which(words[0], path=env.get("PATH")) or "") if words else None
        if program is None or not words or not program.suits(env):
            return None
        try:
            return run_to_end(words[1:], cwd=folder, env=env, input=input, timeout=timeout, preloaded=program)
        except ServerEnded:
            return None

    def _completed(
        self, command: Command, result: CommandResult, *, check: bool, timeout: float | None
    ) -> CompletedCommand:
        redact = self._mask.redact
        redacted = redact(command) if isinstance(command, str) else [redact(argument) for argument in command]
        if result.timed_out and timeout is not None:
            raise CommandTimedOut(redacted, timeout, redact(result.stdout), redact(result.stderr))
        if check and result.returncode != 0:
            from fake_pypi.explain.known_client_errors import advice_on_command

            output = (redact(result.stdout), redact(result.stderr))
            raise CommandFailed(result.returncode, redacted, *output, advice_on_command(command))
        completed = CompletedCommand(command, result.returncode, result.stdout, result.stderr)
        completed.mask = self._mask
        return completed


def _folder(cwd: str | Path | None) -> Path | None:
    if cwd is None:
        return None
    if not Path(cwd).is_dir():
        raise UsageError(f"{cwd} is not a folder", "run the command in a folder that exists")
    return Path(cwd)
