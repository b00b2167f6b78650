"""Security keys (WebAuthn): set them up, log in with them, and remove them.

https://github.com/pypi/warehouse/blob/6b62157/warehouse/utils/webauthn.py
"""

from __future__ import annotations

import base64
import importlib.util
import ipaddress
import json
import secrets
from typing import TYPE_CHECKING, Any

from fake_pypi.operations.account_forms import REQUIRED, FormErrors, with_errors
from fake_pypi.operations.account_mail import send_recovery_code_reminder, send_two_factor_changed
from fake_pypi.operations.permissions import changes, require_account
from fake_pypi.operations.second_factors import LAST_METHOD
from fake_pypi.operations.second_step import count_code, reject_locked_out
from fake_pypi.operations.security_history import record
from fake_pypi.operations.sessions import start_session

if TYPE_CHECKING:
    from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
    from webauthn.registration.verify_registration_response import VerifiedRegistration

    from fake_pypi.index import Index
    from fake_pypi.index.accounts import User
    from fake_pypi.index.second_factors import SecurityKey
    from fake_pypi.index.sessions import Session
    from fake_pypi.operations.actor import SignedInUser, Visitor

LONGEST_LABEL = 64
BAD_CREDENTIAL = "Invalid WebAuthn credential: Bad payload"
BAD_ASSERTION = "Invalid WebAuthn assertion: Bad payload"
INVALID_CREDENTIAL = "Invalid WebAuthn credential"
NOT_INSTALLED = (
    "Security devices need the library webauthn, which is not installed here. "
    "Run pip install 'pytest-fake-pypi[security-keys]', and start the index again."
)
NO_HOST_NAME = (
    "Browsers use security devices only at host names, and {domain} is an IP address. "
    "Open this site at http://{site}.localhost with the same port."
)


def missing_requirement(index: Index, domain: str) -> str:
    """Return what keeps security keys from working at pages of a domain, and what to do about it; "" if they work.

    >>> from fake_pypi.index import Index
    >>> missing_requirement(Index(), "pypi.localhost")
    ''
    """
    if importlib.util.find_spec("webauthn") is None:
        return NOT_INSTALLED
    try:
        ipaddress.ip_address(domain)
    except ValueError:
        return ""
    return NO_HOST_NAME.format(domain=domain, site=index.site.name)


def begin(index: Index, actor: SignedInUser, session: Session, *, domain: str) -> dict[str, Any]:
    """Return the options, as JSON values, with which a browser registers a new security key.

    `domain` is that of the page (the "relying party id"). The session keeps the challenge.
    """
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import AuthenticatorSelectionCriteria, UserVerificationRequirement

    user = actor.user
    require_account(actor, user, two_factor=False)
    options = generate_registration_options(
        rp_id=domain,
        rp_name=index.site.title,
        user_id=user.id.encode("ascii"),
        user_name=user.name,
        user_display_name=user.full_name or user.name,
        challenge=_present_challenge(index, actor, session),
        authenticator_selection=AuthenticatorSelectionCriteria(
            user_verification=UserVerificationRequirement.DISCOURAGED
        ),
    )
    return dict(json.loads(options_to_json(options)))


def add(
    index: Index, actor: SignedInUser, session: Session, *, label: str, credential: str, domain: str, origin: str
) -> str | FormErrors:
    """Set up a security key with the browser's response, a JSON text, to the options of `begin`.

    `origin` is the scheme, host and port of the page. Returns PyPI's message about it.
    """
    from webauthn.helpers import bytes_to_base64url

    user = actor.user
    require_account(actor, user, two_factor=False)
    with changes(index, actor):
        verified = _verified_registration(_take_challenge(index, session), credential, domain=domain, origin=origin)
        new_id = "" if isinstance(verified, str) else bytes_to_base64url(verified.credential_id)
        problem = verified if isinstance(verified, str) else ""
        if index.second_factors.is_known_credential(new_id):
            problem = "Credential ID already in use"
        errors = with_errors(credential=[problem] if problem else [], label=_check_new_label(index, user.id, label))
        if errors is not None or isinstance(verified, str):
            return errors or FormErrors()
        public_key = bytes_to_base64url(verified.credential_public_key)
        index.second_factors.add_security_key(
            user.id, label, credential_id=new_id, public_key=public_key, sign_count=verified.sign_count
        )
        record(index, actor, user, "account:two_factor:method_added", method="webauthn", label=label)
        send_two_factor_changed(index, actor, user, "added", "webauthn")
    return "Security device successfully set up"


def _check_new_label(index: Index, user_id: str, label: str) -> list[str]:
    if not label:
        return ["Specify a label"]
    if len(label) > LONGEST_LABEL:
        return ["Label must be 64 characters or less"]
    used = any(key.label == label for key in index.second_factors.security_keys(user_id))
    return [f"Label '{label}' already in use"] if used else []


def _verified_registration(
    challenge: bytes, credential: str, *, domain: str, origin: str
) -> VerifiedRegistration | str:
    from webauthn import verify_registration_response
    from webauthn.helpers.exceptions import WebAuthnException

    if not credential:
        return REQUIRED
    if not _is_json_object(credential):
        return BAD_CREDENTIAL
    try:
        return verify_registration_response(
            credential=credential,
            expected_challenge=_signed_text(challenge),
            expected_rp_id=domain,
            expected_origin=origin,
        )
    except WebAuthnException as error:
        return str(error)


def remove(index: Index, actor: SignedInUser, label: str) -> str | FormErrors:
    """Remove the security key with that label from the account of the actor, unless it is the only second factor."""
    user = actor.user
    require_account(actor, user, two_factor=False)
    keys = {key.label: key for key in index.second_factors.security_keys(user.id)}
    if not keys:
        return FormErrors(flash="There is no security device to delete")
    if index.second_factors.count(user.id) == 1:
        return FormErrors(flash=LAST_METHOD)
    if label not in keys:
        return FormErrors(flash="Invalid credentials")
    with changes(index, actor):
        index.second_factors.remove_security_key(keys[label])
        record(index, actor, user, "account:two_factor:method_removed", method="webauthn", label=label)
        send_two_factor_changed(index, actor, user, "removed", "webauthn")
    return "Security device removed"


def begin_log_in(index: Index, actor: Visitor, session: Session, user: User, *, domain: str) -> dict[str, Any]:
    """Return the options, as JSON values, with which a browser requests a signature of a security key."""
    from webauthn import base64url_to_bytes, generate_authentication_options, options_to_json
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor, UserVerificationRequirement

    keys = index.second_factors.security_keys(user.id)
    options = generate_authentication_options(
        rp_id=domain,
        challenge=_present_challenge(index, actor, session),
        allow_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(key.credential_id)) for key in keys],
        user_verification=UserVerificationRequirement.DISCOURAGED,
    )
    return dict(json.loads(options_to_json(options)))


def log_in(
    index: Index, actor: Visitor, session: Session, user: User, *, credential: str, domain: str, origin: str
) -> Session | FormErrors:
    """Log in with the browser's response to the options of `begin_log_in`, as second step. The device is confirmed."""
    if not _is_json_object(credential):
        return FormErrors({"credential": (BAD_ASSERTION if credential else REQUIRED,)})
    with changes(index, actor):
        reject_locked_out(index, actor, user)
        challenge = _take_challenge(index, session)
        for key in index.second_factors.security_keys(user.id):
            verified = _verified_log_in(key, challenge, credential, domain=domain, origin=origin)
            if verified is not None:
                index.second_factors.set_sign_count(key, verified.new_sign_count)
                index.devices.confirm(user.id, actor.address)
                logged_in = start_session(index, actor, session, user, method="webauthn", label=key.label)
                if not index.second_factors.recovery_codes(user.id):
                    send_recovery_code_reminder(index, actor, user)
                return logged_in
        count_code(index, actor, user)
        record(index, actor, user, "account:login:failure", reason="invalid_webauthn")
        return FormErrors({"credential": (INVALID_CREDENTIAL,)})


def _verified_log_in(
    key: SecurityKey, challenge: bytes, credential: str, *, domain: str, origin: str
) -> VerifiedAuthentication | None:
    from webauthn import base64url_to_bytes, verify_authentication_response
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        return verify_authentication_response(
            credential=credential,
            expected_challenge=_signed_text(challenge),
            expected_rp_id=domain,
            expected_origin=origin,
            credential_public_key=base64url_to_bytes(key.public_key),
            credential_current_sign_count=key.sign_count,
        )
    except WebAuthnException:
        return None


def _present_challenge(index: Index, actor: SignedInUser | Visitor, session: Session) -> bytes:
    """Return the challenge of the session, which stays the same until a response to it is sent."""
    stored = index.sessions.get(session.id)
    if stored is not None and stored.challenge is not None:
        return stored.challenge
    challenge = secrets.token_bytes(64)  # as many as generate_challenge() of the library makes
    with changes(index, actor):
        index.sessions.set_challenge(session, challenge)
    return challenge


def _take_challenge(index: Index, session: Session) -> bytes:
    """Return the challenge of the session and delete it; if there is none, random bytes that match no response."""
    stored = index.sessions.get(session.id)
    index.sessions.set_challenge(session, None)
    return (stored.challenge if stored is not None else None) or secrets.token_bytes(32)


def _signed_text(challenge: bytes) -> bytes:
    """Return what a browser signs: PyPI's script uses the challenge as the options have it, as base64url text."""
    return base64.urlsafe_b64encode(challenge).rstrip(b"=")


def _is_json_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
