"""The forms of accounts: each message of the real site, recorded from its code at commit 6b62157."""

from __future__ import annotations

import base64

import pytest

from fake_pypi.index.accounts import User
from fake_pypi.index.second_factors import totp_code
from fake_pypi.web.instance import Instance
from tests.integration.web.conftest import instance
from tests.integration.web.site.visiting import PASSWORD, SiteVisitor, Visited

__all__ = ["instance"]

REQUIRED = "This field is required."
TAKEN = "This username is already being used by another account. Choose a different username."
BAD_NAME = (
    "The username is invalid. Usernames must be composed of letters, numbers, dots, hyphens and underscores. "
    "And must also start and finish with a letter or number. Choose a different username."
)
BAD_EMAIL = "The email address isn't valid. Try again."
IN_USE = "This email address is already being used by another account. Use a different email."
EASY = (
    'Sequences like "abc" or "6543" are easy to guess. '
    "Add another word or two. Uncommon words are better. Avoid sequences."
)
PROCESSING = "Error processing form \N{EN DASH} "
WRONG = "The password is invalid. Try again."
MISMATCH = "Your passwords don't match. Try again."
LOCKED = (
    "There have been too many unsuccessful login attempts. You have been locked out for 5 minutes. "
    "Please try again later."
)
UNVERIFIED = ("error", "You must verify your **primary** email address before you can perform this action.")
NO_2FA = ("error", "Two-factor authentication must be enabled on your account to perform this action.")
DAVE = {
    "full_name": "Dave Doe",
    "email": "dave@example.com",
    "username": "dave",
    "new_password": PASSWORD,
    "password_confirm": PASSWORD,
}


def with_password(instance: Instance, name: str, *, two_factor: bool = True) -> User:
    user = instance.index.accounts.add(name, two_factor=two_factor)
    instance.index.passwords.set(user.id, PASSWORD)
    return user


@pytest.fixture
def alice(instance: Instance) -> User:
    return with_password(instance, "alice")


@pytest.fixture
def visitor(instance: Instance) -> SiteVisitor:
    return SiteVisitor(instance)


@pytest.fixture
def signed_in(visitor: SiteVisitor, alice: User) -> SiteVisitor:
    """A browser in which alice has logged in, with both factors."""
    assert visitor.log_in("alice").location == "/"
    return visitor


@pytest.fixture
def newcomer(visitor: SiteVisitor) -> SiteVisitor:
    """A browser in which dave has just registered."""
    assert visitor.post("/account/register/", DAVE).location == "/"
    return visitor


# ------------------------------------------------------------------------------------------------- registration


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"username": "alice"}, {"username": [TAKEN]}),
        ({"username": "ALICE"}, {"username": [TAKEN]}),
        ({"username": "prohibited-name"}, {"username": [TAKEN]}),
        ({"username": "da ve"}, {"username": [BAD_NAME]}),
        ({"username": "dave."}, {"username": [BAD_NAME]}),
        ({"username": "d"}, {"username": [BAD_NAME]}),
        ({"username": "d" * 51}, {"username": ["Choose a username with 50 characters or less."]}),
        ({"email": "not-an-address"}, {"email": ["Invalid email address.", BAD_EMAIL]}),
        ({"email": "dave@example.test"}, {"email": ["Invalid email address.", BAD_EMAIL]}),
        ({"email": "dave@nomx.example.net"}, {"email": [BAD_EMAIL]}),
        (
            {"email": "dave@mailinator.com"},
            {"email": ["You can't use an email address from this domain. Use a different email."]},
        ),
        ({"email": "alice@example.com"}, {"email": [IN_USE]}),
        (
            {"email": "d" * 250 + "@example.com"},
            {"email": ["Invalid email address.", "The email address is too long. Try again.", BAD_EMAIL]},
        ),
        ({"new_password": "abc", "password_confirm": "abc"}, {"password": [EASY]}),
        (
            {"new_password": "password", "password_confirm": "password"},
            {"password": ["This is a top-10 common password. Add another word or two. Uncommon words are better."]},
        ),
        ({"password_confirm": "other horse battery 7!"}, {"password-confirm": [MISMATCH]}),
        (
            {"full_name": "x" * 101},
            {"name": ["The name is too long. Choose a name with 100 characters or less."]},
        ),
        ({"full_name": "http://x.y"}, {"name": ["URLs are not allowed in the name field."]}),
    ],
)
def test_a_registration_with_an_error_shows_the_form_again(
    instance: Instance, visitor: SiteVisitor, alice: User, changed: dict[str, str], errors: dict[str, list[str]]
) -> None:
    instance.index.prohibited_user_names.add("prohibited-name")
    answer = visitor.post("/account/register/", {**DAVE, **changed})
    assert (answer.status, answer.title) == (200, f"{PROCESSING}Create an account · PyPI")
    assert answer.errors == errors
    typed = {**DAVE, **changed}
    for name in ("full_name", "email", "username"):
        assert answer.field(name).get("value", "") == typed[name]
    assert "value" not in answer.field("new_password")


def test_every_required_field_of_a_registration_is_named(visitor: SiteVisitor) -> None:
    errors = visitor.post("/account/register/", {}).errors
    assert errors == {name: [REQUIRED] for name in ("email", "username", "password", "password-confirm")}


def test_only_the_message_about_a_breached_password_has_a_link(visitor: SiteVisitor) -> None:
    breached = "Breached horse battery 7!"
    answer = visitor.post("/account/register/", {**DAVE, "new_password": breached, "password_confirm": breached})
    assert "https://pypi.org/help/#compromised-password" in answer.page.links
    (message,) = answer.errors["password"]
    assert message.startswith("This password appears in a security breach")


def test_the_hidden_field_is_a_trap(instance: Instance, visitor: SiteVisitor) -> None:
    assert visitor.post("/account/register/", {**DAVE, "confirm_form": "x"}).location == "/"
    assert instance.index.accounts.get("dave") is None


def test_registrations_can_be_disabled(instance: Instance, visitor: SiteVisitor) -> None:
    instance.index.flags.disallow_new_user_registration = True
    answer = visitor.get("/account/register/")
    assert answer.location == "/"
    message = "New user registration temporarily disabled. See https://pypi.org/help#admin-intervention for details."
    assert visitor.followed(answer).flashes == [("error", f"{message}")]


def test_a_newcomer_is_logged_in_and_sees_that_the_address_is_unverified(
    instance: Instance, newcomer: SiteVisitor
) -> None:
    notice = newcomer.get("/_includes/authed/session-notifications/").page.one("div").words
    expected = "Your primary email address (dave@example.com) is unverified. Verify your email or add a new address."
    assert notice == expected
    (message,) = instance.index.mailbox
    assert (message.to, message.subject) == ("Dave Doe <dave@example.com>", "[PyPI] Email verification")
    assert newcomer.get("/account/register/").location == "/manage/projects/"
    assert newcomer.get("/account/login/").location == "/manage/projects/"


@pytest.mark.parametrize(
    "path",
    ["/manage/projects/", "/manage/account/", "/manage/account/token/", "/manage/account/two-factor/"],
)
def test_an_unverified_address_leads_to_its_own_page(newcomer: SiteVisitor, path: str) -> None:
    answer = newcomer.get(path)
    assert answer.location == f"/manage/unverified-account/?next={path.replace('/', '%2F')}"
    page = newcomer.followed(answer)
    assert (page.title, page.flashes) == ("Activate your account · PyPI", [UNVERIFIED])


def test_an_unverified_address_can_be_corrected_and_sent_a_link_again(newcomer: SiteVisitor) -> None:
    path = "/manage/unverified-account/"
    number = newcomer.get(path).field("reverify_email_id")["value"]
    resent = ("success", "Verification email for dave@example.com resent")
    attempts = "Too many incomplete attempts to verify email address(es) for dave."
    too_many = ("error", f"{attempts} Complete a pending verification or wait before attempting again.")
    for expected in (resent, resent, too_many):
        answer = newcomer.post(path, {"reverify_email_id": number})
        assert (answer.status, answer.location) == (303, path)
        assert newcomer.followed(answer).flashes == [expected]
    bad = newcomer.post(path, {"change_unverified_primary_email": "1", "email": "nope"})
    assert bad.errors == {"change-email": ["Invalid email address.", BAD_EMAIL]}
    assert bad.title == "Activate your account · PyPI"
    good = newcomer.post(path, {"change_unverified_primary_email": "1", "email": "dave2@example.com"})
    updated = ("success", "Email address updated to dave2@example.com - check your email for a verification link")
    assert newcomer.followed(good).flashes == [updated]
    assert newcomer.post(path, {"something": "else"}).status == 404


def test_the_link_in_the_e_mail_verifies_the_address_once(newcomer: SiteVisitor, instance: Instance) -> None:
    visitor = SiteVisitor(instance)
    assert (visitor.open_link("verification").location or "").startswith(
        "/account/login/?next=%2Faccount%2Fverify-email"
    )
    answer = newcomer.open_link("verification")
    assert answer.location == "/manage/account/two-factor/"
    verified = ("success", "Email address dave@example.com verified. This is your primary address.")
    assert newcomer.followed(answer).flashes == [verified]
    again = newcomer.open_link("verification")
    assert again.location == "/manage/account/"
    assert newcomer.followed(again).flashes == [("error", "Email already verified")]
    for query, message in (
        ("", "Invalid token: no token supplied"),
        ("?token=bogus", "Invalid token: request a new email verification link"),
    ):
        answer = newcomer.get(f"/account/verify-email/{query}")
        assert newcomer.followed(answer).flashes == [("error", f"{message}")]


# ---------------------------------------------------------------------------------------------------- two factors


@pytest.fixture
def verified(newcomer: SiteVisitor) -> SiteVisitor:
    """A browser of dave, whose address is verified, and who has no second factor."""
    newcomer.open_link("verification")
    newcomer.get("/")
    return newcomer


def recovery_codes(answer: Visited) -> list[str]:
    return [code.words for code in answer.page.all("code")]


@pytest.mark.parametrize("path", ["/manage/projects/", "/manage/account/token/"])
def test_pages_need_a_second_factor(verified: SiteVisitor, path: str) -> None:
    answer = verified.get(path)
    assert answer.location == f"/manage/account/two-factor/?next={path.replace('/', '%2F')}"
    assert verified.followed(answer).flashes == [NO_2FA]
    assert verified.get("/manage/account/").title == "Account settings · PyPI"


def test_two_factor_authentication_is_set_up_step_by_step(verified: SiteVisitor, instance: Instance) -> None:
    base = "/manage/account"
    assert verified.get(f"{base}/totp-provision").location == f"{base}/recovery-codes/burn"
    assert verified.get(f"{base}/recovery-codes/burn").location == f"{base}/"
    generated = verified.get(f"{base}/recovery-codes/generate")
    assert generated.title == "Account recovery codes · PyPI"
    codes = recovery_codes(generated)
    assert len(codes) == 8
    again = verified.get(f"{base}/recovery-codes/generate")
    assert recovery_codes(again) == []
    assert f"{base}/recovery-codes/regenerate" in again.page.links
    for code, message in (
        ("", REQUIRED),
        ("abc", "Recovery Codes must be 16 characters."),
        ("0" * 16, "Invalid recovery code."),
    ):
        wrong = verified.post(f"{base}/recovery-codes/burn", {"recovery_code_value": code})
        assert (wrong.title, wrong.errors) == ("Use a recovery code · PyPI", {"recovery_code": [message]})
    burned = verified.post(f"{base}/recovery-codes/burn", {"recovery_code_value": codes[0]})
    assert burned.location == f"{base}/two-factor/"
    accepted = ("success", "Recovery code accepted. The supplied code cannot be used again.")
    assert verified.followed(burned).flashes == [accepted]
    assert verified.get(f"{base}/recovery-codes/burn").location == f"{base}/two-factor/"
    page = verified.get(f"{base}/totp-provision")
    assert page.title == "Set up 2FA with an authentication application (TOTP) · PyPI"
    assert page.page.all("svg")
    secret = base64.b32decode(page.page.by_id("totp-key").words)
    now = instance.index.clock.timestamp()
    invalid = "Invalid TOTP code. Try again?"
    for code, messages in (
        ("", [REQUIRED]),
        ("abcdef", ["TOTP code must be 6 digits.", invalid]),
        (totp_code(secret, now - 600), [invalid]),
        (totp_code(secret, now - 90), ["Invalid TOTP code. Your device time may be out of sync."]),
    ):
        wrong = verified.post(f"{base}/totp-provision", {"totp_value": code})
        assert wrong.errors == {"totp": messages}
        assert wrong.title.startswith(f"{PROCESSING}Set up 2FA")
        assert base64.b32decode(wrong.page.by_id("totp-key").words) == secret
    good = verified.post(f"{base}/totp-provision", {"totp_value": totp_code(secret, now)})
    assert good.location == f"{base}/"
    assert verified.followed(good).flashes == [("success", "Authentication application successfully set up")]
    last = verified.post(f"{base}/totp-provision", {"confirm_password": PASSWORD})
    assert last.location == f"{base}/"
    assert verified.followed(last).flashes == [("error", "Cannot remove last 2FA method")]
    assert verified.get("/manage/projects/").status == 200


# --------------------------------------------------------------------------------------------------- log in and out


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({}, {"username": [REQUIRED], "password": [REQUIRED]}),
        ({"username": "no-such-user", "password": "x"}, {"username": ["No user found with that username"]}),
        (
            {"username": "alice@example.com", "password": "x"},
            {
                "username": [
                    "Usernames are not the same as email addresses. Enter your username instead of your email address."
                ]
            },
        ),
        ({"username": "alice", "password": "wrong"}, {"password": [WRONG]}),
    ],
)
def test_a_log_in_with_an_error(
    visitor: SiteVisitor, alice: User, fields: dict[str, str], errors: dict[str, list[str]]
) -> None:
    answer = visitor.post("/account/login/", fields)
    assert (answer.status, answer.title, answer.errors) == (200, f"{PROCESSING}Log in · PyPI", errors)


def test_log_ins_are_limited(instance: Instance, visitor: SiteVisitor, alice: User) -> None:
    wrong = {"username": "alice", "password": "wrong"}
    for _ in range(10):
        assert visitor.post("/account/login/", wrong).errors == {"password": [WRONG]}
    assert visitor.post("/account/login/", wrong).errors == {"password": [LOCKED]}
    elsewhere = SiteVisitor(instance, address="10.1.2.3")
    right = {"username": "alice", "password": PASSWORD}
    assert elsewhere.post("/account/login/", right).errors == {"password": [LOCKED]}
    instance.index.clock.advance(minutes=5, seconds=1)
    assert (visitor.post("/account/login/", right).location or "").startswith("/account/two-factor/?")


@pytest.fixture
def second_step(visitor: SiteVisitor, alice: User) -> str:
    """The address of the second step, once alice has typed the password."""
    location = visitor.post("/account/login/", {"username": "alice", "password": PASSWORD}).location
    assert location is not None
    return location


def test_the_second_step_takes_a_code_of_the_application(visitor: SiteVisitor, second_step: str, alice: User) -> None:
    assert visitor.get(second_step).title == "Two-factor authentication · PyPI"
    for code, messages in (
        ("", [REQUIRED]),
        ("abc", ["TOTP code must be 6 digits.", "Invalid TOTP code."]),
        ("000000" if visitor.totp(alice) != "000000" else "111111", ["Invalid TOTP code."]),
    ):
        answer = visitor.post(second_step, {"method": "totp", "totp_value": code})
        assert (answer.status, answer.errors) == (200, {"totp": messages})
    unknown = visitor.post(second_step, {"method": "totp", "totp_value": visitor.totp(alice)})
    assert unknown.location == "/account/confirm-login/"
    assert visitor.followed(unknown).title == "Unrecognized device · PyPI"


def test_a_new_device_is_confirmed_by_e_mail(
    instance: Instance, visitor: SiteVisitor, second_step: str, alice: User
) -> None:
    visitor.post(second_step, {"method": "totp", "totp_value": visitor.totp(alice)})
    elsewhere = SiteVisitor(instance, address="10.1.2.3")
    other = elsewhere.open_link("Unrecognized login")
    message = ("error", "Device details didn't match, please try again from the device you originally used to log in.")
    assert (other.location, elsewhere.followed(other).flashes) == ("/account/login/", [message])
    bogus = visitor.get("/account/confirm-login/?token=bogus")
    assert visitor.followed(bogus).flashes == [("error", "Invalid token: please try to login again")]
    confirmed = visitor.open_link("Unrecognized login")
    assert confirmed.location == "/manage/projects/"
    text = ("success", "Your login has been confirmed and this device is now recognized.")
    assert visitor.followed(confirmed).flashes == [text]


def test_the_second_step_takes_a_recovery_code(
    instance: Instance, visitor: SiteVisitor, second_step: str, alice: User
) -> None:
    code = instance.index.second_factors.generate_recovery_codes(alice.id)[0]
    instance.index.devices.confirm(alice.id, "127.0.0.1")
    path = second_step.replace("two-factor", "recovery-code")
    assert visitor.get(path).title == "Recovery codes · PyPI"
    for text, message in (
        ("", REQUIRED),
        ("abc", "Recovery Codes must be 16 characters."),
        ("0" * 16, "Invalid recovery code."),
    ):
        answer = visitor.post(path, {"method": "recovery-code", "recovery_code_value": text})
        assert answer.errors == {"recovery_code": [message]}
    assert visitor.post(path, {"method": "recovery-code", "recovery_code_value": code}).location == "/"
    assert visitor.get("/manage/projects/").status == 200


def test_a_code_of_the_application_is_valid_once(instance: Instance, signed_in: SiteVisitor, alice: User) -> None:
    other = SiteVisitor(instance)
    step = other.post("/account/login/", {"username": "alice", "password": PASSWORD}).location or ""
    again = other.post(step, {"method": "totp", "totp_value": other.totp(alice)})
    assert again.errors == {"totp": ["Invalid TOTP code."]}


def test_too_many_wrong_codes_are_rejected_for_a_while(visitor: SiteVisitor, second_step: str, alice: User) -> None:
    wrong = {"method": "totp", "totp_value": "000000" if visitor.totp(alice) != "000000" else "111111"}
    for _ in range(5):
        assert visitor.post(second_step, wrong).status == 200
    answer = visitor.post(second_step, wrong)
    assert answer.status == 429
    assert b"too many unsuccessful login attempts" in answer.body


@pytest.mark.parametrize("query", ["", "?bogus"])
@pytest.mark.parametrize("page", ["two-factor", "recovery-code"])
def test_the_second_step_needs_a_valid_token(visitor: SiteVisitor, page: str, query: str) -> None:
    answer = visitor.get(f"/account/{page}/{query}")
    assert answer.location == "/account/login/"
    assert visitor.followed(answer).flashes == [("error", "Invalid or expired two factor login.")]


def test_a_device_is_remembered(instance: Instance, visitor: SiteVisitor, second_step: str, alice: User) -> None:
    instance.index.devices.confirm(alice.id, "127.0.0.1")
    fields = {"method": "totp", "totp_value": visitor.totp(alice), "remember_device": "true"}
    cookies = visitor.post(second_step, fields).cookies
    (remembered,) = [cookie for cookie in cookies if cookie.startswith("remember_device=")]
    assert remembered.endswith("; Max-Age=2592000; Path=/account/login/; HttpOnly; SameSite=strict")
    visitor.post("/account/logout/", {})
    answer = visitor.post("/account/login/", {"username": "alice", "password": PASSWORD})
    assert answer.location == "/manage/projects/"


def test_logging_out_ends_the_session_and_deletes_the_cookies(instance: Instance, signed_in: SiteVisitor) -> None:
    page = signed_in.get("/account/logout/")
    assert (page.title, page.page.one("h1").words) == ("Log out · PyPI", "Log out of alice")
    session_id = signed_in.cookies["session_id"]
    answer = signed_in.post("/account/logout/", {"next": "/"})
    assert answer.location == "/"
    deleted = "Max-Age=0; Path=/; expires=Wed, 31-Dec-97 23:59:59 GMT"
    assert answer.cookies == [f"user_id__insecure=; {deleted}", f"session_id=; {deleted}"]
    assert instance.index.sessions.get(session_id) is None
    assert signed_in.get("/manage/projects/").location == "/account/login/?next=%2Fmanage%2Fprojects%2F"


# ------------------------------------------------------------------------------------------------ password reset


def test_a_forgotten_password_is_reset_once(instance: Instance, visitor: SiteVisitor, alice: User) -> None:
    path = "/account/request-password-reset/"
    assert visitor.post(path, {"username_or_email": ""}).errors == {"username": [REQUIRED]}
    for who in ("nobody-here", "alice"):
        answer = visitor.post(path, {"username_or_email": who})
        assert (answer.status, answer.page.one("h2").words) == (200, "Reset email sent")
    page = visitor.open_link("Password reset")
    assert page.title == "Reset your password · PyPI"
    action = page.page.by_id("reset-password-form").attributes["action"]
    weak = visitor.post(action, {"new_password": "abc", "password_confirm": "abd"})
    assert weak.errors == {"password": [EASY], "confirm-password": [MISMATCH]}
    instance.index.clock.advance(seconds=1)
    new = {"new_password": f"{PASSWORD}z", "password_confirm": f"{PASSWORD}z"}
    answer = visitor.post(action, new)
    assert answer.location == "/account/login/"
    assert visitor.followed(answer).flashes == [("success", "You have reset your password")]
    again = visitor.post(action, new)
    assert again.location == path
    message = ("error", "Invalid token: password has already been changed since this token was requested")
    assert visitor.followed(again).flashes == [message]
    bogus = visitor.get("/account/reset-password/?token=bogus")
    assert visitor.followed(bogus).flashes == [("error", "Invalid token: request a new password reset link")]


# --------------------------------------------------------------------------------------------- account settings

ACCOUNT = "/manage/account/"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": "Alice A.", "public_email": ""}, "Account details updated"),
        ({"name": "Alice A.", "public_email": "alice@example.com"}, "Account details updated"),
        (
            {"email": "alice125@example.com"},
            "Email alice125@example.com added - check your email for a verification link",
        ),
        (
            {"password": PASSWORD, "new_password": f"{PASSWORD}z", "password_confirm": f"{PASSWORD}z"},
            "Password updated",
        ),
    ],
)
def test_a_setting_is_changed(signed_in: SiteVisitor, fields: dict[str, str], message: str) -> None:
    answer = signed_in.post(ACCOUNT, fields)
    assert (answer.status, answer.location, answer.errors) == (303, ACCOUNT, {})
    assert signed_in.followed(answer).flashes == [("success", f"{message}")]


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        (
            {"name": "x" * 101, "public_email": ""},
            {"name": ["The name is too long. Choose a name with 100 characters or less."]},
        ),
        (
            {"name": "Alice A.", "public_email": "x@y.org"},
            {"public_email": ["Not a valid choice.", "x@y.org is not a verified email for alice"]},
        ),
        ({"email": "nope"}, {"email": ["Invalid email address.", BAD_EMAIL]}),
        (
            {"email": "alice@example.com"},
            {"email": ["This email address is already being used by this account. Use a different email."]},
        ),
        ({"email": "bob@example.com"}, {"email": [IN_USE]}),
        (
            {"password": "x", "new_password": "abc", "password_confirm": "abd"},
            {"password": [WRONG], "new_password": [EASY], "password_confirm": [MISMATCH]},
        ),
    ],
)
def test_a_setting_with_an_error(
    instance: Instance, signed_in: SiteVisitor, fields: dict[str, str], errors: dict[str, list[str]]
) -> None:
    instance.index.accounts.add("bob")
    answer = signed_in.post(ACCOUNT, fields)
    assert (answer.status, answer.title) == (200, f"{PROCESSING}Account settings · PyPI")
    assert answer.errors == errors


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"primary_email_id": "99999"}, "Email address not found"),
        ({"delete_email_id": "99999"}, "Email address not found"),
        ({"delete_email_id": "no number"}, "Email address not found"),
        ({"reverify_email_id": "99999"}, "Email address not found"),
        ({"confirm_password": ""}, "Confirm the request"),
        ({"confirm_password": "x"}, "Could not delete account - Invalid credentials. Please try again."),
        ({"confirm_password": PASSWORD}, "Cannot delete account with active project ownerships"),
    ],
)
def test_a_change_that_is_not_possible_is_a_message_on_the_same_page(
    instance: Instance, signed_in: SiteVisitor, alice: User, fields: dict[str, str], message: str
) -> None:
    instance.index.projects.create("demo", alice)
    answer = signed_in.post(ACCOUNT, fields)
    assert (answer.status, answer.flashes) == (200, [("error", f"{message}")])


def test_an_address_becomes_the_primary_one_and_the_old_one_is_removed(
    instance: Instance, signed_in: SiteVisitor, alice: User
) -> None:
    signed_in.post(ACCOUNT, {"email": "alice2@example.com"})
    old, new = instance.index.emails.of(alice.id)
    unverified = signed_in.post(ACCOUNT, {"primary_email_id": str(new.id)})
    assert (unverified.status, ("error", "Email address not found") in unverified.flashes) == (200, True)
    signed_in.open_link("Email verification")
    signed_in.get("/")
    changed = signed_in.post(ACCOUNT, {"primary_email_id": str(new.id)})
    assert signed_in.followed(changed).flashes == [("success", "Email address alice2@example.com set as primary")]
    removed = signed_in.post(ACCOUNT, {"delete_email_id": str(old.id)})
    assert signed_in.followed(removed).flashes == [("success", "Email address alice@example.com removed")]


def test_a_deleted_account_is_logged_out(instance: Instance, signed_in: SiteVisitor) -> None:
    answer = signed_in.post(ACCOUNT, {"confirm_password": PASSWORD})
    assert (answer.location, "session_id" in signed_in.cookies) == ("/", False)
    assert instance.index.accounts.get("alice") is None


def test_a_form_that_the_page_does_not_have_is_not_found(signed_in: SiteVisitor) -> None:
    assert signed_in.post(ACCOUNT, {"something": "else"}).status == 404


def test_the_security_history_shows_what_happened(signed_in: SiteVisitor) -> None:
    text = signed_in.get(ACCOUNT).page.by_id("account-events").words
    assert "Logged in Two factor method: Authentication application (TOTP)" in text
    assert "Device Info Firefox (Linux)" in text


# ----------------------------------------------------------------------------------------------------- API tokens

TOKEN = "/manage/account/token/"


@pytest.mark.parametrize(
    ("description", "scope", "errors"),
    [
        ("", "", {"description": ["Specify a token name"], "token_scope": ["Specify the token scope"]}),
        ("t1", "scope:unspecified", {"token_scope": ["Specify the token scope"]}),
        ("x" * 101, "scope:user", {"description": ["Description must be 100 characters or less"]}),
        ("t1", "bogus", {"token_scope": ["Unknown token scope: bogus"]}),
        ("t1", "scope:bogus", {"token_scope": ["Unknown token scope: scope:bogus"]}),
        ("t1", "scope:bogus:x", {"token_scope": ["Unknown token scope: scope:bogus:x"]}),
        ("t1", "scope:project:bobs-pkg", {"token_scope": ["Unknown or invalid project name: bobs-pkg"]}),
        ("t1", "scope:project:Alpha_Pkg", {"token_scope": ["Unknown or invalid project name: Alpha_Pkg"]}),
        ("taken", "scope:user", {"description": ["API token name already in use"]}),
    ],
)
def test_a_token_with_an_error(
    signed_in: SiteVisitor, alice: User, description: str, scope: str, errors: dict[str, list[str]]
) -> None:
    instance = signed_in.instance
    instance.index.projects.create("Alpha.Pkg", alice)
    instance.index.projects.create("bobs-pkg", instance.index.accounts.add("bob"))
    instance.index.tokens.mint(alice, description="taken")
    answer = signed_in.post(TOKEN, {"description": description, "token_scope": scope})
    assert (answer.status, answer.title) == (200, f"{PROCESSING}Create API token · PyPI")
    assert answer.errors == errors


def test_a_token_is_shown_once_and_works(instance: Instance, signed_in: SiteVisitor, alice: User) -> None:
    instance.index.projects.create("Alpha.Pkg", alice)
    form = signed_in.get(f"{TOKEN}?selected_project=alpha-pkg").page
    options = {option.attributes["value"]: option.attributes for option in form.all("option")}
    assert list(options) == ["scope:unspecified", "scope:user", "scope:project:alpha-pkg"]
    assert "selected" in options["scope:project:alpha-pkg"]
    assert "disabled" in options["scope:unspecified"]
    answer = signed_in.post(TOKEN, {"description": "for CI", "token_scope": "scope:project:alpha-pkg"})
    assert (answer.status, answer.title) == (200, "Create API token · PyPI")
    secret = answer.page.by_id("provisioned-key").words
    assert instance.index.tokens.identify(f"Bearer {secret}").name == "alice"
    assert secret.encode() not in signed_in.get(TOKEN).body
    assert secret.encode() not in signed_in.get(ACCOUNT).body


def test_a_token_is_removed_with_the_password(instance: Instance, signed_in: SiteVisitor, alice: User) -> None:
    token = instance.index.tokens.mint(alice, description="proj 125")
    others = instance.index.tokens.mint(instance.index.accounts.add("bob"))
    invalid = ("error", "Invalid credentials. Try again")
    referrer = {"HTTP_REFERER": "http://127.0.0.1:8000/manage/account/"}
    for password, token_id in (("wrong", token.id), ("", token.id), (PASSWORD, "no-id"), (PASSWORD, others.id)):
        answer = signed_in.post(TOKEN, {"confirm_password": password, "macaroon_id": token_id}, **referrer)
        assert (answer.status, answer.location) == (303, ACCOUNT)
        assert signed_in.followed(answer).flashes == [invalid]
    answer = signed_in.post(TOKEN, {"confirm_password": PASSWORD, "macaroon_id": token.id}, **referrer)
    assert signed_in.followed(answer).flashes == [("success", "Deleted API token 'proj 125'.")]
    assert instance.index.tokens.of(alice) == []
    assert instance.index.tokens.get(others) is not None
