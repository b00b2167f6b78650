"""The public interface of one index."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path

import pytest

from fake_pypi import FakePyPI, NotFound, OperationRejected, PortInUse, UploadRejected, UsageError, sdist, wheel


@pytest.fixture
def pypi() -> Iterator[FakePyPI]:
    with FakePyPI() as opened:
        yield opened


def ask(pypi: FakePyPI, path: str, accept: str = "*/*") -> tuple[int, bytes]:
    with closing(http.client.HTTPConnection(pypi.host, pypi.port)) as connection:
        connection.request("GET", path, headers={"Accept": accept})
        answer = connection.getresponse()
        return answer.status, answer.read()


def test_addresses_have_its_loopback_port(pypi: FakePyPI) -> None:
    assert pypi.url == f"http://127.0.0.1:{pypi.port}"
    assert (pypi.upload_url, pypi.simple_url) == (f"{pypi.url}/legacy/", f"{pypi.url}/simple/")
    assert (pypi.site.name, repr(pypi)) == ("pypi", f"<FakePyPI pypi at {pypi.url}>")
    assert ask(pypi, "/simple/")[0] == 200


def test_a_kind_that_is_none_names_those_that_are() -> None:
    with pytest.raises(UsageError, match="no site 'npm': one of pypi, testpypi"):
        FakePyPI("npm")


def test_an_upload_shows_in_the_project_with_everything_about_it(pypi: FakePyPI) -> None:
    package = wheel("Hello_World", "1.0", requires_python=">=3.8")
    pypi.upload(package, sdist("Hello_World", "1.0", requires_python=">=3.8"))
    project = pypi.project("hello-world")
    assert project is not None
    assert project.name == "Hello-World"  # as twine sends it
    assert (project.status, project.roles) == ("active", {"maintainer": "Owner"})
    release = project.releases["1.0"]
    assert release.filenames == ["hello_world-1.0-py3-none-any.whl", "hello_world-1.0.tar.gz"]
    assert (release.yanked, release.yanked_reason, release.status) == (False, "", "active")
    file = release.files[0]
    assert (file.filename, file.packagetype, file.size) == (package.filename, "bdist_wheel", package.size)
    assert (file.sha256, file.blake2_256, len(file.md5)) == (package.sha256, package.blake2_256, 32)
    assert (file.requires_python, file.uploaded_by) == (">=3.8", "maintainer")


def test_paths_and_folders_can_be_uploaded(pypi: FakePyPI, tmp_path: Path) -> None:
    path = wheel("hello", "1.0").write_to(tmp_path)
    sdist("hello", "1.0").write_to(tmp_path / "dist")
    (tmp_path / "dist" / "notes.txt").write_text("no distribution", encoding="utf-8")
    pypi.upload(path, str(tmp_path / "dist"))
    assert pypi.index.releases.filenames() == ["hello-1.0-py3-none-any.whl", "hello-1.0.tar.gz"]


@pytest.mark.parametrize("where", ["nowhere", ""])
def test_a_path_without_distributions_is_a_usage_error_in_one_line(pypi: FakePyPI, tmp_path: Path, where: str) -> None:
    with pytest.raises(UsageError, match=r"there is no (file|wheel)"):
        pypi.upload(tmp_path / where)
    assert pypi.requests == []


def test_a_rejection_has_status_words_and_rule_and_changes_nothing(pypi: FakePyPI) -> None:
    pypi.upload(wheel("hello", "1.0"))
    with pytest.raises(UploadRejected) as rejected:
        pypi.upload(wheel("hello", "1.0", summary="changed"), wheel("hello", "2.0"))
    assert (rejected.value.status, rejected.value.rule) == (400, "duplicate-file")
    assert rejected.value.message.startswith("File already exists")
    assert "fake-pypi rules duplicate-file" in str(rejected.value)
    assert pypi.index.releases.filenames() == ["hello-1.0-py3-none-any.whl"]
    rejection = pypi.rejections[-1]
    assert (rejection.rule, rejection.project, rejection.version) == ("duplicate-file", "hello", "1.0")
    assert (rejection.filename, rejection.sender) == ("hello-1.0-py3-none-any.whl", "maintainer")


def test_the_same_file_again_is_accepted_and_changes_nothing(pypi: FakePyPI) -> None:
    pypi.upload(wheel("hello", "1.0"))
    serial = pypi.index.journal.last_serial
    pypi.upload(wheel("hello", "1.0"))
    assert (pypi.index.journal.last_serial, len(pypi.rejections)) == (serial, 0)


def test_no_rule_checks_what_is_added(pypi: FakePyPI, tmp_path: Path) -> None:
    pypi.add(wheel("hello", "1.0", broken="no-record"), wheel("other", "1.0", tag="cp311-cp311-linux_x86_64"))
    pypi.add(sdist("third", "1.0").write_to(tmp_path))
    assert [project.name for project in pypi.index.projects.all()] == ["hello", "other", "third"]
    assert (list(pypi.requests), list(pypi.rejections)) == ([], [])
    assert ask(pypi, "/simple/hello/")[0] == 200


def test_yank_and_unyank(pypi: FakePyPI) -> None:
    pypi.add(wheel("hello", "1.0"))
    pypi.yank("Hello", "1", reason="it is broken")
    project = pypi.project("hello")
    assert project is not None
    assert (project.releases["1.0"].yanked, project.releases["1.0"].yanked_reason) == (True, "it is broken")
    pypi.unyank("hello", "1.0")
    project = pypi.project("hello")
    assert project is not None
    assert not project.releases["1.0"].yanked


def test_a_file_a_release_and_a_project_are_deleted_with_their_bytes(pypi: FakePyPI) -> None:
    pypi.add(wheel("hello", "1.0"), sdist("hello", "1.0"), wheel("hello", "2.0"), wheel("hello", "3.0"))
    pypi.delete(filename="hello-1.0.tar.gz")
    pypi.delete("hello", filename="hello-1.0-py3-none-any.whl")
    pypi.delete("hello", "2.0")
    assert [each.name for each in pypi.instance.files.rglob("*.*") if each.is_file()] == ["hello-3.0-py3-none-any.whl"]
    pypi.delete("hello")
    assert pypi.project("hello") is None
    assert [each for each in pypi.instance.files.rglob("*") if each.is_file()] == []
    with pytest.raises(UploadRejected, match="previously used by a file that has since been deleted"):
        pypi.upload(wheel("hello", "1.0"))


def test_a_missing_object_cannot_be_deleted_and_the_error_names_the_existing_ones(pypi: FakePyPI) -> None:
    pypi.add(wheel("hello", "1.0"))
    with pytest.raises(NotFound, match=r"no file 'other\.whl'; there is: hello-1.0-py3-none-any.whl"):
        pypi.delete(filename="other.whl")
    with pytest.raises(NotFound, match="no project 'other'; there is: hello"):
        pypi.delete("other")
    with pytest.raises(NotFound, match=r"no release of hello '2\.0'; there is: 1.0"):
        pypi.delete("hello", "2.0")
    with pytest.raises(UsageError, match="nothing was named to delete"):
        pypi.delete()
    assert pypi.index.releases.filenames() == ["hello-1.0-py3-none-any.whl"]


def test_statuses_of_projects_and_releases(pypi: FakePyPI) -> None:
    pypi.add(wheel("hello", "1.0"))
    pypi.set_status("hello", "archived")
    pypi.set_status("hello", "quarantined", version="1.0")
    project = pypi.project("hello")
    assert project is not None
    assert (project.status, project.releases["1.0"].status) == ("archived", "quarantined")


def test_the_clock_dates_what_comes_in(pypi: FakePyPI) -> None:
    pypi.clock.set(datetime(2030, 1, 1, tzinfo=timezone.utc))
    pypi.upload(wheel("hello", "1.0"))
    pypi.clock.advance(days=15)
    pypi.upload(wheel("hello", "2.0"))
    project = pypi.project("hello")
    assert project is not None
    first, second = (project.releases[version] for version in ("1.0", "2.0"))
    assert (first.created.date().isoformat(), (second.created - first.created).days) == ("2030-01-01", 15)
    assert first.files[0].uploaded.date().isoformat() == "2030-01-01"


def test_a_backdated_release_is_closed_to_new_files(pypi: FakePyPI) -> None:
    pypi.upload(wheel("hello", "1.0"))
    pypi.backdate("hello", "1.0", days=365)
    project = pypi.project("hello")
    assert project is not None
    assert (project.releases["1.0"].files[0].uploaded - project.releases["1.0"].created).days == 365


def test_flags_limits_and_names_are_looked_at(pypi: FakePyPI) -> None:
    pypi.prohibited_names.add("forbidden")
    with pytest.raises(UploadRejected, match="isn't allowed"):
        pypi.upload(wheel("forbidden", "1.0"))
    pypi.limits.file_size = 10
    with pytest.raises(UploadRejected, match="File too large"):
        pypi.upload(wheel("hello", "1.0"))
    pypi.flags.read_only = True
    with pytest.raises(UploadRejected) as rejected:
        pypi.upload(wheel("hello", "1.0"))
    assert rejected.value.status in (403, 503)
    assert pypi.index.projects.all() == []


def test_a_rule_can_be_left_out_from_the_start_or_later(pypi: FakePyPI) -> None:
    pypi.rules = pypi.rules.without("linux-platform-tag") if "linux-platform-tag" in pypi.rules else pypi.rules
    pypi.upload(wheel("hello", "1.0"))
    with FakePyPI(without=["duplicate-file"]) as other:
        assert "duplicate-file" not in other.rules
        assert "duplicate-file" in pypi.rules


def test_requests_are_recorded_as_they_came(pypi: FakePyPI) -> None:
    pypi.upload(wheel("hello", "1.0", summary="A greeting"))
    ask(pypi, "/simple/hello/?x=1")
    upload, read = pypi.requests
    assert (upload.method, upload.path, upload.status, upload.sender) == ("POST", "/legacy/", 200, "maintainer")
    assert (upload.user_agent, upload.filename, upload.via) == ("fake-pypi", "hello-1.0-py3-none-any.whl", "direct")
    assert dict(upload.form)["summary"] == "A greeting"
    assert (read.method, read.path, read.query, read.status) == ("GET", "/simple/hello/", "x=1", 200)
    assert upload.seconds > 0


def test_no_secret_shows_in_what_is_printed(pypi: FakePyPI) -> None:
    pypi.upload(wheel("hello", "1.0"))
    shown = repr(pypi.token) + str(pypi.token) + repr(pypi.requests) + repr(pypi) + str(pypi.requests[0].form)
    assert pypi.token.secret not in shown


def test_tokens_of_users_and_projects(pypi: FakePyPI) -> None:
    pypi.add_user("alice")
    pypi.add_project("hello", owner="alice")
    pypi.upload(wheel("hello", "1.0"), token=pypi.add_token("alice", projects=["hello"]))
    with pytest.raises(UploadRejected, match="isn't allowed to upload to project 'hello'"):
        pypi.upload(wheel("hello", "2.0"))
    pypi.add_project("hello", owner=None)
    pypi.upload(wheel("hello", "2.0"))
    pypi.remove_role("hello", "maintainer")
    project = pypi.project("hello")
    assert project is not None
    assert project.roles == {"alice": "Owner"}


def test_a_user_is_changed_and_removed(pypi: FakePyPI) -> None:
    pypi.add_user("alice")
    assert pypi.change_user("alice", state="frozen").state == "frozen"
    pypi.remove_user("alice")
    with pytest.raises(NotFound, match="no user 'alice'"):
        pypi.add_token("alice")


def test_an_organization_owns_a_project_and_its_members_have_roles(pypi: FakePyPI) -> None:
    pypi.add_project("hello")
    pypi.add_user("bob")
    pypi.add_organization("acme", project="hello", active=False, members={"bob": "manager"})
    owner = pypi.index.projects.organization(pypi.index.projects["hello"].organization)
    assert owner is not None
    assert (owner.name, owner.active) == ("acme", False)
    assert pypi.index.projects.organization_role_of("acme", pypi.index.accounts["bob"]) == "manager"


def test_any_text_can_be_adopted_as_a_token(pypi: FakePyPI) -> None:
    pypi.adopt_token("letmein")
    pypi.upload(wheel("hello", "1.0"), token="letmein")
    pypi.revoke("letmein")
    with pytest.raises(UploadRejected):
        pypi.upload(wheel("hello", "2.0"), token="letmein")


def test_the_environment_points_clients_here(pypi: FakePyPI) -> None:
    env = pypi.env("pip", "twine")
    assert env["PIP_INDEX_URL"] == pypi.simple_url
    assert env["TWINE_REPOSITORY_URL"] == pypi.upload_url


def test_a_port_in_use_is_named() -> None:
    with FakePyPI() as pypi, pytest.raises(PortInUse, match=f"port {pypi.port} on 127.0.0.1 is in use"):
        FakePyPI(port=pypi.port)


def test_after_the_end_nothing_listens_and_no_folder_is_left() -> None:
    with FakePyPI() as pypi:
        pypi.upload(wheel("hello", "1.0"))
        folder = pypi.instance.folder
        assert folder.is_dir()
    assert not folder.exists()
    with pytest.raises(ConnectionRefusedError):
        ask(pypi, "/simple/")


def test_closing_twice_is_fine() -> None:
    pypi = FakePyPI()
    pypi.close()
    pypi.close()


def test_json_has_the_facts_of_the_upload(pypi: FakePyPI) -> None:
    pypi.upload(wheel("hello", "1.0", summary="A greeting"))
    status, body = ask(pypi, "/pypi/hello/json")
    assert (status, json.loads(body)["info"]["summary"]) == (200, "A greeting")


def test_a_change_in_the_name_of_a_user_needs_that_users_permission(pypi: FakePyPI) -> None:
    pypi.add(wheel("owned", "1.0"))
    pypi.add_user("visitor")
    pypi.add_project("owned", owner=pypi.add_user("helper"), role="Maintainer")

    for name in ("visitor", "helper"):
        with pytest.raises(OperationRejected, match="permission-denied"):
            pypi.yank("owned", "1.0", user=name)
        with pytest.raises(OperationRejected, match="permission-denied"):
            pypi.delete("owned", user=name)
    pypi.yank("owned", "1.0", user=pypi.user)
    assert pypi.index.journal.entries("owned")[-1].sender == pypi.user.name


def test_the_parts_have_the_methods_that_have_no_short_name(pypi: FakePyPI) -> None:
    pypi.add(wheel("owned", "1.0"))
    pypi.add_project("owned", owner=pypi.add_user("helper"), role="Maintainer")
    pypi.projects.change_role("owned", "helper", "Owner", user=pypi.user)
    pypi.remove_role("owned", pypi.user, user="helper")
    pypi.projects.archive("owned", user="helper")
    archived = pypi.project("owned")
    assert archived is not None
    assert (archived.status, archived.roles) == ("archived-noindex", {"helper": "Owner"})
    pypi.projects.unarchive("owned", user="helper")

    pending = pypi.add_google_publisher("fresh", email="robot@example.com", pending=True)
    pypi.remove_publisher("fresh", pending)
    assert pypi.index.publishers.pending(pending.issuer) == []
