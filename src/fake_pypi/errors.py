"""Everything we raise. A class takes the facts, words them itself, and ends with what to do next.

A rejection by PyPI is not here: it is a value (`fake_pypi.rules.rule_set.Rejection`).
"""

from __future__ import annotations

import errno
import shlex
import subprocess
from collections.abc import Iterable, Sequence
from difflib import get_close_matches


class FakePyPIError(Exception):
    """The root of every exception that this project raises."""


class UsageError(FakePyPIError):
    """Something was asked for in a way that cannot work: exit code 2, or `pytest.UsageError`.

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
    """A project, release or file was named that the index does not have.

    >>> print(NotFound("release", "2.0", ["1.0", "1.1"]))
    there is no release '2.0'; there is: 1.0, 1.1
    """

    def __init__(self, kind: str, wanted: str, there: Iterable[str] = ()) -> None:
        self.kind = kind
        self.wanted = wanted
        self.there = tuple(there)
        super().__init__(kind, wanted, self.there)

    def __str__(self) -> str:
        known = ", ".join(self.there) if self.there else f"no {self.kind} at all: add one first"
        return f"there is no {self.kind} {self.wanted!r}; there is: {known}"


class UnknownSetting(UsageError, AttributeError):
    """A setting was assigned that the object does not have.

    >>> print(UnknownSetting("Limits", "file_sise", ["file_size", "project_size"]))
    Limits has no setting 'file_sise': did you mean 'file_size'?
    """

    def __init__(self, owner: str, wanted: str, known: Iterable[str] = ()) -> None:
        self.owner = owner
        self.wanted = wanted
        self.known = tuple(known)
        near = get_close_matches(wanted, self.known, n=1, cutoff=0.5)
        listed = f"it has {', '.join(self.known)}" if self.known else "nothing can be assigned to it, call its methods"
        super().__init__(f"{owner} has no setting {wanted!r}", f"did you mean {near[0]!r}?" if near else listed)
        self.args = (owner, wanted, self.known)  # the arguments that a worker process needs to make it again


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


class UploadRejected(FakePyPIError):
    """`FakePyPI.upload` was answered with a rejection; the index is as it was before.

    `status` is the HTTP status, `message` PyPI's words, `rule` the id to ask `fake-pypi rules` about.
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
    """PyPI does not allow the actor to do what it wanted; the index is as it was before.

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
    """pypiserver could not keep or serve a file that the rules had accepted: our bug, never the user's."""

    def __init__(self, filename: str, what: str) -> None:
        super().__init__(filename, what)
        self.filename = filename
        self.what = what

    def __str__(self) -> str:
        return f"pypiserver disagreed about {self.filename}: {self.what}; please report this"


class CloseConnection(FakePyPIError):
    """Raised by a WSGI application to close the connection without an answer, as PyPI does for some uploads."""

    def __str__(self) -> str:
        return "the server closes this connection without an answer, as the real one does; nothing to do here"


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
        """What SQLite said of the database file at `path`."""
        remedies = {
            "full": "free some space on its disk",
            "readonly": "make the folder and its files writable for you",
            "open": "make the folder readable and writable for you",
            "I/O": "check the disk",
            "malformed": "`fake-pypi data rebuild` makes a new one from the files beside it",
            "not a database": "`fake-pypi data rebuild` makes a new one from the files beside it",
        }
        remedy = next((remedies[word] for word in remedies if word in str(error)), "name another folder")
        return cls(f"{str(path)!r} cannot be used: {error}", remedy)

    @classmethod
    def of_file(cls, error: OSError, folder: object) -> StorageError:
        """What the operating system said of a file below `folder`."""
        remedies = {
            errno.ENOSPC: "free some space on its disk",
            getattr(errno, "EDQUOT", errno.ENOSPC): "free some space on its disk",
            errno.EROFS: "make the file system writable, or name another folder",
            errno.EACCES: "make the folder and its files readable and writable for you",
            errno.EPERM: "make the folder and its files readable and writable for you",
            errno.ENOENT: "somebody removed a part of the folder: start again",
        }
        place = error.filename if error.filename is not None else folder
        remedy = remedies.get(error.errno or 0, "check the disk, or name another folder")
        return cls(f"{str(place)!r} cannot be used: {error.strerror or error}", remedy)


class PortInUse(UsageError):
    """The port that was asked for belongs to another program.

    >>> print(PortInUse("127.0.0.1", 8080))
    port 8080 on 127.0.0.1 is in use: stop the other program, or ask for port 0
    """

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"port {port} on {host} is in use", "stop the other program, or ask for port 0")
        self.args = (host, port)  # what a worker process needs to hand it on
        self.host = host
        self.port = port


class UnreadablePackage(FakePyPIError):
    """A distribution file does not say what it is: no metadata, or a broken archive."""

    def __init__(self, filename: str, why: str) -> None:
        super().__init__(filename, why)
        self.filename = filename
        self.explanation = why

    def __str__(self) -> str:
        return f"{self.filename} cannot be read: {self.explanation}; build it again"


class CommandFailed(FakePyPIError, subprocess.CalledProcessError):
    """A command in the shell ended with another exit code than 0. `stdout` and `stderr` hold what it said.

    Whoever raises it has hidden the secrets in `command` and in the output. `advice` is what to do instead,
    where the command is known never to work.
    """

    def __init__(
        self, returncode: int, command: str | Sequence[str], stdout: str, stderr: str, advice: str = ""
    ) -> None:
        subprocess.CalledProcessError.__init__(self, returncode, command, stdout, stderr)
        self.advice = advice

    def __str__(self) -> str:
        said = _tail(self.stdout, self.stderr)
        return f"`{_typed(self.cmd)}` ended with exit code {self.returncode}{said}\n{self._advice()}"

    def _advice(self) -> str:
        if self.advice:
            return self.advice
        if self.returncode == 127:
            return "127 means that there is no such command: install it into the environment that runs this"
        return "read what it said above, or pass check=False to look at the result yourself"


class CommandTimedOut(FakePyPIError, subprocess.TimeoutExpired):
    """A command in the shell took longer than `timeout` seconds and was killed with all it had started."""

    def __init__(self, command: str | Sequence[str], timeout: float, stdout: str, stderr: str) -> None:
        subprocess.TimeoutExpired.__init__(self, command, timeout, stdout, stderr)

    def __str__(self) -> str:
        said = _tail(str(self.stdout or ""), str(self.stderr or ""))
        return f"`{_typed(self.cmd)}` was killed after {self.timeout:g} s{said}\ngive it more time, or input"


def _typed(command: str | Sequence[str]) -> str:
    return command if isinstance(command, str) else shlex.join(command)


def _tail(stdout: str, stderr: str, lines: int = 30) -> str:
    """The end of both streams, each under its name; nothing for a stream that stayed empty."""
    shown = ""
    for name, text in (("stdout", stdout), ("stderr", stderr)):
        said = text.strip().splitlines()
        if said:
            more = f"({len(said) - lines} lines before)\n" if len(said) > lines else ""
            shown += f"\n--- {name}\n{more}" + "\n".join(said[-lines:])
    return shown


class PackageSourceError(FakePyPIError):
    """A source of other people's distributions could not give what it was asked for."""

    def __init__(self, source: str, why: str) -> None:
        super().__init__(source, why)
        self.source = source
        self.explanation = why

    def __str__(self) -> str:
        return f"{self.source} is of no help: {self.explanation}; go online, or use a wheelhouse"


class InvalidScenario(UsageError):
    """A scenario file cannot be understood: which file, where in it, and why."""

    def __init__(self, path: object, place: str, why: str) -> None:
        super().__init__(f"{path}: {place}: {why}" if place else f"{path}: {why}", "correct the file")
        self.args = (path, place, why)  # what a worker process needs to hand it on
        self.path = path
        self.place = place
        self.explanation = why
