"""Any bytes at all are judged without an exception of ours, and in bounded time."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fake_pypi.index import Index
from fake_pypi.packages.package import Package
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.examples import file_part
from fake_pypi.rules.order import ARCHIVE, PYPI, SIZE_AND_DIGEST, WHEEL
from fake_pypi.rules.upload import Form, Upload

RULES = [*SIZE_AND_DIGEST, *ARCHIVE, *WHEEL]
KINDS = {"demo-1.0-py3-none-any.whl": "bdist_wheel", "demo-1.0.tar.gz": "sdist", "demo-1.0.zip": "sdist"}
SOUND = {
    "demo-1.0-py3-none-any.whl": wheel("demo", scripts={"demo": "demo:main"}, license_files={"LICENSE": "MIT"}),
    "demo-1.0.tar.gz": sdist("demo", license_files={"LICENSE": "MIT"}),
}

Change = tuple[float, bytes, int]
changes = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=6), st.integers(0, 6)), min_size=1, max_size=4
)


def changed(content: bytes, where: list[Change]) -> bytes:
    """The content with some bytes replaced, put in or cut out."""
    for place, new, removed in where:
        at = int(place * len(content))
        content = content[:at] + new + content[at + removed :]
    return content


INDEX = Index()
"""An empty index, which no rule changes."""


def judged(filename: str, content: bytes) -> set[str]:
    """Return the ids of all rules that reject an upload of these bytes."""
    fields = {"name": "demo", "version": "1.0", "filetype": KINDS[filename], "license_file": "LICENSE"}
    with tempfile.TemporaryDirectory() as folder:
        part = file_part(Package(filename, content), Path(folder))
        upload = Upload(Form((*fields.items(), ("content", part))))
        rejections = [rejection for rule in RULES if (rejection := rule.check(upload, INDEX)) is not None]
        assert all(isinstance(rejection.message, str) for rejection in rejections)
    return {rejection.rule.id for rejection in rejections}


@pytest.mark.parametrize("filename", SOUND)
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(where=changes)
def test_a_damaged_file_is_judged(filename: str, where: list[Change]) -> None:
    assert judged(filename, changed(SOUND[filename].read(), where)) <= {rule.id for rule in PYPI}


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(where=changes)
def test_a_damaged_tar_archive_in_sound_gzip_is_judged(where: list[Change]) -> None:
    tar = gzip.decompress(SOUND["demo-1.0.tar.gz"].read())
    content = gzip.compress(changed(tar, where), 1, mtime=0)
    assert judged("demo-1.0.tar.gz", content) <= {rule.id for rule in PYPI}


@pytest.mark.parametrize("filename", KINDS)
@settings(max_examples=60)
@given(content=st.binary(max_size=600))
def test_any_bytes_are_judged(filename: str, content: bytes) -> None:
    assert judged(filename, content) & {"not-a-zipfile", "not-a-tarfile", "archive-breaks-pypi", "unreadable-archive"}
