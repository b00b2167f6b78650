"""Endpoints about pairs of indexes: open and end them, reset them, snapshots, the proxy for the real host names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fake_pypi.errors import NotFound, UsageError
from fake_pypi.fake.control.pairs import MOST_SNAPSHOTS, ControlledPair, ControlledPairs, all_pairs, pair_of
from fake_pypi.web.control.endpoints import EndpointTable
from fake_pypi.web.control.json_values import Bounds, Text

ENDPOINTS = EndpointTable()

Port = Annotated[int, Bounds(minimum=0, maximum=65_535)]
Server = Literal["pypiserver", "devpi", "gitlab", "nexus"]
"""The servers that are not PyPI; a test compares them with `sites.OTHER_SERVERS`."""
Identifier = Annotated[str, Bounds(pattern="[A-Za-z0-9._-]+", longest=100)]


@dataclass(frozen=True)
class IndexAddresses:
    """The addresses of one index, with the user name and the password with which clients may upload.

    On PyPI and TestPyPI they are `__token__` and `token`, an API token of the default user; other servers have no
    tokens (null), and the name and a password of that user.
    """

    url: str
    upload_url: str
    simple_url: str
    username: str
    password: str
    token: str | None


@dataclass(frozen=True)
class PairAddresses:
    """PyPI and TestPyPI, or one other server. The indexes that it does not have are null."""

    id: str
    pypi: IndexAddresses | None = None
    testpypi: IndexAddresses | None = None
    pypiserver: IndexAddresses | None = None
    devpi: IndexAddresses | None = None
    gitlab: IndexAddresses | None = None
    nexus: IndexAddresses | None = None


@dataclass(frozen=True)
class StoredSnapshot:
    """A snapshot of a pair of indexes."""

    id: str


@dataclass(frozen=True)
class RealHosts:
    """How a process reaches the pair under the real host names: by a proxy, which needs the authority's certificate."""

    proxy_url: str
    hosts: list[str]
    authority: str


def _addresses(pair: ControlledPair) -> PairAddresses:
    addresses = {
        name: IndexAddresses(
            index.url,
            index.upload_url,
            index.simple_url,
            index.username,
            index.password,
            index.token.secret if index.site.has_tokens else None,
        )
        for name, index in pair.indexes.by_name.items()
    }
    return PairAddresses(
        pair.id,
        pypi=addresses.get("pypi"),
        testpypi=addresses.get("testpypi"),
        pypiserver=addresses.get("pypiserver"),
        devpi=addresses.get("devpi"),
        gitlab=addresses.get("gitlab"),
        nexus=addresses.get("nexus"),
    )


@ENDPOINTS.add("GET", "/indexes", subject=all_pairs)
def list_indexes(pairs: ControlledPairs) -> list[PairAddresses]:
    """List the pairs of indexes, the main one first."""
    return [_addresses(pair) for pair in pairs.all()]


@ENDPOINTS.add("POST", "/indexes", subject=all_pairs, status=201)
def open_indexes(
    pairs: ControlledPairs,
    *,
    installed: bool = False,
    without: list[Text] | None = None,
    as_of: Text | None = None,
    port: Port = 0,
    testpypi_port: Port = 0,
    site: Server | None = None,
) -> PairAddresses:
    """Open another pair of indexes, with ports of its own; or, with `site`, one server that is not PyPI.

    With `installed`, the packages of the environment of the process are its fallback packages. `without` leaves rules
    out, by id. `as_of` is a date, as 2024-06-01: both have the rules, messages and limits of that day. A server that is
    not PyPI has none of these, and no `testpypi_port`.
    """
    if site is not None and installed:
        raise UsageError(f"{site} has no fallback packages", "leave installed out")
    ports = {"port": port, "testpypi_port": testpypi_port}
    return _addresses(pairs.open(installed=installed, without=tuple(without or ()), as_of=as_of, site=site, **ports))


@ENDPOINTS.add("GET", "/indexes/{indexes}", subject=pair_of)
def show_indexes(pair: ControlledPair) -> PairAddresses:
    """Show the addresses of a pair of indexes."""
    return _addresses(pair)


@ENDPOINTS.add("DELETE", "/indexes/{indexes}", subject=all_pairs, status=204)
def end_indexes(pairs: ControlledPairs, *, indexes: Identifier) -> None:
    """End a pair of indexes. The main one ends with its process only."""
    pairs.end(indexes)


@ENDPOINTS.add("POST", "/indexes/{indexes}/reset", subject=pair_of)
def reset_indexes(pair: ControlledPair) -> PairAddresses:
    """Empty both indexes. The tokens that were given out at the start stay valid, and snapshots can be restored."""
    pair.indexes.reset()
    return _addresses(pair)


@ENDPOINTS.add("POST", "/indexes/{indexes}/snapshot", subject=pair_of, status=201)
def take_snapshot(pair: ControlledPair) -> StoredSnapshot:
    """Save the state of both indexes, to return to it.

    It has everything but the requests and rejections: accounts, tokens, projects and files, publishers, e-mails, flags
    and limits, the clocks, the rules, the faults.
    """
    if len(pair.snapshots) >= MOST_SNAPSHOTS:
        raise UsageError(f"there are {MOST_SNAPSHOTS} snapshots", "delete one")
    pair.last_snapshot += 1
    snapshot = StoredSnapshot(f"snapshot-{pair.last_snapshot}")
    pair.snapshots[snapshot.id] = pair.indexes.snapshot()
    return snapshot


@ENDPOINTS.add("GET", "/indexes/{indexes}/snapshots", subject=pair_of)
def list_snapshots(pair: ControlledPair) -> list[StoredSnapshot]:
    """List the snapshots of a pair, the oldest first."""
    return [StoredSnapshot(snapshot) for snapshot in list(pair.snapshots)]


@ENDPOINTS.add("DELETE", "/indexes/{indexes}/snapshots/{snapshot}", subject=pair_of, status=204)
def delete_snapshot(pair: ControlledPair, *, snapshot: Identifier) -> None:
    """Delete a snapshot."""
    if pair.snapshots.pop(snapshot, None) is None:
        raise NotFound("snapshot", snapshot, list(pair.snapshots))


@ENDPOINTS.add("POST", "/indexes/{indexes}/restore", subject=pair_of)
def restore_snapshot(pair: ControlledPair, *, snapshot: Identifier | None = None) -> PairAddresses:
    """Return both indexes to the state of a snapshot, the newest one if none is named.

    Requests and rejections are forgotten. Requests that are being processed have half a second to end.
    """
    existing = list(pair.snapshots)
    if not existing or snapshot not in {None, *existing}:
        raise NotFound("snapshot", snapshot or "", existing)
    pair.indexes.restore(pair.snapshots[snapshot or existing[-1]])
    return _addresses(pair)


@ENDPOINTS.add("GET", "/indexes/{indexes}/blocked-requests", subject=pair_of)
def list_blocked_requests(pair: ControlledPair) -> list[str]:
    """List the requests to other hosts that the proxy rejected: host, port, client, how often."""
    return pair.indexes.blocked_requests


@ENDPOINTS.add("GET", "/indexes/{indexes}/notices", subject=pair_of)
def list_notices(pair: ControlledPair) -> list[str]:
    """List what was unexpected in the data folder of the pair, and what was done about it."""
    return pair.indexes.notices


@ENDPOINTS.add("GET", "/indexes/{indexes}/real-hosts", subject=pair_of)
def show_real_hosts(pair: ControlledPair) -> RealHosts:
    """Show the proxy behind which the real host names are these indexes, and the certificate of its authority (PEM)."""
    connection = pair.indexes.connection()
    authority = connection.ca_pem.read_text(encoding="ascii")
    return RealHosts(connection.proxy_url, list(connection.hosts), authority)
