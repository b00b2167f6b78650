"""What the table of clients and faults measures: twelve commands, the faults, and one measurement."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from fake_pypi.errors import CommandTimedOut
from fake_pypi.fake import FakeIndexes
from fake_pypi.packages.wheel import wheel
from fake_pypi.web.recording.recorded_request import RecordedRequest
from tests.e2e.bench import ESCAPES, Bench
from tests.e2e.cells import Cell

PATIENCE = 45.0
"""Seconds after which a client that is still running is stopped."""
LATEST_RECORD = 20.0  # seconds to wait for the record of a request that was answered
STORED_LINES, LONGEST_LINE = 12, 200
FRAME = re.compile(r"^[\s│╭╰─━┃╮╯|+-]+|[\s│╮╯─━|+]+$")
TOKEN = re.compile(r"pypi-[\w-]{16,}")
FOLDER = re.compile(r"(?<![\w:/.])/(?:tmp|home|root|usr|var|opt|Users)(?:/[\w.@+-]+)+/?")
LOOPBACK_PORT = re.compile(r"(127\.0\.0\.1|localhost):\d+")


@dataclass(frozen=True)
class Client:
    """One command of one client. `skip` uploads a rebuilt file with the client's own option for existing files.

    `program` names the virtual environment of the client matrix, `mode` is "real" or "plain" (`cells.MODES`), and
    `plain` the command at the plain-HTTP address, where that differs. With `trusted` it gets a token by itself, as a
    job of GitHub Actions.
    """

    name: str
    program: str
    command: str
    skip: str = ""
    files: dict[str, str] = field(default_factory=dict)
    plain: str = ""
    mode: str = "real"
    trusted: bool = False

    @property
    def uploads(self) -> bool:
        """Whether it uploads; else it installs."""
        return "publish" in self.name or "upload" in self.name


PLAIN = " at the plain-HTTP address"
_PROJECT = '[project]\nname = "user-of-hello"\nversion = "0.1"\nrequires-python = ">=3.10"\n'
CLIENTS = {
    client.name: client
    for client in (
        Client("twine upload", "twine", "twine upload dist/*", "twine upload --skip-existing dist/*"),
        Client("uv publish", "uv", "uv publish", "uv publish --check-url https://pypi.org/simple/"),
        Client(
            "poetry publish",
            "poetry",
            "poetry publish",
            "poetry publish --skip-existing",
            plain="poetry publish -r pypi",
        ),
        Client("hatch publish", "hatch", "hatch publish", "hatch publish"),
        Client("flit publish", "flit", "flit publish --format wheel"),
        Client("pdm publish", "pdm", "pdm publish --no-build", "pdm publish --no-build --skip-existing"),
        Client("maturin upload", "maturin", "maturin upload dist/*", "maturin upload --skip-existing dist/*"),
        Client("pip install", "pip", "python -m pip install --no-cache-dir --target lib hello"),
        Client("uv pip install", "uv", "uv pip install --no-cache --target lib hello"),
        Client(
            "poetry add",
            "poetry",
            "poetry add --no-cache hello",
            files={"pyproject.toml": f"{_PROJECT}[tool.poetry]\npackage-mode = false\n"},
        ),
        Client(
            "pdm add",
            "pdm",
            "pdm add hello",
            files={"pyproject.toml": f"{_PROJECT}[tool.pdm]\ndistribution = false\n"},
        ),
        Client("pipenv install", "pipenv", "pipenv install hello"),
    )
}
CLIENTS |= {
    f"{name}{PLAIN}": replace(
        client, name=f"{name}{PLAIN}", command=client.plain or client.command, skip="", mode="plain"
    )
    for name, client in CLIENTS.items()
    if name != "poetry add"  # without a source of its own, its project asks pypi.org
}
TRUSTED = ", trusted publishing"
CLIENTS |= {
    f"{program}{TRUSTED}": Client(f"{program}{TRUSTED}", program, command, trusted=True)
    for program, command in (
        ("twine", "twine upload dist/*"),
        ("uv", "uv publish --trusted-publishing always"),
        ("pdm", "pdm publish --no-build"),
        ("maturin", "maturin upload dist/*"),
    )
}

UPLOAD, PAGE, FILE = "method=POST path=/legacy/", "path=/simple/hello/", "filename=hello-1.0-*.whl"
CONNECTION = (
    "refuse host={host}",
    "tls expired host={host}",
    "tls wrong-host host={host}",
    "tls unknown-authority host={host}",
    "no-connect host={host}",
)
ANSWERS = ("500", "502", "503", "503 retry_after=3", "504", "429 retry_after=3", "403", "maintenance")
STORED = ("lost-answer", "half-answer", "wrong-length")
"""Faults after which an upload is stored."""


def _faults(host: str, where: str, *kinds: str) -> tuple[str, ...]:
    requests = tuple(f"{kind} when {where}" for kind in kinds)
    return (*requests, *(kind.format(host=host) for kind in CONNECTION))


UPLOAD_FAULTS = _faults(
    "upload.pypi.org",
    UPLOAD,
    *ANSWERS,
    "read-only",
    "delay seconds=5",
    "slow part=request bytes_per_second=2000",
    "hang",
    "reset at=before",
    "reset at=during",
    "reset at=after",
    "close",
    "redirect-loop",
) + tuple(f"{kind} when {UPLOAD} times=1" for kind in STORED)
INSTALL_FAULTS = (
    *_faults("pypi.org", PAGE, *ANSWERS, "delay seconds=5", "hang", "reset", "close", "unfinished-gzip"),
    *(f"{kind} when {PAGE}" for kind in ("redirect-loop", "wrong-digest")),
    f"503 when {FILE}",
    f"half-answer when {FILE} times=1",
    *(f"{kind} when {FILE}" for kind in ("half-answer", "wrong-length", "truncate", "corrupt")),
    f"slow bytes_per_second=200 when {FILE}",
    "missing-metadata",
    "stale pages=simple seconds=600",
)
EXCHANGE, AUDIENCE = "path=/_/oidc/*mint-token", "path=/_/oidc/audience"  # maturin: /_/oidc/github/mint-token
TRUSTED_FAULTS = (
    *(
        f"{kind} when {EXCHANGE}"
        for kind in (*ANSWERS, "delay seconds=5", "hang", "reset at=before", "reset at=during")
    ),
    *(f"{kind} when {EXCHANGE}" for kind in ("reset at=after", "close", "redirect-loop")),
    *(f"{kind} when {EXCHANGE} times=1" for kind in ("503", "reset at=before", *STORED)),
    *(f"{kind} when {AUDIENCE}" for kind in ("503", "403")),
    f"503 when {AUDIENCE} times=1",
    "refuse host=upload.pypi.org",
    "tls expired host=upload.pypi.org",
)
"""Faults of the two requests with which a client exchanges its identity token for an API token."""
PLAIN_UPLOAD_FAULTS = (
    "refuse",
    *(f"{kind} when {UPLOAD}" for kind in ("hang", "reset at=before", "reset at=during", "reset at=after", "close")),
    *(f"{kind} when {UPLOAD} times=1" for kind in STORED),
)
PLAIN_INSTALL_FAULTS = ("refuse", *(f"{kind} when {PAGE}" for kind in ("hang", "reset", "close")))
"""Faults of the connection, where there is neither a proxy nor TLS."""


def faults_of(client: Client) -> tuple[str, ...]:
    """Return the faults that are measured with a client."""
    if client.trusted:
        return TRUSTED_FAULTS
    if client.mode == "plain":
        return PLAIN_UPLOAD_FAULTS if client.uploads else PLAIN_INSTALL_FAULTS
    return UPLOAD_FAULTS if client.uploads else INSTALL_FAULTS


def cells() -> list[tuple[str, str]]:
    """Return every cell: the name of a client, and the fault."""
    return [(name, fault) for name, client in CLIENTS.items() for fault in faults_of(client)]


class Meter:
    """Runs one client against one fault, and measures what it does."""

    def __init__(self, client: Client, indexes: FakeIndexes, folder: Path) -> None:
        self.client = client
        self.pypi = indexes.pypi
        self.folder = folder
        self._bench = Bench(Cell(client.program, "upload", client.mode), "newest", indexes, folder)
        self._env: dict[str, str] = self._job() if client.trusted else self._bench.told(self.pypi.token.secret)
        self._seen: list[tuple[float, RecordedRequest]] = []
        self._lock = threading.Lock()
        self.pypi.instance.record.listeners.append(self._see)

    def measure(self, fault: str) -> dict[str, Any]:
        """Return what the client did: attempts, waits, exit code, seconds, message, and what was stored."""
        self._prepare()
        self.pypi.faults.add(fault)
        if fault.startswith("stale"):
            self.pypi.add(_hello("1.1"))
        started = time.monotonic()
        code, output = self._run(self.client.command)
        seconds = time.monotonic() - started
        ended = self._attempts()
        result: dict[str, Any] = {
            "attempts": len(ended),
            "waits": [round(max(0.0, later - now), 1) for now, later in self._gaps(ended)],
            "exit": code,
            "seconds": round(seconds, 1),
            "output": last_lines(output),
        }
        if self.client.uploads:
            result |= self._uploads()
            if not self.client.trusted and any(fault.startswith(kind) for kind in STORED):
                result |= self._again()
        else:
            result["installed"] = self._installed()
        return result

    def _job(self) -> dict[str, str]:
        """Return the variables of a CI job that is a trusted publisher of the project."""
        self.pypi.add_project("hello")
        self.pypi.add_github_publisher("hello", owner="octo", repository="hello", workflow="release.yml")
        return {**self._bench.told_without_token(), **self.pypi.github_oidc()}

    def _prepare(self) -> None:
        if self.client.uploads:
            self._bench.write_project()
            return
        for name, text in self.client.files.items():
            (self.folder / name).write_text(text, encoding="utf-8")
        self.pypi.add(_hello("1.0"))

    def _run(self, command: str) -> tuple[int | None, str]:
        """Return the exit code, None if the client was stopped, and the output."""
        env: dict[str, str | None] = {**self._env, **self._bench._own, "UV_HTTP_RETRIES": None}
        try:
            done = self._bench.shell.script(command, cwd=self.folder, env=env, check=False, timeout=PATIENCE)
        except CommandTimedOut as stopped:
            return None, f"{stopped.stdout!s}\n{stopped.stderr!s}"
        return done.returncode, f"{done.stdout}\n{done.stderr}"

    def _see(self, request: RecordedRequest) -> None:
        with self._lock:
            self._seen.append((time.monotonic(), request))

    def _attempts(self) -> list[tuple[float, RecordedRequest]]:
        """Return the requests that met the fault, and those for the same address, each with the time of its end."""
        until = time.monotonic() + LATEST_RECORD
        while sum(self.pypi.faults.used.values()) > sum(bool(request.fault) for _, request in self._seen):
            if time.monotonic() > until:
                break
            time.sleep(0.01)
        with self._lock:
            seen = sorted(self._seen, key=lambda pair: pair[0] - pair[1].seconds)
        first = next((request for _, request in seen if request.fault), None)
        if first is None:
            return []
        target = (first.method, first.host, first.path)
        return [(end, request) for end, request in seen if (request.method, request.host, request.path) == target]

    @staticmethod
    def _gaps(attempts: list[tuple[float, RecordedRequest]]) -> list[tuple[float, float]]:
        return [(end, later - following.seconds) for (end, _), (later, following) in pairwise(attempts)]

    def _uploads(self) -> dict[str, Any]:
        project = self.pypi.project("hello")
        stored = project is not None and bool(project.releases)
        whole = [request for _, request in self._seen if request.path == "/legacy/" and request.method == "POST"]
        processed = [r for r in whole if r.status == 200 or r.fault.startswith(STORED)]
        return {"stored": stored, "processed": len(processed)}

    def _again(self) -> dict[str, Any]:
        """Return the exit codes of the same command again, and of a rebuilt file with the option for existing files."""
        self.pypi.faults.clear()
        same, _ = self._run(self.client.command)
        result: dict[str, Any] = {"again": same}
        self._bench.write_project("A rebuilt file")
        rebuilt, output = self._run(self.client.command)
        result |= {"rebuilt": rebuilt, "rebuilt_output": last_lines(output)}
        if self.client.skip:
            result["skip"] = self._run(self.client.skip)[0]
        return result

    def _installed(self) -> str:
        folders = [*self.folder.rglob("hello-*.dist-info"), *self._bench.shell.home.rglob("hello-*.dist-info")]
        names = sorted({folder.name.partition("-")[2].removesuffix(".dist-info") for folder in folders})
        return ", ".join(names)


def _hello(version: str) -> Any:
    code = {"hello/__init__.py": "def main():\n    print('hello')\n", "hello/data.txt": "0123456789" * 300}
    return wheel("hello", version, files=code)


def last_lines(output: str) -> list[str]:
    """Return the last lines of an output with words in them, cleaned."""
    lines = [cleaned(line) for line in ESCAPES.sub("", output).replace("\r", "\n").splitlines()]
    return [line[:LONGEST_LINE] for line in lines if re.search(r"[A-Za-z]{3}", line)][-STORED_LINES:]


def cleaned(line: str) -> str:
    """Return a line without frames, tokens, ports, folders of this machine, and runs of blanks."""
    for pattern, replacement in ((FRAME, ""), (TOKEN, "pypi-..."), (LOOPBACK_PORT, r"\1:PORT"), (FOLDER, "...")):
        line = pattern.sub(replacement, line)
    return " ".join(line.split())
