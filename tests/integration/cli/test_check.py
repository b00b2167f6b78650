"""`fake-pypi check` prints what an index answers."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from fake_pypi import FakePyPI
from fake_pypi.errors import UploadRejected
from fake_pypi.fake.reproduction import Reproduction
from fake_pypi.packages.package import Package
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.offline_check import check_files
from fake_pypi.rules.order import PYPI
from fake_pypi.rules.rule_set import Rule
from tests.unit.rules.archives import PLAIN, OddMember, members_of, wheel_of


def found_in(rule: Rule, folder: Path) -> list[str] | None:
    """Check the file of a rule's example; None if it takes more than a file to break the rule."""
    example = rule.example()
    if example.prepare or example.sender != "owner":
        return None
    with FakePyPI() as pypi:
        path = Reproduction(pypi, example, folder / "by-hand").write_package(folder)
    return None if path is None else [stop.rule.id for stop in check_files([path])[0].rejections]


def test_every_rule_that_a_file_alone_can_break_is_found(tmp_path: Path) -> None:
    found = {rule.id: found_in(rule, tmp_path / rule.id) for rule in PYPI}
    by_files = {rule_id: ids for rule_id, ids in found.items() if ids is not None}
    assert len(by_files) > 60
    assert {rule_id: ids for rule_id, ids in by_files.items() if rule_id not in ids} == {
        "invalid-name": ["invalid-filename-normalized", "invalid-filename-projectname"],  # twine normalizes it
        "repeated-field": ["missing-version"],  # a version that is there twice is read as none
    }


# ---- every rejection, with the member that it is about

HOOK = b"__pyarmor" + b"_enter__"
ENCRYPTED = b"---%s PYE FILE---\n---%s PYE FILE---" % (b"BEGIN", b"END")
TOKEN = b"pypi-" + b"AgEIcHlwaS5vcmcCJ" + b"x" * 150
REJECTED_CONTENT: dict[str, str | bytes] = {
    "demo/a.py": ENCRYPTED,
    "demo/b.py": HOOK + ENCRYPTED,
    "demo/c.py": HOOK,
    "demo/d.py": TOKEN,
    "demo/e.txt": HOOK,
}


def rejected_members(path: Path) -> dict[str, tuple[str, ...]]:
    return {stop.rule.id: stop.members for stop in check_files([path])[0].rejections}


@pytest.mark.parametrize("build", [wheel, sdist])
def test_the_index_answers_for_the_first_member_that_it_rejects(build: Callable[..., Package]) -> None:
    with FakePyPI() as pypi, pytest.raises(UploadRejected) as rejected:
        pypi.upload(build("demo", "1.0", files=REJECTED_CONTENT))
    assert rejected.value.rule == "sourcedefender-encrypted"


def test_content_is_named_beside_a_member_that_cannot_be_read(tmp_path: Path) -> None:
    damaged = OddMember(name=b"demo/odd.py", crc=1).in_wheel(wheel("demo", files={"demo/hook.py": HOOK}))
    path = damaged.write_to(tmp_path)
    assert rejected_members(path) == {"unreadable-archive": ("demo/odd.py",), "pyarmor-encrypted": ("demo/hook.py",)}
    with FakePyPI() as pypi, pytest.raises(UploadRejected) as rejected:
        pypi.upload(damaged)
    assert rejected.value.rule == "unreadable-archive"


def test_above_50_mib_of_python_files_content_is_answered_before_a_member_that_cannot_be_read(tmp_path: Path) -> None:
    filling = {f"demo/{number}.py": b"#" * (5 << 20) for number in range(11)}
    package = wheel_of({**members_of(PLAIN), **filling, "demo/hook.py": HOOK}, compression=zipfile.ZIP_DEFLATED)
    damaged = OddMember(name=b"demo/odd.py", crc=1).in_wheel(package)
    assert set(rejected_members(damaged.write_to(tmp_path))) == {"unreadable-archive", "pyarmor-encrypted"}
    with FakePyPI() as pypi, pytest.raises(UploadRejected) as rejected:
        pypi.upload(damaged)
    assert rejected.value.rule == "pyarmor-encrypted"
