"""The exceptions of this project. Each takes facts, composes its message, and ends with what to do next.

A rejection by PyPI is not an exception: it is a value (`fake_pypi.rules.rule_set.Rejection`).
"""

from __future__ import annotations

import errno
import shlex
import subprocess
from collections.abc import Iterable, Sequence
from difflib import get_close_matches


class FakePyPIError(Exception):
    """The base class of every exception that this project raises."""


class UsageError(FakePyPIError):
    """Wrong usage of a command, an option or an argument: exit code 2, or `pytest.UsageError`.

    >>> print(UsageError("no pyproject.toml here", "name the project's folder"))
    no pyproject.toml here: name the project's folder
    """

    def __init__(self, what: str, next_step: str = "") -> None:
        super().__init__(what, next_step)
        self.what = what
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.what}: {self.next_step}" if self.next_step else self.what


class NotFound(FakePyPIError, LookupError):
    """The index does not have the project, release or file that was named.

    >>> print(NotFound("release", "2.0", ["1.0", "1.1"]))
    there is no release '2.0'; there is: 1.0, 1.1
    """

    def __init__(self, kind: str, name: str, existing: Iterable[str] = ()) -> None:
        self.kind = kind
        self.name = name
        self.existing = tuple(existing)
        super().__init__(kind, name, self.existing)

    def __str__(self) -> str:
        if not self.existing:
            return f"there is no {self.kind} {self.name!r}, and no other {self.kind}: add one first"
        return f"there is no {self.kind} {self.name!r}; there is: {', '.join(self.existing)}"


class UnknownSetting(UsageError, AttributeError):
    """The object does not have the setting that was assigned. `readable` are attributes that cannot be assigned.

    >>> print(UnknownSetting("Limits", "file_sise", ["file_size", "project_size"]))
    Limits has no setting 'file_sise': did you mean 'file_size'?
    """

    def __init__(self, owner: str, wanted: str, known: Iterable[str] = (), readable: Iterable[str] = ()) -> None:
        self.owner = owner
        self.wanted = wanted
        self.known = tuple(known)
        self.readable = tuple(readable)
        near = get_close_matches(wanted, [*self.known, *self.readable], n=1, cutoff=0.5)
        listed = f"it has {', '.join(self.known)}" if self.known else "nothing can be assigned to it, call its methods"
        super().__init__(f"{owner} has no setting {wanted!r}", f"did you mean {near[0]!r}?" if near else listed)
        self.args = (owner, wanted, self.known, self.readable)  # the arguments with which unpickling calls this class


class IndexClosed(FakePyPIError):
    """An index was used after it was closed.

    >>> print(IndexClosed("pypi"))
    this pypi is closed: use it inside its `with` block, or make a new one with FakePyPI()
    """

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind

    def __str__(self) -> str:
        return f"this {self.kind} is closed: use it inside its `with` block, or make a new one with FakePyPI()"


class StateReplaced(FakePyPIError):
    """An index was reset or restored while a request was processed, so that the request cannot change it any more."""

    def __str__(self) -> str:
        return "the index was reset or restored meanwhile: send the request again"


class UploadRejected(FakePyPIError):
    """The index rejected the files of `FakePyPI.upload`, and is as it was before.

    `status` is the HTTP status, `message` PyPI's message, `rule` the id that `fake-pypi rules` explains.
    """

    def __init__(self, status: int, message: str, rule: str | None) -> None:
        super().__init__(status, message, rule)
        self.status = status
        self.message = message
        self.rule = rule

    def __str__(self) -> str:
        more = f" (see `fake-pypi rules {self.rule}`)" if self.rule else ""
        return f"{self.status} {self.message}{more}"


class OperationRejected(FakePyPIError):
    """PyPI does not allow the actor this operation; the index is as it was before.

    `reason` is the id of the reason, as "permission-denied", "unverified-email", "no-2fa", "not-signed-in" or
    "deletion-disabled"; `message` is what PyPI shows.

    >>> print(OperationRejected("no-2fa", "Two-factor authentication must be enabled on your account."))
    Two-factor authentication must be enabled on your account. (no-2fa)
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(reason, message)
        self.reason = reason
        self.message = message

    def __str__(self) -> str:
        return f"{self.message} ({self.reason})"


class PypiserverMismatch(FakePyPIError):
    """pypiserver could not store or serve a file that the rules had accepted: a bug of this project."""

    def __init__(self, filename: str, what: str) -> None:
        super().__init__(filename, what)
        self.filename = filename
        self.what = what

    def __str__(self) -> str:
        return f"pypiserver could not handle {self.filename}: {self.what}; please report this"


class CloseConnection(FakePyPIError):
    """Raised by a WSGI application to close the connection without an answer, as PyPI does for some uploads.

    With `reset`, nothing more is read, and the client's system reports a reset connection.
    """

    def __init__(self, reset: bool = False) -> None:  # noqa: FBT001, FBT002 - an exception is copied by its positional arguments
        super().__init__(reset)
        self.reset = reset

    def __str__(self) -> str:
        return "the server closes this connection without a response, as PyPI does; no action is needed"


class StorageError(FakePyPIError):
    """The disk below an index could not be read or written: it is full, read-only or damaged.

    >>> print(StorageError("'data/index.sqlite3' cannot be used: database or disk is full", "free some space"))
    'data/index.sqlite3' cannot be used: database or disk is full: free some space
    """

    def __init__(self, what: str, next_step: str) -> None:
        super().__init__(what, next_step)
        self.what = what
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.what}: {self.next_step}"

    @classmethod
    def of_database(cls, path: object, error: Exception) -> StorageError:
        """Return the error for what SQLite reports about the database file at `path`."""
        remedies = {
            "full": "free some space on its disk",
            "readonly": "make the folder and its files writable for your user",
            "open": "make the folder readable and writable for your user",
            "I/O": "check the disk",
            "malformed": "`fake-pypi data rebuild` makes a new one from the files beside it",
            "not a database": "`fake-pypi data rebuild` makes a new one from the files beside it",
        }
        remedy = next((remedies[word] for word in remedies if word in str(error)), "name another folder")
        return cls(f"{str(path)!r} cannot be used: {error}", remedy)

    @classmethod
    def of_file(cls, error: OSError, folder: object) -> StorageError:
        """Return the error for what the operating system reports about a file below `folder`."""
        remedies = {
            errno.ENOSPC: "free some space on its disk",
            getattr(errno, "EDQUOT", errno.ENOSPC): "free some space on its disk",
            errno.EROFS: "make the file system writable, or name another folder",
            errno.EACCES: "make the folder and its files readable and writable for your user",
            errno.EPERM: "make the folder and its files readable and writable for your user",
            errno.ENOENT: "a part of the folder was removed while it was in use: start again",
        }
        path = error.filename if error.filename is not None else folder
        remedy = remedies.get(error.errno or 0, "check the disk, or name another folder")
        return cls(f"{str(path)!r} cannot be used: {error.strerror or error}", remedy)


class PortInUse(UsageError):
    """Another program uses the port.

    >>> print(PortInUse("127.0.0.1", 8080))
    port 8080 on 127.0.0.1 is in use: stop the other program, or use port 0
    """

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"port {port} on {host} is in use", "stop the other program, or use port 0")
        self.args = (host, port)  # the arguments with which unpickling calls this class
        self.host = host
        self.port = port


class UnreadablePackage(FakePyPIError):
    """The metadata of a distribution file cannot be read: it has none, or the archive is broken."""

    def __init__(self, filename: str, why: str) -> None:
        super().__init__(filename, why)
        self.filename = filename
        self.explanation = why

    def __str__(self) -> str:
        return f"{self.filename} cannot be read: {self.explanation}; build it again"


class CommandFailed(FakePyPIError, subprocess.CalledProcessError):
    """A command in the shell ended with an exit code other than 0; `stdout` and `stderr` contain its output.

    The caller has to remove secrets from `command` and the output. `advice` is what to do instead, for commands that
    are known never to work.
    """

    def __init__(
        self, returncode: int, command: str | Sequence[str], stdout: str, stderr: str, advice: str = ""
    ) -> None:
        subprocess.CalledProcessError.__init__(self, returncode, command, stdout, stderr)
        self.advice = advice

    def __str__(self) -> str:
        output = _tail(self.stdout, self.stderr)
        return f"`{_typed(self.cmd)}` ended with exit code {self.returncode}{output}\n{self._advice()}"

    def _advice(self) -> str:
        if self.advice:
            return self.advice
        if self.returncode == 127:
            return "exit code 127 means that there is no such command: install it into the environment that runs this"
        return "read its output above, or pass check=False to get the result instead of this error"


class CommandTimedOut(FakePyPIError, subprocess.TimeoutExpired):
    """A command in the shell took longer than `timeout` seconds; it and the processes that it started were killed."""

    def __init__(self, command: str | Sequence[str], timeout: float, stdout: str, stderr: str) -> None:
        subprocess.TimeoutExpired.__init__(self, command, timeout, stdout, stderr)

    def __str__(self) -> str:
        output = _tail(str(self.stdout or ""), str(self.stderr or ""))
        return f"`{_typed(self.cmd)}` was killed after {self.timeout:g} s{output}\nraise the timeout, or pass `input`"


def _typed(command: str | Sequence[str]) -> str:
    return command if isinstance(command, str) else shlex.join(command)


def _tail(stdout: str, stderr: str, lines: int = 30) -> str:
    """Return the end of both streams, each after its name; nothing for an empty stream."""
    tail = ""
    for name, text in (("stdout", stdout), ("stderr", stderr)):
        output = text.strip().splitlines()
        if output:
            more = f"({len(output) - lines} lines before)\n" if len(output) > lines else ""
            tail += f"\n--- {name}\n{more}" + "\n".join(output[-lines:])
    return tail


class PackageSourceError(FakePyPIError):
    """A source of distributions of others (the environment, a folder, an index) failed."""

    def __init__(self, source: str, why: str) -> None:
        super().__init__(source, why)
        self.source = source
        self.explanation = why

    def __str__(self) -> str:
        return f"{self.source} failed: {self.explanation}; go online, or use a wheelhouse"


class InvalidScenario(UsageError):
    """A scenario file is invalid: which file, where in it, and why."""

    def __init__(self, path: object, place: str, why: str) -> None:
        super().__init__(f"{path}: {place}: {why}" if place else f"{path}: {why}", "correct the file")
        self.args = (path, place, why)  # the arguments with which unpickling calls this class
        self.path = path
        self.place = place
        self.explanation = why
