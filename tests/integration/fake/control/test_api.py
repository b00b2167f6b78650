"""The control API over a socket: who may use it, what it rejects, and that it does what the Python objects do."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from typing import Any, get_args
from urllib.parse import urlsplit

import pytest

from fake_pypi import FakeIndexes, UploadRejected, wheel
from fake_pypi.fake.control.pair_endpoints import Server
from fake_pypi.fake.control.pairs import SiteName
from fake_pypi.fake.http_upload import upload
from fake_pypi.index.second_factors import totp_code
from fake_pypi.sites import ALL_SITES, OTHER_SERVERS
from fake_pypi.web.control.control_application import LARGEST_BODY


@pytest.fixture
def indexes() -> Iterator[FakeIndexes]:
    with FakeIndexes(installed=False) as opened:
        opened.pypi.upload(wheel("hello", "1.0"))
        yield opened


def request(
    indexes: FakeIndexes,
    method: str,
    path: str,
    body: bytes | None = None,
    *,
    headers: dict[str, str] | None = None,
) -> tuple[int, dict[str, str], Any]:
    """Send a request with exactly these headers; return status, headers and the value of the JSON."""
    address = urlsplit(indexes.control)
    with closing(http.client.HTTPConnection("127.0.0.1", int(address.port or 0), timeout=60)) as connection:
        target = path if path.startswith("/") else f"{address.path}{path}"
        connection.request(method, target, body, headers or {})
        response = connection.getresponse()
        text = response.read()
        return response.status, dict(response.getheaders()), json.loads(text) if text else None


def call(indexes: FakeIndexes, method: str, path: str, **members: Any) -> tuple[int, Any]:
    """Call an endpoint below the main pair with the secret; return status and value."""
    body = json.dumps(members).encode() if members else None
    headers = {"Authorization": f"Bearer {indexes.control_secret}"}
    if body is not None:
        headers["Content-Type"] = "application/json"
    status, _, value = request(indexes, method, f"indexes/main/{path}", body, headers=headers)
    return status, value


@pytest.mark.parametrize("path", ["", "indexes", "indexes/main/pypi/users", "nothing", "/_fake/api/v1"])
@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer wrong", "Bearer \xe9", "Basic {secret}", "{secret}", "Bearer {secret}x"],
)
def test_every_address_of_the_api_needs_the_secret(indexes: FakeIndexes, path: str, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization.format(secret=indexes.control_secret)}
    status, fields, value = request(indexes, "GET", path, headers=headers)
    assert (status, fields["Content-Type"]) == (401, "application/problem+json")
    assert fields["WWW-Authenticate"].startswith("Bearer ")
    assert value["status"] == 401
    assert not any(name.lower().startswith("access-control-") for name in fields)


def test_health_and_openapi_need_no_secret(indexes: FakeIndexes) -> None:
    assert request(indexes, "GET", "/_fake/health")[::2] == (200, {"alive": True, "ready": True})
    status, _, document = request(indexes, "GET", "/_fake/openapi.json")
    assert (status, document["openapi"]) == (200, "3.1.0")
    assert document["servers"] == [{"url": indexes.control.rstrip("/")}]


def test_a_real_host_name_has_no_control_api_on_a_public_address() -> None:
    with FakeIndexes(installed=False, control_host="0.0.0.0") as indexes:
        headers = {"Authorization": f"Bearer {indexes.control_secret}", "Host": "pypi.org"}
        assert request(indexes, "GET", "indexes", headers=headers)[0] == 421
        headers["Host"] = "upload.pypi.org:443"
        assert request(indexes, "GET", "/_fake/health", headers=headers)[0] == 421
        headers["Host"] = "indexes.company.example"
        assert request(indexes, "GET", "indexes", headers=headers)[0] == 200


def test_two_pairs_of_indexes_have_two_secrets(indexes: FakeIndexes) -> None:
    with FakeIndexes(installed=False) as others:
        assert others.control_secret != indexes.control_secret


@pytest.mark.parametrize(
    ("method", "path", "content_type", "body", "status"),
    [
        ("GET", "nothing", None, None, 404),
        ("GET", "indexes/other/pypi/users", None, None, 404),
        ("GET", "indexes/main/npm/users", None, None, 400),
        ("PUT", "indexes/main/pypi/users", "application/json", b"{}", 405),
        ("HEAD", "indexes", None, None, 405),
        ("POST", "indexes/main/pypi/users", "application/json", b"", 400),
        ("POST", "indexes/main/pypi/users", "application/json", b"{", 400),
        ("POST", "indexes/main/pypi/users", "application/json", b'{"name": "\xff"}', 400),
        ("POST", "indexes/main/pypi/users", "application/json", b"[" * 90_000, 400),
        ("POST", "indexes/main/pypi/users", "application/json", b'{"name": "a\\u0000b"}', 400),
        ("POST", "indexes/main/pypi/users", "application/json", b'{"name": "a", "x": 1}', 400),
        ("POST", "indexes/main/pypi/users", "application/x-www-form-urlencoded", b"name=alice", 415),
        ("POST", "indexes/main/pypi/users", "application/json", b" " * (LARGEST_BODY + 1), 413),
        ("POST", "indexes/main/pypi/clock/advance", "application/json", b'{"days": 1e10}', 409),
        ("POST", "indexes/main/pypi/clock/advance", "application/json", b'{"days": 1e999}', 400),
        ("GET", "indexes/main/pypi/users/%00", None, None, 400),
        ("GET", "indexes/main/pypi/users/%ff", None, None, 400),
        ("GET", "indexes/main/pypi/requests?after=x", None, None, 400),
        ("GET", "indexes/main/pypi/requests?path=%ff", None, None, 400),
    ],
)
def test_a_wrong_request_is_a_problem_of_the_client(
    indexes: FakeIndexes, *, method: str, path: str, content_type: str | None, body: bytes | None, status: int
) -> None:
    headers = {"Authorization": f"Bearer {indexes.control_secret}"}
    if content_type is not None:
        headers["Content-Type"] = content_type
    answer = request(indexes, method, path, body, headers=headers)
    assert (answer[0], answer[1]["Content-Type"]) == (status, "application/problem+json")
    if method != "HEAD":
        assert answer[2]["status"] == status
        assert answer[2]["detail"]
    assert indexes.servers.errors == []


def test_another_method_is_answered_with_those_that_are_possible(indexes: FakeIndexes) -> None:
    headers = {"Authorization": f"Bearer {indexes.control_secret}"}
    status, fields, _ = request(indexes, "OPTIONS", "indexes", headers=headers)
    assert (status, fields["Allow"]) == (405, "GET, POST")


def test_releases_are_yanked_unyanked_and_deleted(indexes: FakeIndexes) -> None:
    release = "pypi/projects/hello/releases/1.0"
    status, project = call(indexes, "POST", f"{release}/yank", reason="broken")
    assert (status, project["releases"]["1.0"]["yanked_reason"]) == (200, "broken")
    assert call(indexes, "POST", f"{release}/unyank", user=None)[1]["releases"]["1.0"]["yanked"] is False
    error = "there is no release of hello '2.0'; there is: 1.0"
    assert call(indexes, "POST", "pypi/projects/hello/releases/2.0/yank", reason="")[1]["detail"] == error
    assert call(indexes, "DELETE", "pypi/files/hello-1.0-py3-none-any.whl") == (204, None)
    assert indexes.pypi.index.releases.filenames() == []
    assert call(indexes, "DELETE", "pypi/projects/hello") == (204, None)
    assert indexes.pypi.project("hello") is None


def test_what_a_user_may_not_do_is_403_with_the_reason_and_the_message_of_pypi(indexes: FakeIndexes) -> None:
    indexes.pypi.add_user("eve")
    status, problem = call(indexes, "POST", "pypi/projects/hello/releases/1.0/yank", user="eve")
    assert (status, problem["reason"]) == (403, "permission-denied")


def test_a_token_is_created_for_one_index_and_revoked(indexes: FakeIndexes) -> None:
    status, token = call(indexes, "POST", "testpypi/tokens", description="for the test")
    assert (status, token["projects"]) == (201, None)
    indexes.testpypi.upload(wheel("hello", "1.0"), token=token["secret"])
    listed = call(indexes, "GET", "testpypi/users/maintainer/tokens")[1]
    assert [each["description"] for each in listed] == ["for the test"]
    assert "secret" not in listed[0]
    assert call(indexes, "POST", "testpypi/tokens/revoke", token=token["id"]) == (204, None)
    with pytest.raises(UploadRejected):
        indexes.testpypi.upload(wheel("hello", "2.0"), token=token["secret"])


def test_the_code_of_an_authentication_application_is_shown(indexes: FakeIndexes) -> None:
    user = indexes.pypi.add_user("alice")
    now = indexes.pypi.clock.timestamp()
    secret = indexes.pypi.index.second_factors.totp_secret(user.id) or b""
    status, value = call(indexes, "GET", "pypi/users/alice/totp")
    assert status == 200
    assert value["code"] in {totp_code(secret, now), totp_code(secret, now + 30)}
    call(indexes, "PATCH", "pypi/users/alice", two_factor=False)
    status, problem = call(indexes, "GET", "pypi/users/alice/totp")
    assert (status, "alice has no authentication application" in problem["detail"]) == (409, True)


def test_a_publisher_is_trusted_and_a_job_publishes_with_its_variables(indexes: FakeIndexes) -> None:
    facts = {"owner": "octo", "repository": "demo", "workflow": "release.yml"}
    status, publisher = call(indexes, "POST", "pypi/publishers/github", project="hello", **facts)
    assert (status, publisher["kind"], publisher["projects"]) == (201, "github", ["hello"])
    variables = call(indexes, "POST", "pypi/jobs/github", claims={"ref": "refs/tags/v1"})[1]["variables"]
    assert variables["GITHUB_REPOSITORY"] == "octo/demo"
    assert call(indexes, "DELETE", f"pypi/publishers/{publisher['id']}") == (204, None)
    assert call(indexes, "GET", "pypi/publishers") == (200, [])


def test_flags_limits_rules_and_the_clock_are_those_of_the_index(indexes: FakeIndexes) -> None:
    assert call(indexes, "PUT", "pypi/flags/read-only", on=True)[1]["read-only"] is True
    assert indexes.pypi.flags.read_only
    assert call(indexes, "PUT", "pypi/flags/unknown", on=True)[0] == 409
    assert call(indexes, "PATCH", "pypi/limits", file_size=10)[1]["file_size"] == 10
    assert indexes.pypi.limits.file_size == 10
    rules = call(indexes, "PUT", "pypi/rules", without=["unknown-classifier"])[1]["rules"]
    assert "unknown-classifier" not in rules
    assert call(indexes, "PUT", "pypi/clock", now="2030-01-01T00:00:00Z")[0] == 200
    assert indexes.pypi.clock.now().year == 2030


def test_a_file_is_added_without_an_upload(indexes: FakeIndexes) -> None:
    package = wheel("other", "1.0")
    headers = {"Authorization": f"Bearer {indexes.control_secret}", "Content-Type": "application/octet-stream"}
    path = f"indexes/main/pypi/packages/{package.filename}"
    assert request(indexes, "PUT", path, package.read(), headers=headers)[::2] == (
        201,
        {"filenames": [package.filename]},
    )
    project = indexes.pypi.project("other")
    assert project is not None
    assert project.releases["1.0"].filenames == [package.filename]
    assert request(indexes, "PUT", path, b"no zip", headers=headers)[0] == 409


def test_requests_rejections_mail_and_faults_are_listed(indexes: FakeIndexes) -> None:
    with pytest.raises(UploadRejected):
        indexes.pypi.upload(wheel("hello", "1.0", summary="another"))
    seen = call(indexes, "GET", "pypi/requests?method=POST")[1]
    assert [each["status"] for each in seen["requests"]] == [200, 400]
    assert call(indexes, "GET", f"pypi/requests?after={seen['total']}")[1]["requests"] == []
    assert call(indexes, "GET", "pypi/rejections")[1]["rejections"][0]["rule"] == "duplicate-file"
    status, faults = call(indexes, "POST", "pypi/faults", fault="reset when path=/nothing")
    assert (status, faults) == (201, [{"fault": "reset when path=/nothing", "used": 0}])
    assert call(indexes, "POST", "pypi/faults", fault="earthquake")[0] == 409
    assert call(indexes, "DELETE", "pypi/faults") == (204, None)
    assert indexes.pypi.faults.used == {}
    assert call(indexes, "GET", "pypi/mail") == (200, [])


def test_a_client_can_wait_for_a_request(indexes: FakeIndexes) -> None:
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(call, indexes, "GET", "pypi/requests/wait?path=/simple/other/&timeout=60")
        with closing(http.client.HTTPConnection("127.0.0.1", indexes.pypi.port, timeout=60)) as client:
            client.request("GET", "/simple/other/")
            client.getresponse().read()
        status, found = waiting.result(timeout=60)
    assert (status, [each["path"] for each in found["requests"]]) == (200, ["/simple/other/"])
    assert call(indexes, "GET", "pypi/requests/wait?path=/never&timeout=0")[1]["requests"] == []


def test_requests_are_found_by_the_conditions_of_python(indexes: FakeIndexes) -> None:
    indexes.pypi.upload(wheel("hello", "2.0"))
    for query, number in (
        ("accepted=true", 2),
        ("accepted=true&version=2.0&project=Hello", 1),
        ("filename=hello-*.whl&status=200&method=POST", 2),
        ("client=nobody", 0),
        ("rule=duplicate-file", 0),
    ):
        found = call(indexes, "GET", f"pypi/requests?{query}")[1]["requests"]
        assert (query, len(found)) == (query, number)
    assert call(indexes, "GET", "pypi/requests?agent=pip")[0] == 400
    waited = call(indexes, "GET", "pypi/requests/wait?accepted=true&number=2&timeout=60")[1]
    assert [each["form"]["version"] for each in waited["requests"]] == ["1.0", "2.0"]
    fewer = call(indexes, "GET", "pypi/requests/wait?accepted=true&number=3&timeout=0")[1]
    assert len(fewer["requests"]) == 2


def test_what_the_python_objects_can_look_up_can_be_looked_up(indexes: FakeIndexes) -> None:
    release = call(indexes, "GET", "pypi/projects/Hello/releases/1.0")[1]
    file = indexes.pypi.project("hello").releases["1.0"].files[0]  # type: ignore[union-attr]  # the fixture added it
    assert (release["version"], release["files"][0]["sha256"]) == ("1.0", file.sha256)
    listed = call(indexes, "GET", f"pypi/files/{file.filename}")[1]
    assert (listed["project"], listed["version"], listed["file"]["size"]) == ("hello", "1.0", file.size)
    for missing in ("pypi/projects/hello/releases/2.0", "pypi/projects/other/releases/1.0", "pypi/files/other.whl"):
        assert call(indexes, "GET", missing)[0] == 404
    assert call(indexes, "GET", "pypi/errors") == (200, [])
    assert call(indexes, "GET", "notices") == (200, [])
    assert call(indexes, "GET", "blocked-requests") == (200, [])
    with closing(http.client.HTTPConnection("127.0.0.1", int(urlsplit(indexes.proxy_url).port or 0))) as client:
        client.request("GET", "http://example.org/")
        client.getresponse().read()
    assert call(indexes, "GET", "blocked-requests") == (200, indexes.blocked_requests)
    assert "example.org" in indexes.blocked_requests[0]


def test_errors_inside_an_index_are_listed(indexes: FakeIndexes) -> None:
    def fail(_request: object) -> None:
        raise RuntimeError("the disk is on fire")

    indexes.pypi.instance.record.listeners.append(fail)
    with closing(http.client.HTTPConnection("127.0.0.1", indexes.pypi.port, timeout=60)) as client, suppress(OSError):
        client.request("GET", "/simple/")
        client.getresponse().read()
    indexes.pypi.instance.record.listeners.remove(fail)
    expected = [{"kind": "RuntimeError", "message": "the disk is on fire"}]
    deadline = time.monotonic() + 60
    while (found := call(indexes, "GET", "pypi/errors")[1]) != expected and time.monotonic() < deadline:
        time.sleep(0.01)
    assert found == expected


def test_a_pair_is_opened_with_the_rules_of_a_date(indexes: FakeIndexes) -> None:
    headers = {"Authorization": f"Bearer {indexes.control_secret}", "Content-Type": "application/json"}
    status, _, pair = request(indexes, "POST", "indexes", b'{"as_of": "2023-06-01"}', headers=headers)
    assert status == 201
    rules = request(indexes, "GET", f"indexes/{pair['id']}/testpypi/rules", headers=headers)[2]["rules"]
    assert "password-with-two-factor" in rules
    assert "release-closed" not in rules
    assert "release-closed" in call(indexes, "GET", "pypi/rules")[1]["rules"]


def test_a_pair_is_opened_with_ports_of_its_own_and_ended(indexes: FakeIndexes) -> None:
    headers = {"Authorization": f"Bearer {indexes.control_secret}", "Content-Type": "application/json"}
    status, _, pair = request(indexes, "POST", "indexes", b'{"without": ["unknown-classifier"]}', headers=headers)
    assert status == 201
    assert pair["pypi"]["url"] not in {indexes.pypi.url, indexes.testpypi.url}
    port = int(urlsplit(pair["pypi"]["url"]).port or 0)
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as client:
        client.request("GET", "/simple/hello/")
        assert client.getresponse().status == 404
    listed = request(indexes, "GET", "indexes", headers=headers)[2]
    assert [each["id"] for each in listed] == ["main", pair["id"]]
    assert request(indexes, "DELETE", f"indexes/{pair['id']}", headers=headers)[0] == 204
    with pytest.raises(ConnectionError):
        http.client.HTTPConnection("127.0.0.1", port, timeout=60).request("GET", "/")
    assert request(indexes, "DELETE", "indexes/main", headers=headers)[0] == 409


def test_a_state_is_saved_restored_and_emptied(indexes: FakeIndexes) -> None:
    assert call(indexes, "POST", "restore")[0] == 404
    status, first = call(indexes, "POST", "snapshot")
    assert status == 201
    assert call(indexes, "DELETE", "pypi/projects/hello")[0] == 204
    second = call(indexes, "POST", "snapshot")[1]
    assert call(indexes, "GET", "snapshots")[1] == [first, second]
    assert call(indexes, "POST", "restore", snapshot=first["id"])[0] == 200
    assert call(indexes, "GET", "pypi/projects")[1] == {"names": ["hello"]}
    assert call(indexes, "POST", "restore")[0] == 200  # the newest
    assert call(indexes, "GET", "pypi/projects")[1] == {"names": []}
    assert call(indexes, "DELETE", f"snapshots/{second['id']}") == (204, None)
    assert call(indexes, "POST", "restore", snapshot=second["id"])[0] == 404
    assert call(indexes, "POST", "reset")[1]["pypi"]["token"] == indexes.pypi.token.secret
    indexes.pypi.upload(wheel("hello", "1.0"))


def test_the_proxy_and_its_authority_are_shown(indexes: FakeIndexes) -> None:
    status, real_hosts = call(indexes, "GET", "real-hosts")
    assert (status, real_hosts["proxy_url"]) == (200, indexes.servers.proxy.url)
    assert real_hosts["authority"] == indexes.servers.ca_pem.read_text(encoding="ascii")
    assert "pypi.org" in real_hosts["hosts"]


def test_each_part_of_the_python_interface_has_endpoints(indexes: FakeIndexes) -> None:
    document = request(indexes, "GET", "/_fake/openapi.json")[2]
    site = "/indexes/{indexes}/{site}/"
    parts = {path.removeprefix(site).partition("/")[0] for path in document["paths"] if path.startswith(site)}
    assert parts >= {
        *("users", "tokens", "projects", "files", "organizations", "publishers", "jobs", "identity-tokens"),
        *("flags", "limits", "prohibited-names", "rules", "attestations", "clock"),
        *("faults", "requests", "rejections", "mail", "packages", "scenario", "squat", "prune"),
    }


def test_every_other_server_can_be_opened_beside_pypi(indexes: FakeIndexes) -> None:
    assert get_args(Server) == tuple(OTHER_SERVERS)
    assert get_args(SiteName) == tuple(ALL_SITES)
    headers = {"Authorization": f"Bearer {indexes.control_secret}", "Content-Type": "application/json"}
    for site in OTHER_SERVERS:
        body = json.dumps({"site": site}).encode()
        status, _, pair = request(indexes, "POST", "indexes", body, headers=headers)
        assert (status, pair["pypi"], pair[site]["token"]) == (201, None, None)
        address, credentials = pair[site]["upload_url"], (pair[site]["username"], pair[site]["password"])
        answer = upload(address, wheel("hello", "1.0"), credentials[1], user=credentials[0])
        assert answer[0] in {200, 201}
        status, _, projects = request(indexes, "GET", f"indexes/{pair['id']}/{site}/projects", headers=headers)
        assert (status, projects) == (200, {"names": ["hello"]})
        status, _, problem = request(indexes, "GET", f"indexes/{pair['id']}/pypi/projects", headers=headers)
        assert (status, problem["detail"]) == (404, f"there is no index 'pypi'; there is: {site}")
        assert request(indexes, "GET", f"indexes/{pair['id']}/real-hosts", headers=headers)[0] == 409
        assert request(indexes, "POST", f"indexes/{pair['id']}/{site}/tokens", b"{}", headers=headers)[0] == 409
        assert request(indexes, "DELETE", f"indexes/{pair['id']}", headers=headers)[0] == 204


@pytest.mark.parametrize(
    ("members", "status", "detail"),
    [
        ({"site": "maven"}, 400, "site is not one of pypiserver, devpi, gitlab, nexus"),
        ({"site": "devpi", "without": ["duplicate-file"]}, 409, "devpi has no rules: leave without out"),
        ({"site": "devpi", "as_of": "2024-06-01"}, 409, "devpi has no rules of PyPI: leave as_of out"),
        ({"as_of": "2022-12-31"}, 409, "the rules of 2022-12-31 are not known: choose a date from 2023-01-01 on"),
        ({"site": "devpi", "installed": True}, 409, "devpi has no fallback packages: leave installed out"),
        ({"site": "gitlab", "testpypi_port": 8081}, 409, "GitLab has one address: leave testpypi_port out"),
    ],
)
def test_what_does_not_fit_another_server_is_rejected(
    indexes: FakeIndexes, members: dict[str, Any], status: int, detail: str
) -> None:
    headers = {"Authorization": f"Bearer {indexes.control_secret}", "Content-Type": "application/json"}
    answer = request(indexes, "POST", "indexes", json.dumps(members).encode(), headers=headers)
    assert (answer[0], answer[2]["detail"]) == (status, detail)
