"""Run uv's own tests of `uv publish` against the fake, without a fault and with faults that uv survives.

python -m tests.e2e.uv_suite [NAME]     run them (or one), and store the results of all in uv_suite.json

uv's tests are written in Rust and use a mock server, so they cannot run here as they are; `uv_cases` has them as facts.
The pinned uv publishes to the real host names, in a shell in which they are the fake.
"""

from __future__ import annotations

import datetime as dt
import difflib
import json
import re
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from fake_pypi.clients.shell import Shell  # noqa: E402
from fake_pypi.fake import FakeIndexes  # noqa: E402
from fake_pypi.packages.sdist import sdist  # noqa: E402
from fake_pypi.packages.wheel import wheel  # noqa: E402
from fake_pypi.web.recording.recorded_request import RecordedRequest  # noqa: E402
from tests.e2e.provision import PINS, programs_of  # noqa: E402
from tests.e2e.uv_cases import ADDRESSES, LEFT_OUT, OK, SUITE, UV, Case, Run  # noqa: E402
from tests.e2e.uv_job_cases import JOB_CASES  # noqa: E402
from tests.e2e.uv_upload_cases import UPLOAD_CASES  # noqa: E402

RESULTS = Path(__file__).with_name("uv_suite.json")
CASES = {**UPLOAD_CASES, **JOB_CASES}
FAULTS: dict[str, tuple[set[str], tuple[str, ...]]] = {
    "none": (set(), ()),
    "503 once from each address of the token exchange": (
        {"audience", "mint", "burn"},
        tuple(f"503 when path=/_/oidc/{address} times=1" for address in ("audience", "mint-token", "burn-token")),
    ),
    "503 once from the project page": ({"page"}, ("503 when path=/simple/* times=1",)),
    "the connection is lost once before an upload": (
        {"upload"},
        ("reset at=before when method=POST path=/legacy/ times=1",),
    ),
    "the answer to an upload is lost once": ({"upload"}, ("lost-answer when method=POST path=/legacy/ times=1",)),
    "every POST is delayed": (
        {"mint", "upload", "burn"},
        ("delay seconds=0.5 when method=POST",),
    ),
}
"""The addresses (of which a case requests at least one) and the faults. uv does not repeat an upload after 503."""
LATEST_RECORD = 20.0  # seconds to wait for the record of a request that was answered
WITHOUT_PERMISSION = {
    "GITHUB_ACTIONS": "true",
    "ACTIONS_ID_TOKEN_REQUEST_URL": None,
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN": None,
}
FILTERS = ((re.compile(r"\([\d.]+ ?[KM]?i?B\)"), "([SIZE])"), (re.compile(r"\b[0-9a-f]{64}\b"), "[HASH]"))


class CaseRunner:
    """Runs one case in indexes of its own, and compares what happens with what uv's test expects."""

    def __init__(self, case: Case, indexes: FakeIndexes, folder: Path, redirecting: str) -> None:
        self.case, self.indexes, self.folder = case, indexes, folder
        self.fake = indexes.pypi if case.index == "pypi" else indexes.testpypi
        hosts = self.fake.hosts
        self._values = {
            "url": f"https://{hosts.upload}/legacy/",
            "simple": f"https://{hosts.index}/simple/",
            "host": hosts.index,
            "token": self.fake.token.secret,
            "folder": str(folder),
            "redirecting": redirecting,
        }
        self._shell = indexes.shell(credentials=False)
        self._write_files()
        if case.ci == "gitlab":
            for project in ("ok", "basic-app"):
                self.fake.add_project(project)
                self.fake.add_gitlab_publisher(project, namespace="group", repository="ok")

    def differences(self) -> list[str]:
        """Return what differs from what uv's test expects, a line for each difference."""
        return [line for run in self.case.runs for line in self._differences_of(run)]

    def _differences_of(self, run: Run) -> Iterator[str]:
        project = self.fake.project("ok")
        if run.present and not (project and project.releases):
            self.fake.add(self.folder / "dist" / OK)
        if run.present == "changed":
            wheel("ok", "1.0.0", summary="Other bytes").write_to(self.folder / "dist")
        if run.fault:
            self.fake.faults.add(run.fault)
        before = self.fake.requests.total
        shell, variables = self._job()
        command = ["uv", "publish", *(self._filled(argument) for argument in run.arguments)]
        variables |= {name: self._filled(value) for name, value in run.variables.items()}
        done = shell.run(command, cwd=self.folder, env=variables, check=False, timeout=120)
        yield from _compared("exit code", done.returncode, run.exit_code)
        yield from _compared("stderr", self._lines(done.stderr), [self._filled(line) for line in run.stderr])
        received = self._received(before, len(run.requests))
        yield from _compared("requests", [_name_of(request) for request in received], list(run.requests))
        forms = [request.form for request in received if request.path == "/legacy/"]
        fields = sorted({name for form in forms for name in self.case.fields_absent if name in form})
        yield from _compared("form fields", fields, [])
        tokens = self.fake.index.db.value("SELECT count(*) FROM tokens WHERE publisher IS NOT NULL")
        yield from _compared("tokens of trusted publishing", tokens, run.tokens)

    def _write_files(self) -> None:
        dist = self.folder / "dist"
        for name, version in (("ok", "1.0.0"), ("basic_app", "0.1.0"), ("basic_package", "0.1.0")):
            wheel(name, version, summary="A package for uv").write_to(dist)
        sdist("basic_package", "0.1.0").write_to(dist)
        for name, text in self.case.files.items():
            path = self.folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(self._filled(text), encoding="utf-8")

    def _job(self) -> tuple[Shell, dict[str, str | None]]:
        """Return a shell and the variables that differ from its own: a new job, as an identity token is used once."""
        shell = self._shell.gitlab_ci(project="group/ok") if self.case.ci == "gitlab" else self._shell
        path = f"{programs_of('uv', 'newest')}:{shell.env['PATH']}"
        variables: dict[str, str | None] = {
            "PATH": path,
            "VIRTUAL_ENV": None,
            "UV_HTTP_RETRIES": None,
            "UV_NO_WRAP": "1",
        }
        variables |= dict.fromkeys(self.case.without)
        return shell, {**variables, **(WITHOUT_PERMISSION if self.case.ci == "github" else {})}

    def _filled(self, text: str) -> str:
        for name, value in self._values.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    def _lines(self, stderr: str) -> list[str]:
        text = stderr.replace(f"{self.folder}/", "")
        for pattern, replacement in FILTERS:
            text = pattern.sub(replacement, text)
        return text.splitlines()

    def _received(self, before: int, expected: int) -> list[RecordedRequest]:
        """Return the requests that the index answered by itself, once as many as expected are recorded."""
        until = time.monotonic() + LATEST_RECORD
        while True:
            requests = [request for request in self.fake.requests.after(before) if _is_answered(request)]
            if len(requests) >= expected or time.monotonic() > until:
                return requests
            time.sleep(0.01)


def _is_answered(request: RecordedRequest) -> bool:
    """Return whether the client received the answer of the index; a fault of uv's own test counts as one."""
    return not request.fault or request.fault.startswith("delay") or request.status == 403


def _name_of(request: RecordedRequest) -> str:
    target = (request.method, request.path)
    return next((name for name, address in ADDRESSES.items() if address == target), " ".join(target))


def _compared(what: str, actual: object, expected: object) -> Iterator[str]:
    if actual == expected:
        return
    if isinstance(actual, list) and isinstance(expected, list):
        changed = [line for line in difflib.ndiff(expected, actual) if line[0] in "-+"]
        yield f"{what}, - expected, + actual: {changed}"
    else:
        yield f"{what}: {actual!r}, expected {expected!r}"


@contextmanager
def _redirecting(target: str) -> Iterator[str]:
    """Serve an index that redirects each page to the same page of another one; yield its address."""

    class Redirect(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b"Redirecting"
            self.send_response(302)
            self.send_header("Location", f"{target}{self.path.removeprefix('/simple')}")
            self.send_header("Content-Type", "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Redirect) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/simple/"
        finally:
            server.shutdown()
            thread.join()


def measure(name: str, fault: str) -> dict[str, Any]:
    """Return how one case differs from uv's test with a fault, and how often the fault acted."""
    case = CASES[name]
    with (
        tempfile.TemporaryDirectory() as folder,
        FakeIndexes(installed=False) as indexes,
        _redirecting("https://pypi.org/simple") as redirecting,
    ):
        runner = CaseRunner(case, indexes, Path(folder).resolve(), redirecting)
        faults = [runner.fake.faults.add(text) for text in FAULTS[fault][1]]
        differences = runner.differences()
        assert indexes.servers.errors == []
        return {"differences": differences, "uses": sum(runner.fake.faults.used[str(each)] for each in faults)}


def cells() -> list[tuple[str, str]]:
    """Return every case with every fault that can act in it."""
    return [
        (name, fault)
        for fault, (addresses, texts) in FAULTS.items()
        for name, case in CASES.items()
        if not texts or case.addresses & addresses
    ]


def results_of(measured: Mapping[tuple[str, str], dict[str, Any]]) -> dict[str, Any]:
    """Return the results as they are stored."""
    day = dt.datetime.now(dt.timezone.utc).date().isoformat()
    faults = {
        fault: {
            "faults": list(texts),
            "tests": {name: result for (name, of), result in measured.items() if of == fault},
        }
        for fault, (_, texts) in FAULTS.items()
    }
    return {
        "date": day,
        "suite": f"{UV}, {SUITE}",
        "uv": PINS["newest"]["uv"][0],
        "left out": LEFT_OUT,
        "faults": faults,
    }


def main() -> int:
    """Run the cases, store the results, and return 1 if anything differs from uv's tests."""
    chosen = sys.argv[1:]
    measured = {}
    for name, fault in cells():
        if not chosen or name in chosen:
            measured[name, fault] = measure(name, fault)
            sys.stdout.write(f"{name}, {fault}: {measured[name, fault]}\n")
    if not chosen:
        RESULTS.write_text(json.dumps(results_of(measured), indent=1) + "\n", encoding="utf-8")
    return int(any(result["differences"] for result in measured.values()))


if __name__ == "__main__":
    sys.exit(main())
