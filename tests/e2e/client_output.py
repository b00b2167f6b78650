"""Measure what publishing tools print when PyPI rejects an upload, and store it for the pages of the rules.

python -m tests.e2e.client_output                     measure what has no result yet
python -m tests.e2e.client_output --client uv         measure every rule again with one tool
python -m tests.e2e.client_output --rule no-2fa       measure one rule again with every tool

Each result is stored when it is measured, so a run that was stopped continues where it ended. `python
docs/generate.py` writes the pages.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from fake_pypi.errors import CommandTimedOut  # noqa: E402
from fake_pypi.fake import FakeIndexes  # noqa: E402
from fake_pypi.fake.reproduction import Login, Reproduction  # noqa: E402
from fake_pypi.rules.order import PYPI  # noqa: E402
from fake_pypi.rules.rule_set import Rule  # noqa: E402
from tests.e2e.bench import ESCAPES  # noqa: E402
from tests.e2e.fault_cells import cleaned  # noqa: E402
from tests.e2e.provision import PINS, programs_of  # noqa: E402

RESULTS = PROJECT / "docs" / "data" / "client_output.json"
TIMEOUT, TIMEOUT_WITHOUT_ANSWER = 60.0, 15.0  # seconds; clients try again after a connection that was closed
MOST_LINES, LONGEST_LINE = 16, 400
BUILT = "demo-1.0-py3-none-any.whl"  # by a tool that builds the project
DIGEST = re.compile(r"\b[0-9a-f]{64}\b")
TRACEBACK_LINE = re.compile(r"^\s*(File \"|Traceback|\^+$|raise |return |at )|site-packages")
PROJECT_FILE = """\
[build-system]
requires = ["flit_core"]
build-backend = "flit_core.buildapi"
[project]
name = "{name}"
version = "{version}"
description = "A package made for a rehearsal"
requires-python = ">=3.8"
"""
Result = dict[str, Any]


@dataclass(frozen=True)
class PublishCommand:
    """The command of a tool; `{file}` is the file. `builds`: it uploads only what it builds itself."""

    command: str
    user: str
    password: str
    builds: bool = False

    def variables(self, login: Login) -> dict[str, str | None]:
        """Return the variables with these credentials."""
        wide_and_outside_of_ci = {"COLUMNS": "300", "CI": None, "GITHUB_ACTIONS": None}
        return {self.user: login.user, self.password: login.password, **wide_and_outside_of_ci}


COMMANDS = {
    "twine": PublishCommand("twine upload --disable-progress-bar dist/{file}", "TWINE_USERNAME", "TWINE_PASSWORD"),
    "uv": PublishCommand("uv publish dist/{file}", "UV_PUBLISH_USERNAME", "UV_PUBLISH_PASSWORD"),
    "maturin": PublishCommand("maturin upload dist/{file}", "MATURIN_USERNAME", "MATURIN_PASSWORD"),
    "hatch": PublishCommand("hatch publish dist/{file}", "HATCH_INDEX_USER", "HATCH_INDEX_AUTH"),
    "poetry": PublishCommand("poetry publish", "POETRY_HTTP_BASIC_PYPI_USERNAME", "POETRY_HTTP_BASIC_PYPI_PASSWORD"),
    "pdm": PublishCommand("pdm publish --no-build", "PDM_PUBLISH_USERNAME", "PDM_PUBLISH_PASSWORD"),
    "flit": PublishCommand("flit publish --format wheel", "FLIT_USERNAME", "FLIT_PASSWORD", builds=True),
}


def read_results() -> dict[str, dict[str, Result]]:
    """Return the stored results: `{"RULE": {"CLIENT": {...}}}`."""
    if not RESULTS.exists():
        return {}
    results: dict[str, dict[str, Result]] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return results


def version_of(client: str) -> str:
    """Return the version of a client that is measured."""
    return PINS["newest"][client][0].partition("==")[2]


def depends_on_the_file(rule: Rule) -> bool:
    """Whether the rule rejects the file of its example, so that a file which a tool builds itself would be accepted."""
    example = rule.example()
    if rule.status == 200 or example.package.filename != BUILT:
        return True
    return bool(example.form or example.file) or (example.prepare is None and example.sender == "owner")


def measure(rule: Rule, client: str) -> Result | None:
    """Return what a client does with the example of a rule; None if it cannot send that file, or no tool can."""
    command = COMMANDS[client]
    if command.builds and depends_on_the_file(rule):
        return None
    with tempfile.TemporaryDirectory() as folder, FakeIndexes() as indexes:
        reproduction = Reproduction(indexes.pypi, rule.example(), Path(folder, "by-hand"))
        project = Path(folder, "project")
        file = reproduction.write_package(project / "dist")
        if file is None:
            return None
        write_project(project, file.name)
        timeout = TIMEOUT if rule.status else TIMEOUT_WITHOUT_ANSWER
        code, output = run(indexes, client, file, reproduction.credentials, timeout=timeout)
        sent = [request for request in indexes.pypi.requests if request.method == "POST"]
        return {
            "version": version_of(client),
            "date": dt.datetime.now(dt.timezone.utc).date().isoformat(),
            "exit": code,
            "result": result_of(rule, [request.rule for request in sent]),
            "output": shown_lines(output),
        }


def write_project(folder: Path, filename: str) -> None:
    """Write the project to which the file belongs, for tools that read one."""
    name, _, rest = filename.removesuffix(".tar.gz").removesuffix(".zip").partition("-")
    text = PROJECT_FILE.format(name=name or "demo", version=rest.partition("-")[0] or "1.0")
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    (folder / f"{name or 'demo'}.py").write_text('"""A package made for a rehearsal."""\n', encoding="utf-8")


def run(
    indexes: FakeIndexes, client: str, file: Path, login: Login, *, timeout: float = TIMEOUT
) -> tuple[int | None, str]:
    """Return the exit code, None if the client was stopped, and the output. The file is in `dist/` of a project."""
    command = COMMANDS[client]
    shell = indexes.shell(credentials=False)
    shell.use_tokens(pypi=login.password)  # redacts it in the output
    path = f"{programs_of(client, 'newest')}:{shell.env['PATH']}"
    env = {**command.variables(login), "PATH": path, "VIRTUAL_ENV": None}
    words = [word.format(file=file.name) for word in command.command.split()]
    try:
        done = shell.run(words, cwd=file.parents[1], env=env, check=False, timeout=timeout)
    except CommandTimedOut as stopped:
        return None, f"{stopped.stdout!s}\n{stopped.stderr!s}"
    return done.returncode, f"{done.stdout}\n{done.stderr}"


def result_of(rule: Rule, rejected_by: list[str | None]) -> str:
    """Return what became of the upload: "rejected", "stopped" before it, "accepted", or the id of another rule."""
    if rule.id in rejected_by:
        return "rejected"
    if not rejected_by:
        return "stopped"
    return rejected_by[-1] or "accepted"


def shown_lines(output: str) -> list[str]:
    """Return the last lines of an output with words in them, without frames, folders, tokens and digests."""
    lines = ESCAPES.sub("", output).replace("\r", "\n").splitlines()
    kept = [cleaned(line) for line in lines if not TRACEBACK_LINE.search(line)]
    shown = [DIGEST.sub("...", line)[:LONGEST_LINE] for line in kept if re.search(r"[A-Za-z]{3}", line)]
    return list(dict.fromkeys(shown))[-MOST_LINES:]


def missing(results: dict[str, dict[str, Result]]) -> Iterator[tuple[Rule, str]]:
    """Yield the rules and clients without a result, the fastest clients first."""
    for client in COMMANDS:
        for rule in PYPI:
            if client not in results.get(rule.id, {}):
                yield rule, client


def store(results: dict[str, dict[str, Result]]) -> None:
    """Write the results in the order of the rules and the clients."""
    ordered = {
        rule.id: {client: results[rule.id][client] for client in COMMANDS if client in results[rule.id]}
        for rule in PYPI
        if rule.id in results
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> int:
    """Measure what is missing or named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--client", choices=tuple(COMMANDS), help="measure this tool again")
    parser.add_argument("--rule", help="measure this rule again")
    options = parser.parse_args()
    results = read_results()
    if options.client or options.rule:
        for rule_id in {options.rule or rule_id for rule_id in results}:
            for client in {options.client} if options.client else set(COMMANDS):
                results.get(rule_id, {}).pop(client, None)
    for rule, client in missing(results):
        if (options.client in {None, client}) and (options.rule in {None, rule.id}):
            result = measure(rule, client)
            if result is not None:
                results.setdefault(rule.id, {})[client] = result
                store(results)
                sys.stdout.write(f"{client} | {rule.id} | {result['result']}\n")
                sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
