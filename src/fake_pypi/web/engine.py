"""The files of an index, stored and served by pypiserver. It never decides about an upload.

The only module that imports pypiserver. Import it on first use: pypiserver takes a tenth of a second, and warns on
some Pythons (`cgi` on 3.11 and 3.12, bottle's import hook on 3.10), which `-W error` would turn into errors.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol
from urllib.parse import quote

from fake_pypi.errors import PypiserverMismatch
from fake_pypi.web.data_folder import make_private_folder, sync

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import pypiserver
    from pypiserver.backend import Backend, BackendProxy, SimpleFileBackend
    from pypiserver.bottle_wrapper import request, response
    from pypiserver.config import Config
    from pypiserver.core import PkgFile
    from pypiserver.pkg_helpers import guess_pkgname_and_version

# The Bottle inside pypiserver leaves a finder for `bottle.ext` that is too old for today's imports: on Python
# 3.10 and 3.11 every optional import that fails would warn, and under `-W error` raise the wrong exception.
sys.meta_path[:] = [finder for finder in sys.meta_path if not type(finder).__module__.startswith("pypiserver.")]

logging.getLogger("pypiserver").addHandler(logging.NullHandler())  # else it writes each rejection to stderr
ORDINARY_NAME = re.compile(r"[A-Za-z0-9._+-]+")
_making = threading.Lock()  # pypiserver builds an app by changing its own module: one at a time


class Engine:
    """A real pypiserver app over one folder.

    Files are below the folder as `aa/bb/…/NAME`, as in the URLs of PyPI, so that `pypi-server run FOLDER` serves the
    same ones. With `durable`, `put` returns when the file and the folders above it are on the disk.
    """

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self.folder = folder.resolve()
        self._durable = durable
        # "simple-dir" never starts a watcher thread; with the fallback on, it would redirect to the real PyPI.
        options = [
            "run",
            "--backend",
            "simple-dir",
            "--disable-fallback",
            "-P",
            ".",
            "-a",
            ".",
            str(self.folder),
        ]
        with _making, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            config = Config.from_args(options)
            self._backend = _OneFileBackend(config, durable=durable)
            config.backend = BackendProxy(self._backend)
            self._app = pypiserver.app_from_config(config)
        self._served_endings: set[str] = set()
        """The endings of files that pypiserver has served."""

    def put(self, path: str, spooled: Path) -> None:
        """Store a spooled file at `path` below the folder; raise `PypiserverMismatch` unless pypiserver serves it then.

        pypiserver responds 400 to names that are not ASCII, which PyPI stores: such a file is stored, but not checked.
        Of names with ordinary characters the first one of each ending is checked, because pypiserver finds a file by
        its path alone.
        The file is renamed, not copied, so it must be on the file system of the folder.
        """
        name = path.rpartition("/")[2]
        ending = name.rpartition(".")[2] if ORDINARY_NAME.fullmatch(name) else None
        if not path.isascii():
            _move(spooled, Path(self._backend.package(path).fn or ""), durable=self._durable)
            return
        size = None if ending in self._served_endings else spooled.stat().st_size
        with self._backend.limited_to(path), spooled.open("rb") as stream:
            self._backend.add_package(name, stream)
        if size is None:
            return
        status, headers = self._request("HEAD", path)
        if not status.startswith("200") or headers.get("Content-Length") != str(size):
            self.remove(path)
            raise PypiserverMismatch(name, f"it was stored, but its address returns {status}")
        if ending is not None:
            self._served_endings.add(ending)

    def serve(self, path: str, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve the file at `path` with the code of pypiserver, or with our own if its name is not ASCII."""
        if not path.isascii():
            return self._serve_ourselves(path, environ, start_response)
        own_environ = {**environ, "SCRIPT_NAME": "", "PATH_INFO": f"/packages/{path}", "QUERY_STRING": ""}
        with self._backend.limited_to(path):
            return self._app(own_environ, start_response)  # type: ignore[no-any-return]

    def _serve_ourselves(self, path: str, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        file = Path(self._backend.package(path).fn or "")
        if not file.is_file():
            start_response("404 Not Found", [])
            return ()
        start_response("200 OK", [("Content-Length", str(file.stat().st_size))])
        return () if environ["REQUEST_METHOD"] == "HEAD" else file.open("rb")

    def remove(self, path: str) -> None:
        """Remove the file at `path`, if it exists."""
        package = self._backend.package(path)
        if Path(package.fn or "").exists():
            self._backend.remove_package(package)

    def _request(self, method: str, path: str) -> tuple[str, dict[str, str]]:
        result: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], _exc_info: object = None) -> Any:
            result.update(status=status, headers=dict(headers))

        environ = {
            "REQUEST_METHOD": method,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
        }
        body = self.serve(path, {**environ, "RAW_URI": quote(path)}, start_response)
        getattr(body, "close", lambda: None)()
        return result["status"], result["headers"]


class _OneFileBackend(SimpleFileBackend):  # type: ignore[misc]
    """pypiserver's own file backend, limited to the file of the present request instead of all files."""

    def __init__(self, config: Any, *, durable: bool) -> None:
        super().__init__(config)
        self._durable = durable
        self._limit = threading.local()

    @contextmanager
    def limited_to(self, path: str) -> Iterator[None]:
        self._limit.path = path
        try:
            yield
        finally:
            self._limit.path = None

    def package(self, path: str) -> PkgFile:
        root, relative = str(self.roots[0]), path.replace("/", os.sep)
        return PkgFile(pkgname="", version="", fn=os.path.join(root, relative), root=root, relfn=relative)  # noqa: PTH118 - half the time, for each upload and download

    def get_all_packages(self) -> Iterable[PkgFile]:
        path = getattr(self._limit, "path", None)
        if path is None:
            return super().get_all_packages()  # type: ignore[no-any-return]
        package = self.package(path)
        return [package] if os.path.isfile(package.fn or "") else []  # noqa: PTH113 - as above

    def add_package(self, filename: str, stream: BinaryIO) -> None:
        path = getattr(self._limit, "path", None) or filename
        stream.close()
        _move(Path(stream.name), Path(self.package(path).fn or ""), durable=self._durable)


class Packages(Protocol):
    """The packages of a whole pypiserver site, and who may change them."""

    def files(self) -> Iterable[tuple[str, Path]]:
        """Return the name of each file, and where its bytes are."""

    def add(self, name: str, version: str, filename: str, stream: BinaryIO, form: Iterable[tuple[str, str]]) -> None:
        """Store a file; `form` are the other fields that were sent with it."""

    def remove(self, filename: str) -> None:
        """Remove a file."""

    def has_user(self, name: str, password: str) -> bool:
        """Return whether there is a user with this password."""


def whole_site(packages: Packages, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Respond to a request with the code of pypiserver alone: its pages, its messages, its decisions.

    It runs as `pypi-server run --authenticate update --disable-fallback`.
    """
    app = _whole_site()
    return app({**environ, "SCRIPT_NAME": "", PACKAGES: packages}, start_response)


PACKAGES = "fake_pypi.packages"
"""Where the environment of a request has the packages that pypiserver lists."""


@cache
def _whole_site() -> WSGIApplication:
    options = ["run", "--backend", "simple-dir", "--disable-fallback", "-P", ".", "-a", ".", "."]
    with _making, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        config = Config.from_args(options)
        config.authenticate = ["update"]
        config.auther = lambda name, password: _present_packages().has_user(name, password)
        config.backend = BackendProxy(_PackagesBackend(config))
        app: WSGIApplication = pypiserver.app_from_config(config)
        return app


def _present_packages() -> Packages:
    packages: Packages = request.environ[PACKAGES]
    return packages


class _PackagesBackend(Backend):  # type: ignore[misc]
    """The packages that the environment of the present request has."""

    def get_all_packages(self) -> Iterator[PkgFile]:
        for filename, path in _present_packages().files():
            guessed = guess_pkgname_and_version(filename)
            if guessed is not None:
                yield PkgFile(*guessed, fn=str(path), root=str(path.parent), relfn=filename)

    def add_package(self, filename: str, stream: BinaryIO) -> None:
        name, version = guess_pkgname_and_version(filename)
        environ = request.environ
        _present_packages().add(name, version, filename, stream, request.forms.decode().allitems())
        # Storing a file asks pypiserver whether it serves the file. Its framework has one request for each thread.
        request.bind(environ)
        response.bind()

    def remove_package(self, package: PkgFile) -> None:
        _present_packages().remove(package.relfn)

    def exists(self, filename: str) -> bool:
        return any(name == filename for name, _ in _present_packages().files())


def _move(file: Path, target: Path, *, durable: bool) -> None:
    made = make_private_folder(target.parent)
    if durable:
        sync(file)
    file.replace(target)
    if durable:
        for folder in (target.parent, *(folder.parent for folder in made)):  # each of them has a new entry
            sync(folder)
