from __future__ import annotations

import struct
from typing import Any

import pytest

from fake_pypi.inspection.zip_directory import END
from fake_pypi.packages.package import Package
from tests.unit.rules.archives import PLAIN, OddMember, members_of, wheel_of

LOCATOR = struct.Struct("<4sLQL")
END64 = struct.Struct("<4sQ2H2L4Q")
UNICODE = b"\x75\x70"


def extra(kind: bytes, data: bytes) -> bytes:
    return kind + len(data).to_bytes(2, "little") + data


def zip64(*sizes: int) -> bytes:
    return extra(b"\x01\x00", b"".join(size.to_bytes(8, "little") for size in sizes))


def error(rejection: Any) -> str | None:
    if rejection is None:
        return None
    words = "Invalid distribution file. ZIP archive not accepted: "
    assert rejection.message.startswith(words)
    assert rejection.message.endswith(". See https://docs.pypi.org/archives for more information")
    return str(rejection.facts["error"])


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        (OddMember(), None),
        (OddMember(flags=0x8), "ZIP contains a data descriptor"),
        (OddMember(central=2), "Duplicate filename in central directory"),
        (OddMember(local=False, name=b"demo/z.txt", content=b""), "Missing filename in local headers"),
        (OddMember(central=0), "Filename not in central directory"),
        (OddMember(local_name=b"demo/other.txt"), "Filename not in central directory"),
        (OddMember(local_size=6), "Mis-matched file size"),
        (OddMember(size=4, local_size=5), "Mis-matched file size"),
        (OddMember(compressed=4, local_compressed=5), "Mis-matched data size"),
        (OddMember(comment=b"hello"), "Comment in central directory"),
        (OddMember(name=b"demo/a\x01"), "Invalid character in filename"),
        (OddMember(name=b"demo/a\x7f"), "Invalid character in filename"),
        (OddMember(name=b"demo/a\n"), "Invalid character in filename"),
        (OddMember(name=b"demo/\x82"), "Filename not unicode"),
        (OddMember(name="demo/é".encode(), flags=0x800), None),
        (OddMember(name=b""), None),
        (OddMember(name=b"../x"), None),
        (OddMember(name=b"/x"), None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_members_must_agree_with_the_directory(rejection_of: Any, member: OddMember, expected: str | None) -> None:
    assert error(rejection_of(member.in_wheel())) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"local_extra": extra(b"UT", b"\x01....")}, None),
        ({"local_extra": b"UT"}, "Malformed zip file"),
        ({"local_extra": b"UT\x05\x00...."}, "Malformed zip file"),
        ({"local_extra": zip64()}, None),
        ({"local_extra": zip64(), "local_size": 0xFFFFFFFF}, "Malformed zip file"),
        ({"local_extra": zip64(5)}, None),
        ({"local_extra": zip64(5), "local_size": 0xFFFFFFFF, "local_compressed": 0xFFFFFFFF}, None),
        ({"local_extra": zip64(6)}, "Mis-matched data size"),
        ({"local_extra": zip64(5, 5)}, None),
        ({"local_extra": zip64(9, 5)}, None),
        ({"local_extra": zip64(9, 5), "local_size": 0xFFFFFFFF}, "Mis-matched file size"),
        ({"local_extra": zip64(5, 9)}, "Mis-matched data size"),
        ({"local_extra": zip64(5, 5, 0)}, None),
        ({"local_extra": extra(b"\x01\x00", b"1234")}, "Malformed zip file"),
        ({"local_extra": zip64(5) * 2}, "Invalid duplicate extra in local file"),
        ({"local_extra": extra(b"UT", b"") * 2}, None),
        ({"local_extra": extra(UNICODE, b"\x01....demo/extra.txt")}, None),
        ({"local_extra": extra(UNICODE, b"\x01....demo/\xff")}, "Filename not valid UTF-8"),
        ({"local_extra": extra(UNICODE, b"\x01....demo/\n")}, "Invalid character in filename"),
        ({"local_extra": extra(UNICODE, b"\x01") * 2}, "Invalid duplicate extra in local file"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_extra_fields_of_members(rejection_of: Any, facts: dict[str, Any], expected: str | None) -> None:
    assert error(rejection_of(OddMember(**facts).in_wheel())) == expected


def test_a_compressed_member_cannot_have_one_size_for_both(rejection_of: Any) -> None:
    member = OddMember(content=b"\x03\x00", method=8, size=0, crc=0, local_extra=zip64(2))
    assert error(rejection_of(member.in_wheel())) == "Malformed zip file"


@pytest.mark.parametrize("before", [b"#!/bin/sh\n", b"\0"])
def test_nothing_stands_before_the_first_member(rejection_of: Any, before: bytes) -> None:
    package = Package(PLAIN.filename, before + PLAIN.read())
    assert error(rejection_of(package)) == "Unknown record signature"


@pytest.mark.parametrize("after", [b"\n", PLAIN.read()])
def test_nothing_follows_the_end(rejection_of: Any, after: bytes) -> None:
    package = Package(PLAIN.filename, PLAIN.read() + after)
    assert error(rejection_of(package)) == "Trailing data"


def test_a_comment_that_is_longer_than_the_file_is_trailing_data(rejection_of: Any) -> None:
    content = PLAIN.read()[:-2] + b"\xff\x00"
    assert error(rejection_of(Package(PLAIN.filename, content))) == "Trailing data"


def with_end(**changed: int) -> Package:
    content = PLAIN.read()
    names = ("signature", "disk", "start", "here", "entries", "size", "offset", "comment")
    fields = dict(zip(names, END.unpack(content[-END.size :]), strict=True))
    return Package(PLAIN.filename, content[: -END.size] + END.pack(*{**fields, **changed}.values()))


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"here": 9, "entries": 9}, "Mismatched central directory records"),
        ({"here": 1, "entries": 1}, "Mismatched central directory records"),
        ({"here": 1}, "Malformed zip file"),
    ],
)
def test_the_end_record_counts_right(rejection_of: Any, changed: dict[str, int], expected: str) -> None:
    assert error(rejection_of(with_end(**changed))) == expected


def with_end64(
    *, more: bytes = b"", here: int | None = None, locator: bool = True, shifted: int = 0, disks: int = 1
) -> Package:
    """The plain wheel with a 64-bit end record as well."""
    content = PLAIN.read()
    _, _, _, _, entries, size, offset, _ = END.unpack(content[-END.size :])
    at = len(content) - END.size
    counted = entries if here is None else here
    record = END64.pack(b"PK\x06\x06", 44 + len(more), 45, 45, 0, 0, counted, entries, size, offset) + more
    located = LOCATOR.pack(b"PK\x06\x07", 0, at + shifted, disks) if locator else b""
    return Package(PLAIN.filename, content[:at] + record + located + content[at:])


def test_a_64_bit_end_record_is_fine(rejection_of: Any) -> None:
    assert error(rejection_of(with_end64())) is None


@pytest.mark.parametrize(
    ("odd", "expected"),
    [({"more": b"12345678"}, "ZIP64 extensible data not allowed"), ({"here": 1}, "Malformed zip file")],
)
def test_but_not_every_one(rejection_of: Any, odd: dict[str, Any], expected: str) -> None:
    assert error(rejection_of(with_end64(**odd))) == expected


@pytest.mark.parametrize("odd", [{"locator": False}, {"shifted": 1}, {"shifted": -1}, {"disks": 2}])
def test_a_64_bit_end_record_must_be_at_its_recorded_position(rule_of: Any, odd: dict[str, Any]) -> None:
    assert rule_of(with_end64(**odd)) == "not-a-zipfile"


def test_two_members_of_one_name_are_rejected(rejection_of: Any) -> None:
    members = {"demo/a-1.txt": b"hello", "demo/a-2.txt": b"hello"}
    content = wheel_of({**members_of(PLAIN), **members}).read().replace(b"a-2", b"a-1")
    assert error(rejection_of(Package(PLAIN.filename, content))) == "Duplicate filename in local headers"


def test_two_members_of_one_name_and_different_sizes_have_the_size_of_the_last(rejection_of: Any) -> None:
    members = {"demo/a-1.txt": b"hello", "demo/a-2.txt": b"hello, world"}
    content = wheel_of({**members_of(PLAIN), **members}).read().replace(b"a-2", b"a-1")
    assert error(rejection_of(Package(PLAIN.filename, content))) == "Mis-matched data size"
