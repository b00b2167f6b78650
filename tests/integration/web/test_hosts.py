"""Which address is at which host: the real names share the parts out, any other address has all of them."""

from __future__ import annotations

import pytest

from fake_pypi.packages.wheel import wheel
from fake_pypi.sites import TESTPYPI
from fake_pypi.web.instance import Instance
from tests.integration.asking import ask
from tests.integration.web.conftest import Add
from tests.integration.web.reading import simple

WHERE = {
    "/simple/": {"pypi.org", "loopback"},
    "/pypi/demo/json": {"pypi.org", "loopback"},
    "/rss/updates.xml": {"pypi.org", "loopback"},
    "/project/demo/": {"pypi.org", "loopback"},
    "/legacy/": {"upload.pypi.org", "loopback"},
    "/": {"pypi.org", "upload.pypi.org", "loopback"},
    "/_health/": {"pypi.org", "upload.pypi.org", "files.pythonhosted.org", "loopback"},
    "FILE": {"files.pythonhosted.org", "loopback"},
}
HOSTS = {each: each for each in ("pypi.org", "upload.pypi.org", "files.pythonhosted.org")}
HOSTS["loopback"] = "127.0.0.1:8000"


@pytest.mark.parametrize("path", WHERE)
def test_an_address_is_at_its_hosts_only(instance: Instance, add: Add, path: str) -> None:
    add(wheel("demo", "1.0"))
    asked = "/" + simple(instance, "demo")["files"][0]["url"].split("/", 3)[3] if path == "FILE" else path
    assert {name for name, host in HOSTS.items() if ask(instance, "GET", asked, HTTP_HOST=host).status == 200} == WHERE[
        path
    ]


def test_the_index_redirects_files_to_the_file_host(instance: Instance, add: Add) -> None:
    got = ask(instance, "GET", "/packages/aa/bb/cc/x.whl", HTTP_HOST="pypi.org")
    assert (got.status, got.headers["Location"]) == (301, "https://files.pythonhosted.org/packages/aa/bb/cc/x.whl")


def test_testpypi_has_index_and_uploads_at_one_host() -> None:
    instance = Instance(TESTPYPI)
    try:
        statuses = {
            path: ask(instance, "GET", path, HTTP_HOST="test.pypi.org").status for path in ("/simple/", "/legacy/")
        }
        files = ask(instance, "GET", "/packages/a/b/x", HTTP_HOST="test.pypi.org").headers["Location"]
    finally:
        instance.close()
    assert statuses == {"/simple/": 200, "/legacy/": 200}
    assert files == "https://test-files.pythonhosted.org/packages/a/b/x"


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/simple/demo", "/simple/demo/"),
        ("/simple/Demo_x/?a=b", None),
        ("/pypi", "/pypi/"),
        ("/pypi/", "/"),
        ("/pypi/demo/", "/project/demo/"),
        ("/pypi/demo/1.0/", "/project/demo/1.0/"),
        ("/p/demo/", "/project/demo/"),
        ("/project/Demo/", "/project/demo/"),
        ("/rss/updates.xml/", None),
    ],
)
def test_old_and_incomplete_addresses_lead_on(instance: Instance, add: Add, path: str, target: str | None) -> None:
    add(wheel("demo", "1.0"))
    got = ask(instance, "GET", path, HTTP_HOST="pypi.org")
    expected = (404, None) if target is None else (301, f"https://pypi.org{target}")
    assert (got.status, got.headers.get("Location")) == expected


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_reading_addresses_take_reading_methods_only(instance: Instance, add: Add, method: str) -> None:
    add(wheel("demo", "1.0"))
    for path in ("/simple/", "/simple/demo/", "/pypi/demo/json", "/rss/updates.xml", "/project/demo/"):
        got = ask(instance, method, path)
        assert (got.status, got.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert ask(instance, method, "/simple/nope/").status == 404


def test_a_form_that_cannot_be_parsed_is_rejected_at_every_address(instance: Instance) -> None:
    for path in ("/legacy/", "/simple/", "/nope"):
        got = ask(instance, "POST", path, b"x", CONTENT_TYPE="multipart/form-data", HTTP_ACCEPT="text/html")
        assert got.status == 400
        assert b"\nInvalid Form Data.\n" in got.body
