"""What the record has of the requests of a real index: form, files, response, and never a secret."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from fake_pypi import FakePyPI, UsageError, sdist, wheel
from fake_pypi.web.recording import rejected_files
from fake_pypi.web.recording.mismatch import UnexpectedRequests
from tests.integration.asking import ask, basic


@pytest.fixture
def pypi() -> Iterator[FakePyPI]:
    with FakePyPI() as running:
        yield running


def test_an_upload_is_recorded_with_form_file_and_response(pypi: FakePyPI) -> None:
    package = wheel("hello", "1.0", summary="Says hello")
    pypi.upload(package)
    request = pypi.requests[-1]
    assert (request.form["name"], request.form["summary"]) == ("hello", "Says hello")
    assert request.files[0].filename == "hello-1.0-py3-none-any.whl"
    assert request.files[0].size == len(package.read())
    assert request.files[0].read_bytes() == package.read()
    assert (request.response.status, request.response.is_complete) == (200, True)
    assert request.headers["authorization"] == "Basic ********"
    assert request.headers["host"] == request.host
    assert (request.stored, request.accepted, request.project, request.version) == (True, True, "hello", "1.0")
    assert request.index == "pypi"


def test_the_bytes_of_a_rejected_file_can_be_read(pypi: FakePyPI) -> None:
    broken = wheel("hello", "1.0", broken="no-record")
    with pytest.raises(Exception, match="400"):
        pypi.upload(broken)
    request = pypi.requests[-1]
    assert (request.stored, request.accepted, request.status) == (False, False, 400)
    assert request.files[0].read_bytes() == broken.read()
    assert request.rule is not None
    assert request.rule in pypi.rejections[-1].rule


def test_the_oldest_rejected_files_are_removed(pypi: FakePyPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rejected_files, "MOST_FILES", 2)
    for number in range(3):
        with pytest.raises(Exception, match="400"):
            pypi.upload(wheel("hello", f"{number}.0", broken="no-record"))
    uploads = pypi.requests.matching(accepted=False, method="POST")
    assert len(list((pypi.instance.folder / "rejected").iterdir())) == 2
    with pytest.raises(UsageError, match="not stored any more"):
        uploads[0].files[0].read_bytes()
    assert uploads[1].files[0].path.is_file()


def test_an_index_with_a_data_folder_stores_no_rejected_file(tmp_path: Path) -> None:
    with FakePyPI(data=tmp_path / "data") as pypi:
        with pytest.raises(Exception, match="400"):
            pypi.upload(wheel("hello", "1.0", broken="no-record"))
        with pytest.raises(UsageError, match="not stored"):
            pypi.requests[-1].files[0].read_bytes()
        assert list((tmp_path / "data").rglob("*.whl*")) == []
        pypi.upload(wheel("hello", "1.0"))
        assert pypi.requests[-1].files[0].read_bytes() == wheel("hello", "1.0").read()


def test_the_begin_of_a_page_is_recorded_and_a_file_is_not(pypi: FakePyPI) -> None:
    pypi.add(wheel("hello", "1.0"))
    page = ask(pypi.instance, "GET", "/simple/hello/")
    assert pypi.requests[-1].response.body == page.body
    assert pypi.requests[-1].response.headers["content-type"] == page.headers["Content-Type"]
    path = pypi.index.releases.file("hello-1.0-py3-none-any.whl")
    assert path is not None
    download = ask(pypi.instance, "GET", f"/packages/{path.path}")
    response = pypi.requests[-1].response
    assert (response.body, response.size, response.is_complete) == (b"", len(download.body), False)
    ask(pypi.instance, "HEAD", "/simple/hello/")
    assert (pypi.requests[-1].response.body, pypi.requests[-1].response.size) == (b"", 0)


def test_pages_for_one_person_and_links_of_e_mails_are_not_recorded(pypi: FakePyPI) -> None:
    ask(pypi.instance, "GET", "/account/verify-email/?token=swordfish&x=1", HTTP_COOKIE="session_id=swordfish")
    request = pypi.requests[-1]
    assert (request.query, request.response.body) == ("token=********&x=1", b"")
    assert request.headers["cookie"] == "session_id=********"
    ask(pypi.instance, "GET", "/_fake/mail")
    assert pypi.requests[-1].response.body == b""


def test_no_export_has_a_token(pypi: FakePyPI, tmp_path: Path) -> None:
    secret = pypi.token.secret
    pypi.upload(wheel("hello", "1.0"))
    ask(pypi.instance, "GET", "/simple/hello/", HTTP_AUTHORIZATION=basic(secret), HTTP_X_KEY=secret)
    ask(pypi.instance, "GET", f"/search/?q={secret}")
    pypi.requests.write_json_lines(tmp_path / "requests.jsonl")
    pypi.requests.write_har(tmp_path / "requests.har")
    for file in tmp_path.iterdir():
        text = file.read_text("utf-8")
        assert secret not in text
        assert secret.removeprefix("pypi-") not in text
        assert basic(secret).removeprefix("Basic ") not in text
    assert len(json.loads((tmp_path / "requests.har").read_text("utf-8"))["log"]["entries"]) == 3


def test_an_uploaded_file_is_asserted_by_name_by_bytes_and_by_form(pypi: FakePyPI, tmp_path: Path) -> None:
    pypi.upload(wheel("hello", "1.0"), sdist("hello", "1.0"))
    same = wheel("hello", "1.0").write_to(tmp_path)
    assert pypi.assert_uploaded(same).filename == same.name
    assert pypi.assert_uploaded("hello-1.0.tar.gz", times=1).form["filetype"] == "sdist"
    assert pypi.assert_uploaded(project="Hello", form={"version": "1.*"}) is pypi.requests[-1]
    pypi.assert_not_uploaded("hello-2.0*")
    same.write_bytes(b"other")
    with pytest.raises(UnexpectedRequests, match=r"meets 2 of 3 conditions: sha256 is '[0-9a-f]{64}', not"):
        pypi.assert_uploaded(str(same))
    with pytest.raises(UnexpectedRequests, match="accepted 2 such uploads, not 1:"):
        pypi.assert_uploaded(project="hello", times=1)
    with pytest.raises(UnexpectedRequests, match="accepted 1 uploads that it should not have:\n  POST"):
        pypi.assert_not_uploaded("hello-1.0.tar.gz")


def test_a_missing_upload_shows_what_came_instead(pypi: FakePyPI) -> None:
    with pytest.raises(
        UnexpectedRequests, match=r"accepted no upload with filename=.*\nThere were no uploads at all: check that"
    ):
        pypi.assert_uploaded("hello-1.0.tar.gz")
    ask(pypi.instance, "GET", "/simple/hello/")
    with pytest.raises(UnexpectedRequests, match=r"received 1 requests, none of them an upload; the closest 1:\n  GET"):
        pypi.assert_uploaded("hello-1.0.tar.gz")
    with pytest.raises(Exception, match="400"):
        pypi.upload(wheel("hello", "1.0", broken="no-record"))
    pypi.assert_not_uploaded()
    rule = pypi.requests[-1].rule
    with pytest.raises(UnexpectedRequests, match=rf"meets 1 of 2 conditions: it was not accepted: 400 .* \[{rule}\]"):
        pypi.assert_uploaded("hello-1.0*")
