"""The header fields and form fields of a recorded request, as mappings without credentials."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from fake_pypi.redaction import REDACTED, redact

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

FIELDS = "fake_pypi.fields"
"""The key of the WSGI environment with the header fields as they were sent, by name in lower case."""
CREDENTIALS = frozenset({"authorization", "proxy-authorization"})
COOKIES = frozenset({"cookie", "set-cookie"})
SECRET = CREDENTIALS | COOKIES | {"referer"}
_TOKEN_PARAMETER = re.compile(r"(?<=token=)[^&#]+")

Pairs = Sequence[tuple[str, str]]


class Headers(Mapping[str, str]):
    """The header fields of one message. Names are compared without case, repeated fields are joined with a comma.

    >>> headers = Headers([("Accept", "*/*"), ("Authorization", "Basic c2VjcmV0")])
    >>> headers["accept"], headers["authorization"]
    ('*/*', 'Basic ********')

    Credentials and the values of cookies are not stored. Other texts in the format of a token, and secrets that
    this process knows, are redacted whenever a value is read.
    """

    __slots__ = ("_pairs",)

    def __init__(self, pairs: Pairs = ()) -> None:
        self._pairs = without_credentials(pairs)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Every field in its order, repeated ones too."""
        return [(name, redact(value)) for name, value in self._pairs]

    @property
    def bytes(self) -> int:
        """About how many bytes of memory the fields take."""
        return 200 * len(self._pairs) + sum([len(value) for _, value in self._pairs])

    def __getitem__(self, name: str) -> str:
        wanted = name.lower()
        values = [value for field, value in self._pairs if field.lower() == wanted]
        if not values:
            raise KeyError(name)
        return redact(", ".join(values))

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name.lower() for name, _ in self._pairs))

    def __len__(self) -> int:
        return len({name.lower() for name, _ in self._pairs})

    def __repr__(self) -> str:
        return f"Headers({self.pairs!r})"


class FormFields(Mapping[str, str]):
    """The text fields of a form. `form["name"]` is the first text under a name, `form.all("classifiers")` are all.

    >>> form = FormFields((("name", "demo"), ("classifiers", "A"), ("classifiers", "B")))
    >>> form["name"], form.all("classifiers"), "version" in form
    ('demo', ['A', 'B'], False)
    """

    __slots__ = ("pairs",)

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self.pairs = tuple(pairs)

    def all(self, name: str) -> list[str]:
        """Return every text that was sent under the name."""
        return [value for field, value in self.pairs if field == name]

    def __getitem__(self, name: str) -> str:
        for field, value in self.pairs:
            if field == name:
                return value
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for name, _ in self.pairs))

    def __len__(self) -> int:
        return len({name for name, _ in self.pairs})

    def __repr__(self) -> str:
        return redact(f"FormFields({self.pairs!r})")


def request_headers(environ: WSGIEnvironment) -> Headers:
    """Return the header fields of a request, from the WSGI variables if the server is not ours."""
    fields: Mapping[str, str] | None = environ.get(FIELDS)
    if fields is None:
        fields = {
            name.removeprefix("HTTP_").replace("_", "-").lower(): str(value)
            for name, value in environ.items()
            if name.startswith("HTTP_") or (name in {"CONTENT_TYPE", "CONTENT_LENGTH"} and value)
        }
    return Headers(tuple(fields.items()))


def without_tokens(address: str) -> str:
    """Return an address or a query without the tokens of links in e-mails.

    >>> without_tokens("token=eyJhY3Rpb24&lang=de")
    'token=********&lang=de'
    """
    return _TOKEN_PARAMETER.sub(REDACTED, address) if "token=" in address else address


def without_credentials(pairs: Pairs) -> Pairs:
    """Return header fields without the credentials and the values of cookies in them."""
    if SECRET.isdisjoint([name.lower() for name, _ in pairs]):
        return pairs
    return tuple((name, _without_secret(name.lower(), value)) for name, value in pairs)


def _without_secret(name: str, value: str) -> str:
    if name in CREDENTIALS:
        scheme, blank, _ = value.partition(" ")
        return f"{scheme} {REDACTED}" if blank else REDACTED
    if name == "set-cookie":
        cookie, semicolon, attributes = value.partition(";")
        return f"{_without_value(cookie)}{semicolon}{attributes}"
    if name == "referer":
        return without_tokens(value)
    if name == "cookie":
        return "; ".join(_without_value(cookie.strip()) for cookie in value.split(";"))
    return value


def _without_value(cookie: str) -> str:
    name, equals, _ = cookie.partition("=")
    return f"{name}={REDACTED}" if equals else REDACTED
