"""Uploads and reads under load, of one checkout or of two checkouts side by side.

    python -m benchmarks.load                                    # this checkout
    python -m benchmarks.load --against ../other               # and another one: `git worktree add ../other COMMIT`
    python -m benchmarks.load --against pypiserver --only single

Each figure is the median of some rounds in which the two take turns, each round with a new server in a process of its
own. The requests are made before, and sent by the clients of `benchmarks/http_clients.py`. `cpu` is the server's
processor time for each request, which depends less than the others on what else the machine does.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import cycle, islice
from pathlib import Path

from benchmarks.http_clients import Group, Outcome, run
from fake_pypi.packages.distribution_metadata import form_fields
from fake_pypi.packages.package import Package
from fake_pypi.packages.wheel import wheel

HERE = Path(__file__).resolve().parent.parent
TOKEN = "benchmark"
CLIENTS = 64
PROJECTS = 16
"""Projects of the scenarios with many: fewer than one account may create in an hour."""
IDLE = 500
FILES_OF_ONE = 2000
JSON = "application/vnd.pypi.simple.v1+json"
Address = tuple[str, int]
Figures = dict[str, float]


# ------------------------------------------------------------------------------------------------- servers


@dataclass
class Running:
    """A server that runs in a process of its own."""

    process: subprocess.Popen[str]
    address: Address
    upload_path: str

    def cpu(self) -> float:
        """Return the seconds of processor time that it has taken; 0 where the system does not tell."""
        with contextlib.suppress(OSError):
            ticks = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
            return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
        return 0.0

    def memory(self) -> float:
        """Return its resident memory in MB; 0 where the system does not tell."""
        with contextlib.suppress(OSError):
            pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
            return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
        return 0.0


@contextlib.contextmanager
def serving(checkout: str, options: tuple[str, ...] = ()) -> Iterator[Running]:
    """Run the server of a checkout, or the one that is called "pypiserver"."""
    if checkout == "pypiserver":
        with bare_pypiserver() as running:
            yield running
        return
    command = [sys.executable, "-m", "fake_pypi", "serve", "--quiet", "--token", TOKEN, *options]
    path = [str(Path(checkout) / "src"), *filter(None, [os.environ.get("PYTHONPATH")])]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env, cwd=checkout) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip().partition("=")[2]
        while process.stdout.readline() != "ready\n":
            pass
        host, _, port = url.rstrip("/").rpartition("/")[2].partition(":")
        try:
            yield Running(process, (host, int(port)), "/legacy/")
        finally:
            process.terminate()


@contextlib.contextmanager
def bare_pypiserver() -> Iterator[Running]:
    """Run `pypi-server run` on an empty folder, without passwords, on the server that it chooses by default."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-W", "ignore", "-m", "pypiserver", "run", "-i", "127.0.0.1", "-p", str(port)]
        command += ["-P", ".", "-a", ".", "--disable-fallback", folder]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True) as process:
            for _ in range(200):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                time.sleep(0.05)
            try:
                yield Running(process, ("127.0.0.1", port), "/")
            finally:
                process.terminate()


# ------------------------------------------------------------------------------------------------ requests


def upload_request(project: str, number: int, path: str = "/legacy/", *, keep_alive: bool = True) -> bytes:
    """Return the upload of a small wheel, as twine sends it."""
    file, fields = small_wheel(project, f"1.{number}")
    parts = "".join(f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in fields)
    part = f'--b\r\nContent-Disposition: form-data; name="content"; filename="{file.filename}"\r\n'
    body = f"{parts}{part}Content-Type: application/octet-stream\r\n\r\n".encode() + file.read() + b"\r\n--b--\r\n"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: twine/7.0.0\r\n{connection_field(keep_alive)}"
        f"Authorization: Basic {b64encode(f'__token__:{TOKEN}'.encode()).decode()}\r\n"
        f"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def page_request(project: str, *, keep_alive: bool = True, accept: str = JSON) -> bytes:
    """Return the request of an installer for the simple page of a project."""
    return (
        f"GET /simple/{project}/ HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: pip/26.3\r\nAccept: {accept}\r\n"
        f"{connection_field(keep_alive)}\r\n"
    ).encode()


def connection_field(keep_alive: bool) -> str:  # noqa: FBT001 - the one argument
    """Return the Connection field of a request, if it needs one."""
    return "" if keep_alive else "Connection: close\r\n"


@cache
def template(project: str) -> tuple[list[tuple[str, bytes]], list[tuple[str, str]]]:
    """Return the members and the form fields of version 1.0 of a project, which those of other versions are made of."""
    package = wheel(project, "1.0")
    with zipfile.ZipFile(io.BytesIO(package.read())) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    return members, form_fields(package)


def small_wheel(project: str, version: str) -> tuple[Package, list[tuple[str, str]]]:
    """Return a wheel and its form fields, made of a template: the library's own way takes ten times as long."""
    members, fields = template(project)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members:
            new = content.replace(b"Version: 1.0", f"Version: {version}".encode()).replace(
                b"-1.0.dist-info", f"-{version}.dist-info".encode()
            )
            archive.writestr(name.replace("-1.0.dist-info", f"-{version}.dist-info"), new)
    filename = f"{project.replace('-', '_')}-{version}-py3-none-any.whl"
    content = buffer.getvalue()
    own = {
        "version": version,
        "md5_digest": hashlib.md5(content).hexdigest(),
        "sha256_digest": hashlib.sha256(content).hexdigest(),
        "blake2_256_digest": hashlib.blake2b(content, digest_size=32).hexdigest(),
    }
    return Package(filename, content), [(name, own.get(name, text)) for name, text in fields]


# ----------------------------------------------------------------------------------------------- scenarios


class Scenarios:
    """What is measured. Requests are made once, and sent to both servers in all rounds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._made: dict[tuple[str, int, bool], list[bytes]] = {}

    def single(self, server: Running) -> Figures:
        """One uploader, a connection for each upload, after a first upload that is not counted."""
        requests = self._uploads(1, 41, keep_alive=False, path=server.upload_path)
        run(server.address, [Group(requests[:1], 1, keep_alive=False)])
        return _figures(server, lambda: run(server.address, [Group(requests[1:], 1, keep_alive=False)]), "uploads")

    def uploads_1(self, server: Running) -> Figures:
        """One uploader that keeps its connection."""
        return self._alone(server, 1)

    def uploads_64(self, server: Running) -> Figures:
        """64 uploaders that keep their connections, each with projects of its own."""
        return self._alone(server, CLIENTS)

    def mix(self, server: Running) -> Figures:
        """64 uploaders and 64 readers of the same projects, on connections that are kept."""
        return self._mix(server, keep_alive=True)

    def mix_close(self, server: Running) -> Figures:
        """The same with a connection for each request."""
        return self._mix(server, keep_alive=False)

    def one_project(self, server: Running) -> Figures:
        """64 uploaders to one project of 2,000 files, and 64 readers of its page."""
        requests = self._uploads(1, FILES_OF_ONE + int(600 * self.seconds))
        run(server.address, [Group(requests[:FILES_OF_ONE], 16)])
        return self._uploads_and_reads(server, requests[FILES_OF_ONE:], projects=1, keep_alive=True)

    def one_project_page(self, server: Running) -> Figures:
        """64 readers of the page of a project of 2,000 files, and one uploader to it."""
        requests = self._uploads(1, FILES_OF_ONE + int(600 * self.seconds))
        run(server.address, [Group(requests[:FILES_OF_ONE], 16)])
        return self._uploads_and_reads(server, requests[FILES_OF_ONE:], projects=1, keep_alive=True, uploaders=1)

    def idle(self, server: Running) -> Figures:
        """Memory of 500 connections that are open after a request each."""
        requests = [page_request("missing", accept="text/html")] * 20
        run(server.address, [Group(requests, 1)])
        before = server.memory()
        connections = []
        for _ in range(IDLE):
            connection = socket.create_connection(server.address)
            connection.sendall(requests[0])
            connection.recv(65536)
            connections.append(connection)
        after = server.memory()
        for connection in connections:
            connection.close()
        return {"MB": after - before}

    def _alone(self, server: Running, clients: int) -> Figures:
        requests = self._uploads(PROJECTS, int(1000 * self.seconds))
        run(server.address, [Group(requests[: 2 * CLIENTS], clients)])
        supply = islice(requests, 2 * CLIENTS, None)
        return _figures(server, lambda: run(server.address, [Group(supply, clients)], seconds=self.seconds), "uploads")

    def _mix(self, server: Running, *, keep_alive: bool) -> Figures:
        requests = self._uploads(PROJECTS, int(600 * self.seconds), keep_alive=keep_alive)
        run(server.address, [Group(requests[: 2 * CLIENTS], 16, keep_alive=keep_alive)])
        return self._uploads_and_reads(server, requests[2 * CLIENTS :], projects=PROJECTS, keep_alive=keep_alive)

    def _uploads_and_reads(
        self, server: Running, uploads: list[bytes], *, projects: int, keep_alive: bool, uploaders: int = CLIENTS
    ) -> Figures:
        pages = cycle([page_request(f"project-{number}", keep_alive=keep_alive) for number in range(projects)])
        groups = [
            Group(uploads, uploaders, keep_alive=keep_alive),
            Group(pages, CLIENTS, keep_alive=keep_alive),
        ]
        return _figures(server, lambda: run(server.address, groups, seconds=self.seconds), "uploads", "reads")

    def _uploads(self, projects: int, number: int, *, keep_alive: bool = True, path: str = "/legacy/") -> list[bytes]:
        made = self._made.setdefault((path, projects, keep_alive), [])
        for each in range(len(made), number):
            made.append(upload_request(f"project-{each % projects}", each // projects, path, keep_alive=keep_alive))
        return made[:number]


def _figures(server: Running, act: Callable[[], list[Outcome]], *names: str) -> Figures:
    cpu = server.cpu()
    outcomes = act()
    figures: Figures = {}
    for name, outcome in zip(names, outcomes, strict=True):
        figures[f"{name}/s"] = outcome.per_second
        figures[f"{name} median, ms"] = outcome.percentile(50) * 1000
        figures[f"{name} p99, ms"] = outcome.percentile(99) * 1000
        figures["errors"] = figures.get("errors", 0) + len(outcome.errors)
        for line in sorted(set(outcome.errors))[:3]:
            print(f"    {name}: {line.decode('latin-1')}")
    requests = sum(len(outcome.latencies) for outcome in outcomes)
    figures["cpu, ms"] = (server.cpu() - cpu) / requests * 1000
    return figures


# -------------------------------------------------------------------------------------------------- report

NAMES = ("single", "uploads_1", "uploads_64", "mix", "mix_close", "one_project", "one_project_page", "idle")


def compare(name: str, scenarios: Scenarios, checkouts: list[str], rounds: int, options: tuple[str, ...]) -> None:
    """Print the figures of one scenario: of the first checkout, of the second, and their ratio pair by pair."""
    measured: list[list[Figures]] = [[] for _ in checkouts]
    for turn in range(rounds):
        order = list(enumerate(checkouts))
        for place, checkout in order if turn % 2 == 0 else reversed(order):
            folder = contextlib.nullcontext("") if not options else tempfile.TemporaryDirectory()
            with folder as data, serving(checkout, (*options, data) if options else ()) as server:
                measured[place].append(getattr(scenarios, name)(server))
    print(name)
    for figure in measured[0][0]:
        columns = [[each[figure] for each in rounds_of_one] for rounds_of_one in measured]
        cells = [f"{statistics.median(column):9.2f}" for column in columns]
        if len(columns) == 2 and all(columns[1]):
            ratios = sorted(mine / other for mine, other in zip(*columns, strict=True))
            cells.append(f"{statistics.median(ratios):6.2f} x  ({ratios[0]:.2f} to {ratios[-1]:.2f})")
        print(f"  {figure:22}", *cells, flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Measure uploads and reads under load.")
    parser.add_argument("--against", metavar="CHECKOUT", help='another checkout of this project, or "pypiserver"')
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES, help="scenarios (default: all)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each scenario (default: 5)")
    parser.add_argument("--seconds", type=float, default=4.0, help="seconds of each measurement (default: 4)")
    parser.add_argument("--data", action="store_true", help="serve from a data folder instead of memory")
    options = parser.parse_args()
    checkouts = [str(HERE), *([options.against] if options.against else [])]
    scenarios = Scenarios(options.seconds)
    print(f"{'':24} {'this':>9} {(options.against and 'other') or '':>9}")
    for name in options.only:
        compare(name, scenarios, checkouts, options.rounds, ("--data",) if options.data else ())


if __name__ == "__main__":
    main()
