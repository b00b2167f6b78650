"""How much memory a server needs while a client sends it 1 GB, as one file and as one text field.

Run it with `python benchmarks/memory.py [MEGABYTES]`. The server is a process of its own; its largest resident size
is read before and after each upload (Linux).
"""

from __future__ import annotations

import contextlib
import http.client
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

BLOCK = bytes(1 << 20)


@contextlib.contextmanager
def serving() -> Iterator[tuple[int, int]]:
    """The port and the process of a running fake."""
    command = [sys.executable, "-m", "fake_pypi", "serve", "--quiet"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline().strip().rstrip("/").rpartition(":")[2])
        while process.stdout.readline() != "ready\n":
            pass
        try:
            yield port, process.pid
        finally:
            process.terminate()


def largest(process: int) -> int:
    """The largest resident size so far, in megabytes."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) // 1024


def send(port: int, disposition: str, megabytes: int) -> str:
    """Send one form with one huge part, and return what is said of it."""
    head = f"--b\r\nContent-Disposition: form-data; {disposition}\r\n\r\n".encode()
    action = b'--b\r\nContent-Disposition: form-data; name=":action"\r\n\r\nfile_upload\r\n'
    tail = b"\r\n--b--\r\n"

    def body() -> Iterator[bytes]:
        yield action + head
        for _ in range(megabytes):
            yield BLOCK
        yield tail

    headers = {
        "Content-Type": "multipart/form-data; boundary=b",
        "Content-Length": str(len(action) + len(head) + megabytes * len(BLOCK) + len(tail)),
    }
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    try:
        connection.request("POST", "/legacy/", body(), headers)
        answer = connection.getresponse()
        answer.read()
        return f"{answer.status} {answer.reason}"
    except ConnectionError as gone:
        return type(gone).__name__
    finally:
        connection.close()


def main() -> None:
    """Print a line for each kind of part."""
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 1024
    for what, disposition in {
        "a file": 'name="content"; filename="hello-1.0.tar.gz"',
        "a text": 'name="description"',
    }.items():
        with serving() as (port, process):
            send(port, disposition, 1)
            before = largest(process)
            said = send(port, disposition, megabytes)
            print(f"{what} of {megabytes} MB: {before} MB before, {largest(process)} MB at most; {said}")


if __name__ == "__main__":
    main()
