"""Recognize loopback hosts by their names and addresses, without a name lookup.

`clients/sitecustomize.py` has a copy of this, because it runs where this package cannot be imported.
"""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address


def is_loopback(host: str) -> bool:
    """Return whether a host, without a port, is always this machine.

    >>> is_loopback("127.0.0.1"), is_loopback("pypi.localhost"), is_loopback("[::1]")
    (True, True, True)
    >>> is_loopback("127.0.0.999"), is_loopback("127.1"), is_loopback("0.0.0.0")
    (False, False, False)
    """
    return bool(loopback_addresses(host))


def loopback_addresses(host: str) -> tuple[str, ...]:
    """Return the addresses at which to connect to a loopback host, in order; none for any other host.

    >>> loopback_addresses("pypi.localhost")
    ('127.0.0.1', '::1')
    >>> loopback_addresses("::ffff:127.0.0.1")
    ('127.0.0.1',)

    `localhost` and the names below `.localhost` are loopback (RFC 6761). An address must be complete: a
    shortened one such as `127.1` needs a resolver, and `0.0.0.0` means all addresses.
    """
    name = host.lower().removesuffix(".")
    if name == "localhost" or name.endswith(".localhost"):
        return "127.0.0.1", "::1"
    if name.startswith("[") and name.endswith("]"):
        name = name[1:-1]
    try:
        address = ip_address(name)
    except ValueError:
        return ()
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return ()
        address = address.ipv4_mapped or address
    return (str(address),) if address.is_loopback else ()
