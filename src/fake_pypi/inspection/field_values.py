"""The values of metadata fields that have a grammar, read with the libraries that PyPI uses."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

NAMELESS = "has-no-name"
LONGEST_CONTENT_TYPE = 4_000
"""Characters of a content type that are parsed: the parser takes time by the square of the length."""

LONGEST_CACHED = 200
"""Characters of a licence expression up to which the result of reading it is kept."""


@dataclass(frozen=True)
class Value:
    """A text of a field, and its value as the library reads it; `parsed` is None for a text that it rejects.

    `problem` is the library's message about a rejected text. `breaks_library` is whether the library of the real server
    fails at the text with an exception that the server does not expect.
    """

    text: str
    parsed: object | None = None
    problem: str = ""
    breaks_library: bool = False


def read_value(name: str, text: str) -> Value:
    """Return the value of a text of one of the fields in `GRAMMARS`.

    >>> read_value("requires-python", ">=3.10").parsed
    <SpecifierSet('>=3.10')>
    """
    try:
        return Value(text, GRAMMARS[name](text))
    except ValueError as error:
        return Value(text, problem=str(error))
    except (RecursionError, _LibraryFails):  # the parsers are recursive: thousands of brackets are too many
        return Value(text, breaks_library=True)


def _version(text: str) -> object:
    from packaging.version import Version

    return Version(text)


def _specifiers(text: str) -> object:
    from packaging.specifiers import SpecifierSet

    return SpecifierSet(text)


def _extra(text: str) -> object:
    from packaging.utils import canonicalize_name

    return canonicalize_name(text, validate=True)


def _requirement(text: str) -> object:
    """Read a requirement as packaging 26.2 does, which accepts a line feed at the end; later releases do not."""
    from packaging.requirements import Requirement

    return Requirement(text if _ends_with_its_address(text) else text.removesuffix("\n"))


def _ends_with_its_address(text: str) -> bool:
    """Return whether "@", a URL and a line feed end a requirement: PyPI reads the line feed as part of the URL."""
    if not text.endswith("\n"):
        return False
    address = re.split(r"[ \t]", text[:-1])[-1]
    return "@" in address[:-1] or (address != "" and text[: -len(address) - 1].rstrip(" \t").endswith("@"))


class _LibraryFails(Exception):
    """The release of a library that the real server uses fails at a text that ours rejects."""


def _license(text: str) -> object:
    """Read a licence expression as packaging 26.2 does, which fails at a LicenseRef with "+" behind it."""
    read = _license_expression if len(text) <= LONGEST_CACHED else _license_expression.__wrapped__
    try:
        return read(text)
    except ValueError:
        without_plus = re.sub(r"(?i)\b(licenseref-[a-z0-9.-]*)\+", r"\1", text)
        if without_plus != text and read_value("license-expression", without_plus).parsed is not None:
            raise _LibraryFails from None
        raise


@lru_cache(maxsize=64)
def _license_expression(text: str) -> str:
    from packaging.licenses import canonicalize_license_expression

    # PyPI accepts a LicenseRef without a name, as packaging did up to 26.2.
    named = re.sub(r"(?i)\blicenseref-(?![a-z0-9.-])", f"LicenseRef-{NAMELESS}", text)
    return canonicalize_license_expression(named).replace(NAMELESS, "")


def content_type_of(text: str) -> tuple[str, Mapping[str, str]]:
    """Return a content type in lower case and its parameters; ("", {}) for a text that is no content type.

    >>> content_type_of("Text/Markdown; variant=GFM")[0]
    'text/markdown'
    """
    return _content_type_of(text[:LONGEST_CONTENT_TYPE])


@lru_cache(maxsize=16)
def _content_type_of(text: str) -> tuple[str, Mapping[str, str]]:
    from email.message import EmailMessage

    message = EmailMessage()
    try:
        message["content-type"] = text
        return message.get_content_type().lower(), message["content-type"].params
    except (ValueError, IndexError, RecursionError):  # a line break, or parameters that the parser cannot read
        return "", {}


def lone_address(text: str) -> str:
    """Return the e-mail address in a text that names one person, "" when it names several or none.

    >>> lone_address("Alice <alice@example.com>"), lone_address("a@example.com, b@example.com")
    ('alice@example.com', '')

    It reads as CPython 3.14 does, whose `parseaddr` rejects brackets and unbalanced parentheses.
    """
    from email import utils

    lenient: dict[str, Any] = {"strict": False} if hasattr(utils, "supports_strict_parsing") else {}
    people = utils.getaddresses([text], **lenient)
    if len(people) != 1 or "[" in people[0][1] or not _parentheses_match(text):
        return ""
    return people[0][1]


def _parentheses_match(text: str) -> bool:
    depth = 0
    for character in re.sub(r'"(?:\\.|[^"\\])*"|\\.', "", text, flags=re.DOTALL):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            return False
    return depth == 0


def is_web_url(text: str) -> bool:
    """Return whether PyPI accepts a text as a URL: it requires http or https, and checks little else."""
    from rfc3986 import exceptions, uri_reference, validators

    validator = validators.Validator().allow_schemes("http", "https").require_presence_of("scheme")
    validator = validator.check_validity_of("scheme", "host", "port", "path", "query")
    try:
        validator.validate(uri_reference(text).normalize())
    except exceptions.RFC3986Exception:
        return False
    return True


def _email(text: str) -> object:
    """Return the address of the one person that a text names, "" for another text, which PyPI does not check."""
    from email_validator import validate_email

    address = lone_address(text)
    if address:
        validate_email(address, check_deliverability=False)
    return address


GRAMMARS: dict[str, Callable[[str], object]] = {
    "version": _version,
    "requires-dist": _requirement,
    "provides-dist": _requirement,
    "obsoletes-dist": _requirement,
    "requires-python": _specifiers,
    "license-expression": _license,
    "provides-extra": _extra,
    "author-email": _email,
    "maintainer-email": _email,
}
"""How the fields with a grammar are read; `ValueError` for a text that is rejected."""
