"""Uploads to the fake next to the same uploads to a bare pypiserver: small ones by twine, and one of 100 MB.

Run it with `python benchmarks/upload.py`. pypiserver runs in a process of its own on the server that it chooses by
default, the fake in another (`fake-pypi serve`), both on loopback and plain HTTP. They take turns, and every figure
is the median of some rounds.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

from fake_pypi.packages.distribution_metadata import form_fields
from fake_pypi.packages.package import Package
from fake_pypi.packages.wheel import wheel

ROUNDS = 7
LARGE = 100 * 1000 * 1000  # bytes
BLOCK = 1 << 18
TOKEN = "benchmark"


@contextlib.contextmanager
def fake() -> Iterator[str]:
    """The upload address of a running fake, whose state is in memory as that of the fixtures."""
    command = [sys.executable, "-m", "fake_pypi", "serve", "--quiet", "--token", TOKEN]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip().partition("=")[2].rstrip("/")
        while process.stdout.readline() != "ready\n":
            pass
        try:
            yield f"{url}/legacy/"
        finally:
            process.terminate()


@contextlib.contextmanager
def bare_pypiserver(folder: Path) -> Iterator[str]:
    """The upload address of `pypi-server run`, which asks for no password."""
    folder.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "pypiserver", "run", "-i", "127.0.0.1", "-p", str(port)]
    command += ["-P", ".", "-a", ".", "--disable-fallback", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        try:
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.terminate()


def server_of(url: str) -> str:
    """What a server says that it is."""
    with contextlib.closing(_connection(url)) as connection:
        connection.request("GET", "/")
        answer = connection.getresponse()
        answer.read()
        return answer.getheader("Server", "unnamed")


def _connection(url: str) -> http.client.HTTPConnection:
    match = re.match(r"http://([^:/]+):(\d+)", url)
    assert match is not None
    return http.client.HTTPConnection(match[1], int(match[2]), blocksize=BLOCK)


def twine(url: str, path: Path) -> float:
    """Seconds of one `twine upload`."""
    env = {**os.environ, "TWINE_USERNAME": "__token__", "TWINE_PASSWORD": TOKEN, "NO_PROXY": "127.0.0.1"}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", "twine", "upload", "--non-interactive", "--disable-progress-bar"]
    began = time.perf_counter()
    subprocess.run([*command, "--repository-url", url, str(path)], check=True, env=env, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def by_hand(url: str, path: Path) -> float:
    """Seconds of the same upload without a client's own work: the form is ready, and sent in blocks."""
    package = Package.at(path)
    fields = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in form_fields(package)
    )
    file = f'--b\r\nContent-Disposition: form-data; name="content"; filename="{package.filename}"\r\n\r\n'
    body = io.BytesIO(f"{fields}{file}".encode() + package.read() + b"\r\n--b--\r\n")
    headers = {
        "Content-Type": "multipart/form-data; boundary=b",
        "Content-Length": str(len(body.getbuffer())),
        "Authorization": "Basic " + b64encode(f"__token__:{TOKEN}".encode()).decode(),
    }
    with contextlib.closing(_connection(url)) as connection:
        began = time.perf_counter()
        connection.request("POST", url[url.index("/", 8) :], body, headers)
        answer = connection.getresponse()
        answer.read()
        took = time.perf_counter() - began
    if answer.status != 200:
        raise SystemExit(f"{url} answered {answer.status} {answer.reason}")
    return took


def small(folder: Path, version: int) -> Path:
    """A wheel of a few kilobytes."""
    return wheel("small", f"{version}.0").write_to(folder)


def large(folder: Path, version: int) -> Path:
    """A wheel of 100 MB that does not compress."""
    path = wheel("large", f"{version}.0").write_to(folder)
    with zipfile.ZipFile(path, "a") as archive:
        name = f"large-{version}.0.dist-info/RECORD"
        record = archive.read(name)
    members = _members(path)
    with zipfile.ZipFile(path, "w") as archive:
        for member, content in members.items():
            archive.writestr(member, record + b"large/data.bin,,\n" if member == name else content)
        archive.writestr("large/data.bin", os.urandom(LARGE - 4000))
    return path


def _members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def compare(
    what: str,
    urls: tuple[str, str],
    make: Callable[[int], Path],
    send: Callable[[str, Path], float],
    rounds: int,
) -> tuple[float, float]:
    """Print one line, and return the seconds of both: the fake's, pypiserver's."""
    times: list[tuple[float, float]] = []
    for number in range(rounds + 1):
        path = make(number)
        times.append((send(urls[0], path), send(urls[1], path)))
        path.unlink()
    ours, theirs = (statistics.median(column) for column in zip(*times[1:], strict=True))
    print(f"{what:28} fake {ours * 1000:8.0f} ms   pypiserver {theirs * 1000:8.0f} ms   {ours / theirs:5.2f} x")
    return ours, theirs


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        dist = folder / "dist"
        with fake() as ours, bare_pypiserver(folder / "bare") as theirs:
            urls = (ours, theirs)
            print(f"pypiserver runs on: {server_of(theirs)}")
            compare("twine, a small wheel", urls, lambda number: small(dist, number), twine, ROUNDS)
            compare("a small wheel, by hand", urls, lambda number: small(dist, 100 + number), by_hand, 3 * ROUNDS)
            times = compare("100 MB", urls, lambda number: large(dist, number), by_hand, 5)
            print("100 MB, MB/s".ljust(28), *(f"{LARGE / 1e6 / each:8.0f}" for each in times))


if __name__ == "__main__":
    main()
