"""How much memory a server needs: one huge upload, many large forms, many invalid requests, and long ordinary use.

Run it with `python benchmarks/memory.py`, or name what to measure and how much: `python benchmarks/memory.py
upload 1024`, `forms 15`, `requests 213000`, `use 20000`. The server is a process of its own; its resident
size is read before and after (Linux). Every figure is meant to stay below 120 MB.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import secrets
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from fake_pypi.fake import http_upload
from fake_pypi.packages.wheel import wheel

BLOCK = bytes(1 << 20)
TOKEN = secrets.token_urlsafe()
FORM = {"Content-Type": "multipart/form-data; boundary=b"}


@contextlib.contextmanager
def serving() -> Iterator[tuple[int, int]]:
    """The port and the process of a running fake."""
    command = [sys.executable, "-m", "fake_pypi", "serve", "--quiet"]
    env = {**os.environ, "FAKE_PYPI_TOKEN": TOKEN}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline().strip().rstrip("/").rpartition(":")[2])
        while process.stdout.readline() != "ready\n":
            pass
        try:
            yield port, process.pid
        finally:
            process.terminate()


def resident(process: int, entry: str = "VmRSS") -> int:
    """The resident size in megabytes: the present one, or with "VmHWM" the largest so far."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(entry)) // 1024


def send(port: int, disposition: str, megabytes: int, block: bytes = BLOCK) -> str:
    """Send one form with one huge part, and return the status line of the response."""
    head = f"--b\r\nContent-Disposition: form-data; {disposition}\r\n\r\n".encode()
    action = b'--b\r\nContent-Disposition: form-data; name=":action"\r\n\r\nfile_upload\r\n'
    tail = b"\r\n--b--\r\n"

    def body() -> Iterator[bytes]:
        yield action + head
        for _ in range(megabytes):
            yield block
        yield tail

    length = len(action) + len(head) + megabytes * len(block) + len(tail)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    try:
        connection.request("POST", "/legacy/", body(), {**FORM, "Content-Length": str(length)})
        response = connection.getresponse()
        response.read()
        return f"{response.status} {response.reason[:40]}"
    except ConnectionError as gone:
        return type(gone).__name__
    finally:
        connection.close()


def measured(what: str, act: Callable[[int], object]) -> None:
    """Print what a server needs before and after something is done to it."""
    with serving() as (port, process):
        send(port, 'name="summary"', 1)
        before = resident(process)
        result = act(port)
        after, most = resident(process), resident(process, "VmHWM")
    print(f"{what}: {before} MB before, {after} MB after, {most} MB at most; {result}", flush=True)


def upload(megabytes: int) -> None:
    """Measure one upload of that size, as a file and as a text field."""
    parts = {"a file": 'name="content"; filename="hello-1.0.tar.gz"', "a text": 'name="description"'}
    for what, disposition in parts.items():
        measured(f"{what} of {megabytes} MB", lambda port, part=disposition: send(port, part, megabytes))  # type: ignore[misc]


def forms(count: int) -> None:
    """Measure forms that are too large, and the largest that are read: one after the other, and at the same time."""
    mixed = "\U0001f40d".encode() + bytes(len(BLOCK) - 4)

    def in_turn(port: int, megabytes: int) -> object:
        return {send(port, 'name="description"', megabytes) for _ in range(count)}

    def at_once(port: int) -> object:
        responses: set[str] = set()
        send_one = lambda: responses.add(send(port, 'name="description"', 3, mixed))  # noqa: E731  # used once
        threads = [threading.Thread(target=send_one) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return responses

    measured(f"{count} forms of 31 MB in turn", lambda port: in_turn(port, 31))
    measured(f"{count} forms of 3 MB in turn", lambda port: in_turn(port, 3))
    measured(f"{count} forms of 3 MB at once", at_once)


def requests(count: int) -> None:
    """Measure that many requests of 5 kB on average over four connections, 1 GB for 213,000."""

    def act(port: int) -> object:
        statuses: dict[int, int] = {}
        threads = [
            threading.Thread(target=_requests, args=(port, random.Random(seed), count // 4, statuses))
            for seed in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return statuses

    measured(f"{count} requests", act)


def _requests(port: int, chance: random.Random, count: int, statuses: dict[int, int]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for number in range(count):
        text = chance.randbytes(chance.randrange(5000)).hex()
        kind = number % 4
        if kind == 0:
            connection.request("GET", f"/simple/{text[:60]}/", headers={"User-Agent": text[:3000]})
        elif kind == 1:
            connection.request("POST", "/_/oidc/mint-token", f'{{"token": "{text}"}}'.encode())
        else:
            part = 'Content-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
            fields = {":action": "file_upload", "name": text[:50], "description": text}
            body = "".join("--b\r\n" + part.format(*each) for each in fields.items()) + "--b--\r\n"
            connection.request("POST", "/legacy/", body.encode(), FORM)
        response = connection.getresponse()
        response.read()
        statuses[response.status] = statuses.get(response.status, 0) + 1
    connection.close()


def use(count: int) -> None:
    """Measure that many requests of ordinary use, and print the resident size after each tenth of them.

    Of ten requests one uploads a small wheel to one of 100 projects, and nine read in turn simple pages, the JSON
    API, and pages of the site: a project, a search, the front page.
    """
    sizes: list[int] = []
    with serving() as (port, process):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for number in range(count):
            name = f"project-{number // 10 % 100}"
            if number % 10 == 0:
                package = wheel(name, f"1.{number // 1000}")
                status, message = http_upload.upload(f"http://127.0.0.1:{port}/legacy/", package, TOKEN)
            else:
                pages = (f"/simple/{name}/", f"/pypi/{name}/json", f"/project/{name}/", "/search/?q=project", "/")
                connection.request("GET", pages[number % len(pages)])
                response = connection.getresponse()
                status, message = response.status, response.read().decode()
            if status != 200:
                raise SystemExit(f"request {number}: {status} {message[:300]}")
            if (number + 1) % (count // 10) == 0:
                sizes.append(resident(process))
                print(f"{number + 1} requests of ordinary use: {sizes[-1]} MB", flush=True)
        most = resident(process, "VmHWM")
    slope = (sizes[-1] - sizes[4]) * 1024 / (count * 0.5) if len(sizes) > 5 else 0.0
    print(
        f"{count} requests of ordinary use: {most} MB at most, {slope:.2f} kB more for each of the second half",
        flush=True,
    )


MEASUREMENTS: dict[str, tuple[Callable[[int], None], int]] = {
    "upload": (upload, 1024),
    "forms": (forms, 15),
    "requests": (requests, 213_000),
    "use": (use, 20_000),
}


def main() -> None:
    """Print a line for each measurement."""
    named = sys.argv[1] if len(sys.argv) > 1 else ""
    for name, (measure, amount) in MEASUREMENTS.items():
        if named in ("", name):
            measure(int(sys.argv[2]) if len(sys.argv) > 2 else amount)


if __name__ == "__main__":
    main()
