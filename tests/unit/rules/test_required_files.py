from __future__ import annotations

from typing import Any

import pytest

from fake_pypi.packages.package import Package
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from tests.unit.rules.archives import PLAIN, members_of, wheel_of, wheel_with

RECORD = members_of(PLAIN)["demo-1.0.dist-info/RECORD"]


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        (
            "RECORD",
            "Wheel 'demo-1.0-py3-none-any.whl' does not contain the required RECORD file: demo-1.0.dist-info/RECORD",
        ),
        (
            "METADATA",
            (
                "Wheel 'demo-1.0-py3-none-any.whl' does not contain the required METADATA file: "
                "demo-1.0.dist-info/METADATA"
            ),
        ),
    ],
)
def test_the_own_folder_is_complete(rejection_of: Any, missing: str, message: str) -> None:
    assert rejection_of(wheel_with(**{missing: None})).message == message


@pytest.mark.parametrize(
    "content",
    [b"demo/__init__.py,,\n", RECORD.replace(b"/", b"\\"), RECORD + b"more,,\n", b'"a\nb",,\n'],
    ids=["one line", "backslashes", "a file too many", "a line feed in quotes"],
)
def test_the_content_of_record_is_not_compared(rule_of: Any, content: bytes) -> None:
    assert rule_of(wheel_with(RECORD=content)) is None


def test_record_may_be_empty(rule_of: Any) -> None:
    assert rule_of(wheel_of({**members_of(PLAIN), "demo-1.0.dist-info/RECORD": b""})) is None


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"x" * 140_000], ids=["binary", "an endless field"])
def test_but_it_must_be_a_table(rule_of: Any, content: bytes) -> None:
    assert rule_of(wheel_with(RECORD=content)) == "missing-record-file"


@pytest.mark.parametrize("content", [RECORD + b"\n", b"\n", RECORD.replace(b"\n", b"\n\n", 1)])
def test_an_empty_line_in_record_makes_the_real_server_fail(rejection_of: Any, content: bytes) -> None:
    rejection = rejection_of(wheel_with(RECORD=content))
    assert (rejection.rule.id, rejection.status) == ("record-blank-line", 500)


@pytest.mark.parametrize(
    "content",
    [
        b"[console_scripts]\ndemo = demo:main\n",
        b"[console_scripts]\nde.mo-1_0 = demo:main\n# a comment\n",
        b"[console_scripts]\nDemo = demo:main\ndemo = demo:main\n",
        b"[console_scripts]\nd\xc3\xa9mo = demo:main\n",
        b"[console_scripts]\ndemo = %(here)s:main\n",
        b"[other.group]\na/b c: = demo:main\n",
        b"[console_scripts]\n",
        b"\n",
    ],
)
def test_good_entry_points(rule_of: Any, content: bytes) -> None:
    assert rule_of(wheel_with(**{"entry_points.txt": content})) is None


@pytest.mark.parametrize(
    "content",
    [
        b"[console_scripts]\n../demo = demo:main\n",
        b"[gui_scripts]\na b = demo:main\n",
        b"[console_scripts]\ndemo: demo:main\n",
        b"[console_scripts]\ndemo = a\ndemo = b\n",
        b"[console_scripts]\n[console_scripts]\n",
        b"demo = demo:main\n",
        b"[console_scripts\n",
        b"[console_scripts]\n = demo:main\n",
        b"[DEFAULT]\na/b = demo:main\n[console_scripts]\n",
        b"\xff\xfe",
    ],
)
def test_bad_entry_points(rejection_of: Any, content: bytes) -> None:
    assert rejection_of(wheel_with(**{"entry_points.txt": content})).message == (
        "Wheel 'demo-1.0-py3-none-any.whl' has invalid entry points defined in the entry_points.txt file"
    )


@pytest.mark.parametrize("name", ["METADATA", "RECORD", "licenses/LICENSE"])
def test_a_damaged_file_in_the_own_folder_makes_the_real_server_fail(rule_of: Any, name: str) -> None:
    package = wheel("demo", license_files={"LICENSE": "Do what you like.\n"})
    inside = members_of(package)[f"demo-1.0.dist-info/{name}"]
    damaged = package.read().replace(inside, inside.swapcase())
    assert rule_of(Package(package.filename, damaged)) == "wheel-file-breaks-pypi"


def test_a_licence_file_is_in_its_folder(rejection_of: Any) -> None:
    there = wheel("demo", license_files={"docs/LICENSE": "Do what you like.\n"})
    assert rejection_of(there) is None
    assert rejection_of(there, form={"license_file": ["docs/LICENSE", "NOTICE"]}).message == (
        "License-File NOTICE does not exist in distribution file demo-1.0-py3-none-any.whl "
        "at demo-1.0.dist-info/licenses/NOTICE"
    )


def test_in_an_sdist_it_is_at_the_path_in_the_metadata(rejection_of: Any) -> None:
    there = sdist("demo", license_files={"docs/LICENSE": "Do what you like.\n"})
    assert rejection_of(there) is None
    assert rejection_of(there, form={"license_file": ["docs/LICENSE", "LICENSE"]}).message == (
        "License-File LICENSE does not exist in distribution file demo-1.0.tar.gz at demo-1.0/LICENSE"
    )


def test_metadata_are_not_read(rule_of: Any) -> None:
    assert rule_of(wheel("demo", broken="garbage-metadata")) is None


@pytest.mark.parametrize(
    ("members", "rule"),
    [({"RECORD": b"\xff"}, "missing-record-file"), ({"entry_points.txt": b"x"}, "invalid-entry-points")],
)
def test_a_damaged_member_is_noticed_only_if_it_is_read(rule_of: Any, members: dict[str, bytes], rule: str) -> None:
    package = wheel_with(**members, METADATA=b"Metadata-Version: 2.1")
    damaged = package.read().replace(b"Metadata-Version: 2.1", b"metadata-version: 2.1")
    assert rule_of(Package(package.filename, damaged)) == rule
