"""pip rejects broken distributions."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from fake_pypi.packages.wheel import wheel
from tests.e2e.packages.pip import pip

REJECTED_BY_PIP = {
    "no-metadata", "no-wheel-file", "no-record", "binary-record", "wrong-name-inside", "garbage-metadata",
    "second-dist-info", "parent-path", "bad-zip", "empty-file", "truncated", "encrypted-member", "bad-crc",
}  # fmt: skip
if sys.version_info < (3, 11):  # pip reads wheels there in another way, which does not compare the names
    REJECTED_BY_PIP -= {"wrong-name-inside"}


@pytest.mark.parametrize("name", sorted(REJECTED_BY_PIP))
def test_pip_rejects_the_wheels_that_it_should(name: str, tmp_path: Path) -> None:
    broken = wheel("demo", broken=name).write_to(tmp_path)
    done = pip("install", "--no-index", "--target", tmp_path / "site", broken)
    assert done.returncode != 0, done.stdout + done.stderr
    assert not (tmp_path / "site" / "demo").exists()
