"""Reading the fields of core metadata that have a grammar, with the libraries that PyPI reads them with."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from packaging.requirements import Requirement

NAMELESS = "has-no-name"
LONGEST_CONTENT_TYPE = 4_000
"""Characters of a content type that are parsed: the parser takes time by the square of the length."""


def read(name: str, text: str) -> object | None:
    """Return the value of a text that has a grammar, as packaging reads it; None if it cannot be read."""
    from packaging import specifiers, utils, version

    readers: dict[str, Callable[[str], object]] = {
        "version": version.Version,
        "requires-dist": requirement,
        "requires-python": specifiers.SpecifierSet,
        "license-expression": _license,
        "provides-extra": lambda text: utils.canonicalize_name(text, validate=True),
    }
    try:
        return readers[name](text)
    except ValueError:
        return None


def requirement(text: str) -> Requirement:
    """Return a requirement as packaging 26.2 reads it, which takes a line feed at the end; later releases do not.

    Raises `packaging.requirements.InvalidRequirement`.
    """
    from packaging.requirements import Requirement

    return Requirement(text if _ends_with_its_address(text) else text.removesuffix("\n"))


def _ends_with_its_address(text: str) -> bool:
    """Whether "@", then an address and a line feed end a requirement: PyPI takes the line feed for a part of it."""
    if not text.endswith("\n"):
        return False
    address = re.split(r"[ \t]", text[:-1])[-1]
    return "@" in address[:-1] or (address != "" and text[: -len(address) - 1].rstrip(" \t").endswith("@"))


def _license(text: str) -> str:
    from packaging.licenses import canonicalize_license_expression

    # PyPI takes a LicenseRef without a name; packaging did so up to 26.2.
    named = re.sub(r"(?i)\blicenseref-(?![a-z0-9.-])", f"LicenseRef-{NAMELESS}", text)
    return canonicalize_license_expression(named).replace(NAMELESS, "")


def content_type_of(text: str) -> tuple[str, Mapping[str, str]]:
    """Return a content type in small letters and its parameters; ("", {}) for what is none.

    >>> content_type_of("Text/Markdown; variant=GFM")[0]
    'text/markdown'
    """
    from email.message import EmailMessage

    message = EmailMessage()
    try:
        message["content-type"] = text[:LONGEST_CONTENT_TYPE]
        return message.get_content_type().lower(), message["content-type"].params
    except (ValueError, IndexError, RecursionError):  # a line break, or parameters that the parser cannot read
        return "", {}


def lone_address(text: str) -> str:
    """Return the e-mail address of the one person that a text names, "" when there are more or none.

    >>> lone_address("Alice <alice@example.com>"), lone_address("a@example.com, b@example.com")
    ('alice@example.com', '')

    It reads as CPython 3.14 does, whose `parseaddr` gives up on brackets and on parentheses without partner.
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


def is_web_address(text: str) -> bool:
    """Whether PyPI takes a text for an address: it wants http or https, and looks at little else."""
    from rfc3986 import exceptions, uri_reference, validators

    validator = validators.Validator().allow_schemes("http", "https").require_presence_of("scheme")
    validator = validator.check_validity_of("scheme", "host", "port", "path", "query")
    try:
        validator.validate(uri_reference(text).normalize())
    except exceptions.RFC3986Exception:
        return False
    return True
