"""The kinds of faults: one class for each, and the table of them.

A new kind is a dataclass with its parameters and a `start` method, and an entry in `KINDS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from fake_pypi.errors import CloseConnection
from fake_pypi.web.faults.grammar import Conditions, number, one_of, parameter, some_of, switch
from fake_pypi.web.propagation import PAGES, Delay
from fake_pypi.web.responses import AnyResponse

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from fake_pypi.index import Index

BLOCK = 1 << 16  # bytes that are read at once

Respond = Callable[[], AnyResponse]
"""The rest of the application, for one request."""


class FaultyRequest(Protocol):
    """What faults read of a request, and what they add to it."""

    environ: WSGIEnvironment
    delays: tuple[Delay, ...]
    faults: tuple[str, ...]

    @property
    def method(self) -> str:
        """The method, as "GET"."""

    @property
    def path(self) -> str:
        """The path, decoded."""

    @property
    def project_name(self) -> str:
        """The normalized name of the project that it is for, or ""."""

    @property
    def requested_filename(self) -> str:
        """The name of the file that it is for, or ""."""


Action = Callable[[FaultyRequest, Respond], AnyResponse]
"""Acts on one request. It is given the rest of the application, which it may call before, after, or not at all."""


class FaultKind(Protocol):
    """The parameters of one kind of fault, as a frozen dataclass of `grammar.parameter` fields."""

    def start(self, index: Index, when: Conditions) -> Action:
        """Return what acts on the requests that meet the conditions; called once, when the fault is added."""


@dataclass(frozen=True)
class Reset:
    """Reset the connection: `before` the body of the request is read, `during` it, or `after` it.

    Nothing is judged or stored, and the client receives no response.
    """

    at: str = parameter(one_of("before", "during", "after"), "before")

    def start(self, _index: Index, _when: Conditions) -> Action:
        """See `FaultKind`."""
        return self._reset

    def _reset(self, request: FaultyRequest, _respond: Respond) -> AnyResponse:
        length = int(request.environ.get("CONTENT_LENGTH") or 0)
        left = {"before": 0, "during": length // 2, "after": length}[self.at]
        while left > 0 and (block := request.environ["wsgi.input"].read(min(left, BLOCK))):
            left -= len(block)
        raise CloseConnection(reset=True)


@dataclass(frozen=True)
class Stale:
    """Show pages and files as they were before the changes of the last seconds.

    A change is an upload, a yank, a deletion or another status that comes after the fault was added. It is hidden for
    `seconds` of the index's clock, and from the first `requests` for its project; with both, until both have passed.
    With `alternating`, every second request sees the present state, as with two caches of which one is up to date.
    The condition `project` selects whose changes are hidden.
    """

    seconds: float = parameter(number, 0.0)
    requests: float = parameter(number, 0)
    alternating: bool = parameter(switch, default=False)
    pages: tuple[str, ...] = parameter(some_of(*PAGES), ("all",))

    def start(self, index: Index, when: Conditions) -> Action:
        """See `FaultKind`."""
        delay = Delay(
            index,
            pages=self.pages,
            project=when.project,
            seconds=self.seconds,
            requests=self.requests,
            alternating=self.alternating,
        )

        def show(request: FaultyRequest, respond: Respond) -> AnyResponse:
            request.delays += (delay,)
            return respond()

        return show


KINDS: dict[str, type[FaultKind]] = {"reset": Reset, "stale": Stale}
"""Every kind of fault that is implemented, by its name in the grammar."""
