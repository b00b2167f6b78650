"""Publish with real tools to the servers that are not PyPI, and write the table of what happened into the docs.

python -m tests.e2e.other_servers             run every tool against every server, store the results, write the table
python -m tests.e2e.other_servers --render    write the table again from the stored results
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from fake_pypi import FakePyPI  # noqa: E402
from fake_pypi.packages.wheel import wheel  # noqa: E402
from fake_pypi.sites import OTHER_SERVERS, site_named  # noqa: E402
from tests.e2e.provision import PINS, programs_of  # noqa: E402

RESULTS = Path(__file__).with_name("other_servers.json")
PAGE = PROJECT / "docs" / "reference" / "other-servers.md"
BEGIN, END = "<!-- table: written by tests/e2e/other_servers.py -->", "<!-- /table -->"
SERVERS = ("pypi", *OTHER_SERVERS)
SECONDS = 120
"""After this time a command is stopped: a tool that asks for a password waits for ever."""

PYPROJECT = """\
[build-system]
requires = ["flit_core>=3.2"]
build-backend = "flit_core.buildapi"

[project]
name = "hello"
version = "1.0"
description = "A package for the test"
readme = "README.md"
"""


@dataclass(frozen=True)
class Tool:
    """A publishing tool: its command, what makes it skip a file that is there already, and its variables.

    `{url}`, `{simple}`, `{user}` and `{password}` are replaced. `skip` is None for a tool without such an option.
    """

    command: tuple[str, ...]
    skip: tuple[str, ...] | None
    variables: Mapping[str, str] | None = None


FILES = "dist/hello-1.0-py3-none-any.whl"
LOGIN = ("-u", "{user}", "-p", "{password}")
TOOLS = {
    "twine": Tool(("twine", "upload", "--repository-url", "{url}", *LOGIN, FILES), ("--skip-existing",)),
    "uv": Tool(("uv", "publish", "--publish-url", "{url}", *LOGIN, FILES), ("--check-url", "{simple}")),
    "poetry": Tool(
        ("poetry", "publish", "-r", "there"),
        ("--skip-existing",),
        {
            "POETRY_REPOSITORIES_THERE_URL": "{url}",
            "POETRY_HTTP_BASIC_THERE_USERNAME": "{user}",
            "POETRY_HTTP_BASIC_THERE_PASSWORD": "{password}",
        },
    ),
    "hatch": Tool(("hatch", "publish", "-n", "-r", "{url}", "-u", "{user}", "-a", "{password}", FILES), None),
    "flit": Tool(
        ("flit", "publish", "--format", "wheel"),
        None,
        {"FLIT_INDEX_URL": "{url}", "FLIT_USERNAME": "{user}", "FLIT_PASSWORD": "{password}"},
    ),
    "pdm": Tool(
        ("pdm", "publish", "--no-build", "-r", "{url}", "-u", "{user}", "-P", "{password}"), ("--skip-existing",)
    ),
    "maturin": Tool(("maturin", "upload", "--repository-url", "{url}", *LOGIN, FILES), ("--skip-existing",)),
}


@dataclass(frozen=True)
class Outcome:
    """What came of a tool at a server: the exit codes of four runs, and the statuses of its uploads.

    `first` is the upload of a new file, `again` of the same file, `skip` of the same file with the tool's option to
    skip what is there (None: it has no such option), `changed` of other bytes under the same name.
    """

    first: int
    again: int
    skip: int | None
    changed: int
    statuses: tuple[int, ...]


def measure(tool: str, server: str, folder: Path) -> Outcome:
    """Run one tool against one server, in an empty folder."""
    with FakePyPI(server) as fake:
        bench = _Bench(fake, TOOLS[tool], tool, folder)
        bench.write_wheel("A package for the test")
        first, again = bench.publish(), bench.publish()
        skip = None if bench.tool.skip is None else bench.publish(*bench.tool.skip)
        bench.write_wheel("Other bytes under the same name")
        changed = bench.publish()
        assert not fake.errors, fake.errors
        return Outcome(first, again, skip, changed, bench.statuses())


class _Bench:
    """A folder with a project and one wheel, and the server to which a tool publishes it."""

    def __init__(self, fake: FakePyPI, tool: Tool, name: str, folder: Path) -> None:
        self.fake, self.tool, self.folder = fake, tool, folder
        self._values = {
            "url": fake.upload_url,
            "simple": fake.simple_url,
            "user": fake.username,
            "password": fake.password,
        }
        programs = programs_of(name, "newest")
        home = folder / "home"
        home.mkdir()
        self._env = {
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(home),
            "USERPROFILE": str(home),
            "NO_PROXY": "127.0.0.1",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "CI": "1",
            **{key: value.format(**self._values) for key, value in (tool.variables or {}).items()},
        }
        (folder / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
        (folder / "README.md").write_text("hello\n", encoding="utf-8")
        (folder / "hello.py").write_text("", encoding="utf-8")

    def write_wheel(self, summary: str) -> None:
        """Put the wheel that is to be published into `dist/`."""
        dist = self.folder / "dist"
        dist.mkdir(exist_ok=True)
        (self.folder / "hello.py").write_text(f'"""{summary}"""\n', encoding="utf-8")
        (dist / "hello-1.0-py3-none-any.whl").write_bytes(wheel("hello", "1.0", summary=summary).open().read())

    def publish(self, *options: str) -> int:
        """Run the tool and return its exit code; -1 if it had to be stopped."""
        command = [part.format(**self._values) for part in (*self.tool.command, *options)]
        try:
            done = subprocess.run(
                command,
                cwd=self.folder,
                env=self._env,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return -1
        return done.returncode

    def statuses(self) -> tuple[int, ...]:
        """Return the status of each upload that the server received."""
        return tuple(request.status for request in self.fake.requests if request.method == "POST")


def run() -> None:
    """Measure every tool at every server, and store the results."""
    results: dict[str, dict[str, object]] = {}
    for tool in TOOLS:
        for server in SERVERS:
            with tempfile.TemporaryDirectory() as folder:
                outcome = measure(tool, server, Path(folder))
            results.setdefault(tool, {})[server] = asdict(outcome)
            print(tool, server, outcome, flush=True)
    versions = {tool: PINS["newest"][tool][0] for tool in TOOLS}
    measured = {"measured": f"{datetime.now(timezone.utc):%Y-%m-%d}", "versions": versions, "results": results}
    RESULTS.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")


def table() -> str:
    """Return the table of the documentation."""
    stored = json.loads(RESULTS.read_text(encoding="utf-8"))
    heads = [site_named(server).title for server in SERVERS]
    lines = [f"| tool | {' | '.join(heads)} |", f"|{'---|' * (len(heads) + 1)}"]
    for tool, outcomes in stored["results"].items():
        name = stored["versions"][tool].replace("==", " ").replace("[locked]", "")
        cells = [_cell(outcomes[server]) for server in SERVERS]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join([f"Measured on {stored['measured']}.", "", *lines])


def _cell(outcome: Mapping[str, object]) -> str:
    def word(value: object) -> str:
        return "ok" if value == 0 else "-" if value is None else "fails"

    return " / ".join(word(outcome[run]) for run in ("first", "again", "skip", "changed"))


def rendered(page: str) -> str:
    """Return the page of the documentation with the table of the stored results."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    if "--render" not in sys.argv:
        run()
    PAGE.write_text(rendered(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
