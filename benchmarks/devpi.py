"""A devpi-server to measure beside: installed into a virtual environment of its own, filled, and stopped again."""

from __future__ import annotations

import http.client
import json
import secrets
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fake_pypi.serving.server import Server

PATIENCE = 60.0  # seconds until it answers
USER = "root"
INDEX = f"/{USER}/files"
SIMPLE = f"{INDEX}/+simple"


@contextmanager
def devpi(dists: Path, folder: Path) -> Iterator[int | None]:
    """Serve the files of a folder at `INDEX`; the port, or None (with a line that says why) without devpi."""
    python = [sys.executable, "-m"]
    venv = folder / "venv"
    subprocess.run([*python, "virtualenv", "--quiet", "--no-download", "--no-seed", str(venv)], check=True)
    install = [*python, "pip", "--python", str(venv), "install", "--quiet", "devpi-server"]
    done = subprocess.run(install, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"devpi-server: not measured, it cannot be installed ({done.stderr.strip().splitlines()[-1]})")
        yield None
        return
    programs, state, password = venv / ("Scripts" if sys.platform == "win32" else "bin"), folder / "state", _password()
    init = [str(programs / "devpi-init"), "--serverdir", str(state), "--root-passwd", password]
    subprocess.run(init, check=True, capture_output=True)
    port = _free_port()
    serve = [str(programs / "devpi-server"), "--serverdir", str(state), "--port", str(port), "--offline-mode"]
    server = subprocess.Popen(serve, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _make_index(port, password)
        _fill(port, password, dists)
        yield port
    finally:
        server.terminate()
        server.wait()


def _make_index(port: int, password: str) -> None:
    sender = "Basic " + b64encode(f"{USER}:{password}".encode()).decode()
    headers = {"Authorization": sender, "Content-Type": "application/json"}
    connection = _connected(port, time.monotonic() + PATIENCE)
    connection.request("PUT", INDEX, json.dumps({"bases": [], "volatile": True}), headers)
    status = connection.getresponse().status
    connection.close()
    if status != 200:
        raise RuntimeError(f"devpi-server made no index: it answered {status}")


def _connected(port: int, until: float) -> http.client.HTTPConnection:
    """A connection to the server, as soon as it listens."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    while True:
        try:
            connection.connect()
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return connection


def _fill(port: int, password: str, dists: Path) -> None:
    files = [str(each) for each in sorted(dists.iterdir())]
    address = ["--repository-url", f"http://127.0.0.1:{port}{INDEX}/", "-u", USER, "-p", password]
    command = [sys.executable, "-m", "twine", "upload", "--non-interactive", "--disable-progress-bar", *address]
    subprocess.run([*command, *files], check=True, capture_output=True)


def _password() -> str:
    return secrets.token_hex()


def _free_port() -> int:
    with Server(lambda *_: []) as server:
        return server.port
