"""Request a new organization. Nobody reviews requests here, so that a request changes nothing.

https://github.com/pypi/warehouse/blob/6b62157/warehouse/manage/forms.py, `CreateOrganizationApplicationForm`
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fake_pypi.operations.account_forms import LONGEST_USER_NAME, USER_NAME, FormErrors, with_errors
from fake_pypi.operations.permissions import require_account

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.operations.actor import SignedInUser

FIELDS = ("name", "display_name", "link_url", "description", "membership_size", "usage", "orgtype")
REQUIRED_PARAMETERS = ("name", "display_name", "link_url", "description", "orgtype")
SIZES = ("1", "2-5", "6-10", "11-25", "26-50", "51-100", "100+")
TYPES = ("Company", "Community")
NEEDED = {
    "name": "Specify organization account name",
    "display_name": "Specify your organization name",
    "link_url": "Specify your organization URL",
    "description": "Specify your organization description",
    "membership_size": "Select organization size",
    "orgtype": "Select organization type",
}
LONGEST = {"display_name": ("organization name", 100), "link_url": ("organization URL", 400)}
LONGEST_DESCRIPTION = 400
INVALID_NAME = (
    "The organization account name is invalid. Organization account names must be composed of letters, numbers, dots, "
    "hyphens and underscores. And must also start and finish with a letter or number. "
    "Choose a different organization account name."
)


def request_organization(index: Index, actor: SignedInUser, values: Mapping[str, str]) -> str | FormErrors:
    """Check the form with which a user requests an organization. Returns PyPI's message about it."""
    require_account(actor, actor.user)
    messages: dict[str, list[str]] = {name: [] if values.get(name) else [message] for name, message in NEEDED.items()}
    if values.get("name"):
        messages["name"] = _check_name(index, values["name"])
    for name, (title, length) in LONGEST.items():
        if len(values.get(name, "")) > length:
            messages[name].append(f"The {title} is too long. Choose a {title} with {length} characters or less.")
    if values.get("link_url") and not values["link_url"].startswith(("http://", "https://")):
        messages["link_url"].append("The organization URL must start with http:// or https://")
    if len(values.get("description", "")) > LONGEST_DESCRIPTION:
        text = "organization description"
        messages["description"].append(
            f"The {text} is too long. Choose a {text} with {LONGEST_DESCRIPTION} characters or less."
        )
    for name, choices in (("membership_size", SIZES), ("orgtype", TYPES)):
        if values.get(name) and values[name] not in choices:
            messages[name].append("Not a valid choice.")
    errors = with_errors(**messages)
    return "Request for new organization submitted" if errors is None else errors


def _check_name(index: Index, name: str) -> list[str]:
    messages = []
    if len(name) > LONGEST_USER_NAME:
        messages.append("Choose an organization account name with 50 characters or less.")
    if not USER_NAME.fullmatch(name):
        messages.append(INVALID_NAME)
    if index.projects.organization(name) is not None:
        messages.append(
            "This organization account name has already been used. Choose a different organization account name."
        )
    return messages
