"""Replaces name lookups in a shell: the first `sitecustomize` on the path of every Python child.

It is copied into a folder of its own and imported by any interpreter that a command runs (2.7, 3.5 and later), so it
imports only what the interpreter has loaded, and `_socket`. hatch uploads without a proxy: its lookup of
upload.pypi.org returns the address of the proxy, which accepts TLS from the first byte. For a name that belongs
neither to the fakes nor to this machine, the lookup fails and is recorded.
"""

# A __future__ import and pathlib would cost more start-up time than all of this. Python 2.7 knows neither
# annotations nor f-strings: types stand in comments.
# ruff: noqa: I002, PTH100, PTH119, PTH120, PLR0917, ANN001, ANN002, ANN003, ANN201, ANN202, UP020, UP024, UP025, UP032
import os
import sys

# The addresses without a host are here because programs listen on them; a connection to one stays on this machine.
OWN_NAMES = {"", "localhost", "localhost.localdomain", "ip6-localhost", "0.0.0.0", "::"}  # noqa: S104 - no bind
MAPPED = b"\0" * 10 + b"\xff" * 2  # the first bytes of an IPv4 address that is written as an IPv6 one


def _replace_lookups(hosts, tls_port, record_file):
    # type: (frozenset[str], int, str) -> None
    import _socket

    real = _socket.getaddrinfo
    own_names = OWN_NAMES | {_socket.gethostname().lower()}

    # All of Python's lookups go through socket.getaddrinfo, which calls this function.
    def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
        # type: (str | bytes | None, str | int | None, int, int, int, int) -> list[object]
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else host or ""
        name = name.lower().rstrip(".")
        if name in hosts:
            return list(real("127.0.0.1", tls_port, family, type, proto, flags))
        if name in own_names or is_loopback_address(name):
            return list(real(host, port, family, type, proto, flags))
        if name.endswith(".localhost"):  # a resolver that does not know RFC 6761 would ask the network
            addresses = [("127.0.0.1", _socket.AF_INET), ("::1", _socket.AF_INET6)]
            chosen = [address for address, kind in addresses if family in (0, kind)]
            return [result for address in chosen for result in real(address, port, family, type, proto, flags)]
        _record_lookup(record_file, name, port)
        raise _socket.gaierror(_socket.EAI_NONAME, "Name or service not known: only the fake indexes can be reached")

    _socket.getaddrinfo = getaddrinfo  # type: ignore[assignment]  # narrower than the wrapped function


def is_loopback_address(name):
    # type: (str) -> bool
    """Return whether a name is written as a loopback address (`fake_pypi.loopback`, which cannot be imported here)."""
    import _socket

    try:
        return _socket.inet_pton(_socket.AF_INET, name)[:1] == b"\x7f"
    except (_socket.error, ValueError):
        pass
    try:
        packed = _socket.inet_pton(_socket.AF_INET6, name)
    except (_socket.error, ValueError):
        return False
    return packed == b"\0" * 15 + b"\1" or packed[:13] == MAPPED + b"\x7f"


def _hide_files(paths):
    # type: (frozenset[str]) -> None
    """Hide the user's credential files: for some clients no variable names another file."""

    def check(event, arguments):
        # type: (str, tuple[object, ...]) -> None
        if event == "open" and isinstance(arguments[0], str) and arguments[0] in paths:
            raise IOError(2, "No such file or directory", arguments[0])

    def isfile(path):
        # type: (str | bytes | os.PathLike[str] | os.PathLike[bytes]) -> bool
        return (os.fspath(path) if hasattr(os, "fspath") else path) not in paths and real_isfile(path)

    real_isfile = os.path.isfile
    # flit checks before it opens, and fails when a file that is there cannot be opened.
    os.path.isfile = isfile  # type: ignore[assignment]  # the same but for the paths
    if hasattr(sys, "addaudithook"):
        sys.addaudithook(check)
        return
    # Pythons before 3.8 have no audit hooks.
    builtins = sys.modules.get("builtins") or sys.modules["__builtin__"]
    real_open = builtins.open

    def open_visible(*arguments, **options):
        # type: (object, object) -> object
        check("open", arguments or (None,))
        return real_open(*arguments, **options)

    builtins.open = open_visible  # type: ignore[attr-defined]  # the same but for the paths


def _record_lookup(record_file, name, port):
    # type: (str, str, object) -> None
    import io

    try:
        with io.open(record_file, "a", encoding="utf-8") as file:
            # Python 2.7 needs the u, which a formatter would take away.
            file.write(u"{}\t{}\t{}\n".format(name, port, _program()))  # fmt: skip
    except EnvironmentError:
        pass


def _program():
    # type: () -> str
    path = str((getattr(sys, "argv", None) or [""])[0])
    folder, name = os.path.split(path)
    return os.path.basename(folder) if name == "__main__.py" else name


def _run_next_sitecustomize():
    # type: () -> None
    here = os.path.dirname(os.path.abspath(__file__))
    folders = [os.path.abspath(folder) for folder in sys.path]
    # Not those in front: in a rehearsal inside a rehearsal, two copies of this file would run each other for ever.
    behind = sys.path[folders.index(here) + 1 :] if here in folders else sys.path
    if sys.version_info[0] == 2:  # noqa: UP036 - children may run it
        _run_next_sitecustomize_of_python_2(behind)
        return
    import _frozen_importlib
    import _frozen_importlib_external

    spec = _frozen_importlib_external.PathFinder.find_spec("sitecustomize", behind)
    if spec is not None and spec.loader is not None:
        module = sys.modules["sitecustomize"] = _frozen_importlib.module_from_spec(spec)
        spec.loader.exec_module(module)


def _run_next_sitecustomize_of_python_2(folders):
    # type: (list[str]) -> None
    import imp

    try:
        file, path, description = imp.find_module("sitecustomize", folders)
    except ImportError:
        return
    # Python 2 empties a module that nothing refers to any more.
    sys.modules["fake_pypi_sitecustomize"] = sys.modules.pop("sitecustomize")
    imp.load_module("sitecustomize", file, path, description)  # type: ignore[arg-type]  # the value that find_module returned


if __name__ == "sitecustomize":
    if os.environ.get("FAKE_PYPI_TLS_PORT"):
        _replace_lookups(
            frozenset(os.environ.get("FAKE_PYPI_HOSTS", "").split(",")),
            int(os.environ["FAKE_PYPI_TLS_PORT"]),
            os.environ.get("FAKE_PYPI_BLOCKED_LOOKUPS", os.devnull),
        )
    if os.environ.get("FAKE_PYPI_HIDDEN"):
        _hide_files(frozenset(os.environ["FAKE_PYPI_HIDDEN"].split(os.pathsep)))
    _run_next_sitecustomize()
