"""What a report says about indexes that were used over HTTP, and `indexes.report(path)`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from fake_pypi import FakeIndexes, UploadRejected, UsageError
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.report import index_content
from fake_pypi.report.json_document import json_schema
from fake_pypi.report.report_content import IndexReport
from fake_pypi.rules.existing_files import FileExists

README = (
    "# Demo\n\n[relative](docs/a.md) [outside](https://example.com/a) [inside](#use) [mail](mailto:a@example.com)\n\n"
    '<img src="https://example.com/picture.png"> <script>alert(1)</script>\n'
)


@pytest.fixture
def indexes() -> FakeIndexes:
    """Indexes with a release, a rejected upload, a yank, a fault and a publisher."""
    indexes = FakeIndexes(installed=False)
    pypi = indexes.pypi
    pypi.upload(
        wheel("Demo.Pkg", "1.0", summary="A demo", description=README),
        sdist("Demo.Pkg", "1.0", summary="A demo", description=README),
    )
    with pytest.raises(UploadRejected):
        pypi.upload(wheel("Demo.Pkg", "1.0", summary="Changed"))
    pypi.yank("Demo.Pkg", "1.0", reason="broken")
    pypi.add_github_publisher("Demo.Pkg", owner="octo", repository="demo", workflow="release.yml", environment="pypi")
    pypi.add_github_publisher("later", owner="octo", repository="later", workflow="release.yml", pending=True)
    pypi.faults.add("503 when method=POST times=1")
    with pytest.raises(UploadRejected):
        pypi.upload(wheel("Demo.Pkg", "1.1"))
    return indexes


def reported(indexes: FakeIndexes) -> IndexReport:
    with indexes:
        pypi, testpypi = indexes.report_content().indexes
    assert (testpypi.projects, testpypi.requests, testpypi.rejections) == ((), (), ())
    return pypi


def test_a_release_has_its_files_with_members_and_metadata(indexes: FakeIndexes) -> None:
    [project] = reported(indexes).projects
    [release] = project.releases
    assert (project.name, project.status, release.version) == ("Demo.Pkg", "active", "1.0")
    assert (release.yanked, release.yanked_reason) == (True, "broken")
    assert [file.kind for file in release.files] == ["bdist_wheel", "sdist"]
    for file in release.files:
        assert file.member_count == len(file.members) >= 4
        assert file.metadata["summary"] == ["A demo"]
        assert file.uploader == "maintainer"
        assert file.uploaded is not None


def test_the_page_is_that_of_the_index_without_links_to_it(indexes: FakeIndexes) -> None:
    [project] = reported(indexes).projects
    page = project.releases[0].page
    assert "<h1" in page
    assert "Demo.Pkg 1.0" in page
    assert "Yanked" in page
    assert '<a href="https://example.com/a" target="_blank"' in page
    assert '<a href="#files">' in page
    links = [part.partition('"')[0] for part in page.split('href="')[1:]]
    assert [link for link in links if not link.startswith(("#", "https://example.com/"))] == []
    assert "<script" not in page
    assert "<img" not in page
    assert "<form" not in page


def test_requests_rejections_and_faults_are_listed(indexes: FakeIndexes) -> None:
    report = reported(indexes)
    assert [request.status for request in report.requests] == [200, 200, 400, 503]
    assert report.request_count == 4
    assert report.requests[2].rule == FileExists.id
    assert report.requests[3].fault
    [rejection] = report.rejections
    assert rejection.status == 400
    assert rejection.message.startswith("File already exists")
    assert rejection.explanation.startswith("The index has a file with this name")
    assert rejection.remedy
    assert report.faults == ("503 when method=POST times=1, used 1 time",)


def test_publishers_are_listed_with_the_entries_of_their_form(indexes: FakeIndexes) -> None:
    publisher, pending = reported(indexes).publishers
    assert (publisher.projects, publisher.is_pending) == (("Demo.Pkg",), False)
    assert [entry.value for entry in publisher.entries] == ["octo", "demo", "release.yml", "pypi"]
    assert (pending.projects, pending.is_pending) == (("later",), True)


def test_the_tasks_for_the_publishers_are_left_to_do(indexes: FakeIndexes) -> None:
    with indexes:
        tasks = indexes.report_content().remaining
    assert [task.title for task in tasks] == [
        "Register the GitHub publisher of Demo.Pkg on PyPI",
        "Create the environment pypi",
        "Register the GitHub publisher of later on PyPI",
    ]


def test_a_long_session_is_bounded_and_says_so(indexes: FakeIndexes, monkeypatch: pytest.MonkeyPatch) -> None:
    for version in ("2.0", "3.0"):
        indexes.pypi.add(wheel("Demo.Pkg", version))
    monkeypatch.setattr(index_content, "MOST_REQUESTS", 2)
    monkeypatch.setattr(index_content, "MOST_RELEASES", 1)
    report = reported(indexes)
    assert len(report.requests) == 2
    assert [bool(release.page) for release in report.projects[0].releases] == [False, False, True]
    assert [bool(release.files[0].members) for release in report.projects[0].releases] == [False, False, True]
    assert [line.split()[:5] for line in report.left_out] == [
        ["The", "pages", "of", "2", "older"],
        ["All", "requests", "but", "the", "newest"],
    ]


def test_a_report_is_written_at_any_time(indexes: FakeIndexes, tmp_path: Path) -> None:
    with indexes:
        indexes.report(tmp_path / "out.json", tmp_path / "out.html", title="After the uploads")
        secret = indexes.pypi.token.secret
    document = json.loads((tmp_path / "out.json").read_text("utf-8"))
    Draft202012Validator(json_schema()).validate(document)
    assert document["runs"][0]["kind"] == "indexes"
    html = (tmp_path / "out.html").read_text("utf-8")
    assert "<h1>After the uploads" in html
    assert secret[5:] not in html + json.dumps(document)


def test_an_unknown_ending_is_wrong_usage(indexes: FakeIndexes, tmp_path: Path) -> None:
    with indexes, pytest.raises(UsageError, match="no known ending"):
        indexes.report(tmp_path / "out.txt")
