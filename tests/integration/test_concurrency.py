"""Many clients at once, and many indexes one after the other."""

from __future__ import annotations

import gc
import http.client
import json
import socket
import tempfile
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import pytest

from fake_pypi import FakeIndexes, FakePyPI, wheel
from fake_pypi.fake.ci_job import github_claims
from fake_pypi.fake.http_upload import upload as upload_over_http
from fake_pypi.index.publishers import GITHUB
from fake_pypi.serving.server import Server
from fake_pypi.temporary import process_folder
from fake_pypi.web.api.xmlrpc import CALLS
from fake_pypi.web.identity_provider import signing_key
from fake_pypi.web.instance import Instance
from tests.integration.asking import ask, new_token, upload

T = TypeVar("T")
THREADS = 20


def at_once(*jobs: Callable[[], T]) -> list[T]:
    """Start all jobs at the same moment, each in a thread; return what they return."""
    start = threading.Barrier(len(jobs))

    def run(job: Callable[[], T]) -> T:
        start.wait(30)
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_of_twenty_uploads_of_one_name_at_once_exactly_one_wins() -> None:
    with FakePyPI() as pypi:
        secret = pypi.token.secret
        packages = [wheel("hello", "1.0", summary=f"number {number}") for number in range(THREADS)]
        said = at_once(*(lambda each=each: upload_over_http(pypi.upload_url, each, secret) for each in packages))
        assert Counter(status for status, _ in said) == {200: 1, 400: THREADS - 1}
        assert {words.partition(" (")[0] for status, words in said if status == 400} == {"File already exists"}
        winner = packages[[status for status, _ in said].index(200)]
        (file,) = pypi.index.releases.files(pypi.index.projects["hello"])
        assert file.sha256 == winner.sha256
        assert (pypi.instance.files / file.path).read_bytes() == winner.read()
        assert list(pypi.instance.spool.iterdir()) == []
        assert Counter(rejection.rule for rejection in pypi.rejections) == {"duplicate-file": THREADS - 1}
        assert pypi.errors == []


def test_the_same_file_sent_twenty_times_at_once_is_stored_once_and_always_accepted() -> None:
    with FakePyPI() as pypi:
        package, secret = wheel("hello", "1.0"), pypi.token.secret
        said = at_once(*[lambda: upload_over_http(pypi.upload_url, package, secret)] * THREADS)
        assert {status for status, _ in said} == {200}
        assert pypi.index.releases.filenames() == [package.filename]
        assert len([each for each in pypi.instance.files.rglob("*") if each.is_file()]) == 1
        assert pypi.errors == []


def test_uploads_of_different_projects_at_once_are_all_stored() -> None:
    with FakePyPI() as pypi:
        packages = [wheel(f"project-{number}", "1.0") for number in range(THREADS)]
        secret = pypi.token.secret
        said = at_once(*(lambda each=each: upload_over_http(pypi.upload_url, each, secret) for each in packages))
        assert said == [(200, "OK")] * THREADS
        assert pypi.index.releases.filenames() == sorted(each.filename for each in packages)
        entries = pypi.index.journal.entries()
        assert [entry.serial for entry in entries] == sorted({entry.serial for entry in entries})
        assert len(entries) == 4 * THREADS  # create, role, release, file


def test_first_and_second_file_of_one_new_release_may_come_at_once() -> None:
    with FakePyPI() as pypi:
        secret = pypi.token.secret
        packages = [wheel("hello", "1.0", tag=f"py{number}-none-any") for number in range(30, 40)]
        said = at_once(*(lambda each=each: upload_over_http(pypi.upload_url, each, secret) for each in packages))
        assert said == [(200, "OK")] * len(packages)
        project = pypi.project("hello")
        assert project is not None
        assert project.releases["1.0"].filenames == sorted(each.filename for each in packages)


def test_reading_while_others_upload_never_fails() -> None:
    with FakePyPI() as pypi:
        secret = pypi.token.secret

        def read() -> set[int]:
            with closing(http.client.HTTPConnection(pypi.host, pypi.port)) as connection:
                seen = set()
                for _ in range(20):
                    connection.request("GET", "/simple/hello/")
                    answer = connection.getresponse()
                    answer.read()
                    seen.add(answer.status)
                return seen

        def write(number: int) -> set[int]:
            return {upload_over_http(pypi.upload_url, wheel("hello", f"{number}.0"), secret)[0]}

        seen = at_once(*(lambda number=number: write(number) for number in range(6)), *[read] * 4)
        assert set().union(*seen) <= {200, 404}
        assert len(pypi.index.releases.filenames()) == 6
        assert pypi.errors == []


def test_two_instances_in_use_at_the_same_time_share_no_state() -> None:
    with FakePyPI() as one, FakePyPI() as other:
        at_once(
            *(lambda number=number: one.upload(wheel("hello", f"{number}.0")) for number in range(5)),
            *(lambda number=number: other.upload(wheel("other", f"{number}.0")) for number in range(5)),
        )
        assert one.project("other") is None
        assert other.project("hello") is None
        assert len(one.index.releases.filenames()) == len(other.index.releases.filenames()) == 5


# -- nothing is left


def open_files() -> int | None:
    """How many descriptors this process has open, where that can be read."""
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.is_dir() else None


def our_folders() -> set[str]:
    """Temporary folders that an index, a shell or a session of this process has created."""
    return {each.name for each in process_folder().iterdir()}


@pytest.mark.slow
def test_two_thousand_instances_leave_no_thread_descriptor_or_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    use_a_world(0)  # what is imported and cached once is no leak
    gc.collect()
    before = threading.active_count(), open_files(), our_folders()
    for number in range(2000):
        instance = Instance()
        if number % 20 == 0:
            assert upload(instance, wheel("hello", "1.0"), new_token(instance)).status == 200
        else:
            ask(instance, "GET", "/simple/")
        instance.close()
    gc.collect()
    assert (threading.active_count(), open_files(), our_folders()) == before


def test_indexes_with_sockets_leave_no_thread_descriptor_or_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    use_indexes()
    gc.collect()
    before = threading.active_count(), open_files(), our_folders()
    for _ in range(10):
        use_indexes()
    gc.collect()
    assert (threading.active_count(), open_files(), our_folders()) == before


def use_a_world(_number: int) -> None:
    instance = Instance()
    upload(instance, wheel("hello", "1.0"), new_token(instance))
    instance.close()


def use_indexes() -> None:
    with FakeIndexes(installed=False) as indexes:
        indexes.pypi.upload(wheel("hello", "1.0"))
        assert indexes.connection().hosts
        assert indexes.control


def test_indexes_that_cannot_be_opened_leave_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fake_pypi import PortInUse, UsageError

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    taken = socket.create_server(("127.0.0.1", 0))
    process_folder()  # holds a file open as long as the process lives
    gc.collect()
    before = threading.active_count(), open_files(), our_folders()
    with pytest.raises(PortInUse):
        FakeIndexes(testpypi_port=taken.getsockname()[1])
    with pytest.raises(PortInUse):
        FakePyPI(port=taken.getsockname()[1], data=tmp_path / "data")
    with pytest.raises(UsageError, match="no rule 'nonsense'"):
        FakePyPI(without=["nonsense"], data=tmp_path / "data")
    (tmp_path / "bad" / "testpypi").mkdir(parents=True)
    (tmp_path / "bad" / "testpypi" / "index.sqlite3").write_bytes(b"no database" * 100)
    with pytest.raises(UsageError, match="cannot be used"):
        FakeIndexes(data=tmp_path / "bad", installed=False)
    gc.collect()
    assert (threading.active_count(), open_files(), our_folders()) == before
    taken.close()


def test_clients_that_leave_in_the_middle_leave_nothing() -> None:
    instance = Instance()
    head = (
        b"POST /legacy/ HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n"
        b"Content-Type: multipart/form-data; boundary=b\r\n\r\n"
        b'--b\r\nContent-Disposition: form-data; name="content"; filename="a-1.tar.gz"\r\n\r\n'
    )
    from fake_pypi.web.application import Application

    threads = threading.active_count()
    with Server(Application(instance)) as server:
        for size in (0, 10, 3_000_000):  # the last one is long enough for threads of digests
            with socket.create_connection((server.host, server.port)) as client:
                client.sendall(head + bytes(size))
    assert list(instance.spool.iterdir()) == []
    assert threading.active_count() == threads
    instance.close()


ROUNDS = 60


def post(port: int, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
    """Send JSON over a connection of its own."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("POST", path, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, dict(json.loads(response.read()))


@pytest.mark.parametrize("pending", [False, True], ids=["established publisher", "pending publisher"])
def test_of_four_exchanges_of_one_identity_token_at_once_exactly_one_gets_a_token(pending: bool) -> None:
    with FakePyPI() as pypi:
        for number in range(ROUNDS):
            facts = {"owner": "octo", "owner_id": "4242", "repository": f"demo-{number}", "workflow": "release.yml"}
            user = pypi.index.accounts.get("alice") or pypi.index.accounts.add("alice")
            if pending:
                pypi.index.publishers.add_pending("github", {**facts, "environment": ""}, f"demo-{number}", user)
            else:
                project = pypi.index.projects.create(f"demo-{number}", user)
                pypi.index.publishers.add("github", {**facts, "environment": ""}, project)
            claims = github_claims(repository=f"octo/demo-{number}", workflow="release.yml", owner_id="4242")
            identity = pypi.instance.identity_provider(GITHUB).token({**claims, "aud": "pypi"})
            body = json.dumps({"token": identity}).encode()
            answers = at_once(*[lambda body=body: post(pypi.port, "/_/oidc/mint-token", body)] * 4)
            assert sorted(status for status, _ in answers) == [200, 422, 422, 422]
            codes = {answer["errors"][0]["code"] for status, answer in answers if status == 422}
            assert codes == {"invalid-reuse-token"}
        assert pypi.index.db.value("SELECT count(*) FROM tokens WHERE publisher IS NOT NULL") == ROUNDS
        assert pypi.errors == []


def test_of_new_projects_at_once_no_more_are_made_than_the_quota_has() -> None:
    with FakePyPI() as pypi:
        secret, quota = pypi.token.secret, 12
        pypi.limits.new_projects_per_day = quota
        packages = [wheel(f"project-{number}", "1.0") for number in range(quota + 10)]
        for package in packages[: quota - 5]:
            pypi.upload(package)
        rest = packages[quota - 5 :]
        said = at_once(*(lambda each=each: upload_over_http(pypi.upload_url, each, secret) for each in rest))
        assert Counter(status for status, _ in said) == {200: 5, 429: 10}
        assert len(pypi.index.projects.all()) == quota
        assert pypi.errors == []


def test_a_call_takes_the_last_place_of_a_limit_once() -> None:
    with FakePyPI() as pypi:
        for _ in range(CALLS.quota - 5):
            pypi.index.rate_limits.hit(CALLS, "127.0.0.1")
        call = b"<methodCall><methodName>changelog_last_serial</methodName><params></params></methodCall>"

        def send() -> bytes:
            with closing(http.client.HTTPConnection("127.0.0.1", pypi.port, timeout=60)) as connection:
                connection.request("POST", "/pypi", call, {"Content-Type": "text/xml"})
                return connection.getresponse().read()

        assert Counter(b"TooManyRequests" in body for body in at_once(*[send] * 20)) == {False: 5, True: 15}


def test_threads_that_request_a_key_at_once_get_the_same_one() -> None:
    for number in range(3):
        keys = at_once(*[lambda number=number: signing_key(f"https://issuer-{number}.example")] * 8)
        assert len({key.private_numbers().d for key in keys}) == 1
