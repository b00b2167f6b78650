"""Another index as a package source: unknown projects are looked up there, and files are downloaded on request."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import ssl
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO, Any
from urllib.parse import urljoin, urlsplit

from fake_pypi.errors import PackageSourceError, UsageError
from fake_pypi.packages.package_source import DEFAULT_UPLOAD_TIME, FallbackFile
from fake_pypi.packages.wheelhouse_packages import parse_filename

JSON_V1 = "application/vnd.pypi.simple.v1+json"
TIMEOUT_SECONDS = 20.0
"""Seconds that the other index may take to respond."""
MOST_PROJECTS = 10_000
"""The number of projects whose files are remembered."""
RETRY_AFTER_FAILURE_SECONDS = 10.0
"""Seconds after a failed connection during which no other one is tried."""


class UpstreamPackages:
    """The files of a real index, by its simple API in JSON (PEP 691).

    >>> source = UpstreamPackages("https://pypi.org/simple/", cache_dir)          # doctest: +SKIP
    >>> source.files("packaging")[-1].filename                                 # doctest: +SKIP
    'packaging-25.0-py3-none-any.whl'

    The settings of proxies and certificates are read when the object is made, so that a process whose environment is
    changed later still reaches the real index. A file is stored in `cache_dir` once its digest was right. Every failure
    is a `PackageSourceError`; an address that is not http(s) is a `UsageError`.
    """

    def __init__(self, url: str, cache_dir: str | Path) -> None:
        if urlsplit(url).scheme not in ("http", "https"):
            raise UsageError(f"{url} is no address of an index", "name one as https://pypi.org/simple/")
        self.name = f"the index {url}"
        self._url = url.rstrip("/") + "/"
        self._cache_dir = Path(cache_dir)
        self._lock = threading.Lock()
        self._lookups: dict[str, Future[Sequence[FallbackFile]]] = {}
        self._failure: tuple[float, PackageSourceError] | None = None
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler(urllib.request.getproxies()),
            urllib.request.HTTPSHandler(context=ssl.create_default_context()),
        )

    def files(self, project: str) -> Sequence[FallbackFile]:
        """Return the files of a project, by its normalized name.

        One request is sent. Calls for the same project meanwhile wait for its response; other projects
        are looked up at the same time.
        """
        with self._lock:
            lookup = self._lookups.get(project)
            is_first = lookup is None
            if lookup is None:
                lookup = self._lookups[project] = Future()
                if len(self._lookups) > MOST_PROJECTS:
                    del self._lookups[next(iter(self._lookups))]
        if is_first:
            self._carry_out(lookup, project)
        return lookup.result()

    def _carry_out(self, lookup: Future[Sequence[FallbackFile]], project: str) -> None:
        try:
            lookup.set_result(self._look_up(project))
        except BaseException as error:  # noqa: BLE001 - every caller that waits must get the error
            with self._lock:
                if self._lookups.get(project) is lookup:
                    del self._lookups[project]
            lookup.set_exception(error)

    def find(self, filename: str) -> FallbackFile | None:
        """Return the file of that name, or None."""
        parsed = parse_filename(filename)
        if parsed is None:
            return None
        return next((file for file in self.files(parsed[0]) if file.filename == filename), None)

    def _look_up(self, project: str) -> Sequence[FallbackFile]:
        page = f"{self._url}{project}/"
        try:
            with self._open(page, Accept=JSON_V1) as response:
                value = json.load(response)
        except urllib.error.HTTPError as error:
            error.close()
            if error.code == 404:
                return ()
            raise PackageSourceError(self.name, f"it responded {error.code} {error.reason} for {project}") from error
        except ValueError:
            raise PackageSourceError(self.name, f"its page of {project} is no JSON (PEP 691)") from None
        files = value.get("files", ()) if isinstance(value, dict) else ()
        return tuple(fallback for file in files if (fallback := self._fallback_file(page, project, file)))

    def _fallback_file(self, page: str, project: str, file: Mapping[str, Any]) -> FallbackFile | None:
        parsed = parse_filename(str(file.get("filename")))
        if parsed is None or parsed[0] != project:
            return None
        address, sha256 = urljoin(page, str(file["url"])), file.get("hashes", {}).get("sha256")
        metadata = file.get("core-metadata", file.get("data-dist-info-metadata"))
        metadata_sha256 = metadata.get("sha256") if isinstance(metadata, dict) else None
        return FallbackFile(
            project,
            parsed[1],
            str(file["filename"]),
            fetch=partial(self._fetch, address, str(file["filename"]), sha256, threading.Lock()),
            fetch_metadata=partial(self._metadata, address, metadata_sha256),
            requires_python=file.get("requires-python"),
            upload_time=_moment(file.get("upload-time")),
            yanked=file.get("yanked", False),
            known_size=file.get("size") or 0,
            known_sha256=sha256,
            known_metadata_sha256=metadata_sha256,
        )

    def _metadata(self, address: str, sha256: str | None) -> bytes | None:
        if sha256 is None:
            return None
        content = bytes(self._response(f"{address}.metadata").read())
        if hashlib.sha256(content).hexdigest() != sha256:
            raise PackageSourceError(self.name, f"{address}.metadata has another digest than its page states")
        return content

    def _fetch(self, address: str, filename: str, sha256: str | None, lock: threading.Lock) -> Path:
        target = self._cache_dir / hashlib.sha256(address.encode()).hexdigest()[:16] / filename
        with lock:
            if not target.exists():
                self._download(address, target, sha256)
        return target

    def _download(self, address: str, target: Path, sha256: str | None) -> None:
        """Download the file; nothing is left of one that is incomplete or has another digest."""
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, unfinished = tempfile.mkstemp(dir=target.parent, suffix=".part")
        try:
            with os.fdopen(handle, "w+b") as file, self._response(address) as response:
                shutil.copyfileobj(response, file)
                file.seek(0)
                digest = _sha256(file)
            if sha256 and digest != sha256:
                raise PackageSourceError(self.name, f"{target.name} has another digest than its page states")
            Path(unfinished).replace(target)
        finally:
            Path(unfinished).unlink(missing_ok=True)

    def _response(self, address: str) -> Any:
        try:
            return self._open(address)
        except urllib.error.HTTPError as error:
            error.close()
            raise PackageSourceError(self.name, f"it responded {error.code} {error.reason} for {address}") from error

    def _open(self, address: str, **headers: str) -> Any:
        if self._failure and time.monotonic() - self._failure[0] < RETRY_AFTER_FAILURE_SECONDS:
            raise self._failure[1]
        try:
            request = urllib.request.Request(address, headers={"User-Agent": "fake-pypi", **headers})
            return self._opener.open(request, timeout=TIMEOUT_SECONDS)
        except urllib.error.HTTPError:
            raise
        except (OSError, ValueError) as error:  # URLError is an OSError
            failed = PackageSourceError(self.name, f"it cannot be reached ({getattr(error, 'reason', error)})")
            self._failure = (time.monotonic(), failed)
            raise failed from error


def _moment(text: object) -> datetime:
    try:
        return datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    except ValueError:
        return DEFAULT_UPLOAD_TIME


def _sha256(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := file.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()
