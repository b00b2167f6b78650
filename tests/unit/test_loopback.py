"""What counts as this machine. The program inside shells decides the same, from a copy of its own."""

from __future__ import annotations

import socket

import pytest

from fake_pypi.clients.sitecustomize import is_loopback_address
from fake_pypi.loopback import is_loopback, loopback_addresses

ADDRESSES = {
    "127.0.0.1": ("127.0.0.1",),
    "127.255.0.9": ("127.255.0.9",),
    "::1": ("::1",),
    "0:0:0:0:0:0:0:1": ("::1",),
    "::ffff:127.0.0.1": ("127.0.0.1",),
    "::FFFF:7F00:2": ("127.0.0.2",),
}
NAMES = ("localhost", "localhost.", "LOCALHOST", "pypi.localhost", "a.b.localhost", "Pypi.LocalHost.", "1.localhost")
OTHERS = (
    "",
    ".",
    "pypi.org",
    "localhost.com",
    "notlocalhost",
    "127.0.0.1.com",
    "127.evil.co.uk",
    "127.0.0.999",
    "127.0.0.256",
    "127.0.0",
    "127.1",
    "127.0.0.01",
    "127.0.0.0x1",
    "127.0.0.1:80",
    "127.\xb2.0.1",
    "127.0.0.1\0",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "1.127.0.0",
    "0.0.0.0",
    "::",
    "::2",
    "::1%lo",
    "::127.0.0.1",
    "::ffff:8.8.8.8",
    "2001:db8::1",
)


@pytest.mark.parametrize(("host", "addresses"), ADDRESSES.items())
def test_an_address_of_this_machine_is_connected_to_as_it_is(host: str, addresses: tuple[str, ...]) -> None:
    assert loopback_addresses(host) == addresses
    assert is_loopback_address(host)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_this_machine_has_both_addresses(name: str) -> None:
    assert loopback_addresses(name) == ("127.0.0.1", "::1")


@pytest.mark.parametrize("host", OTHERS)
def test_what_only_looks_like_this_machine_is_another_host(host: str) -> None:
    assert not is_loopback(host)
    assert not is_loopback_address(host)


def test_brackets_and_one_final_dot_belong_to_the_spelling() -> None:
    assert loopback_addresses("[::1]") == ("::1",)
    assert loopback_addresses("127.0.0.1.") == ("127.0.0.1",)
    assert not is_loopback("[::1")


def test_no_name_is_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object, **_names: object) -> object:
        raise AssertionError("a resolver was asked")

    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        monkeypatch.setattr(socket, name, fail)
    assert [is_loopback(host) for host in (*ADDRESSES, *NAMES, *OTHERS)].count(True) == len(ADDRESSES) + len(NAMES)
