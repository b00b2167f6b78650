"""Chromium in which the real host names are the fake indexes: where it is installed, and how it is started.

It trusts the fakes by the digests of the keys in their certificates; it does not trust their authority that way.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from fake_pypi.clients.connection_settings import REAL_HOSTS
from fake_pypi.clients.interpreter import forwarded_stop_signals, wait_attached
from fake_pypi.clients.watchdog import WATCHDOG
from fake_pypi.errors import UsageError

VARIABLE = "CHROMIUM"
NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
)
MAC_APPLICATIONS = ("Chromium", "Google Chrome", "Microsoft Edge")
WINDOWS_PROGRAMS = (r"Chromium\Application\chrome.exe", r"Google\Chrome\Application\chrome.exe")
WINDOWS_EDGE = r"Microsoft\Edge\Application\msedge.exe"
WINDOWS_FOLDERS = ("LOCALAPPDATA", "PROGRAMFILES", "PROGRAMFILES(X86)")
OWN_SERVICES = ("*.google.com", "*.googleapis.com", "*.gvt1.com", "*.gstatic.com", "*.microsoft.com", "*.bing.com")
"""Hosts that Chromium and Edge connect to without a page that does."""
FEATURES = (
    "AutofillServerCommunication",
    "DialMediaRouteProvider",
    "InterestFeedContentSuggestions",
    "MediaRouter",
    "OptimizationHints",
    "PasswordLeakDetection",
    "Translate",
)
"""Features of Chromium that send requests of their own, or cover the page with questions."""
QUIET = (
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pings",
    "--no-service-autorun",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-client-side-phishing-detection",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-search-engine-choice-screen",
    "--disable-sync",
    f"--disable-features={','.join(FEATURES)}",
    "--metrics-recording-only",
    "--test-type",  # no bar about flags that weaken a browser for the real web
    "--password-store=basic",
    "--use-mock-keychain",
    "--log-level=3",
)
TIMEOUT = 10.0  # seconds


def find_chromium(env: Mapping[str, str]) -> str | None:
    """Return the path of Chromium, Chrome or Edge: in the variable CHROMIUM, on the PATH, or at its usual place."""
    named = env.get(VARIABLE)
    candidates = [named] if named else [*NAMES, *_usual_places(env)]
    return next(filter(None, (shutil.which(program, path=env.get("PATH")) for program in candidates)), None)


def _usual_places(env: Mapping[str, str]) -> list[str]:
    if sys.platform == "darwin":
        folders = ("/Applications", str(Path.home() / "Applications"))
        return [f"{folder}/{name}.app/Contents/MacOS/{name}" for name in MAC_APPLICATIONS for folder in folders]
    if sys.platform == "win32":
        folders = tuple(env[name] for name in WINDOWS_FOLDERS if name in env)
        return [rf"{folder}\{program}" for program in (*WINDOWS_PROGRAMS, WINDOWS_EDGE) for folder in folders]
    return []


def require_chromium(env: Mapping[str, str]) -> str:
    """Return the path of Chromium. Raises `UsageError` if there is none."""
    program = find_chromium(env)
    if program is None:
        named = env.get(VARIABLE)
        what = f"{named}, which the variable {VARIABLE} names, is no program" if named else "there is no Chromium"
        raise UsageError(what, f"install Chromium or Chrome, or set {VARIABLE} to the path of one")
    return program


def launch_arguments(proxy_url: str, hosts: Iterable[str] = REAL_HOSTS) -> list[str]:
    """Return the arguments with which Chromium shows the indexes behind a proxy under their real host names.

    Everything goes through the proxy, which rejects other hosts. Services of Chromium itself are left out of it and are
    not found, as nothing is outside of the proxy except loopback.
    """
    loopback = ("localhost", "*.localhost", "127.0.0.1", "[::1]")
    rules = ["MAP * ~NOTFOUND", *(f"EXCLUDE {host}" for host in loopback)]
    return [
        f"--proxy-server={proxy_url}",
        f"--proxy-bypass-list={';'.join(OWN_SERVICES)}",
        f"--host-resolver-rules={', '.join(rules)}",
        f"--ignore-certificate-errors-spki-list={','.join(key_digests(proxy_url, hosts))}",
        *QUIET,
    ]


def key_digests(proxy_url: str, hosts: Iterable[str]) -> list[str]:
    """Return the SHA-256 digests of the public keys that a proxy presents for these hosts, in base64, each once."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    digests: dict[str, None] = {}
    for host in hosts:
        key = x509.load_der_x509_certificate(_certificate(proxy_url, host)).public_key()
        encoded = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        digests[base64.b64encode(hashlib.sha256(encoded).digest()).decode("ascii")] = None
    return list(digests)


def _certificate(proxy_url: str, host: str) -> bytes:
    """Return the certificate of a host, as the proxy presents it to a client that begins with TLS."""
    address = urlsplit(proxy_url)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False  # what is not verified here is what the browser is told to expect
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection((address.hostname, address.port), timeout=TIMEOUT) as connection,
            context.wrap_socket(connection, server_hostname=host) as tls,
        ):
            certificate = tls.getpeercert(binary_form=True)
    except OSError as error:
        raise UsageError(f"the proxy at {proxy_url} does not respond: {error}", "start its indexes first") from None
    if certificate is None:
        raise RuntimeError(f"the proxy at {proxy_url} has no certificate for {host}")
    return certificate


def open_chromium(program: str, arguments: Sequence[str], *, profile: Path) -> int:
    """Run Chromium with a profile of its own until it is closed; return its exit code."""
    root = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()  # root has no sandbox
    WATCHDOG.start()
    with forwarded_stop_signals() as forward_signals_to:
        process = subprocess.Popen([program, f"--user-data-dir={profile}", *root, *arguments])
        forward_signals_to(process)
        with WATCHDOG.watching(process.pid, group=False):
            return wait_attached(process)
