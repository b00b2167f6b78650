"""`/_fake/`: pages that the real site does not have. They are never served under its host names.

The e-mails and the codes of authentication applications open every account, so their pages answer this machine only:
the request comes from it, and names it as host, which keeps pages of other sites out that a browser shows.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING

from fake_pypi.index.listing import newest_projects, newest_tokens
from fake_pypi.index.names import normalized
from fake_pypi.index.second_factors import totp_code
from fake_pypi.loopback import is_loopback
from fake_pypi.web.not_found import not_found
from fake_pypi.web.rendering import page
from fake_pypi.web.responses import JSON, Response, acceptable
from fake_pypi.web.site.visitors import SESSION

if TYPE_CHECKING:
    from fake_pypi.index.mailbox import Message
    from fake_pypi.web.exchange import Exchange

MOST_LINES = 20
NOT_STORED = ("Cache-Control", "no-store")

View = Callable[["Exchange"], Response]


def local(view: View) -> View:
    """Make a view of a page for this machine only."""

    @wraps(view)
    def respond(exchange: Exchange) -> Response:
        origin = exchange.origin
        is_local = is_loopback(origin.name) and is_loopback(str(exchange.environ.get("REMOTE_ADDR", "")))
        return view(exchange) if is_local and not origin.is_real else not_found(exchange)

    return respond


@local
def start(exchange: Exchange) -> Response:
    """`/_fake/`: links to everything, what was published, users, tokens, and the requests that were rejected."""
    index, origin = exchange.index, exchange.origin.for_programs
    rejected = [request for request in exchange.instance.record.requests if request.status >= 400]
    return page(
        exchange,
        "local-start.html",
        headers=(SESSION, NOT_STORED),
        projects=[(normalized(news.project), news) for news in newest_projects(index.db, MOST_LINES)],
        users=index.accounts.newest(MOST_LINES),
        tokens=newest_tokens(index.db, MOST_LINES),
        emails=len(index.mailbox),
        rejected=rejected[: -MOST_LINES - 1 : -1],
        addresses={
            "Address for browsers": exchange.instance.browser_url or str(exchange.origin),
            "Upload address": f"{origin.upload}/legacy/",
            "Index of installers": f"{origin}/simple/",
        },
    )


@local
def mail(exchange: Exchange) -> Response:
    """`/_fake/mail`: the e-mails that the index has sent, the oldest first; as JSON if the client prefers it.

    Links to the site lead to the address at which the page is read.
    """
    messages = [(message, _text(exchange, message)) for message in exchange.instance.index.mailbox]
    if acceptable(exchange.accept or "text/html", ["text/html", JSON])[:1] == [JSON]:
        value = [{"to": message.to, "subject": message.subject, "text": text} for message, text in messages]
        return Response(200, "OK", (("Content-Type", JSON), NOT_STORED), json.dumps(value).encode())
    return page(exchange, "local-mail.html", headers=(SESSION, NOT_STORED), messages=messages)


def health(exchange: Exchange) -> Response:
    """`/_fake/health`: whether the index is alive, and ready for requests; 503 if it is not."""
    if exchange.origin.is_real:
        return not_found(exchange)
    is_ready = exchange.instance.is_ready
    body = json.dumps({"alive": True, "ready": is_ready}).encode()
    status, reason = (200, "OK") if is_ready else (503, "Service Unavailable")
    return Response(status, reason, (("Content-Type", JSON), NOT_STORED), body)


def _text(exchange: Exchange, message: Message) -> str:
    return message.text.replace(f"{exchange.instance.index.site_url}/", f"{exchange.origin}/")


@local
def totp(exchange: Exchange) -> Response:
    """`/_fake/totp`: the code that each user's authentication application shows now."""
    index = exchange.instance.index
    now = index.clock.timestamp()
    secrets = index.second_factors.totp_secrets()
    codes = [(name, totp_code(secret, now)) for name, secret in secrets]
    return page(exchange, "local-totp.html", headers=(SESSION, NOT_STORED), codes=codes, seconds=30 - int(now) % 30)
