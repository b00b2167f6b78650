"""The memory that `fake-pypi check` takes."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel

BIG = 95  # MB, just below what PyPI takes


def big_wheel(tmp_path: Path) -> Path:
    path = wheel("big", "1.0").write_to(tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        for megabyte in range(BIG):
            archive.writestr(f"big/{megabyte}.bin", os.urandom(1 << 20))
    return path


def big_sdist(tmp_path: Path) -> Path:
    path = tmp_path / "big-1.0.tar.gz"
    package = sdist("big", "1.0")
    with tarfile.open(fileobj=BytesIO(package.read())) as source, tarfile.open(path, "w:gz", compresslevel=0) as target:
        for member in source:
            target.addfile(member, source.extractfile(member))
        for megabyte in range(BIG):
            member = tarfile.TarInfo(f"big-1.0/{megabyte}.bin")
            member.size = 1 << 20
            target.addfile(member, BytesIO(os.urandom(member.size)))
    return path


def most_memory(path: Path) -> float:
    """Return the most memory (MB) that `fake-pypi check` had at once."""
    code = (
        "import resource, sys; from fake_pypi.cli import main; code = main(['check', sys.argv[1]]);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=True, capture_output=True, text=True)
    peak = int(done.stdout.splitlines()[-1])
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no module resource to measure with")
@pytest.mark.parametrize("made", [big_wheel, big_sdist])
def test_a_hundred_megabytes_are_checked_in_little_memory(made: Callable[[Path], Path], tmp_path: Path) -> None:
    small = most_memory(wheel("demo", "1.0").write_to(tmp_path))
    assert most_memory(made(tmp_path)) < small + 40


# ---- every rejection, with the member that it is about
