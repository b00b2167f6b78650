"""The security history of a project, 25 events on a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from fake_pypi.web.not_found import not_found
from fake_pypi.web.responses import response
from fake_pypi.web.site.account_history import device
from fake_pypi.web.site.form_pages import query_of
from fake_pypi.web.site.managed import ManagedPage, project_page

if TYPE_CHECKING:
    from fake_pypi.index.events import Event
    from fake_pypi.web.responses import Response

EVENTS_PER_PAGE = 25
BY = "submitted_by"

Details = tuple[tuple[str, str], ...]
"""Pairs of a label and the name of the fact after it."""

TEXTS: dict[str, tuple[str, Details]] = {
    "project:create": ("Project created", (("Created by:", "created_by"),)),
    "project:archive:enter": ("Project archived", (("Archived by:", BY),)),
    "project:archive:exit": ("Project unarchived", (("Unarchived by:", BY),)),
    "project:release:add": ("Version {canonical_version} created", (("Added by:", BY),)),
    "project:release:remove": ("Version {canonical_version} removed", (("Removed by:", BY),)),
    "project:release:yank": ("Version {canonical_version} yanked", (("Yanked by:", BY),)),
    "project:release:unyank": ("Version {canonical_version} unyanked", (("Yanked by:", BY),)),
    "file:add": ("File added to version {canonical_version}", (("Filename:", "filename"), ("Added by:", BY))),
    "file:remove": ("File removed from version {canonical_version}", (("Filename:", "filename"), ("Removed by:", BY))),
    "project:role:add": ("{target_user} added as project {role}", (("Added by:", BY),)),
    "project:role:change": ("{target_user} changed to project {role}", (("Changed by:", BY),)),
    "project:role:remove": ("{target_user} removed as project {role}", (("Removed by:", BY),)),
    "project:role:invite": ("{target_user} invited to join as project {role}", (("Invited by:", BY),)),
    "project:role:decline_invite": (
        "{target_user} declined invitation to join as project {role}",
        (("Invited by:", BY),),
    ),
    "project:role:revoke_invite": (
        "Revoked invitation for {target_user} to join as project {role}",
        (("Revoked by:", BY),),
    ),
    "project:api_token:added": (
        "API token added",
        (("Controlled by:", "user"), ("Token name:", "description")),
    ),
    "project:api_token:removed": (
        "API token removed",
        (("Controlled by:", "user"), ("Token name:", "description")),
    ),
    "account:short_lived_api_token:added": (
        "Short-lived API token created",
        (("Publisher:", "publisher_name"), ("URL:", "publisher_url")),
    ),
}
"""The text of each event, filled in with its facts, and its details."""
PUBLISHER_EVENTS = {
    "project:oidc:publisher-added": ("Trusted publisher added", "Added by:"),
    "project:oidc:publisher-removed": ("Trusted publisher removed", "Removed by:"),
}


class ListedEvent(NamedTuple):
    """An event as the page shows it. `at` is seconds since 1970."""

    title: str
    details: list[tuple[str, str]]
    at: float
    location: str
    device: str


@project_page(is_only_read=True)
def history(page: ManagedPage) -> Response:
    """Return a page of the history; the parameter `page` chooses an older one."""
    text = query_of(page.exchange).get("page", "1")
    try:
        number = int(text)
    except ValueError:
        return response(400, "", page.exchange.accept, detail="'page' must be an integer.")
    events = page.index.events
    pages = max(1, -(-events.count(page.project.id) // EVENTS_PER_PAGE))
    if not 1 <= number <= pages:
        return not_found(page.exchange)
    found = events.of(page.project.id, limit=EVENTS_PER_PAGE, offset=(number - 1) * EVENTS_PER_PAGE)
    return page.show(
        "manage/history.html",
        f"'{page.project.name}' security history",
        events=[listed(event) for event in found],
        page=number,
        pages=pages,
    )


def listed(event: Event) -> ListedEvent:
    """Return an event of a project in words; a tag without a text is shown as it is."""
    title, details = _words(event.tag, event.facts)
    return ListedEvent(title, details, event.at.timestamp(), event.ip or "Redacted", device(event.user_agent))


def _words(tag: str, facts: Mapping[str, Any]) -> tuple[str, list[tuple[str, str]]]:
    names: Details
    if tag in PUBLISHER_EVENTS:
        title, by = PUBLISHER_EVENTS[tag]
        specifier = "Workflow:" if facts.get("publisher") == "GitHub" else "Specifier:"
        names = (("Publisher:", "publisher"), ("URL:", "url"), (specifier, "specifier"), (by, BY))
    elif tag in TEXTS:
        template, names = TEXTS[tag]
        title = template.format(**{**facts, "role": str(facts.get("role_name", "")).lower()})
    else:
        return tag, []
    return title, [(label, str(facts[name])) for label, name in names if facts.get(name)]
