"""Find the commands that build and publish in a project's workflows, Makefile, tox.ini and similar files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from fake_pypi.rehearsal.project_tools.evidence import Evidence, folders_up_to_checkout, relative_name

FILES = (
    ".github/workflows/*.yml",
    ".github/workflows/*.yaml",
    ".github/actions/*/action.yml",
    ".gitlab-ci.yml",
    ".gitlab/**/*.yml",
    ".circleci/config.yml",
    "azure-pipelines.yml",
    ".travis.yml",
    "Makefile",
    "makefile",
    "GNUmakefile",
    "tox.ini",
    "tox.toml",
    "noxfile.py",
    "justfile",
    "Justfile",
    ".justfile",
    "Taskfile.yml",
    "tasks.py",
    "pyproject.toml",
    "hatch.toml",
    "scripts/*",
    "*.sh",
)
"""The files that are searched, in order: what runs at a release comes before what a person may run."""
LONGEST_FILE = 500_000
"""Bytes; a longer file is data, not a script."""

PUBLISHING = {
    "twine": "upload",
    "uv": "publish",
    "poetry": "publish",
    "hatch": "publish",
    "flit": "publish",
    "pdm": "publish",
    "maturin": "(?:upload|publish)",
}
BUILDING = ("uv", "poetry", "hatch", "flit", "pdm", "maturin")
BUILDS_BEFORE_PUBLISHING = {
    "flit": re.compile(""),
    "pdm": re.compile(r"^(?!.*--no-build)"),
    "maturin": re.compile(r"publish"),
    "poetry": re.compile(r"--build\b"),
}
"""Matches the rest of a line whose publish command builds as well."""

BLANK = r"[ \t\"',\[]+"
"""Between words: `uv publish`, `session.run("uv", "publish")`, `commands = [["uv", "publish"]]`."""
BLANK_IN_PYTHON = r"[\s\"',\[]+"
OPTIONS = r"(?:--?[\w-]+(?:=\S+)?{blank})*"
NOT_A_COMMAND = re.compile(
    r"^\s*(?:#|//|-?\s*(?:name|run-name|description|desc|id|if|title|key|summary)\s*[:=]|@?(?:echo|print)\b)"
)
DRY_RUN = re.compile(r"--dry-?run\b|--help\b|--version\b")

ACTIONS = (
    ("pypa/gh-action-pypi-publish", "twine", None),
    ("hynek/build-and-inspect-python-package", None, "build"),
    ("pypa/build-and-inspect-python-package", None, "build"),
)
"""Actions, and the tools that they run: a publisher, a builder."""
MATURIN_ACTION = re.compile(r"uses:\s*[\"']?(PyO3/maturin-action|messense/maturin-action)", re.IGNORECASE)
MATURIN_COMMAND = re.compile(r"^\s*command:\s*[\"']?(\w+)", re.MULTILINE)
LINES_OF_A_STEP = 8

BUILD_FRONTEND = re.compile(
    r"(?<![\w./-])(?:python[\d.]*|\{envpython\}|pipx[ ]run|uvx)[ \"',\[]+(?:-m[ \"',\[]+)?build(?![\w./:-])"
    r"|(?<![\w./-])pyproject-build\b|\bsetup\.py\s+(?:\w+\s+)?(?:sdist|bdist_wheel)"
)
CIBUILDWHEEL = re.compile(r"pypa/cibuildwheel\b|(?<![\w./-])cibuildwheel\b|^\[tool\.cibuildwheel\]", re.MULTILINE)


class CommandSearch:
    """The build and publish commands in the files of a project, in the order of `FILES`.

    Files of the checkout that contains the project are searched after those of the project itself.
    """

    def __init__(self, project: Path) -> None:
        self.publishing: list[Evidence] = []
        self.building: list[Evidence] = []
        self.wheels_elsewhere: list[Evidence] = []
        self.texts: list[str] = []
        for name, text in _texts(project):
            self._search(name, text)

    def _search(self, name: str, text: str) -> None:
        self.texts.append(text)
        found = [*_commands(name, text), *_actions(name, text)]
        found.sort(key=lambda pair: pair[0].line)
        self.publishing += [evidence for evidence, publishes in found if publishes]
        self.building += [evidence for evidence, publishes in found if not publishes]
        for match in CIBUILDWHEEL.finditer(text):
            if not _is_comment(text, match):
                self.wheels_elsewhere.append(_evidence("cibuildwheel", name, text, match))


def _texts(project: Path) -> Iterator[tuple[str, str]]:
    for folder in folders_up_to_checkout(project):
        for pattern in FILES:
            for file in sorted(folder.glob(pattern)):
                if file.is_file() and file.stat().st_size <= LONGEST_FILE:
                    try:
                        yield relative_name(file, project), file.read_text(encoding="utf-8")
                    except (OSError, UnicodeDecodeError):
                        continue


def _commands(name: str, text: str) -> Iterator[tuple[Evidence, bool]]:
    """Yield the commands of one file, and whether each publishes."""
    is_python = name.endswith(".py")
    for tool, subcommand in PUBLISHING.items():
        for match in _command_pattern(tool, subcommand, is_python=is_python).finditer(text):
            if _runs(name, text, match):
                builds = BUILDS_BEFORE_PUBLISHING.get(tool)
                rest = text[match.start() : _line_end(text, match.end())]
                yield _evidence(tool, name, text, match, also_builds=bool(builds and builds.search(rest))), True
    for tool in BUILDING:
        for match in _command_pattern(tool, "(?:build|sdist)", is_python=is_python).finditer(text):
            if _runs(name, text, match):
                yield _evidence(tool, name, text, match), False
    for match in BUILD_FRONTEND.finditer(text):
        if _runs(name, text, match):
            yield _evidence("build", name, text, match), False


def _command_pattern(tool: str, subcommand: str, *, is_python: bool) -> re.Pattern[str]:
    blank = BLANK_IN_PYTHON if is_python else BLANK
    options = OPTIONS.format(blank=blank)
    return re.compile(rf"(?<![\w./-]){tool}{blank}{options}{subcommand}(?![\w./:-])")


def _runs(name: str, text: str, match: re.Match[str]) -> bool:
    """Return whether a match is a command that runs: no comment, no name of a step, no dry run."""
    if _is_comment(text, match) or DRY_RUN.search(text[match.start() : _line_end(text, match.end())]):
        return False
    return not name.endswith("pyproject.toml") or _section_before(text, match.start()).startswith("tool.")


def _is_comment(text: str, match: re.Match[str]) -> bool:
    start = text.rfind("\n", 0, match.start()) + 1
    line = text[start : match.end()]
    if line.lstrip().startswith("[tool."):
        return False
    return bool(NOT_A_COMMAND.match(line)) or " #" in text[start : match.start()]


def _section_before(text: str, place: int) -> str:
    """Return the name of the TOML table that contains a place."""
    headers = re.findall(r"^\[+([^\]\n]+)\]", text[:place], re.MULTILINE)
    return headers[-1] if headers else ""


def _actions(name: str, text: str) -> Iterator[tuple[Evidence, bool]]:
    """Yield the actions in a workflow that build or publish, and whether each publishes."""
    for action, publisher, builder in ACTIONS:
        for match in re.finditer(rf"uses:\s*[\"']?({re.escape(action)})\b", text):
            if not _is_comment(text, match):
                yield _evidence(publisher or builder or "", name, text, match, shown=action), bool(publisher)
    for match in MATURIN_ACTION.finditer(text):
        step = "\n".join(text[match.end() :].splitlines()[:LINES_OF_A_STEP])
        step = re.split(r"^\s*-\s", step, maxsplit=1, flags=re.MULTILINE)[0]
        command = MATURIN_COMMAND.search(step)
        publishes = bool(command and command[1] in {"upload", "publish"})
        if not _is_comment(text, match):
            yield _evidence("maturin", name, text, match, shown=match[1]), publishes


def _evidence(
    tool: str, name: str, text: str, match: re.Match[str], *, shown: str = "", also_builds: bool = False
) -> Evidence:
    line = text.count("\n", 0, match.start()) + 1
    words = " ".join(re.sub(r"[\"',\[\]]+", " ", shown or match[0]).split())
    return Evidence(tool, words, name, line, also_builds)


def _line_end(text: str, place: int) -> int:
    end = text.find("\n", place)
    return len(text) if end < 0 else end
