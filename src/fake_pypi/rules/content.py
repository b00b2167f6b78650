"""Content of Python files that PyPI rejects: encrypted code, and API tokens of its own.

PyPI scans this very file when the project is released. So the marks that it looks for are put together at run
time, here and in the tests, and stand in no file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from fake_pypi.index import Index
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.archive_findings import MemberRule
from fake_pypi.rules.rule_set import Example, Rejection
from fake_pypi.rules.upload import Upload

LARGEST = 5 << 20
"""Bytes of one file above which PyPI does not look into it."""

_PYARMOR = "__pyarmor"
PYARMOR = (
    *(f"{_PYARMOR}_{hook}__".encode() for hook in ("enter", "exit", "assert", "bcc")),
    f"{_PYARMOR}__(__name__, __file__,".encode(),
)
"""PyArmor's hooks, and the call that decrypts; any of them is enough."""
SOURCEDEFENDER = tuple(f"---{end} PYE FILE---".encode() for end in ("BEGIN", "END"))
"""The first and the last line of what SourceDefender writes; both are needed."""
TOKEN_HEAD = "AgEIcHlwaS5vcmcCJ"  # noqa: S105 - no secret: so starts every token of pypi.org
TOKEN = re.compile(b"pypi-%s[a-zA-Z0-9_-]{150,157}" % TOKEN_HEAD.encode())


class ContentRule(MemberRule):
    """A rule about what stands in a Python file; an index can switch them off."""

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        """Repeat what was found, unless the index does not look into uploads at present."""
        return None if index.flags.enabled("disable-upload-scanning") else super().check(upload, index)


class PyArmor(ContentRule):
    """A Python file was encrypted with PyArmor, so nobody can see what it does.

    PyPI's acceptable use policy asks for code that can be read. Only .py and .pye files are looked into.
    """

    id = "pyarmor-encrypted"
    message_template = (
        "Invalid distribution file. PyArmor-encrypted content is not allowed. "
        "See https://pypi.org/policy/acceptable-use-policy/ for more information."
    )
    remedy = "Publish the source, or distribute the package in another place than PyPI."
    source = "recorded case archive/sdist-pyarmor"

    def example(self) -> Example:
        """Name one of PyArmor's hooks in a Python file."""
        return Example(wheel("demo", files={"demo/locked.py": PYARMOR[0] + b"\n"}))


class SourceDefender(ContentRule):
    """A Python file was encrypted with SourceDefender, so nobody can see what it does."""

    id = "sourcedefender-encrypted"
    message_template = (
        "Invalid distribution file. SourceDefender-encrypted content is not allowed. "
        "See https://pypi.org/policy/acceptable-use-policy/ for more information."
    )
    remedy = "Publish the source, or distribute the package in another place than PyPI."
    source = "recorded case archive/wheel-sourcedefender-in-py"

    def example(self) -> Example:
        """Put SourceDefender's marks into a Python file."""
        return Example(wheel("demo", files={"demo/locked.pye": b"\n".join(SOURCEDEFENDER)}))


class ExposedToken(ContentRule):
    """A Python file holds an API token of pypi.org. Whoever installs the package could publish in your name.

    Anything that was packed may have been seen by others already, so revoke the token in any case.
    """

    id = "exposed-token"
    message_template = (
        "Invalid distribution file. We have detected a PyPI API token exposed in the uploaded file. "
        "Publishing it would allow anyone to perform actions on your behalf. For your own security, "
        "please revoke the token immediately. "
        "See https://pypi.org/help/#compromised-token for additional help."
    )
    remedy = "Revoke the token, make a new one, and keep it in the environment or in a keyring."
    source = "https://pypi.org/help/#compromised-token"

    def example(self) -> Example:
        """Write something with the shape of a token into a Python file."""
        stand_in = f"pypi-{TOKEN_HEAD}{'x' * 150}"
        return Example(wheel("demo", files={"demo/settings.py": f"TOKEN = {stand_in!r}\n"}))


LOOKS: dict[str, Callable[[bytes], bool]] = {
    PyArmor.id: lambda content: any(mark in content for mark in PYARMOR),
    ExposedToken.id: lambda content: TOKEN.search(content) is not None,
    SourceDefender.id: lambda content: all(mark in content for mark in SOURCEDEFENDER),
}
"""In the order in which PyPI names them when a file has several."""


def is_looked_into(name: str) -> bool:
    r"""Whether the archive's member is a Python file.

    >>> is_looked_into("demo/__init__.PY"), is_looked_into("demo/.py"), is_looked_into("demo/x.txt")
    (True, False, False)
    >>> is_looked_into("demo/x..pye"), is_looked_into("demo/..py"), is_looked_into("demo/x.py\n")
    (True, False, False)
    """
    return re.search(r"[^/.]\.+pye?\Z", name, re.IGNORECASE) is not None


def first_bytes(pieces: Iterable[bytes]) -> bytes | None:
    """Read all pieces; return them as one, or None when they are more than PyPI looks into."""
    kept: list[bytes] = []
    length = 0
    for piece in pieces:
        length += len(piece)
        if length <= LARGEST:
            kept.append(piece)
        else:
            kept.clear()
    return b"".join(kept) if length <= LARGEST else None


def rejected_by(content: bytes) -> list[str]:
    """Return the ids of the rules that reject the content, in PyPI's order."""
    return [rule for rule, found in LOOKS.items() if found(content)]
