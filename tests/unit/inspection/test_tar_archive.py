from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from fake_pypi.inspection.tar_archive import LARGEST_HEADER, BoundedStream, most_unpacked
from fake_pypi.inspection.zip_directory import TooMuchWork


def test_a_stream_is_read_on_to_where_it_is_sought() -> None:
    stream = BoundedStream(io.BytesIO(bytes(range(100))))
    assert (stream.read(2), stream.seek(50), stream.read(1), stream.tell()) == (b"\x00\x01", 50, b"\x32", 51)


def test_a_stream_that_ends_before_is_left_at_its_end() -> None:
    assert BoundedStream(io.BytesIO(b"hello")).seek(50) == 5


def test_a_stream_is_not_read_twice() -> None:
    stream = BoundedStream(io.BytesIO(b"hello"))
    stream.read(3)
    with pytest.raises(tarfile.StreamError):
        stream.seek(0)


def test_a_stream_that_unpacks_to_more_and_more_is_given_up() -> None:
    with pytest.raises(TooMuchWork):
        BoundedStream(io.BytesIO(bytes(2000)), most=1000).seek(1500)


@pytest.mark.parametrize("length", [-1, LARGEST_HEADER + 1])
def test_no_header_is_that_large(length: int) -> None:
    with pytest.raises(tarfile.ReadError):
        BoundedStream(io.BytesIO(b"hello")).read(length)


def test_headers_that_add_up_to_more_and_more_are_given_up() -> None:
    stream = BoundedStream(io.BytesIO(bytes(2000)), most=1000)
    stream.read(600)
    with pytest.raises(TooMuchWork):
        stream.read(600)


def test_an_archive_may_unpack_to_64_times_its_size_and_to_192_mib_in_any_case(tmp_path: Path) -> None:
    for size, most in ((1000, 192 << 20), (10 << 20, 640 << 20), (100 << 20, 4 << 30)):
        path = tmp_path / "file"
        with path.open("wb") as file:
            file.truncate(size)
        with path.open("rb") as opened:
            assert most_unpacked(opened) == most
