"""Reading the fields of core metadata that have a grammar, with the libraries that PyPI reads them with."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

NAMELESS = "has-no-name"


def read(name: str, text: str) -> object | None:
    """Return the value of a text that has a grammar, as packaging reads it; None if it cannot be read."""
    from packaging import requirements, specifiers, utils, version

    readers: dict[str, Callable[[str], object]] = {
        "version": version.Version,
        "requires-dist": requirements.Requirement,
        "requires-python": specifiers.SpecifierSet,
        "license-expression": _license,
        "provides-extra": lambda text: utils.canonicalize_name(text, validate=True),
    }
    try:
        return readers[name](text)
    except ValueError:
        return None


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
        message["content-type"] = text
        return message.get_content_type().lower(), message["content-type"].params
    except (ValueError, IndexError):  # a line break in it, or parameters on which the parser chokes
        return "", {}


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
