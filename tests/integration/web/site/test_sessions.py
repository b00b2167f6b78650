"""What keeps the sessions of the site safe: cookies, CSRF tokens, targets of redirects, the order of the gates."""

from __future__ import annotations

import pytest

from fake_pypi.index.accounts import User
from fake_pypi.web.instance import Instance
from tests.integration.web.conftest import instance
from tests.integration.web.site.visiting import PASSWORD, SiteVisitor

__all__ = ["instance"]

LOG_IN = {"username": "alice", "password": PASSWORD}
DEVICE = "; HttpOnly; SameSite=lax"


@pytest.fixture
def alice(instance: Instance) -> User:
    user = instance.index.accounts.add("alice")
    instance.index.passwords.set(user.id, PASSWORD)
    return user


@pytest.fixture
def visitor(instance: Instance, alice: User) -> SiteVisitor:
    return SiteVisitor(instance)


@pytest.fixture
def secure(instance: Instance, alice: User) -> SiteVisitor:
    """A browser at https://pypi.org."""
    return SiteVisitor(instance, host="pypi.org", scheme="https")


def test_a_page_without_a_form_starts_no_session(visitor: SiteVisitor) -> None:
    for path in ("/", "/help/", "/search/", "/nothing/", "/_includes/unauthed/flash-messages/"):
        assert visitor.get(path).cookies == []


@pytest.mark.parametrize(("fixture", "flag"), [("visitor", ""), ("secure", "; secure")])
def test_the_cookie_is_secure_where_the_request_was(request: pytest.FixtureRequest, fixture: str, flag: str) -> None:
    browser: SiteVisitor = request.getfixturevalue(fixture)
    (cookie,) = browser.get("/account/login/").cookies
    assert cookie == f"session_id={browser.cookies['session_id']}; Path=/{flag}; HttpOnly; SameSite=lax"


def test_a_log_in_replaces_the_session_and_its_token(instance: Instance, visitor: SiteVisitor) -> None:
    before, token = visitor.get("/account/login/").field("csrf_token")["value"], visitor.cookies["session_id"]
    assert visitor.log_in("alice").location == "/"
    assert visitor.cookies["session_id"] != token
    assert visitor.csrf_token != before
    assert instance.index.sessions.get(token) is None
    planted = SiteVisitor(instance, cookies={"session_id": token})
    assert planted.get("/manage/account/").location == "/account/login/?next=%2Fmanage%2Faccount%2F"


def test_a_session_id_that_the_index_has_not_given_is_not_used(visitor: SiteVisitor) -> None:
    visitor.cookies["session_id"] = "chosen-by-somebody-else"
    visitor.get("/account/login/")
    assert visitor.cookies["session_id"] != "chosen-by-somebody-else"


def test_other_sessions_end_when_the_password_is_changed(instance: Instance, visitor: SiteVisitor) -> None:
    visitor.log_in("alice")
    instance.index.clock.advance(minutes=1)
    other = SiteVisitor(instance)
    other.log_in("alice")
    instance.index.clock.advance(seconds=1)
    new = {"password": PASSWORD, "new_password": f"{PASSWORD}z", "password_confirm": f"{PASSWORD}z"}
    assert other.post("/manage/account/", new).status == 303
    assert other.get("/manage/account/").status == 200
    ended = visitor.get("/manage/account/")
    assert visitor.followed(ended).flashes == [("error", "Session invalidated by password change")]


def test_a_session_ends_after_twelve_hours(instance: Instance, visitor: SiteVisitor) -> None:
    visitor.log_in("alice")
    instance.index.clock.advance(hours=11)
    assert visitor.get("/manage/projects/").status == 200
    instance.index.clock.advance(hours=12, seconds=1)
    assert visitor.get("/manage/projects/").status == 303


@pytest.mark.parametrize("token", ["", "0" * 43])
@pytest.mark.parametrize("path", ["/account/login/", "/account/register/", "/account/request-password-reset/"])
def test_a_form_without_the_token_of_the_session_is_rejected(visitor: SiteVisitor, path: str, token: str) -> None:
    answer = visitor.post(path, {**LOG_IN, "csrf_token": token})
    assert (answer.status, answer.title) == (400, "400 Bad Request")
    assert b"Bad CSRF token received. Access is denied." in answer.body


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("HTTP_ORIGIN", "https://pypi.org", 303),
        ("HTTP_ORIGIN", "https://evil.example", 400),
        ("HTTP_ORIGIN", "http://pypi.org", 400),
        ("HTTP_ORIGIN", "null", 400),
        ("HTTP_REFERER", "https://pypi.org/account/login/", 303),
        ("HTTP_REFERER", "https://pypi.org.evil.example/", 400),
        ("HTTP_REFERER", "", 400),
    ],
)
def test_a_form_sent_by_https_comes_from_the_site_itself(
    secure: SiteVisitor, header: str, value: str, status: int
) -> None:
    answer = secure.post("/account/login/", LOG_IN, **{"HTTP_ORIGIN": "", header: value})
    assert answer.status == status
    assert (b"Bad CSRF Origin. Access is denied." in answer.body) == (status == 400)


def test_a_field_occurs_once(visitor: SiteVisitor) -> None:
    answer = visitor.post("/account/login/", [("username", "alice"), ("username", "bob"), ("password", "x")])
    assert answer.status == 400
    assert b"POST body may not contain duplicate keys (URL: &#x27;http://127.0.0.1:8000/account/login/" in answer.body


def test_the_method_is_checked_before_the_token(visitor: SiteVisitor) -> None:
    visitor.log_in("alice")
    answer = visitor.post("/manage/projects/", {"csrf_token": "wrong"})
    assert (answer.status, dict(answer.headers)["Allow"]) == (405, "GET, HEAD, OPTIONS")


OUTSIDE = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "/\t/evil.example/",
    "http:evil.example",
    "javascript:alert(1)",
    "http://127.0.0.1:8000@evil.example/",
    "https://127.0.0.1:8000.evil.example/",
    "evil.example",
    "http://[",
)


@pytest.mark.parametrize("target", OUTSIDE)
def test_a_log_in_leads_to_the_site_only(instance: Instance, visitor: SiteVisitor, alice: User, target: str) -> None:
    instance.index.devices.confirm(alice.id, "127.0.0.1")
    step = visitor.post("/account/login/", {**LOG_IN, "next": target}).location or ""
    answer = visitor.post(step, {"method": "totp", "totp_value": visitor.totp(alice)})
    assert dict(answer.headers)["Location"] == "http://127.0.0.1:8000/"
    answer = visitor.post("/account/logout/", {"next": target})
    assert dict(answer.headers)["Location"] == "http://127.0.0.1:8000/"


@pytest.mark.parametrize("target", ["/manage/account/?a=b", "http://127.0.0.1:8000/manage/account/"])
def test_a_log_in_leads_back_to_a_page_of_the_site(
    instance: Instance, visitor: SiteVisitor, alice: User, target: str
) -> None:
    instance.index.devices.confirm(alice.id, "127.0.0.1")
    step = visitor.post("/account/login/", {**LOG_IN, "next": target}).location or ""
    answer = visitor.post(step, {"method": "totp", "totp_value": visitor.totp(alice)})
    assert (answer.location or "").startswith("/manage/account/")


def test_the_form_keeps_the_page_that_it_leads_to(visitor: SiteVisitor) -> None:
    answer = visitor.get("/account/login/?next=/manage/projects/")
    assert answer.field("next")["value"] == "/manage/projects/"
    assert answer.page.by_id("login-form").attributes["action"] == "/account/login/?next=%2Fmanage%2Fprojects%2F"


def test_a_message_is_shown_once_wherever_it_is_read_first(visitor: SiteVisitor) -> None:
    include = "/_includes/unauthed/flash-messages/"
    visitor.get("/account/two-factor/")
    (bar,) = visitor.get(include).page.all("div")
    assert bar.attributes["class"].split() == [
        "notification-bar",
        "notification-bar--danger",
        "notification-bar--dismissable",
    ]
    assert (bar.attributes["role"], bar.words) == ("alert", "Invalid or expired two factor login.")
    assert visitor.get("/").flashes == []
    visitor.get("/account/two-factor/")
    assert visitor.get("/").flashes == [("error", "Invalid or expired two factor login.")]
    assert visitor.get(include).page.all("div") == []


REAUTHENTICATED = "/manage/account/", "/manage/account/token/?selected_project=demo", "/manage/account/two-factor/"


@pytest.mark.parametrize("path", REAUTHENTICATED)
def test_a_password_is_needed_again_after_half_an_hour(instance: Instance, visitor: SiteVisitor, path: str) -> None:
    visitor.log_in("alice")
    assert visitor.get(path).title != "Confirm password · PyPI"
    instance.index.clock.advance(minutes=31)
    page = visitor.get(path)
    assert (page.status, page.title) == (200, "Confirm password · PyPI")
    names = ("next_route", "next_route_matchdict", "next_route_query")
    hidden = {name: page.field(name)["value"] for name in names}
    for password in ("wrong", PASSWORD):
        answer = visitor.post("/account/reauthenticate/", {**hidden, "password": password})
        assert (answer.status, answer.location) == (303, path)
        assert (visitor.get(path).title == "Confirm password · PyPI") == (password == "wrong")
    assert visitor.post("/account/reauthenticate/", {**hidden, "next_route": "https://evil.example"}).status == 404


def test_pages_that_change_nothing_need_no_password(instance: Instance, visitor: SiteVisitor) -> None:
    visitor.log_in("alice")
    instance.index.clock.advance(minutes=31)
    assert visitor.get("/manage/projects/").title == "Your projects · PyPI"


def test_recovery_codes_need_a_password_of_ten_seconds_ago(instance: Instance, visitor: SiteVisitor) -> None:
    visitor.log_in("alice")
    instance.index.clock.advance(seconds=11)
    path = "/manage/account/recovery-codes/generate"
    assert visitor.get(path).title == "Confirm password · PyPI"


def test_a_page_that_is_not_offered_is_not_found_for_a_user(visitor: SiteVisitor) -> None:
    assert visitor.get("/manage/organization/demo/settings/").status == 303
    visitor.log_in("alice")
    assert visitor.get("/manage/organization/demo/settings/").status == 404


def test_every_link_of_the_pages_of_an_account_leads_to_a_page(visitor: SiteVisitor) -> None:
    visitor.log_in("alice")
    for path in ("/", "/manage/projects/", "/manage/account/", "/manage/account/two-factor/", "/manage/account/token/"):
        for link in visitor.get(path).page.links:
            if link.startswith("/"):
                visitor.instance.index.clock.advance(seconds=1)  # for the limit on searches
                assert visitor.get(link).status in {200, 303}, link


LOCAL = ("/_fake/", "/_fake/mail", "/_fake/totp")


@pytest.mark.parametrize("path", LOCAL)
def test_pages_about_the_fake_are_for_this_machine_only(instance: Instance, alice: User, path: str) -> None:
    assert SiteVisitor(instance).get(path).status == 200
    assert SiteVisitor(instance, host="pypi.localhost:8000").get(path).status == 200
    for host, address in (("pypi.org", "127.0.0.1"), ("127.0.0.1:8000", "10.1.2.3"), ("evil.example", "127.0.0.1")):
        assert SiteVisitor(instance, host=host, address=address).get(path).status == 404


def test_the_mailbox_is_a_page_and_json(instance: Instance, visitor: SiteVisitor, alice: User) -> None:
    import json

    visitor.post("/account/request-password-reset/", {"username_or_email": "alice"})
    page = visitor.get("/_fake/mail").page
    (link,) = [link for link in page.links if "reset-password" in link]
    assert link.startswith("http://127.0.0.1:8000/account/reset-password/?token=")
    assert visitor.get(link.removeprefix("http://127.0.0.1:8000")).status == 200
    (message,) = json.loads(visitor.get("/_fake/mail", HTTP_ACCEPT="application/json").body)
    assert sorted(message) == ["subject", "text", "to"]
    assert (message["to"], message["subject"]) == ("alice <alice@example.com>", "[PyPI] Password reset request")


def test_the_present_codes_of_users_are_shown(visitor: SiteVisitor, alice: User) -> None:
    assert visitor.totp(alice) in visitor.get("/_fake/totp").page.one("table").words


def test_users_log_in_and_out_in_read_only_mode_and_change_nothing(
    instance: Instance, visitor: SiteVisitor, alice: User
) -> None:
    index = instance.index
    index.devices.confirm(alice.id, visitor.address)
    before = (index.accounts["alice"].last_login, index.events.count(alice.id))
    index.flags.set("read-only")
    assert visitor.log_in("alice").location == "/"
    assert visitor.get("/manage/projects/").status == 200
    assert visitor.post("/manage/account/", {"name": "Another", "public_email": ""}).location == "/manage/account/"
    assert visitor.get("/manage/account/").flashes == [("success", "Account details updated")]  # as on PyPI, which errs
    assert index.accounts["alice"].full_name != "Another"
    assert (index.accounts["alice"].last_login, index.events.count(alice.id)) == before
    instance.index.clock.advance(minutes=31)
    assert visitor.get("/manage/account/").title == "Confirm password · PyPI"
    fields = {"next_route": "manage.account", "next_route_matchdict": "{}", "next_route_query": "{}"}
    visitor.post("/account/reauthenticate/", {**fields, "password": PASSWORD})
    assert visitor.get("/manage/account/").title == "Account settings · PyPI"
    visitor.post("/account/logout/", {})
    assert visitor.get("/manage/account/").status == 303


def test_an_account_that_is_created_in_read_only_mode_does_not_exist(instance: Instance, visitor: SiteVisitor) -> None:
    instance.index.flags.set("read-only")
    form = {"username": "dave", "email": "dave@example.com", "new_password": PASSWORD, "password_confirm": PASSWORD}
    assert visitor.post("/account/register/", form).location == "/"
    assert instance.index.accounts.find("dave") is None
    assert visitor.get("/manage/account/").status == 303
    assert visitor.get("/").status == 200
