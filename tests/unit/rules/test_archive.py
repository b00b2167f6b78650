from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from typing import Any

import pytest

from fake_pypi.packages.package import Package
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from tests.unit.rules.archives import (
    PLAIN,
    OddMember,
    gzipped,
    members_of,
    sdist_of,
    wheel_of,
)

INVALID = "Invalid distribution file. "


def as_wheel(content: bytes) -> Package:
    return Package(PLAIN.filename, content)


def as_sdist(content: bytes) -> Package:
    return Package("demo-1.0.tar.gz", content)


# ---- wheels


@pytest.mark.parametrize("content", [b"", b"PK", b"text", PLAIN.read()[:-30], PLAIN.read()[:300]])
def test_a_wheel_must_end_as_a_zip_archive_does(rule_of: Any, content: bytes) -> None:
    assert rule_of(as_wheel(content)) == "not-a-zipfile"


def test_an_empty_archive_is_a_zip_archive_but_no_wheel(rejection_of: Any) -> None:
    rejection = rejection_of(wheel_of({}))
    assert rejection.message == f"{INVALID}WHEEL not found at demo-1.0.dist-info/WHEEL"


def test_a_comment_at_the_end_is_fine(rule_of: Any) -> None:
    buffer = io.BytesIO(PLAIN.read())
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.comment = b"hello"
    assert rule_of(as_wheel(buffer.getvalue())) is None


@pytest.mark.parametrize(("unpacked", "rule"), [(64, None), (65, "decompression-bomb")])
def test_more_than_64_mib_may_not_be_fifty_times_the_archive(rule_of: Any, unpacked: int, rule: str | None) -> None:
    zeros = bytes((unpacked << 20) - (0 if rule else 8000))
    package = wheel_of({**members_of(PLAIN), "demo/z.bin": zeros}, compression=zipfile.ZIP_DEFLATED)
    assert rule_of(package) == rule


@pytest.mark.parametrize("method", [12, 14, 93, 99])
def test_only_stored_and_deflated_members_are_taken(rejection_of: Any, method: int) -> None:
    rejection = rejection_of(OddMember(method=method).in_wheel())
    assert rejection.message == f"{INVALID}File does not use a supported compression type"


def test_deflated_members_are_fine(rule_of: Any) -> None:
    assert rule_of(wheel_of(members_of(PLAIN), compression=zipfile.ZIP_DEFLATED)) is None


def test_the_own_folder_is_looked_for_as_the_file_name_spells_it(rejection_of: Any) -> None:
    rejection = rejection_of(PLAIN.renamed("Demo-1.0-py3-none-any.whl"))
    assert rejection.message == f"{INVALID}WHEEL not found at Demo-1.0.dist-info/WHEEL"


@pytest.mark.parametrize("filename", ["demo.whl", "demo-1.0.whl"])
def test_a_name_with_fewer_than_two_hyphens_has_no_version(rejection_of: Any, filename: str) -> None:
    rejection = rejection_of(PLAIN.renamed(filename), form={"name": "demo", "version": "1.0"})
    assert rejection.message == f"{INVALID}Unable to parse name and version from wheel filename"


@pytest.mark.parametrize("name", [b"demo/odd.txt", b"demo/data.bin"])
def test_damaged_members_that_are_not_read_are_accepted(rule_of: Any, name: bytes) -> None:
    assert rule_of(OddMember(name=name, crc=1).in_wheel()) is None


def test_a_damaged_python_file_is_none(rejection_of: Any) -> None:
    rejection = rejection_of(OddMember(name=b"demo/odd.py", crc=1).in_wheel())
    assert (rejection.rule.id, rejection.message) == ("unreadable-archive", f"{INVALID}None")


@pytest.mark.parametrize(
    ("member", "rule"),
    [
        (OddMember(name=b"demo/odd.py", flags=0x1), "encrypted-member"),
        (OddMember(name=b"demo/odd.txt", flags=0x1), None),
        (OddMember(name=b"demo/odd.py", flags=0x20), "archive-breaks-pypi"),
        (OddMember(name=b"demo/odd.py", flags=0x40), "archive-breaks-pypi"),
        (OddMember(name=b"demo/odd.py", content=b"no deflate", method=8), "archive-breaks-pypi"),
        (OddMember(name=b"demo/\x82.txt", flags=0x800), "archive-breaks-pypi"),
        (OddMember(version=64), "archive-breaks-pypi"),
        (OddMember(central_extra=b"\x01\x00\xff\x00"), "unreadable-archive"),
        (OddMember(name=b"demo/odd.py", local_name=b"demo/other.py"), "unreadable-archive"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_the_real_server_makes_of_odd_members(rule_of: Any, member: OddMember, rule: str | None) -> None:
    assert rule_of(member.in_wheel()) == rule


def test_a_wheel_without_its_first_bytes_is_answered_with_silence(rejection_of: Any) -> None:
    rejection = rejection_of(as_wheel(PLAIN.read()[4:]))
    assert (rejection.rule.id, rejection.status, rejection.message) == ("archive-breaks-connection", 0, "")


# ---- source distributions


def test_a_tar_archive_must_be_gzipped(rejection_of: Any) -> None:
    rejection = rejection_of(as_sdist(gzip.decompress(sdist("demo").read())))
    assert (rejection.rule.id, rejection.message) == ("unreadable-archive", f"{INVALID}None")


@pytest.mark.parametrize("wrap", [bz2.compress, lzma.compress])
def test_another_wrapping_is_no_better(rule_of: Any, wrap: Any) -> None:
    assert rule_of(as_sdist(wrap(gzip.decompress(sdist("demo").read())))) == "unreadable-archive"


@pytest.mark.parametrize("wrap", [bz2.compress, lzma.compress, gzip.compress, bytes])
def test_text_is_no_tar_archive_in_any_wrapping(rule_of: Any, wrap: Any) -> None:
    assert rule_of(as_sdist(wrap(b"hello" * 1000))) == "not-a-tarfile"


@pytest.mark.parametrize("length", [2, 9, 10, 20])
def test_the_real_server_fails_at_a_gzip_file_that_ends_in_its_first_block(rule_of: Any, length: int) -> None:
    assert rule_of(as_sdist(sdist("demo").read()[:length])) == "archive-breaks-pypi"


def test_nothing_is_no_tar_archive(rule_of: Any) -> None:
    assert rule_of(as_sdist(b"")) == "not-a-tarfile"
    assert rule_of(gzipped(b"")) == "not-a-tarfile"


def test_an_archive_without_members_has_no_folder_at_its_top(rule_of: Any) -> None:
    assert rule_of(gzipped(bytes(10240))) == "sdist-top-level"


def test_a_truncated_archive_is_unreadable(rule_of: Any) -> None:
    content = sdist_of(("demo-1.0/data.bin", b"0123456789" * 20_000)).read()
    assert rule_of(as_sdist(content[: len(content) // 2])) == "unreadable-archive"


def test_what_follows_the_last_member_is_not_looked_at(rule_of: Any) -> None:
    content = sdist_of(("demo-1.0/data.bin", b"hello")).read()
    assert rule_of(as_sdist(content + b"more")) is None
    assert rule_of(as_sdist(content[:-8] + b"\xff" * 8)) is None


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("demo-1.0/../x", None),
        ("demo-1.0x/x", "sdist-top-level"),
        ("x", "sdist-top-level"),
        ("./demo-1.0/x", None),
        ("/demo-1.0/x", "archive-breaks-pypi"),
    ],
)
def test_all_members_share_one_folder(rule_of: Any, name: str, rule: str | None) -> None:
    assert rule_of(sdist_of((name, b"hello"))) == rule


def test_pkg_info_is_looked_for_in_the_longest_common_folder(rejection_of: Any) -> None:
    rejection = rejection_of(sdist_of())
    assert rejection.message == f"{INVALID}PKG-INFO not found at demo-1.0/PKG-INFO/PKG-INFO"
    rejection = rejection_of(sdist_of(("demo-1.0/a/x", b""), ("demo-1.0/a/y", b""), pkg_info=False))
    assert rejection.message == f"{INVALID}PKG-INFO not found at demo-1.0/a/PKG-INFO"


def test_a_name_that_is_no_utf_8_is_shown_as_far_as_it_can_be(rejection_of: Any) -> None:
    message = rejection_of(sdist_of(("d\udcffmo/a", b""), ("d\udcffmo/b", b""), pkg_info=False)).message
    assert message == f"{INVALID}PKG-INFO not found at d?mo/PKG-INFO"


def member_of_type(kind: bytes, **facts: Any) -> tarfile.TarInfo:
    member = tarfile.TarInfo("demo-1.0/odd")
    member.type = kind
    for name, value in facts.items():
        setattr(member, name, value)
    return member


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_links_and_devices_are_fine(rule_of: Any, kind: bytes) -> None:
    assert rule_of(sdist_of(member_of_type(kind, linkname="../../etc/passwd"))) is None


@pytest.mark.parametrize(
    "member",
    [
        member_of_type(tarfile.GNUTYPE_SPARSE),
        member_of_type(tarfile.REGTYPE, pax_headers={"GNU.sparse.map": "0,0", "GNU.sparse.size": "0"}),
    ],
)
def test_sparse_members_are_rejected(rejection_of: Any, member: tarfile.TarInfo) -> None:
    rejection = rejection_of(sdist_of(member))
    assert rejection.message == (
        f"{INVALID}tar archive not accepted: Sparse members are not allowed. "
        "See https://docs.pypi.org/archives for more information"
    )


def test_a_zipped_sdist_is_looked_into_and_rejected_for_its_name(rejection_of: Any) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("demo-1.0/PKG-INFO"), "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n")
        archive.writestr(zipfile.ZipInfo("demo-1.0/demo.py"), "")
    rejection = rejection_of(Package("demo-1.0.zip", buffer.getvalue()))
    assert rejection.message == "Filename 'demo-1.0.zip' is invalid, should be 'demo-1.0.tar.gz'."


@pytest.mark.parametrize(
    ("names", "rule"),
    [
        ([], "sdist-top-level"),
        (["demo-1.0/a"], "no-pkg-info"),
        (["demo-1.0/a", "other/b"], "sdist-top-level"),
        (["demo-1.0/a", "/b"], "archive-breaks-pypi"),
    ],
)
def test_zipped_sdists_have_the_same_faults(rule_of: Any, names: list[str], rule: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), "")
    assert rule_of(Package("demo-1.0.zip", buffer.getvalue())) == rule


def test_a_huge_header_is_not_read_into_memory(rule_of: Any) -> None:
    long_name = tarfile.TarInfo("././@LongLink")
    long_name.type = tarfile.GNUTYPE_LONGNAME
    long_name.size = 1 << 30
    assert rule_of(gzipped(long_name.tobuf() + bytes(20 << 20))) == "not-a-tarfile"


# ---- what is in Python files

# PyPI looks into this file too when the project is released, so no mark stands in it as one piece.
HOOK = "__pyarmor_{}__"
ENTER = HOOK.format("enter")
PYPI_TOKEN, TESTPYPI_TOKEN = (f"pypi-{head}" for head in ("AgEIcHlwaS5vcmcCJ", "AgENdGVzdC5weXBpLm9yZwIk"))
CALL = "__pyarmor{}__(__name__, __file__, b'')"
BEGIN, END = (f"---{end} PYE FILE---" for end in ("BEGIN", "END"))


@pytest.mark.parametrize("name", ["demo/x.py", "demo/x.PY", "x.pye", "tests/a.b.py"])
@pytest.mark.parametrize(
    "content",
    [CALL.format(""), *(HOOK.format(hook) for hook in ("enter", "exit", "assert", "bcc"))],
)
def test_pyarmor_is_found_in_python_files(rule_of: Any, name: str, content: str) -> None:
    assert rule_of(wheel("demo", files={name: content})) == "pyarmor-encrypted"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("demo/x.txt", ENTER),
        ("demo/.py", ENTER),
        ("demo/x.pyx", ENTER),
        ("demo/x.py", "__pyarmor__(__name__, $path,"),
        ("demo/x.py", BEGIN),
        ("demo/x.py", END),
        ("demo/x.py", "#" * (5 << 20) + ENTER),
        ("demo/x.py", f"{PYPI_TOKEN}{'x' * 149}"),
        ("demo/x.py", f"{TESTPYPI_TOKEN}{'x' * 150}"),
    ],
)
def test_near_misses_pass(rule_of: Any, name: str, content: str) -> None:
    assert rule_of(wheel("demo", files={name: content})) is None


def test_sourcedefender_is_found_by_its_first_and_last_line(rule_of: Any) -> None:
    assert rule_of(wheel("demo", files={"demo/x.pye": f"{BEGIN}\n0123\n{END}\n"})) == "sourcedefender-encrypted"


def test_in_sdists_as_well(rule_of: Any) -> None:
    assert rule_of(sdist("demo", files={"demo/x.py": ENTER})) == "pyarmor-encrypted"


def test_an_index_can_switch_this_off(rule_of: Any) -> None:
    def instance(index: Any) -> None:
        index.flags.set("disable-upload-scanning")

    assert rule_of(wheel("demo", files={"demo/x.py": ENTER}), prepare=instance) is None


# ---- both


@pytest.mark.parametrize(
    "front",
    [bytes(512), tarfile.TarInfo("demo-1.0").tobuf(), gzip.compress(bytes(1024), mtime=0)],
    ids=["zeros", "header", "gzipped zeros"],
)
def test_a_file_is_a_zip_or_a_tar_archive_but_never_both(rejection_of: Any, front: bytes) -> None:
    for filename in (PLAIN.filename, "demo-1.0.tar.gz"):
        rejection = rejection_of(Package(filename, front + PLAIN.read()))
        assert rejection.message == f"{INVALID}File is both a zip and a tar file"


def test_sparse_members_are_reported_before_missing_files(rule_of: Any) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        hole = tarfile.TarInfo("other/hole.bin")
        hole.type = tarfile.GNUTYPE_SPARSE
        archive.addfile(hole)
        archive.addfile(tarfile.TarInfo("demo-1.0/a"))
    assert rule_of(gzipped(buffer.getvalue())) == "tar-sparse-member"


def test_a_truncated_archive_is_unreadable_with_any_names(rule_of: Any) -> None:
    content = sdist_of(("/abs", b"0123456789" * 20_000), ("demo-1.0/a", b"")).read()
    assert rule_of(as_sdist(content[: len(content) // 2])) == "unreadable-archive"
