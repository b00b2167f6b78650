from __future__ import annotations

import zlib
from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile

import pytest

from fake_pypi.inspection import zip_members
from fake_pypi.inspection.zip_directory import END, DirectoryEntry, TooMuchWork, end_record, entries, is_zip
from fake_pypi.inspection.zip_members import ZipMembers
from fake_pypi.packages.package import Package
from tests.unit.rules.archives import PLAIN, OddMember, members_of, wheel_of

NAME = b"demo/extra.txt"


def extra(kind: int, data: bytes) -> bytes:
    return kind.to_bytes(2, "little") + len(data).to_bytes(2, "little") + data


def unicode_path(name: bytes, *, crc: int = zlib.crc32(NAME), version: int = 1) -> bytes:
    return extra(0x7075, bytes([version]) + crc.to_bytes(4, "little") + name)


def entries_of(package: Package) -> list[DirectoryEntry]:
    with package.open() as file:
        return entries(file)


def zip64(*sizes: int) -> bytes:
    return extra(1, b"".join(size.to_bytes(8, "little") for size in sizes))


def test_the_directory_lists_every_member_in_its_order() -> None:
    assert [entry.name for entry in entries_of(PLAIN)] == list(members_of(PLAIN))


def test_a_member_ends_where_the_next_begins() -> None:
    found = entries_of(PLAIN)
    assert [entry.ends_by for entry in found[:-1]] == [entry.header_at for entry in found[1:]]


def test_bytes_before_the_archive_shift_every_member() -> None:
    plain = entries_of(PLAIN)
    shifted = entries_of(Package(PLAIN.filename, b"#!/bin/sh\n" + PLAIN.read()))
    assert [entry.header_at - 10 for entry in shifted] == [entry.header_at for entry in plain]


def test_long_sizes_stand_in_the_extra_field() -> None:
    member = OddMember(size=0xFFFFFFFF, compressed=0xFFFFFFFF, central_extra=zip64(5, 6))
    assert [(entry.size, entry.compressed) for entry in entries_of(member.in_wheel())][-1] == (5, 6)


def test_sizes_that_need_none_are_left_alone() -> None:
    member = OddMember(central_extra=zip64(99))
    assert entries_of(member.in_wheel())[-1].size == 5


@pytest.mark.parametrize(
    "odd",
    [
        OddMember(size=0xFFFFFFFF, central_extra=zip64()),
        OddMember(size=0xFFFFFFFF, compressed=0xFFFFFFFF, central_extra=zip64(5)),
        OddMember(central_extra=extra(0x7075, b"\x01")),
        OddMember(central_extra=unicode_path(b"\xff")),
        OddMember(central_extra=b"\x01\x00\x08\x00...."),
    ],
)
def test_a_broken_extra_field_breaks_the_directory(odd: OddMember) -> None:
    with pytest.raises(BadZipFile):
        entries_of(odd.in_wheel())


@pytest.mark.parametrize(
    ("central_extra", "name"),
    [
        (unicode_path(b"demo/other.txt"), "demo/other.txt"),
        (unicode_path(b"demo/other.txt\0.py"), "demo/other.txt"),
        (unicode_path(b""), "demo/extra.txt"),
        (unicode_path(b"demo/other.txt", crc=1), "demo/extra.txt"),
        (unicode_path(b"demo/other.txt", version=2), "demo/extra.txt"),
        (b"abc", "demo/extra.txt"),
    ],
)
def test_a_unicode_name_counts_when_it_belongs_to_the_name(central_extra: bytes, name: str) -> None:
    entry = entries_of(OddMember(central_extra=central_extra).in_wheel())[-1]
    assert (entry.name, entry.original) == (name, "demo/extra.txt")


def test_names_are_cut_at_a_nul() -> None:
    assert entries_of(OddMember(name=b"demo/a.py\0.txt").in_wheel())[-1].name == "demo/a.py"


def test_a_directory_that_ends_too_early_is_broken() -> None:
    content = PLAIN.read()
    signature, disk, start, here, count, size, offset, comment = END.unpack(content[-END.size :])
    longer = END.pack(signature, disk, start, here, count, size + 10, offset - 10, comment)
    with pytest.raises(BadZipFile):
        entries_of(Package(PLAIN.filename, content[: -END.size] + longer))


def test_a_directory_before_the_start_of_the_file_is_broken() -> None:
    content = PLAIN.read()
    signature, disk, start, here, count, _, offset, comment = END.unpack(content[-END.size :])
    huge = Package(
        PLAIN.filename,
        content[: -END.size] + END.pack(signature, disk, start, here, count, 1 << 30, offset, comment),
    )
    with huge.open() as file:
        assert not is_zip(file)
    with pytest.raises(BadZipFile):
        entries_of(huge)


def test_a_signature_in_the_last_bytes_is_no_end_record() -> None:
    with Package("x.whl", b"hello PK\x05\x06 there").open() as file:
        assert end_record(file) is None


# ---- reading members


def members(package: Package, folder: Path) -> ZipMembers:
    return ZipMembers(package.write_to(folder), entries_of(package))


def test_a_member_is_read_once(tmp_path: Path) -> None:
    opened = members(PLAIN, tmp_path)
    first = opened.read("demo-1.0.dist-info/METADATA")
    assert first == members_of(PLAIN)["demo-1.0.dist-info/METADATA"]
    opened.path.unlink()
    assert opened.read("demo-1.0.dist-info/METADATA") is first


def test_a_deflated_member_is_unpacked_piece_by_piece(tmp_path: Path) -> None:
    opened = members(wheel_of({"zeros.bin": bytes(3 << 20)}, compression=ZIP_DEFLATED), tmp_path)
    with opened.path.open("rb") as file:
        pieces = list(opened.pieces(file, opened.entries[0]))
    assert sum(map(len, pieces)) == 3 << 20
    assert max(map(len, pieces)) == zip_members.PIECE


def test_a_failure_is_remembered_as_well(tmp_path: Path) -> None:
    opened = members(OddMember(crc=1).in_wheel(), tmp_path)
    with pytest.raises(BadZipFile):
        opened.read("demo/extra.txt")
    opened.path.unlink()
    with pytest.raises(BadZipFile):
        opened.read("demo/extra.txt")


def test_a_missing_member_is_a_key_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        members(PLAIN, tmp_path).read("nothing")


def test_an_unknown_compression_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(NotImplementedError):
        members(OddMember(method=99).in_wheel(), tmp_path).read("demo/extra.txt")


def test_data_that_end_too_early_are_no_data(tmp_path: Path) -> None:
    package = OddMember(compressed=5000, size=5000).in_wheel()
    opened = members(package, tmp_path)
    opened.entries[-1].ends_by = 1 << 30
    with pytest.raises(EOFError):
        opened.read("demo/extra.txt")


def test_an_absurdly_large_member_is_not_kept(tmp_path: Path) -> None:
    package = wheel_of({"zeros.bin": bytes(zip_members.LARGEST_CONTENT + 1)}, compression=ZIP_DEFLATED)
    opened = members(package, tmp_path)
    with pytest.raises(TooMuchWork):
        opened.read("zeros.bin")
    opened.verify("zeros.bin")


def test_an_archive_is_not_unpacked_without_end(tmp_path: Path) -> None:
    opened = members(PLAIN, tmp_path)
    opened.unpacked = zip_members.MOST_UNPACKED
    with pytest.raises(TooMuchWork):
        opened.verify("demo/__init__.py")
