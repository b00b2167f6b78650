"""Uploads: what is taken in, what is rejected, and that a rejection leaves nothing."""

from __future__ import annotations

import hashlib
import io
import re
import tracemalloc
from collections.abc import Iterator
from contextlib import closing

import pytest

from fake_pypi.packages.corruptions import CORRUPTIONS
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.web.digests import SMALL, Digests
from fake_pypi.web.instance import Instance
from tests.integration.asking import ask, basic, everything_in, new_token, upload, upload_body

MULTIPART = "multipart/form-data; boundary=frontier"


@pytest.fixture
def instance() -> Iterator[Instance]:
    with closing(Instance()) as opened:
        yield opened


def test_an_upload_is_listed_on_every_page_about_it(instance: Instance) -> None:
    package = wheel("hello", "1.0", requires_python=">=3.8")
    assert upload(instance, package, new_token(instance)).status == 200
    file = instance.index.releases.file(package.filename)
    assert file is not None
    assert file.path == f"{file.blake2_256[:2]}/{file.blake2_256[2:4]}/{file.blake2_256[4:]}/{package.filename}"
    assert (file.sha256, file.blake2_256) == (package.sha256, package.blake2_256)
    assert file.md5 == hashlib.md5(package.read(), usedforsecurity=False).hexdigest()
    assert (file.size, file.requires_python, file.packagetype) == (package.size, ">=3.8", "bdist_wheel")
    assert ask(instance, "GET", f"/packages/{file.path}").body == package.read()
    metadata = ask(instance, "GET", f"/packages/{file.path}.metadata").body
    assert hashlib.sha256(metadata).hexdigest() == file.metadata_sha256
    assert b"Name: hello" in metadata
    assert b"hello-1.0-py3-none-any.whl" in ask(instance, "GET", "/simple/hello/").body


@pytest.mark.parametrize("name", [name for name in CORRUPTIONS if name != "zip-bomb"])
def test_each_mutation_is_stored_whole_or_leaves_nothing(instance: Instance, name: str) -> None:
    token = new_token(instance)
    before = everything_in(instance)
    for make in (wheel, sdist):
        kind = "wheel" if make is wheel else "sdist"
        if kind not in CORRUPTIONS[name].kinds:
            continue
        answered = upload(instance, make("hello", "1.0", broken=name), token)
        assert list(instance.spool.iterdir()) == []
        if answered.status == 200:
            before = everything_in(instance)
            assert sorted(before[1]) == instance.index.releases.filenames()
        else:
            assert instance.record.requests[-1].rule is not None
            assert everything_in(instance) == before


def test_a_rejection_names_the_sender_but_never_the_secret(instance: Instance) -> None:
    token = new_token(instance, "alice")
    upload(instance, wheel("hello", "1.0", broken="no-record"), token)
    (rejection,) = instance.record.rejections
    assert (rejection.sender, rejection.rule) == ("alice", "missing-record-file")
    assert token not in repr(instance.record.requests) + repr(rejection) + repr(instance.record.requests[0].form)


def test_a_second_owner_who_was_quicker_keeps_the_project(instance: Instance) -> None:
    """Bob's upload is judged while the name is free, and Alice registers it before his is stored."""
    alice, bob = new_token(instance, "alice"), new_token(instance, "bob")
    judge = type(instance.rule_set).judge

    class Slow:
        def __init__(self) -> None:
            self.first = True

        def judge(self, asked: object, index: object) -> object:
            verdict = judge(rule_set, asked, index)  # type: ignore[arg-type]
            if self.first:
                self.first = False
                assert upload(instance, wheel("hello", "1.0"), alice).status == 200
            return verdict

    rule_set = instance.rule_set
    instance.rule_set = Slow()  # type: ignore[assignment]
    answered = upload(instance, wheel("hello", "2.0"), bob)
    assert (answered.status, instance.record.rejections[-1].rule) == (403, "permission-denied")
    assert instance.index.releases.filenames() == ["hello-1.0-py3-none-any.whl"]


@pytest.mark.parametrize("part", ['name="content"; filename="hello-1.0.tar.gz"', 'name="description"'])
def test_memory_is_bounded_for_every_request(instance: Instance, part: str) -> None:
    megabyte = bytes(1 << 20)
    head = f"--frontier\r\nContent-Disposition: form-data; {part}\r\n\r\n".encode()

    class Sent(io.RawIOBase):
        """128 MB that are nowhere in memory at once."""

        left = 128 << 20

        def read(self, size: int = -1) -> bytes:
            nonlocal head
            if head:
                first, head = head, b""
                return first
            block = megabyte[: min(size, self.left)]
            self.left -= len(block)
            return block

    upload(instance, wheel("warm", "1.0"), new_token(instance))
    tracemalloc.start()
    answered = ask(instance, "POST", "/legacy/", Sent(), CONTENT_TYPE=MULTIPART)  # type: ignore[arg-type]
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answered.status >= 400
    assert most < 80 << 20
    assert list(instance.spool.iterdir()) == []


def test_a_body_that_ends_early_is_judged_by_what_came(instance: Instance) -> None:
    body, token = upload_body(wheel("hello", "1.0")), new_token(instance)
    before = everything_in(instance)
    for size in range(0, len(body) - 20, 97):
        answered = ask(
            instance, "POST", "/legacy/", body[:size], CONTENT_TYPE=MULTIPART, HTTP_AUTHORIZATION=basic(token)
        )
        assert answered.status in {400, 405}, size
        assert everything_in(instance) == before


def test_a_client_that_breaks_off_leaves_nothing(instance: Instance) -> None:
    class Broken(io.RawIOBase):
        blocks = iter([upload_body(wheel("hello", "1.0"))[:-300]])

        def read(self, size: int = -1) -> bytes:
            block = next(self.blocks, None)
            if block is None:
                raise ConnectionResetError
            return block

    before = everything_in(instance)
    with pytest.raises(ConnectionResetError):
        ask(instance, "POST", "/legacy/", Broken(), CONTENT_TYPE=MULTIPART)  # type: ignore[arg-type]
    assert everything_in(instance) == before


# -- digests


@pytest.mark.parametrize("size", [0, 1, SMALL - 1, SMALL, SMALL + 1, 3 * SMALL + 7])
@pytest.mark.parametrize("block", [1 << 16, SMALL])
def test_digests_of_a_stream_are_those_of_the_whole(size: int, block: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    digests = Digests()
    for start in range(0, size, block):
        digests.update(content[start : min(size, start + block)])
    assert digests.finish() == {
        "md5": hashlib.md5(content[:size], usedforsecurity=False).hexdigest(),
        "sha256": hashlib.sha256(content[:size]).hexdigest(),
        "blake2_256": hashlib.blake2b(content[:size], digest_size=32).hexdigest(),
    }


def test_digests_that_are_abandoned_end_their_threads() -> None:
    digests = Digests()
    digests.update(bytes(2 * SMALL))
    threads = list(digests._threads)
    assert [thread.is_alive() for thread in threads] == [True] * 3
    digests.abandon()
    assert [thread.is_alive() for thread in threads] == [False] * 3


LIMITS = '"project.create.ip";q=4;w=86400;pk=:ip:, "project.create.user";q=4;w=86400;pk=:user:'


def test_new_projects_are_counted_as_on_pypi_and_rejected_only_where_a_limit_is_set(instance: Instance) -> None:
    token = new_token(instance)
    answers = [upload(instance, wheel(f"demo{number}"), token) for number in "abcdefg"]
    assert [answer.status for answer in answers] == [200] * 7
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {LIMITS}
    left = [re.findall(r"r=([0-9]+)", answer.headers["RateLimit"]) for answer in answers]
    assert left == [["4", "4"], ["3", "3"], ["2", "2"], ["1", "1"], ["0", "0"], ["0", "0"], ["0", "0"]]
    instance.index.limits.new_projects_per_day = 8
    assert upload(instance, wheel("demoh"), token).status == 200
    rejected = upload(instance, wheel("demoi"), token)
    assert (rejected.status, instance.record.requests[-1].rule) == (429, "rate-limited")
    assert upload(instance, wheel("demoa", "2.0"), token).status == 200
    instance.index.clock.advance(hours=24, seconds=1)
    assert upload(instance, wheel("demoi"), token).status == 200


def test_a_name_that_is_rejected_costs_nothing_and_a_file_that_is_rejected_costs_a_new_project(
    instance: Instance,
) -> None:
    token, limit = (
        new_token(instance),
        next(each for each in instance.index.rate_limits.new_projects if each.key == "user"),
    )
    who = instance.index.accounts["maintainer"].id
    assert upload(instance, wheel("json"), token).status == 400
    assert instance.index.rate_limits.remaining(limit, who) == limit.quota
    assert upload(instance, wheel("demo", broken="bad-zip"), token).status == 400
    assert instance.index.rate_limits.remaining(limit, who) == limit.quota - 1
    assert upload(instance, wheel("demo"), token).status == 200
    assert upload(instance, wheel("demo", "2.0"), token).status == 200
    assert instance.index.rate_limits.remaining(limit, who) == limit.quota - 2
