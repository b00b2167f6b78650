"""Random uploads: valid and corrupt distributions, with fields of the form that are missing, doubled or wrong.

The same seed makes the same uploads. Each is a case in the format of tests/fidelity/recorded.
"""

from __future__ import annotations

import base64
import hashlib
import random
import zlib
from collections.abc import Iterator
from typing import Any

from fake_pypi.errors import FakePyPIError
from fake_pypi.packages.corruptions import CORRUPTIONS
from fake_pypi.packages.distribution_metadata import bare_form_fields, form_fields
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from tests.fidelity.cases import Case

BOUNDARY = "----randomuploadboundary"
RANDOM = "random/"
"""What the ids of random cases begin with."""
LETTERS = "bcdfghjkmnpqrtvwxz"
VALUES = (
    *("", " ", "UNKNOWN", "1.0", "01.0", "1.0+local", "2!1", "demo", "Demo_", "-demo", "x" * 600, "é", "a\nb", "\x00"),
    *("sdist", "bdist_wheel", "bdist_egg", "py3", "source", "2.1", "2.6", "https://example.org", "ftp:/", "a, b", "::"),
    *("text/markdown", "text/x-rst; charset=latin-1", "MIT", "MIT OR", "../LICENSE", ">=3.9", "=>3", "x@y", "x@y.org"),
)
FIELDS = (
    *("metadata_version", "name", "version", "filetype", "pyversion", "md5_digest", "sha256_digest", "license_file"),
    *("blake2_256_digest", "summary", "description", "description_content_type", "author_email", "classifiers"),
    *("requires_dist", "project_urls", "requires_python", "license_expression", "provides_extra", "dynamic"),
    *("home_page", "protocol_version"),
)
FILENAMES = (
    *(
        "{filename}.exe",
        "{filename}.whl",
        "a/{filename}",
        "{filename}\x7f",
        "{name}-1.1-py3-none-any.whl",
        "{name}.whl",
    ),
    *(
        "{name}-1.0-py3-none-linux_x86_64.whl",
        "{name}-1.0-py3-none-manylinux_2_17_x86_64.whl",
        "{name}-01.0.tar.gz",
        "",
    ),
)


def random_cases(number: int, seed: int) -> Iterator[Case]:
    """Yield cases without answers, each with a project of its own."""
    for place in range(number):
        chance = random.Random(f"{seed}/{place}")  # noqa: S311 - repeatable, and no secret
        name = project_name(seed, place)
        yield {"id": f"{RANDOM}{seed}-{place}", "given": [], "steps": [{"send": upload(name, chance)}], "answers": []}


def project_name(seed: int, number: int) -> str:
    """Return a name of four letters that hardly any other case of this or another run has."""
    return "".join(random.Random(f"name/{seed}/{number}").choices(LETTERS, k=4))  # noqa: S311 - no secret


def upload(name: str, chance: random.Random) -> dict[str, Any]:
    """Return one request with an upload."""
    kind, build = chance.choice((("wheel", wheel), ("sdist", sdist)))
    broken = chance.choice([name for name, corruption in CORRUPTIONS.items() if kind in corruption.kinds])
    package = build(name, "1.0", broken=broken if chance.random() < 0.5 else None)
    content = package.read()
    try:
        fields = list(form_fields(package))
    except (FakePyPIError, ValueError):
        fields = list(bare_form_fields(package))
    if content and chance.random() < 0.2:
        content = changed_bytes(content, chance)
        digests = digests_of(content)
        fields = [(field, digests.get(field, value)) for field, value in fields]
    for _ in range(chance.choice((0, 0, 1, 1, 2))):
        fields = changed_fields(fields, chance)
    filename = package.filename
    if content and chance.random() < 0.2:
        filename = chance.choice(FILENAMES).format(filename=filename, name=name)
    body = multipart(fields, filename, content)
    return {
        "method": "POST",
        "host": "upload",
        "path": "/legacy/",
        "auth": {"kind": "token", "user": "alice", "scope": "user"},
        "headers": [["Accept", "*/*"]],
        "content_type": f"multipart/form-data; boundary={BOUNDARY}",
        "body_zlib": base64.b64encode(zlib.compress(body)).decode(),
    }


def changed_fields(fields: list[tuple[str, str]], chance: random.Random) -> list[tuple[str, str]]:
    """Return the fields with one of them left out, sent twice, or with another value."""
    name = chance.choice(FIELDS)
    change = chance.choice(("left out", "twice", "value", "value"))
    if change == "left out":
        return [field for field in fields if field[0] != name]
    value = chance.choice(VALUES)
    kept = fields if change == "twice" else [field for field in fields if field[0] != name]
    return [*kept, (name, value)]


def changed_bytes(content: bytes, chance: random.Random) -> bytes:
    """Return the file with a byte changed, its end cut off, or bytes added."""
    place = chance.randrange(len(content))
    change = chance.choice(("byte", "cut", "added"))
    if change == "byte":
        return content[:place] + bytes([chance.randrange(256)]) + content[place + 1 :]
    return content[:place] if change == "cut" else content + b"added"


def digests_of(content: bytes) -> dict[str, str]:
    """Return the digests of a file by the names of their fields."""
    return {
        "md5_digest": hashlib.md5(content, usedforsecurity=False).hexdigest(),
        "sha256_digest": hashlib.sha256(content).hexdigest(),
        "blake2_256_digest": hashlib.blake2b(content, digest_size=32).hexdigest(),
    }


def multipart(fields: list[tuple[str, str]], filename: str, content: bytes) -> bytes:
    """Return the body of a request."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="content"; filename="{filename}"\r\n\r\n'
    return "".join([*parts, head]).encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
