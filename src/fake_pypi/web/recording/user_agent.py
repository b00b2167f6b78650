"""The program behind a User-Agent header."""

from __future__ import annotations

import re
from functools import lru_cache

_PRODUCT = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:/([^\s;,()]+))?")
_BROWSERS = (("Firefox", "firefox"), ("Edg", "edge"), ("HeadlessChrome", "chrome"), ("Chrome", "chrome"))


@lru_cache(1_000)
def client_of(user_agent: str) -> tuple[str, str]:
    """Return name and version of the client, the name in lower case; "" for what the header does not have.

    >>> client_of("twine/6.2.0 CPython/3.11.2 requests/2.32.5")
    ('twine', '6.2.0')
    >>> client_of('pip/25.3 {"ci":null}'), client_of("Mozilla/5.0 (X11) Chrome/140.0.0.0 Safari/537.36"), client_of("")
    (('pip', '25.3'), ('chrome', '140.0.0.0'), ('', ''))

    The first product of the header is the client (RFC 9110, 10.1.5), except in a browser, where it is always
    "Mozilla". Old twine put the library first: `requests/2.20 … twine/1.12`.
    """
    products = {name: version for name, version in _PRODUCT.findall(user_agent)}  # noqa: C416 - the last version counts
    if user_agent.startswith("Mozilla/"):
        for product, name in _BROWSERS:
            if product in products:
                return name, products[product]
    if "twine" in products:
        return "twine", products["twine"]
    first = _PRODUCT.match(user_agent.lstrip())
    return (first[1].lower(), first[2] or "") if first else ("", "")
