"""`/_includes/…`: the parts of pages that the real site fetches by script. Here they are in the pages too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.web.rendering import page
from fake_pypi.web.site.visitors import SESSION

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange
    from fake_pypi.web.responses import Response


def flash_messages(exchange: Exchange) -> Response:
    """Return the messages that no page has shown yet; they are shown once."""
    return page(exchange, "include-flash-messages.html", headers=(SESSION,))


def session_notifications(exchange: Exchange) -> Response:
    """Return the notice about an e-mail address that is not verified."""
    return page(exchange, "include-session-notifications.html", headers=(SESSION,))


def user_menu(exchange: Exchange) -> Response:
    """Return the menu of the visitor."""
    return page(exchange, "include-user-menu.html", headers=(SESSION,))
