"""How fast our server starts, stops, answers and takes uploads, next to werkzeug's and wsgiref's.

Run it with `python benchmarks/serving.py`. A line for each server; every figure is the median of some rounds.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from werkzeug.serving import WSGIRequestHandler as WerkzeugHandler
from werkzeug.serving import make_server as make_werkzeug_server

from fake_pypi.serving.certificates import Authority
from fake_pypi.serving.proxy import Proxy
from fake_pypi.serving.server import Server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ROUNDS = 5
CONNECTIONS = 50
REQUESTS_EACH = 20
UPLOAD = 100 * 1000 * 1000
BLOCK = 1 << 20


def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Read the body, answer as much as a small index page."""
    left = int(environ.get("CONTENT_LENGTH") or 0)
    while left > 0:
        left -= len(environ["wsgi.input"].read(min(BLOCK, left)))
    body = b"x" * 1000
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


class QuietWsgiref(WSGIRequestHandler):
    """wsgiref's handler without a log line for each request."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class QuietWerkzeug(WerkzeugHandler):
    """werkzeug's handler without a log line for each request."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


class ThreadingWsgiref(ThreadingMixIn, WSGIServer):
    """wsgiref's server with a thread for each connection, as the others have."""

    daemon_threads = True
    request_queue_size = 256


@contextlib.contextmanager
def ours() -> Iterator[int]:
    """The port of our server."""
    with Server(app) as server:
        yield server.port


@contextlib.contextmanager
def werkzeug() -> Iterator[int]:
    """The port of werkzeug's development server."""
    server = make_werkzeug_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietWerkzeug)
    with in_thread(server.serve_forever, server.shutdown, server.server_close):
        yield server.server_port


@contextlib.contextmanager
def wsgiref() -> Iterator[int]:
    """The port of the standard library's server."""
    server = make_server("127.0.0.1", 0, app, server_class=ThreadingWsgiref, handler_class=QuietWsgiref)
    with in_thread(server.serve_forever, server.shutdown, server.server_close):
        yield server.server_port


@contextlib.contextmanager
def in_thread(serve: Callable[[], None], shutdown: Callable[[], None], close: Callable[[], None]) -> Iterator[None]:
    """A socketserver at work."""
    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield
    finally:
        shutdown()
        thread.join()
        close()


Running = Callable[[], contextlib.AbstractContextManager[int]]


def get(connection: http.client.HTTPConnection) -> None:
    """One request on a connection that is kept if the server keeps it."""
    connection.request("GET", "/")
    connection.getresponse().read()


def start_and_stop(running: Running) -> tuple[float, float]:
    """Milliseconds until the first answer, and to stop again."""
    began = time.perf_counter()
    with running() as port:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
            get(connection)
        answered = time.perf_counter()
    return (answered - began) * 1000, (time.perf_counter() - answered) * 1000


def requests_per_second(port: int) -> float:
    """Small requests over many connections at once."""

    def client(_number: int) -> None:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
            for _ in range(REQUESTS_EACH):
                get(connection)

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        began = time.perf_counter()
        list(pool.map(client, range(CONNECTIONS)))
        return CONNECTIONS * REQUESTS_EACH / (time.perf_counter() - began)


def upload_speed(port: int) -> float:
    """Megabytes a second of one large upload."""
    body = io.BytesIO(bytes(UPLOAD))
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, blocksize=BLOCK)) as connection:
        began = time.perf_counter()
        connection.request("POST", "/", body, {"Content-Length": str(UPLOAD)})
        connection.getresponse().read()
        return UPLOAD / 1e6 / (time.perf_counter() - began)


def first_tls_answer() -> float:
    """Milliseconds from nothing to a certificate authority, a proxy and a context for TLS."""
    began = time.perf_counter()
    authority = Authority()
    with Proxy({"pypi.org": app}, authority=authority) as proxy:
        authority.context_for(proxy.hosts)
        return (time.perf_counter() - began) * 1000


def report(name: str, running: Running) -> None:
    """Print one server's line."""
    times = [start_and_stop(running) for _ in range(ROUNDS)]
    with running() as port:
        rate = statistics.median(requests_per_second(port) for _ in range(ROUNDS))
        speed = statistics.median(upload_speed(port) for _ in range(ROUNDS))
    start, stop = (statistics.median(column) for column in zip(*times, strict=True))
    sys.stdout.write(f"{name:10} {start:10.1f} {stop:10.1f} {rate:12.0f} {speed:14.0f}\n")


def main() -> None:
    """Print the table."""
    sys.stdout.write(f"{'server':10} {'start, ms':>10} {'stop, ms':>10} {'requests/s':>12} {'upload, MB/s':>14}\n")
    for name, running in (("ours", ours), ("werkzeug", werkzeug), ("wsgiref", wsgiref)):
        report(name, running)
    first, *later = (first_tls_answer() for _ in range(ROUNDS))
    sys.stdout.write(f"proxy with its own authority: {first:.0f} ms, again {statistics.median(later):.1f} ms\n")


if __name__ == "__main__":
    main()
