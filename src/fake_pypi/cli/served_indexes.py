"""The addresses and credentials that `fake-pypi serve` prints when it is ready."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.cli.index_documents import ServedIndex, ServeDocument
from fake_pypi.cli.json_output import print_json

if TYPE_CHECKING:
    from fake_pypi.fake import FakeIndexes


def served_indexes(indexes: FakeIndexes, secret: str | None, secret_file: Path | None) -> ServeDocument:
    """Let the indexes accept the token or password, and return their addresses. Nothing is printed if that fails."""
    server = indexes.all[0]
    has_tokens = server.site.has_tokens
    token = _accept_token(indexes, secret) if has_tokens else None
    if not has_tokens and secret is not None:
        server.users.choose_default_password(secret)
    return ServeDocument(
        indexes=tuple(
            ServedIndex(
                index=index.site.name,
                url=index.url,
                upload_url=index.upload_url,
                simple_url=index.simple_url,
                browser_url=f"{index.browser_url}/" if has_tokens else None,
            )
            for index in indexes.all
        ),
        token=token,
        username=server.username,
        password=token or server.password,
        control=indexes.control,
        control_secret_file=None if secret_file is None else str(secret_file.absolute()),
    )


def print_served(served: ServeDocument, *, as_json: bool) -> None:
    """Print the addresses, one on each line, and `ready`; or all of it as one JSON document on one line."""
    if as_json:
        print_json(served, indent=None)
        return
    lines = [f"{index.index}={index.url}" for index in served.indexes]
    if served.token is None:
        (server,) = served.indexes
        lines += [f"upload-url={server.upload_url}", f"simple-url={server.simple_url}"]
        lines += [f"username={served.username}", f"password={served.password}"]
    lines += [f"{name}={value}" for name, value in (("token", served.token), ("control", served.control)) if value]
    if served.control_secret_file is not None:
        lines.append(f"control-secret-file={served.control_secret_file}")
    print(*lines, "ready", sep="\n", flush=True)


def _accept_token(indexes: FakeIndexes, token: str | None) -> str:
    """Let both indexes accept one token, and return it: the given one, or else PyPI's."""
    accepted_token = token or indexes.pypi.token.secret
    for index in indexes.all if token else (indexes.testpypi,):
        index.adopt_token(accepted_token)
    return accepted_token
