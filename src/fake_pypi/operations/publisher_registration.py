"""Register and remove trusted publishers with the forms of the web site, and limit them to an environment.

Each function returns PyPI's message about what it did, or `FormErrors`.

https://github.com/pypi/warehouse/blob/6b62157/warehouse/manage/views/oidc_publishers.py
https://github.com/pypi/warehouse/blob/6b62157/warehouse/accounts/views.py, `ManageAccountPublishingViews`
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fake_pypi.errors import OperationRejected
from fake_pypi.index.names import normalized
from fake_pypi.index.publishers import ISSUERS
from fake_pypi.index.rate_limits import DAY, Limit
from fake_pypi.index.trusted import KINDS
from fake_pypi.operations import publishers
from fake_pypi.operations.account_forms import FormErrors
from fake_pypi.operations.permissions import changes, require_account, require_owner
from fake_pypi.operations.publisher_forms import FIELDS, Registration, check
from fake_pypi.packages.recipe import PROJECT_NAME
from fake_pypi.rules.new_project import standard_library

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.projects import ProjectRow
    from fake_pypi.index.publishers import PendingPublisher, Publisher
    from fake_pypi.operations.actor import SignedInUser

CONTACT = "Please contact PyPI's admins if this wasn't intentional."
ALREADY_PENDING = f"This trusted publisher has already been registered. {CONTACT}"
PENDING_FOR_ANOTHER = (
    "A pending trusted publisher matching this configuration has already been registered for a different project name. "
    + CONTACT
)
REGISTRATIONS_OF_USER = Limit("user_oidc.publisher.register", "user", 100, DAY)
REGISTRATIONS_OF_ADDRESS = Limit("ip_oidc.publisher.register", "ip", 100, DAY)
"""The limits on forms that register a publisher, with or without errors (warehouse/config.py)."""
TOO_MANY = "There have been too many attempted trusted publisher registrations. Try again later."
NOT_OF_PROJECT = "Invalid publisher for project"
INVALID_ID = "Invalid publisher ID"
NUMBERS = ("owner_id", "actor_id")
"""Facts that follow from others: PyPI does not compare them."""


def register(
    index: Index, actor: SignedInUser, project: ProjectRow, kind: str, values: Mapping[str, str]
) -> str | FormErrors:
    """Trust a publisher with a project of which the actor is an owner; `values` are those of the form."""
    require_owner(index, actor, project)
    publishers.require_enabled(index, actor, kind)
    _count(index, actor)
    with changes(index, actor):
        registration = check(index, kind, values)
        if isinstance(registration, FormErrors):
            return registration
        specifier = KINDS[kind].specifier(registration.facts)
        if any(_is_same(each, registration) for each in index.publishers.of(project)):
            return FormErrors(flash=f"{specifier} is already registered with {project.name}")
        facts, issuer = registration.facts, registration.issuer
        publisher = publishers.add(index, actor, kind, facts, project=project.name, issuer=issuer)
        url = KINDS[kind].url(publisher.facts, publisher.issuer)
    return f"Added {specifier}{f' in {url}' if url else ''} to {project.name}"


def remove(index: Index, actor: SignedInUser, project: ProjectRow, publisher_id: str) -> str | FormErrors:
    """Trust a publisher with a project no longer. An id that is none has no message, as on PyPI."""
    require_owner(index, actor, project)
    publishers.require_enabled(index, actor)
    if not _is_id(publisher_id):
        return FormErrors()
    publisher = _of_project(index, project, publisher_id)
    if publisher is None:
        return FormErrors(flash=NOT_OF_PROJECT)
    publishers.remove(index, actor, publisher, project.name)
    return f"Removed trusted publisher for project {project.name!r}"


def constrain(
    index: Index, actor: SignedInUser, project: ProjectRow, publisher_id: str, environment: str
) -> str | FormErrors:
    """Replace a publisher for any environment by the same one for a single environment."""
    require_owner(index, actor, project)
    publishers.require_enabled(index, actor)
    if not _is_id(publisher_id) or not environment:
        return FormErrors(flash="The trusted publisher could not be constrained")
    publisher = _of_project(index, project, publisher_id)
    if publisher is None:
        return FormErrors(flash=NOT_OF_PROJECT)
    if "environment" not in publisher.facts:
        return FormErrors(flash="Can only constrain the environment for GitHub and GitLab publishers")
    facts = {**publisher.facts, "environment": environment}
    wanted = Registration(publisher.kind, facts, publisher.issuer)
    if any(_is_same(each, wanted) for each in index.publishers.all(publisher.issuer)):
        specifier = KINDS[publisher.kind].specifier(facts)
        return FormErrors(flash=f"{specifier} is already registered with {project.name}")
    if publisher.facts["environment"]:
        message = "Can only constrain the environment for publishers without an environment configured"
        return FormErrors(flash=message)
    with changes(index, actor):
        publishers.add(index, actor, publisher.kind, facts, project=project.name, issuer=publisher.issuer)
        publishers.remove(index, actor, publisher, project.name)
    return f"Trusted publisher for project {project.name!r} has been constrained to environment {environment!r}"


def register_pending(index: Index, actor: SignedInUser, kind: str, values: Mapping[str, str]) -> str | FormErrors:
    """Register a publisher for a project that does not exist yet; `values` are those of the form."""
    publishers.require_pending_allowed(index, actor, kind, actor.user)
    _count(index, actor)
    with changes(index, actor):
        name = values["project_name"].strip()
        registration = check(index, kind, values, project_name=_check_project_name(index, actor, kind, name, values))
        if isinstance(registration, FormErrors):
            return registration
        issuer = registration.issuer or ISSUERS[kind]
        same = [each for each in index.publishers.pending(issuer) if _is_same(each, registration)]
        if same:
            is_again = any(each.project_name == name for each in same)
            return FormErrors(flash=ALREADY_PENDING if is_again else PENDING_FOR_ANOTHER)
        facts = registration.facts
        publishers.add_pending(index, actor, kind, facts, project_name=name, user=actor.user, issuer=issuer)
    return f"Registered a new pending publisher to create the project '{name}'."


def remove_pending(index: Index, actor: SignedInUser, publisher_id: str) -> str | FormErrors:
    """Remove a pending publisher of the actor."""
    require_account(actor, actor.user)
    publishers.require_enabled(index, actor)
    pending = next((each for each in index.publishers.pending_of(actor.user) if each.id == publisher_id), None)
    if pending is None:
        return FormErrors(flash=INVALID_ID)
    publishers.remove_pending(index, actor, pending)
    return f"Removed trusted publisher for project {pending.project_name!r}"


def _count(index: Index, actor: SignedInUser) -> None:
    """Count a form; reject it if the user or the address has sent too many."""
    counted = ((REGISTRATIONS_OF_USER, actor.user.id), (REGISTRATIONS_OF_ADDRESS, actor.address))
    if any(not index.rate_limits.remaining(limit, key) for limit, key in counted):
        raise OperationRejected("too-many-registrations", TOO_MANY)
    for limit, key in counted:
        index.rate_limits.hit(limit, key)


def _check_project_name(
    index: Index, actor: SignedInUser, kind: str, name: str, values: Mapping[str, str]
) -> list[str]:
    if not PROJECT_NAME.fullmatch(name):  # both the form and the service that creates projects reject it
        return ["Invalid project name"] * 2 if name else ["Specify project name"]
    if normalized(name) in standard_library():
        return ["This project name isn't allowed (conflict with the Python standard library module name)"]
    existing = index.projects.get(name)
    if existing is not None:
        is_own = index.projects.role_of(existing, actor.user) == "Owner"
        return [_link_to_settings(index, kind, name, values) if is_own else "This project already exists."]
    if name in index.prohibited_names:
        return ["This project name isn't allowed"]
    if index.projects.looking_like(name) is not None:
        return ["This project name is too similar to an existing project"]
    return []


def _link_to_settings(index: Index, kind: str, name: str, values: Mapping[str, str]) -> str:
    """Return the only message with a link, as markup: it leads to the same form of the project, filled in."""
    from markupsafe import Markup

    fields = {field: values[field] for field in ("project_name", *FIELDS[kind]) if values.get(field)}
    query = urlencode({**fields, "provider": kind})
    url = f"https://{index.site.hosts.index}/manage/project/{name}/settings/publishing/?{query}"
    text = (
        "This project already exists: use the project's publishing settings "
        '<a href="{url}">here</a> to create a Trusted Publisher for it.'
    )
    return Markup(text).format(url=url)  # noqa: S704 - the text is a constant, and `format` escapes the address


def _of_project(index: Index, project: ProjectRow, publisher_id: str) -> Publisher | None:
    return next((each for each in index.publishers.of(project) if each.id == publisher_id), None)


def _is_same(publisher: Publisher | PendingPublisher, registration: Registration) -> bool:
    return publisher.kind == registration.kind and _compared(publisher.facts) == _compared(registration.facts)


def _compared(facts: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in facts.items() if name not in NUMBERS}


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
