"""The upload that a publishing tool would send for the example of a rule.

>>> with TemporaryDirectory() as folder:  # doctest: +SKIP
...     upload = upload_of(rule.example(), Index(), Path(folder))
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from fake_pypi.errors import UnreadablePackage
from fake_pypi.index import Index
from fake_pypi.index.publishers import ISSUERS, Publisher
from fake_pypi.index.sender import ANONYMOUS, Sender
from fake_pypi.packages.distribution_metadata import bare_form_fields, form_fields
from fake_pypi.packages.package import Package
from fake_pypi.rules.rule_set import Example
from fake_pypi.rules.upload import FilePart, Form, Upload

CHUNK = 1 << 20
NO_SENDERS = {
    "nobody": ANONYMOUS,
    "password": Sender(problem="password"),
    "unknown": Sender(problem="unknown"),
    "wrong-password": Sender(problem="wrong-password"),
}
"""Senders that are not users: without credentials, with a password, with an unknown token."""

EXAMPLE_WORKFLOW = {
    "owner": "octo",
    "owner_id": "4242",
    "repository": "demo",
    "workflow": "release.yml",
    "environment": "",
}
EXAMPLE_BUILD = {"organization": "octo", "project": "demo", "actor": "octocat", "actor_id": "4242"}


def upload_of(example: Example, index: Index, folder: Path) -> Upload:
    """Prepare the index as the example requires it, and return its upload; the file is written into the folder.

    `example.form` replaces fields (None leaves one out, a list sends it several times; "content" sends text
    instead of a file). `example.file` replaces facts about the file, as {"filename": None} or {"size": 200}
    ("sent_as" is the name of its field, "also_sent_as" that of a second one).
    """
    sender = sender_named(example.sender, index)
    if example.prepare is not None:
        example.prepare(index)
        sender = sender_named(example.sender, index)  # the instance may have changed the account
    facts = dict(example.file)
    sent_as, again = facts.pop("sent_as", "content"), facts.pop("also_sent_as", None)
    part = file_part(example.package, folder, **facts)
    files = () if "content" in example.form else tuple((name, part) for name in (sent_as, again) if name)
    form = Form((*_fields(example), *files))
    upload = Upload(form, sender)
    upload.project = index.projects.get(upload.name)
    return upload


def sender_named(name: str, index: Index) -> Sender:
    """Return the sender of that name: a user (added if it is new), or one of the special senders.

    "nobody", "password", "wrong-password" and "unknown" are not users; "expired-token" is the owner with an expired
    token, "password-of-owner" with a password, "publisher" and "activestate-publisher" are trusted publishers of all
    existing projects.
    """
    if name in NO_SENDERS:
        return NO_SENDERS[name]
    if name.endswith("publisher"):
        return Sender(publisher=_publisher(name.removesuffix("publisher").rstrip("-") or "github", index))
    if name == "expired-token":
        owner = index.accounts.get("owner") or index.accounts.add("owner")
        token = index.tokens.mint(owner, expires_in=-60, not_before_in=-3600)
        return index.tokens.identify(f"Bearer {token.secret}")
    if name == "password-of-owner":
        return Sender(user=index.accounts.get("owner") or index.accounts.add("owner"), by_password=True)
    return Sender(user=index.accounts.get(name) or index.accounts.add(name))


def _publisher(kind: str, index: Index) -> Publisher:
    facts = {"github": EXAMPLE_WORKFLOW, "activestate": EXAMPLE_BUILD}[kind]
    projects = tuple(project.id for project in index.projects.all())
    return Publisher("example", kind, ISSUERS[kind], facts, projects)


def file_part(package: Package, folder: Path, **other_facts: Any) -> FilePart:
    """Write the package into the folder and return it as the part of a form; some facts may be replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "content"
    digests: dict[str, Any] = {
        "md5": hashlib.new("md5", usedforsecurity=False),
        "sha256": hashlib.new("sha256"),
        "blake2_256": hashlib.blake2b(digest_size=32),
    }
    with package.open() as source, path.open("wb") as target:
        while chunk := source.read(CHUNK):
            target.write(chunk)
            for digest in digests.values():
                digest.update(chunk)
    facts: dict[str, Any] = {
        "filename": package.filename,
        "content_type": "application/octet-stream",
        "path": path,
        "size": path.stat().st_size,
        **{name: digest.hexdigest() for name, digest in digests.items()},
    }
    return FilePart(**{**facts, **other_facts})


def sent_by_twine(package: Package) -> list[tuple[str, str]]:
    """Return the text fields that twine sends; if the metadata cannot be read, those that the file name gives."""
    try:
        return form_fields(package)
    except UnreadablePackage:
        return bare_form_fields(package)


def _fields(example: Example) -> Iterable[tuple[str, str]]:
    """Yield the text fields that twine sends, with those of the example in their place."""
    fields: dict[str, list[str]] = {}
    for name, value in sent_by_twine(example.package):
        fields.setdefault(name, []).append(value)
    return _pairs({**fields, **example.form})


def _pairs(fields: Mapping[str, str | list[str] | None]) -> Iterable[tuple[str, str]]:
    for name, value in fields.items():
        if value is not None:
            yield from ((name, text) for text in ([value] if isinstance(value, str) else value))
