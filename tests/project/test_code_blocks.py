"""Every block of code on a page is checked: commands by their parsers, files by their readers, Python by running it.

`tests/e2e/test_pages.py` runs the Python blocks and the tutorial. What only GitHub or GitLab can run is read as these
services read it.
"""

from __future__ import annotations

import configparser
import json
import re
import shlex
import sys
import textwrap
from pathlib import Path

import pytest
import yaml
from _pytest.config.argparsing import Parser

from fake_pypi.cli import COMMANDS, command_parser
from fake_pypi.errors import UsageError
from fake_pypi.pytest_plugin.options import add_options
from fake_pypi.workflows.github.workflow_reader import workflow_from_text
from fake_pypi.workflows.gitlab.pipeline_keys import KEYWORD_PLACES
from tests.project.code_blocks import PROJECT, CodeBlock, code_blocks

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

BLOCKS = list(code_blocks())
LANGUAGES = {"console", "ini", "javascript", "json", "make", "python", "sh", "text", "toml", "yaml"}
RUN_BY = {
    "javascript": "tests/e2e/control/test_other_languages.py",
    "make": "tests/e2e/recipes.py",
    "sh": "tests/e2e/control/test_other_languages.py",
}
"""The tests that run the blocks of a language wherever they are; `text` is what programs print, and is not run."""
OTHER_PROGRAMS = {
    *("cd", "cp", "curl", "echo", "eval", "git", "install", "make", "mkdir", "python", "python3", "systemctl"),
    *(
        "auditwheel",
        "certutil",
        "chromium",
        "hatch",
        "jq",
        "just",
        "nox",
        "pdm",
        "pip",
        "pipx",
        "podman",
        "poetry",
        "pre-commit",
        "pytest",
        "tox",
        "twine",
        "uv",
        "uvx",
        ".",
    ),
}
PARSER = Parser(_ispytest=True)
add_options(PARSER)
PLUGIN_OPTIONS = {name for group in PARSER._groups for option in group.options for name in option.names()}
SEPARATORS = {"|", "&&", ";", "&"}
REDIRECTION = re.compile(r"\s\d?>>?(&\d|\s*\S+)|\s#\s.*$")


def blocks_in(*languages: str) -> list[object]:
    return [pytest.param(block, id=str(block)) for block in BLOCKS if block.language in languages]


def commands_of(block: CodeBlock) -> list[list[str]]:
    """Return the words of each command behind a prompt, without redirections and comments."""
    commands: list[list[str]] = []
    for line in block.text.splitlines():
        if not line.startswith(("$ ", "# ")):
            continue
        words = shlex.split(re.sub(r"\$\((.*?)\)", r"\1", REDIRECTION.sub("", line[2:])))
        current: list[str] = []
        for word in words:
            if word in SEPARATORS:
                commands.append(current)
                current = []
            else:
                current.append(word)
        commands.append(shlex.split(current[1]) if current[0] == "eval" else current)
    return commands


def problem_of_command(words: list[str]) -> str | None:
    """Return why a command cannot be run as it is shown; None if it can."""
    program, *arguments = words
    if program == "pytest":
        used = {word.partition("=")[0] for word in arguments if word.startswith("--fake-pypi")}
        return f"unknown options {used - PLUGIN_OPTIONS}" if used - PLUGIN_OPTIONS else None
    if program != "fake-pypi":
        known = program in OTHER_PROGRAMS or "/" in program
        return None if known else f"an unknown program: {program}"
    name, *rest = arguments
    if name not in COMMANDS:
        return None if name == "--version" else f"there is no command {name!r}"
    try:
        command_parser(name).parse_args(rest)
    except UsageError as error:
        return str(error)
    return None


def test_every_block_has_a_language_that_is_checked() -> None:
    assert {str(block): block.language for block in BLOCKS if block.language not in LANGUAGES} == {}
    for test in RUN_BY.values():
        assert (PROJECT / test).is_file()


@pytest.mark.parametrize("block", blocks_in("console"))
def test_the_commands_are_those_of_the_programs(block: CodeBlock) -> None:
    commands = commands_of(block)
    assert commands, "a block of commands begins its lines with `$ `"
    assert [problem for words in commands if (problem := problem_of_command(words))] == []


@pytest.mark.parametrize(
    "line", ["fake-pypi rehears", "fake-pypi check --no-such-option x", "pytest --fake-pypi-no", "no-such-program x"]
)
def test_a_wrong_command_is_noticed(line: str) -> None:
    assert problem_of_command(shlex.split(line))


@pytest.mark.parametrize("block", blocks_in("yaml"))
def test_files_for_github_and_gitlab_are_read_without_an_error(block: CodeBlock) -> None:
    text = block.text
    if text.lstrip().startswith("- "):  # steps of a job
        text = (
            f"jobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n{textwrap.indent(textwrap.dedent(text), ' ' * 6)}"
        )
    value = yaml.safe_load(text)
    if "steps" in value:  # of a job
        text = f"jobs:\n  job:\n    runs-on: ubuntu-latest\n{textwrap.indent(text, ' ' * 4)}"
        value = yaml.safe_load(text)
    if "repos" in value:
        hooks = yaml.safe_load((PROJECT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
        used = {hook["id"] for repository in value["repos"] for hook in repository["hooks"]}
        assert used <= {hook["id"] for hook in hooks}
        return
    if "services" in value and "jobs" not in value and isinstance(value["services"], dict):
        indented = textwrap.indent(text, "    ")
        text = f"jobs:\n  job:\n    runs-on: ubuntu-latest\n    steps: [{{run: 'true'}}]\n{indented}"
        value = yaml.safe_load(text)
    if "jobs" in value:
        workflow = workflow_from_text(text if True in value or "on" in value else f"on: push\n{text}")
        assert workflow.jobs
        return
    names = {place: {keyword.name for keyword in keywords.values()} for place, keywords in KEYWORD_PLACES.items()}
    job = next(keywords for place, keywords in names.items() if "script" in keywords)
    top = next(keywords for place, keywords in names.items() if "stages" in keywords)
    for key, content in value.items():
        assert key in top or set(content) <= job, key


@pytest.mark.parametrize("block", blocks_in("toml"))
def test_settings_are_toml_with_keys_that_exist(block: CodeBlock) -> None:
    settings = tomllib.loads(block.text).get("tool", {}).get("pytest", {}).get("ini_options", {})
    assert set(settings) <= set(PARSER._inidict)


@pytest.mark.parametrize("block", blocks_in("ini"))
def test_settings_of_tox_call_commands_that_exist(block: CodeBlock) -> None:
    parser = configparser.ConfigParser()
    parser.read_string(block.text)
    for section in parser.values():
        for line in section.get("commands", "").splitlines():
            assert problem_of_command(shlex.split(line)) is None


@pytest.mark.parametrize("block", blocks_in("json"))
def test_json_can_be_read(block: CodeBlock) -> None:
    json.loads(block.text)


@pytest.mark.parametrize("block", blocks_in("python"))
def test_python_can_be_compiled(block: CodeBlock) -> None:
    compile(block.text, str(block), "exec")


@pytest.mark.parametrize("block", blocks_in("sh", "javascript", "make"))
def test_programs_in_other_languages_are_run_by_a_test(block: CodeBlock) -> None:
    test = (PROJECT / RUN_BY[block.language]).read_text(encoding="utf-8")
    assert Path(block.page).stem in test
