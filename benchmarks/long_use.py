"""The memory of a server with a data folder while it answers 1,000,000 requests.

    python -m benchmarks.long_use                     # 1,000,000 requests: about half an hour on two cores
    python -m benchmarks.long_use 100000 --in-memory  # fewer, and without a data folder

16 clients keep their connections for a twentieth of the requests. Of 200 requests, 2 upload a small wheel (one of 200
projects, 50 releases each after 1,000,000 requests), 1 uploads the same bytes again, 1 has a wrong digest and 1 a
wrong token; 76 read simple pages (HTML and JSON), 40 download files and 20 their metadata, 20 read the JSON API, 19 ask
for what does not exist, 20 are pages of the web site and feeds. Each read has a User-Agent of its own. After each
twentieth the resident size is printed (Linux), and the size of the databases.
"""

from __future__ import annotations

import argparse
import itertools
import re
import sys
import tempfile
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path

from benchmarks.http_clients import Group, run
from benchmarks.load import HERE, JSON, serving, upload_request

CLIENTS = 16
PROJECTS = 200
PARTS = 20
BLAKE2 = re.compile(rb'name="blake2_256_digest"\r\n\r\n([0-9a-f]{64})')
FILENAME = re.compile(rb'name="content"; filename="([^"]+)"')
ROUND = 200
"""Requests after which the mixture begins again."""
PAGE = "text/html"
READS = (
    ("/simple/{project}/", PAGE, 38),
    ("/simple/{project}/", JSON, 38),
    ("{file}", "*/*", 40),
    ("{file}.metadata", "*/*", 20),
    ("/pypi/{project}/json", "*/*", 20),
    ("/simple/missing-{visit}/", PAGE, 10),
    ("/nothing/{visit}", PAGE, 9),
    ("/project/{project}/", PAGE, 8),
    ("/", PAGE, 1),
    ("/search/?q=project-{visit}", PAGE, 1),
    ("/account/login/", PAGE, 1),
    ("/account/register/", PAGE, 1),
    ("/manage/projects/", PAGE, 1),
    ("/_includes/authed/current-user-indicator/", PAGE, 1),
    ("/rss/updates.xml", "*/*", 1),
    ("/rss/project/{project}/releases.xml", "*/*", 1),
    ("/simple/", JSON, 1),
    ("/sitemap.xml", "*/*", 1),
    ("/_fake/health", "*/*", 1),
    ("/help/", PAGE, 1),
)
"""What a round reads: paths, the Accept field, and how many times."""
LIMIT = 120.0
"""MB that the server may need at most."""


def get(path: str, accept: str, visit: int) -> bytes:
    """Return a GET request with a User-Agent that no earlier one had."""
    agent = f"Mozilla/5.0 (visit {visit})"
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {agent}\r\nAccept: {accept}\r\n\r\n".encode()


def _release(uploaded: int) -> tuple[str, int]:
    return f"project-{uploaded % PROJECTS}", uploaded // PROJECTS


def file_path(upload: bytes) -> str:
    """Return the path of the file that an upload sends; the index serves it in place of files.pythonhosted.org."""
    digest, filename = (re.search(pattern, upload)[1].decode() for pattern in (BLAKE2, FILENAME))  # type: ignore[index]
    return f"/packages/{digest[:2]}/{digest[2:4]}/{digest[4:]}/{filename}"


def mixture(rounds: Iterator[int]) -> Iterator[bytes]:
    """Yield the requests of each round, which uploads two files and reads those of the rounds before."""
    newest: deque[tuple[str, str]] = deque(maxlen=8)
    reads = [(path, accept) for path, accept, count in READS for _ in range(count)]
    for number in rounds:
        known = list(newest)
        for uploaded in (2 * number, 2 * number + 1):
            last = upload_request(*_release(uploaded))
            newest.append((_release(uploaded)[0], file_path(last)))
            yield last
        yield last
        yield last.replace(b'name="sha256_digest"\r\n\r\n', b'name="sha256_digest"\r\n\r\n0', 1)
        yield last.replace(b"Authorization: Basic ", b"Authorization: Basic X")
        for turn, (path, accept) in enumerate(reads if known else []):
            project, file = known[turn % len(known)]
            visit = number * ROUND + turn
            yield get(path.format(project=project, file=file, visit=visit), accept, visit)


def memory(process: int, entry: str) -> float:
    """Return the resident memory of a process in MB, "VmRSS" (now) or "VmHWM" (at most)."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(entry)) / 1024


def measure(requests: int, folder: str | None) -> float:
    """Send the requests and print the curve; return the largest resident size in MB."""
    statuses: Counter[str] = Counter()
    supply = mixture(itertools.count())
    with serving(str(HERE), ("--data", folder) if folder else ()) as server:
        for part in range(1, PARTS + 1):
            outcome, *_ = run(server.address, [Group(itertools.islice(supply, requests // PARTS), CLIENTS)])
            lines = [line.split(b" ", 2)[1:2] or [line] for line in outcome.errors]
            statuses.update(words[0].decode("latin-1") for words in lines)
            statuses["2xx"] += len(outcome.latencies) - len(outcome.errors)
            stored = sum(file.stat().st_size for file in Path(folder).glob("*/index.sqlite3*")) if folder else 0
            print(
                f"{part * (requests // PARTS):9,} requests: {memory(server.process.pid, 'VmRSS'):6.1f} MB, "
                f"{len(outcome.latencies) / outcome.seconds:5.0f}/s, databases {stored / 1e6:5.1f} MB",
                flush=True,
            )
        most = memory(server.process.pid, "VmHWM")
    print(f"at most {most:.1f} MB; answers: {dict(sorted(statuses.items()))}")
    return most


def main() -> int:
    """Print the curve; exit with 1 if the server needed more than 120 MB."""
    parser = argparse.ArgumentParser(description="Measure the memory of a server in long use.")
    parser.add_argument("requests", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--in-memory", action="store_true", help="without a data folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return int(measure(options.requests, None if options.in_memory else f"{folder}/data") > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
