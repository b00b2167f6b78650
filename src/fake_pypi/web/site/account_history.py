"""The security history of an account, as its pages show it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.events import Event

MOST_EVENTS = 100
"""The newest events that a page shows."""

TITLES = {
    "account:api_token:added": "API token added",
    "account:api_token:removed": "API token removed",
    "account:create": "Account created",
    "account:email:add": "Email added to account",
    "account:email:primary:change": "Email primary changed",
    "account:email:remove": "Email removed from account",
    "account:email:reverify": "Email address re-verification requested",
    "account:email:sent": "Email sent",
    "account:email:verified": "Email address verified",
    "account:login:failure": "Login failed",
    "account:login:new_device": "Login attempt from a new device",
    "account:login:success": "Logged in",
    "account:oidc:pending-publisher-added": "Pending trusted publisher added",
    "account:oidc:pending-publisher-removed": "Pending trusted publisher removed",
    "account:password:change": "Password successfully changed",
    "account:password:disabled": "Password disabled",
    "account:password:reset": "Password successfully reset",
    "account:password:reset:request": "Password reset requested",
    "account:reauthenticate:failure": "Session reauthentication failed",
    "account:recovery_codes:generated": "Recovery codes generated",
    "account:recovery_codes:regenerated": "Recovery codes regenerated",
    "account:recovery_codes:used": "Recovery code used for login",
    "account:role:add": "Role added",
    "account:role:change": "Role changed",
    "account:role:decline_invite": "Role invitation declined",
    "account:role:invite": "Invited to role",
    "account:role:remove": "Role removed",
    "account:role:revoke_invite": "Role invitation revoked",
    "account:two_factor:device_remembered": "Two factor device remembered",
    "account:two_factor:method_added": "Two factor authentication added",
    "account:two_factor:method_removed": "Two factor authentication removed",
}
METHODS = {
    "totp": "Authentication application (TOTP)",
    "webauthn": "Security device (WebAuthn)",
    "recovery-code": "Recovery code",
}
REASONS = {
    "invalid_password": "Incorrect Password",
    "invalid_totp": "Invalid two factor (TOTP)",
    "invalid_webauthn": "Invalid two factor (WebAuthn)",
    "invalid_recovery_code": "Invalid two factor (Recovery code)",
    "burned_recovery_code": "Invalid two factor (Recovery code)",
}
FACTS = {
    "from_": "From",
    "to": "To",
    "subject": "Subject",
    "email": "",
    "old_primary": "Old primary email",
    "new_primary": "New primary email",
    "description": "Token name",
    "macaroon_id": "Unique identifier",
    "method": "Method",
    "label": "Device name",
    "project": "Project",
    "project_name": "Project",
    "role_name": "Role",
    "submitted_by": "By",
    "publisher": "Publisher",
    "specifier": "Publisher details",
}
"""The facts of an event that are shown, in this order, with their labels."""
BROWSERS = ("Edg", "OPR", "Firefox", "Chrome", "Safari")
TOOL = re.compile(r"(?P<name>[\w.-]+)/[\w.+]+.*\b(?P<python>CPython|PyPy)/")
"""How the name of a tool begins, with the Python that runs it."""
SYSTEMS = ("Android", "iPhone", "Windows", "Mac", "Linux")


@dataclass(frozen=True)
class DescribedEvent:
    """An event in words. `facts` are pairs of a label, which can be "", and a text; `at` is seconds since 1970."""

    title: str
    facts: tuple[tuple[str, str], ...]
    at: float
    location: str
    device: str


def described_events(index: Index, user_id: str) -> list[DescribedEvent]:
    """Return the newest events of a user, the newest first."""
    return [_described(event) for event in index.events.of(user_id, limit=MOST_EVENTS)]


def _described(event: Event) -> DescribedEvent:
    title = TITLES.get(event.tag, event.tag.removeprefix("account:").replace(":", " ").replace("_", " "))
    location = "Redacted" if event.facts.get("redact_ip") else event.ip
    return DescribedEvent(title, tuple(_facts(event)), event.at.timestamp(), location, device(event.user_agent))


def _facts(event: Event) -> list[tuple[str, str]]:
    values = {**event.facts, "method": METHODS.get(event.facts.get("method") or "")}
    facts = [(label, str(values[name])) for name, label in FACTS.items() if values.get(name)]
    if event.tag == "account:login:success":
        facts.append(("Two factor method", METHODS.get(event.facts.get("two_factor_method") or "", "None")))
    if reason := event.facts.get("reason"):
        facts.append(("Reason", REASONS.get(reason, str(reason))))
    if event.tag == "account:api_token:added":
        facts.append(("Token scope", _scope(event.facts)))
    return facts


def _scope(facts: Mapping[str, Any]) -> str:
    scopes = [caveat.get("permissions") for caveat in facts.get("caveats", [])]
    projects = [name for scope in scopes if isinstance(scope, dict) for name in scope.get("projects", [])]
    return f"Project {', '.join(projects)}" if projects else "entire account"


def device(user_agent: str) -> str:
    """Return the name of a browser and its system, or of a tool and its Python; the whole text of another program.

    >>> device("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"), device("")
    ('Firefox (Linux)', 'No User-Agent')
    >>> device("twine/6.1.0 requests/2.32 CPython/3.12.1")
    'twine (CPython)'
    """
    if not user_agent:
        return "No User-Agent"
    if tool := TOOL.match(user_agent):
        return f"{tool['name']} ({tool['python']})"
    browser = next((name for name in BROWSERS if f"{name}/" in user_agent), None)
    system = next((name for name in SYSTEMS if name in user_agent), None)
    return f"{browser} ({system})" if browser and system else user_agent
