"""Header fields and forms of recorded requests: mappings that have no credentials."""

from __future__ import annotations

from fake_pypi.web.recording.headers import FormFields, Headers, request_headers

SECRET = "swordfish-" * 4


def test_header_names_are_compared_without_case() -> None:
    headers = Headers((("Content-Type", "text/html"), ("X-One", "1")))
    assert headers["content-type"] == headers["CONTENT-TYPE"] == "text/html"
    assert dict(headers) == {"content-type": "text/html", "x-one": "1"}
    assert "accept" not in headers


def test_repeated_fields_are_joined_and_stay_apart_in_the_pairs() -> None:
    headers = Headers((("Link", "<a>"), ("link", "<b>")))
    assert (headers["Link"], len(headers)) == ("<a>, <b>", 1)
    assert headers.pairs == [("Link", "<a>"), ("link", "<b>")]


def test_credentials_and_cookies_are_not_stored() -> None:
    headers = Headers(
        (
            ("authorization", f"Basic {SECRET}"),
            ("Proxy-Authorization", SECRET),
            ("cookie", f"session_id={SECRET}; user_id__insecure={SECRET}"),
            ("Set-Cookie", f"session_id={SECRET}; HttpOnly; Path=/"),
            ("referer", f"https://pypi.org/account/verify-email/?token={SECRET}&x=1"),
        )
    )
    assert headers.pairs == [
        ("authorization", "Basic ********"),
        ("Proxy-Authorization", "********"),
        ("cookie", "session_id=********; user_id__insecure=********"),
        ("Set-Cookie", "session_id=********; HttpOnly; Path=/"),
        ("referer", "https://pypi.org/account/verify-email/?token=********&x=1"),
    ]
    assert SECRET not in f"{headers!r}{headers._pairs!r}"


def test_a_token_in_another_header_is_redacted_when_it_is_read() -> None:
    token = "pypi-" + "AgEIcHlwaS5vcmc" + "x" * 40
    headers = Headers((("x-api-key", token),))
    assert token not in f"{headers['x-api-key']}{headers!r}"


def test_headers_come_from_wsgi_variables_if_the_server_is_another_one() -> None:
    environ = {"HTTP_USER_AGENT": "curl/8", "CONTENT_TYPE": "text/plain", "CONTENT_LENGTH": "", "SERVER_NAME": "x"}
    assert dict(request_headers(environ)) == {"user-agent": "curl/8", "content-type": "text/plain"}


def test_a_form_is_a_mapping_with_the_first_text_of_each_field() -> None:
    form = FormFields((("name", "demo"), ("classifiers", "A"), ("classifiers", "B")))
    assert dict(form) == {"name": "demo", "classifiers": "A"}
    assert (form.all("classifiers"), form.all("version"), form.get("version")) == (["A", "B"], [], None)
