"""The web site of a fake index, as tests with a browser use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fake_pypi.fake.users import FakeUsers
    from fake_pypi.index import Index
    from fake_pypi.index.accounts import User
    from fake_pypi.index.mailbox import Mailbox
    from fake_pypi.serving.server import Server
    from fake_pypi.sites import Site


REACHED_BY_NAME = frozenset({"127.0.0.1", "::1", "localhost", "0.0.0.0", "::"})  # noqa: S104 - compared, not bound
"""The addresses of a socket that is reached by a name below `.localhost`."""


def address_for_browsers(site: Site, server: Server) -> str:
    """Return the address of an index for browsers, as "http://pypi.localhost:8080".

    Cookies do not depend on the port, so two indexes at one IP address would log each other out. A socket that is not
    reached by that name, because it listens on another address, has its own URL.
    """
    return f"http://{site.browser_host}:{server.port}" if server.host in REACHED_BY_NAME else server.url


class FakeWebSite:
    """Mailbox, log-in and codes of one index; `url` is its address for browsers."""

    def __init__(self, index: Index, users: FakeUsers, url: str) -> None:
        self._index = index
        self._users = users
        self.url = url

    @property
    def mail(self) -> Mailbox:
        """The e-mails that the site has sent, the oldest first; each has `.to`, `.subject`, `.text` and `.links`."""
        return self._index.mailbox

    def log_in(self, user: User | str | None = None, *, context: Any = None) -> dict[str, str]:
        """Log a user in, the default user if none is given, without password and second factor.

        Returns the cookies of the new session. `context` is a browser context of Playwright, which gets them for the
        `browser_url` of the index.

            pypi.log_in("alice", context=page.context)
            page.goto(f"{pypi.browser_url}/manage/account/")
        """
        from fake_pypi.operations.actor import Visitor
        from fake_pypi.operations.sessions import new_session, start_session
        from fake_pypi.web.browser import SESSION_COOKIE, USER_COOKIE, user_digest

        account = self._users.resolve(user)
        session = start_session(self._index, Visitor(), new_session(self._index), account)
        cookies = {SESSION_COOKIE: session.id, USER_COOKIE: user_digest(account)}
        if context is not None:
            context.add_cookies(
                [
                    {"name": name, "value": value, "url": self.url, "httpOnly": name == SESSION_COOKIE}
                    for name, value in cookies.items()
                ]
            )
        return cookies

    def totp(self, user: User | str | None = None) -> str:
        """Return the code that the user's authentication application shows now, "" if the user has none."""
        from fake_pypi.index.second_factors import totp_code

        secret = self._index.second_factors.totp_secret(self._users.resolve(user).id)
        return "" if secret is None else totp_code(secret, self._index.clock.timestamp())
