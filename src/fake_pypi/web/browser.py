"""The browser behind a request: its session, the user who is logged in, and the cookies that it gets."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from fake_pypi.operations import sessions
from fake_pypi.operations.account_forms import FormErrors
from fake_pypi.operations.actor import SignedInUser, Visitor

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from fake_pypi.index import Index
    from fake_pypi.index.accounts import User
    from fake_pypi.index.sessions import Flash, FlashQueue, Session
    from fake_pypi.web.responses import Header

SESSION_COOKIE, USER_COOKIE, DEVICE_COOKIE = "session_id", "user_id__insecure", "remember_device"
DEVICE_SECONDS = 30 * 86_400
DELETED = "Max-Age=0; Path=/; expires=Wed, 31-Dec-97 23:59:59 GMT"


class Browser:
    """The browser that sent a request. It has no session until a page needs one.

    `index` is the present state, `is_secure` whether the request came by https, and `site_url` the address of the site
    in the e-mails that it causes. `user` is the user who is logged in, or None.
    """

    def __init__(self, index: Index, environ: WSGIEnvironment, *, is_secure: bool, site_url: str = "") -> None:
        self._index = index
        self._is_secure = is_secure
        self._site_url = site_url
        self._cookies = _cookies(str(environ.get("HTTP_COOKIE", "")))
        self._set: dict[str, str] = {}
        self._address = str(environ.get("REMOTE_ADDR", "127.0.0.1"))
        self._user_agent = str(environ.get("HTTP_USER_AGENT", ""))
        session_id = self._cookies.get(SESSION_COOKIE)
        self._session = sessions.find_session(index, session_id) if session_id else None
        self.user: User | None = None if self._session is None else self._user_of(self._session)

    @property
    def session(self) -> Session:
        """The session, which is started if there is none."""
        if self._session is None:
            self._session = sessions.new_session(self._index)
            self._set_session_cookie(self._session)
        return self._session

    @property
    def csrf_token(self) -> str:
        """The token that every form of this session has to send."""
        return self.session.csrf_token

    @property
    def visitor(self) -> Visitor:
        """The actor of an operation that needs no log-in."""
        return Visitor(self._address, self._user_agent, self._site_url)

    @property
    def actor(self) -> SignedInUser:
        """The user who is logged in, as actor of an operation; only for pages behind the log-in."""
        if self.user is None:
            raise RuntimeError("no user is logged in: the view needs `management_page`")
        return SignedInUser(self.user, self._address, self._user_agent, self._site_url)

    @property
    def remembered_device(self) -> str | None:
        """The cookie that stands for the second factor on this device, or None."""
        return self._cookies.get(DEVICE_COOKIE)

    @property
    def unverified_email(self) -> str | None:
        """The primary e-mail address of the user who is logged in, unless it is verified."""
        if self.user is None or self.user.email == "verified":
            return None
        email = self._index.emails.primary(self.user.id)
        return None if email is None else email.address

    def log_in(self, session: Session) -> None:
        """Continue with the session that a log-in has returned."""
        self._session = session
        self.user = None if session.user_id is None else self._index.accounts.by_id(session.user_id)
        if self.user is not None:
            self._set[USER_COOKIE] = f"{user_digest(self.user)}; Path=/"
        self._set_session_cookie(session)

    def log_out(self) -> None:
        """Forget the session, which has ended."""
        self._session = self.user = None
        self._set[USER_COOKIE] = f"; {DELETED}"
        self._set[SESSION_COOKIE] = f"; {DELETED}"

    def remember_device(self, value: str) -> None:
        """Set the cookie that stands for the second factor on this device."""
        secure = "; secure" if self._is_secure else ""
        path = "Path=/account/login/"
        self._set[DEVICE_COOKIE] = f"{value}; Max-Age={DEVICE_SECONDS}; {path}{secure}; HttpOnly; SameSite=strict"

    def flash(self, message: str, queue: FlashQueue = "") -> None:
        """Add a message, which is shown by the next page or by this one if it is not rendered yet."""
        sessions.flash(self._index, self.session, message, queue)

    def take_flashes(self) -> list[Flash]:
        """Return the messages that were not shown yet, and delete them."""
        return [] if self._session is None else sessions.take_flashes(self._index, self._session)

    @property
    def headers(self) -> tuple[Header, ...]:
        """The headers that set cookies."""
        return tuple(("Set-Cookie", f"{name}={value}") for name, value in self._set.items())

    def _set_session_cookie(self, session: Session) -> None:
        secure = "; secure" if self._is_secure else ""
        self._set[SESSION_COOKIE] = f"{session.id}; Path=/{secure}; HttpOnly; SameSite=lax"

    def _user_of(self, session: Session) -> User | None:
        if session.user_id is None:
            return None
        user = sessions.user_of(self._index, session)
        if isinstance(user, FormErrors):
            self._session = None
            self.flash(user.flash, "error")
            return None
        return user


def user_digest(user: User) -> str:
    """Return the cookie by which scripts of the real site tell users apart."""
    return hashlib.blake2b(user.id.encode("ascii"), person=b"warehouse.userid").hexdigest()


def _cookies(header: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in header.split(";"))
    return {name.strip(): value.strip().strip('"') for name, _, value in pairs}
