"""Invalid uploads, which hypothesis draws: from random bytes to almost valid ones."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st

from fake_pypi.packages.corruptions import CORRUPTIONS
from fake_pypi.packages.distribution_metadata import bare_form_fields, form_fields
from fake_pypi.packages.package import Package
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel

BOUNDARY = "frontier"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"

Field = tuple[str, str]


@dataclass(frozen=True)
class Hostile:
    """What is sent to the upload address: a body and the headers that say what it is."""

    body: bytes
    content_type: str = MULTIPART
    accept: str | None = None
    query: str = ""
    token: bool = True


ACCEPTS = st.sampled_from([None, "application/json", "text/plain", "text/html", "*/*", "", ";;q=", "image/png"])
QUERIES = st.sampled_from(
    ["", "", "", ":action=file_upload", ":action=submit", ":action=", "%ff", "a=1&a=2", ":action"]
)
CONTENT_TYPES = st.one_of(
    st.just(MULTIPART),
    st.sampled_from(
        [
            MULTIPART,
            "multipart/form-data",
            "multipart/form-data; boundary=",
            'multipart/form-data; boundary="a b"',
            f"multipart/form-data; boundary={'x' * 300}",
            f"multipart/form-data; boundary=other; boundary={BOUNDARY}",
            f"Multipart/Form-Data;BOUNDARY={BOUNDARY}; charset=utf-16",
            "multipart/mixed; boundary=frontier",
            "application/x-www-form-urlencoded",
            "application/x-www-form-urlencoded; charset=latin-1",
            "application/json",
            "text/xml",
            "",
        ]
    ),
    st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=40).map(
        lambda words: f"multipart/form-data; {words}"
    ),
)


def bodies() -> st.SearchStrategy[bytes]:
    """Bytes without a plan, and with pieces of one."""
    pieces = st.one_of(
        st.binary(max_size=60),
        st.sampled_from(
            [
                b"--frontier\r\n",
                b"--frontier--\r\n",
                b"--frontier",
                b"\r\n\r\n",
                b"\r\n",
                b"\n",
                b'Content-Disposition: form-data; name=":action"\r\n\r\nfile_upload\r\n',
                b'Content-Disposition: form-data; name="content"; filename="a.whl"\r\n',
                b"Content-Disposition: attachment\r\n",
                b"Content-Type: application/octet-stream\r\n",
                b"Content-Length: 7\r\n",
                b":action=file_upload&name=a&version=1",
                b"%00%ff&&==;",
                b"\0" * 70_000,
            ]
        ),
    )
    begun = st.sampled_from(
        [b"", b'--frontier\r\nContent-Disposition: form-data; name=":action"\r\n\r\nfile_upload\r\n']
    )
    return st.builds(lambda first, rest: b"".join([first, *rest]), begun, st.lists(pieces, max_size=12))


@st.composite
def anything(draw: st.DrawFn) -> Hostile:
    """Any bytes, under any content type."""
    return Hostile(draw(bodies()), draw(CONTENT_TYPES), draw(ACCEPTS), draw(QUERIES), token=draw(st.booleans()))


# -- forms whose structure is odd

HEADER_TEXT = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=30)
DISPOSITIONS = st.one_of(
    st.builds(lambda name: f'form-data; name="{name}"', HEADER_TEXT),
    st.builds(lambda name, file: f'form-data; name="{name}"; filename="{file}"', HEADER_TEXT, HEADER_TEXT),
    st.builds(lambda file: f"form-data; name=content; filename*=UTF-8''{file}", HEADER_TEXT),
    st.sampled_from(
        [
            "form-data",
            'form-data; name="content"; filename=""',
            'form-data; name="content"; filename',
            'form-data; name=":action',
            'attachment; name="content"; filename="a-1.whl"',
            'form-data; name="content"; filename="../../a-1.tar.gz"',
            'form-data; name="content"; filename="a\\b-1.tar.gz"',
            'form-data; name="content"; filename="a\0-1.tar.gz"',
            'form-data; name="content"; name="name"; filename="a-1.zip"',
        ]
    ),
)
MORE_HEADERS = st.lists(
    st.sampled_from(
        [
            "Content-Type: text/plain; charset=utf-16",
            "Content-Type: application/octet-stream",
            "Content-Type: multipart/mixed; boundary=inner",
            "Content-Type: ",
            "Content-Length: -1",
            "Content-Transfer-Encoding: base64",
            "no colon here",
            ": nothing before",
            "Content-Disposition: form-data; name=twice",
            "X-Long: " + "x" * 9000,
        ]
    ),
    max_size=2,
)


@st.composite
def odd_form(draw: st.DrawFn) -> Hostile:
    """A real upload, between whose parts stand others that no tool would send."""
    package = wheel("hello", "1.0")
    parts = _parts(form_fields(package), package.filename, package.read())
    for _ in range(draw(st.integers(1, 4))):
        lines = [f"Content-Disposition: {draw(DISPOSITIONS)}", *draw(MORE_HEADERS)]
        head = "\r\n".join(lines).encode("utf-8", "surrogateescape")
        part = b"--%s\r\n%s\r\n\r\n%s\r\n" % (BOUNDARY.encode(), head, draw(st.binary(max_size=80)))
        parts.insert(draw(st.integers(0, len(parts))), part)
    body = b"".join(parts) + draw(st.sampled_from([b"--frontier--\r\n", b"--frontier--", b"--frontier", b""]))
    body = body[: draw(st.integers(0, len(body)))] if draw(st.integers(0, 3)) == 0 else body
    return Hostile(body, accept=draw(ACCEPTS), query=draw(QUERIES))


def _parts(fields: list[Field], filename: str, content: bytes) -> list[bytes]:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode(
            "utf-8", "surrogatepass"
        )
        for name, value in fields
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="content"; filename="{filename}"\r\n\r\n'
    parts.append(head.encode("utf-8", "surrogatepass") + content + b"\r\n")
    return parts


def sent(fields: list[Field], filename: str, content: bytes, **rest: str | None) -> Hostile:
    """Return the upload of a file with its form, whose digests are those of the file."""
    digests = {
        "md5_digest": hashlib.md5(content, usedforsecurity=False).hexdigest(),
        "sha256_digest": hashlib.sha256(content).hexdigest(),
        "blake2_256_digest": hashlib.blake2b(content, digest_size=32).hexdigest(),
    }
    honest = [(name, digests.get(name, value)) for name, value in fields]
    body = b"".join(_parts(honest, filename, content)) + f"--{BOUNDARY}--\r\n".encode()
    return Hostile(body, **rest)  # type: ignore[arg-type]


# -- broken archives

EVIL_NAMES = st.one_of(
    st.sampled_from(
        [
            "hello-1.0.dist-info/WHEEL",
            "hello-1.0.dist-info/RECORD",
            "hello-1.0.dist-info/METADATA",
            "hello-1.0/PKG-INFO",
            "HELLO-1.0/pkg-info",
            "../../etc/passwd",
            "/absolute",
            "c:\\windows",
            "a\\b",
            "",
            "x" * 400,
            "ä/ö",
            "a\nb",
            "folder/",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20),
)
CONTENTS = st.one_of(st.binary(max_size=200), st.sampled_from([b"", b"\0" * 5000, b"a,b,c\n" * 50]))


@st.composite
def made_zip(draw: st.DrawFn) -> bytes:
    """A zip archive with unlikely members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in draw(st.dictionaries(EVIL_NAMES, CONTENTS, max_size=6)).items():
            member = zipfile.ZipInfo(name or "empty")
            member.compress_type = draw(st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2]))
            member.external_attr = draw(st.sampled_from([0, 0o120777 << 16, 0o040755 << 16, 0o100644 << 16]))
            member.extra = draw(st.sampled_from([b"", b"\x01\x00\x04\x00abcd", b"up\x02\x00aa"]))
            archive.writestr(member, content)
        archive.comment = draw(st.binary(max_size=30))
    return buffer.getvalue()


TAR_KINDS = st.sampled_from(
    [
        tarfile.REGTYPE,
        tarfile.DIRTYPE,
        tarfile.SYMTYPE,
        tarfile.LNKTYPE,
        tarfile.FIFOTYPE,
        tarfile.CHRTYPE,
        tarfile.GNUTYPE_SPARSE,
        b"Z",
    ]
)


@st.composite
def made_tar(draw: st.DrawFn) -> bytes:
    """A tar archive, compressed once, twice or not at all, with unlikely members."""
    buffer = io.BytesIO()
    layout = draw(st.sampled_from([tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]))
    with tarfile.open(fileobj=buffer, mode="w", format=layout) as archive:
        for name, content in draw(st.lists(st.tuples(EVIL_NAMES, CONTENTS), max_size=6)):
            member = tarfile.TarInfo(name[:90] or "empty")
            member.type = draw(TAR_KINDS)
            member.linkname = draw(EVIL_NAMES)[:90]
            member.size = len(content) if member.isreg() else 0
            if layout == tarfile.PAX_FORMAT:
                member.pax_headers = draw(
                    st.dictionaries(st.sampled_from(["path", "comment", "GNU.sparse.map"]), HEADER_TEXT, max_size=2)
                )
            archive.addfile(member, io.BytesIO(content))
    raw = buffer.getvalue()
    once = gzip.compress(raw, mtime=0)
    return draw(st.sampled_from([once, once, raw, gzip.compress(once, mtime=0)]))


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """Those bytes after a few accidents."""
    octets = bytearray(content)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, max(0, len(octets) - 1)))
        accident = draw(st.sampled_from(["flip", "cut", "insert", "repeat", "end"]))
        if accident == "flip" and octets:
            octets[place] = draw(st.integers(0, 255))
        elif accident == "cut":
            del octets[place : place + draw(st.integers(1, 40))]
        elif accident == "insert":
            octets[place:place] = draw(st.binary(min_size=1, max_size=20))
        elif accident == "repeat":
            octets[place:place] = octets[place : place + 60]
        else:
            del octets[place:]
    return bytes(octets)


FILENAMES = st.sampled_from(
    [
        "hello-1.0-py3-none-any.whl",
        "hello-1.0.tar.gz",
        "hello-1.0.zip",
        "hello-1.0.egg",
        "hello-1.0-1-py3-none-any.whl",
        "Hello_-1.0-py3-none-any.whl",
        "hello-1.0.tar.bz2",
        "",
    ]
)


@st.composite
def broken_archive(draw: st.DrawFn) -> Hostile:
    """A form that is right, and a file that is not."""
    make: Callable[..., Package] = draw(st.sampled_from([wheel, sdist]))
    kind = "wheel" if make is wheel else "sdist"
    corruptions = [name for name, each in CORRUPTIONS.items() if kind in each.kinds and "bomb" not in name]
    package = make("hello", "1.0", broken=draw(st.sampled_from([None, *corruptions])))
    whole = draw(st.one_of(st.just(package.read()), made_zip(), made_tar()))
    content = draw(damaged(whole)) if draw(st.booleans()) else whole
    filename = draw(st.one_of(st.just(package.filename), FILENAMES))
    fields = form_fields(make("hello", "1.0"))
    return sent(fields, filename, content, accept=draw(ACCEPTS))


# -- odd metadata

VALUES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    st.sampled_from(
        [
            "",
            "UNKNOWN",
            "\0",
            "a\nb",
            "\r\n",
            "1.0",
            "1!1.0+local",
            "9" * 5000,
            ">=3",
            ">=3,<",
            "requests>=2; python_version < '3'",
            "requests @ https://example.com/x.whl",
            "(" * 300,
            "https://example.com",
            "javascript:alert(1)",
            "Name, https://example.com",
            "text/markdown; charset=UTF-8; variant=GFM",
            "text/x-rst",
            "MIT",
            "MIT AND (Apache-2.0 OR",
            "../LICENSE",
            "LICENSE*",
            "Framework :: Pytest",
            "Private :: Do Not Upload",
            "bdist_egg",
            "2.4",
            "1.0",
            ".. raw:: html\n   :file: /etc/passwd",
            "[" * 200 + "](x)" * 200,
            "a@b",
            "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
            "\u202e\u0000\uffff",
            '[{"version": 1}]',
            "[]",
            "{",
        ]
    ),
)
NAMES = (
    "metadata_version name version summary description description_content_type author author_email "
    "maintainer maintainer_email license license_expression license_file keywords classifiers platform "
    "home_page download_url requires_dist requires_python requires_external provides_dist obsoletes_dist "
    "project_urls provides_extra dynamic requires provides obsoletes supported_platform filetype "
    "pyversion comment md5_digest sha256_digest blake2_256_digest protocol_version :action attestations "
    "gpg_signature content import_name import_namespace unheard_of "
)
FIELDS = st.sampled_from(NAMES.split())
CHANGES = st.lists(st.tuples(st.sampled_from(["add", "replace", "leave out"]), FIELDS, VALUES), min_size=1, max_size=6)


@st.composite
def odd_metadata(draw: st.DrawFn) -> Hostile:
    """A sound file under a form that says odd things."""
    package = draw(st.sampled_from([wheel("hello", "1.0"), sdist("hello", "1.0")]))
    fields = draw(st.sampled_from([form_fields(package), bare_form_fields(package)]))
    for change, name, value in draw(CHANGES):
        if change != "add":
            fields = [pair for pair in fields if pair[0] != name]
        if change != "leave out":
            fields = [*fields, (name, value)]
    body = b"".join(_parts(fields, package.filename, package.read())) + f"--{BOUNDARY}--\r\n".encode()
    return Hostile(body, accept=draw(ACCEPTS))
