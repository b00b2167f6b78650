"""Values that no project has: nested thousands of times, or so long that a careless parser takes seconds."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from typing import Any

import pytest

from fake_pypi.packages.package import Package
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel

LONGEST = 2.0  # seconds of the thread's own time for one upload; a quarter of it on a machine that does nothing else
MANY = 60_000


@pytest.mark.parametrize(
    "form",
    [
        {"author_email": "(" * 20_000},
        {"maintainer_email": "a:" * 20_000},
        {"description_content_type": "(" * 20_000},
        {"description_content_type": "text/plain; charset=" + "(" * 20_000},
        {"requires_dist": "a; " + "(" * 20_000},
        {"requires_dist": "a; " + "(" * 20_000 + "os_name=='a'" + ")" * 20_000},
        {"provides_dist": "a; " + "(" * 20_000},
        {"obsoletes_dist": "a; " + "(" * 20_000},
    ],
    ids=lambda form: f"{next(iter(form))}-{len(next(iter(form.values())))}",
)
def test_deep_nesting_fails_in_the_metadata_reader_as_on_pypi(rejection_of: Any, form: dict[str, str]) -> None:
    rejection = rejection_of(wheel("demo"), form=form)
    assert (rejection.rule.id, rejection.status) == ("metadata-reader-fails", 500)


@pytest.mark.parametrize("field", ["description_content_type", "license_expression", "keywords", "author_email"])
@pytest.mark.parametrize(
    "pattern", ["a;", ";a=b", '"', "\\", "a@b.co, ", " ", "(a)", "=?utf-8?q?", "; a*1=b", "a ", "\t"]
)
def test_a_long_value_is_judged_quickly(rule_of: Any, field: str, pattern: str) -> None:
    value = ("text/plain" + pattern * MANY)[:MANY]
    before = time.thread_time()
    rule_of(wheel("demo"), form={field: value})
    assert time.thread_time() - before < LONGEST


def test_a_requirement_with_many_addresses_is_read_quickly(rule_of: Any) -> None:
    before = time.thread_time()
    rule_of(wheel("demo"), form={"requires_dist": "a @ " + "x@" * (MANY // 2) + " \n"})
    assert time.thread_time() - before < LONGEST


@pytest.mark.parametrize("value", ["text/markdown" + " " * MANY, "text/plain" + ";a=b" * MANY])
def test_a_long_content_type_counts_as_what_it_begins_with(rule_of: Callable[..., str | None], value: str) -> None:
    assert rule_of(wheel("demo"), form={"description_content_type": value, "description": "Fine."}) is None


def unpacking_to(gigabytes: int) -> Package:
    """Return an sdist that is followed by zeros, a thousandth of which is in the file."""
    package = sdist("demo")
    original = gzip.decompress(package.read()).rstrip(b"\0")
    header = bytearray(original[:512])
    size = gigabytes << 30
    header[:100] = b"demo-1.0/zeros".ljust(100, b"\0")
    header[124:136] = b"%011o\0" % size
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    padding = bytes(-len(original) % 512)
    block = gzip.compress(bytes(1 << 20), mtime=0)
    tail = gzip.compress(bytes(1024), mtime=0)
    return Package(
        package.filename, gzip.compress(original + padding + bytes(header), mtime=0) + block * (size >> 20) + tail
    )


def test_an_sdist_that_unpacks_to_four_gigabytes_is_given_up_quickly(rule_of: Any) -> None:
    package = unpacking_to(4)
    assert 3_500_000 < len(package.read()) < 5_000_000
    before = time.thread_time()
    assert rule_of(package) == "archive-exhausts-pypi"
    assert time.thread_time() - before < LONGEST
