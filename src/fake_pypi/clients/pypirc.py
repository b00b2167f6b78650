"""~/.pypirc, in the shape that publishing guides show. twine, flit, maturin and hatch read it."""

from __future__ import annotations

import os
from pathlib import Path

SECTION = """
[{name}]
repository = {repository}
username = __token__
password = {token}
"""

REPOSITORIES = {"pypi": "https://upload.pypi.org/legacy/", "testpypi": "https://test.pypi.org/legacy/"}


def write_pypirc(home: Path, tokens: dict[str, str]) -> Path:
    """Write HOME/.pypirc for the indexes that `tokens` names, for nobody else to read (guides say chmod 600).

    `tokens` is `{"pypi": token, "testpypi": token}`; the file that was there is replaced as a whole.
    """
    path = home / ".pypirc"
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(pypirc(tokens))
    return path


def pypirc(tokens: dict[str, str]) -> str:
    """The text of a .pypirc.

    >>> print(pypirc({"pypi": "secret"}).splitlines()[1])
    index-servers =
    """
    servers = "".join(f"    {name}\n" for name in tokens)
    sections = (SECTION.format(name=name, repository=REPOSITORIES[name], token=token) for name, token in tokens.items())
    return f"[distutils]\nindex-servers =\n{servers}{''.join(sections)}"
