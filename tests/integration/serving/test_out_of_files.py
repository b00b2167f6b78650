"""A server without a file descriptor left: it waits, and goes on when there is one."""

from __future__ import annotations

import socket
import subprocess
import sys
from contextlib import closing

import pytest

from tests.integration.serving.conftest import PATIENT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on open files to reach")

SERVER = """
import os, resource, sys, threading, time
from fake_pypi.serving.server import Server

def app(environ, start_response):
    start_response("200 OK", [])
    return [b"hello"]

with Server(app) as server:
    files = []
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    try:
        while True:
            files.append(os.dup(0))
    except OSError:
        print(server.port, flush=True)
    sys.stdin.readline()  # a client is waiting now
    before = time.process_time()
    threading.Event().wait(1.0)
    print(time.process_time() - before, flush=True)
    for file in files:
        os.close(file)
    sys.stdin.readline()
"""


def test_a_server_out_of_files_does_not_spin_and_responds_when_one_is_closed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with closing(socket.create_connection(("127.0.0.1", port), timeout=PATIENT)) as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            process.stdin.write("waiting\n")
            process.stdin.flush()
            seconds = float(process.stdout.readline())
            assert seconds < 0.3, "a second of waiting cost as much of the processor's time"
            assert client.recv(1000).startswith(b"HTTP/1.1 200 OK")
        process.stdin.write("done\n")
        process.stdin.flush()
        assert process.wait(PATIENT) == 0
