"""Kinds of faults that cost time: answers that come late, slowly, or never. The time is real, not the index's clock."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fake_pypi.errors import CloseConnection
from fake_pypi.web.faults.fault_kind import Action, FaultKind, FaultyRequest, Respond, Setting, closing, read_body
from fake_pypi.web.faults.grammar import count, number, one_of, parameter, seed
from fake_pypi.web.responses import AnyResponse, Response, StreamedResponse

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PARTS_PER_SECOND = 10
"""How often a slow body is continued."""


@dataclass(frozen=True)
class LateAnswer(FaultKind):
    """The request is processed after `seconds`, more or less up to `jitter` seconds (the same times for a `seed`)."""

    seconds: float = parameter(number, 1.0)
    jitter: float = parameter(number, 0.0)
    seed: int | None = parameter(seed)

    def start(self, setting: Setting) -> Action:
        """See `FaultKind`."""
        chance = random.Random(self.seed)  # noqa: S311 - chance that can be repeated, not secrecy

        def act(request: FaultyRequest, respond: Respond) -> AnyResponse:
            request.wait(max(0.0, self.seconds + chance.uniform(-self.jitter, self.jitter)), setting.over)
            return respond()

        return act


@dataclass(frozen=True)
class Slow(FaultKind):
    """The body of the response is sent, or that of the request is read, with `bytes_per_second`.

    `part` is response (the default) or request. What the systems of both sides buffer is not slow: a small upload is
    sent at once and answered late.
    """

    bytes_per_second: int = parameter(count, 1024)
    part: str = parameter(one_of("response", "request"), "response")

    def start(self, setting: Setting) -> Action:
        """See `FaultKind`."""
        size = max(1, self.bytes_per_second // PARTS_PER_SECOND)

        def act(request: FaultyRequest, respond: Respond) -> AnyResponse:
            def pause(read: int) -> None:
                request.wait(read / self.bytes_per_second, setting.over)

            if self.part == "request":
                source = request.environ["wsgi.input"]
                request.environ["wsgi.input"] = io.BufferedReader(SlowInput(source, size, pause), size)
                return respond()
            return slowed(respond(), size, pause)

        return act


@dataclass(frozen=True)
class Hang(FaultKind):
    """The request is read and never answered; the connection is closed when the client gives up.

    It is also closed when the fault is cleared, or the index closed. `seconds` in the record is how long the client
    waited.
    """

    def start(self, setting: Setting) -> Action:
        """See `FaultKind`."""

        def act(request: FaultyRequest, _respond: Respond) -> AnyResponse:
            read_body(request)
            request.wait(None, setting.over)
            raise CloseConnection

        return act


class SlowInput(io.RawIOBase):
    """The body of a request that is read in parts of `size` bytes, with a pause after each."""

    def __init__(self, source: Any, size: int, pause: Callable[[int], None]) -> None:
        super().__init__()
        self._source = source
        self._size = size
        self._pause = pause

    def readable(self) -> bool:
        """Return True (see `io.RawIOBase`)."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill the start of `buffer`; return the number of bytes, 0 at the end."""
        view = memoryview(buffer).cast("B")
        block = self._source.read(min(self._size, len(view)))
        view[: len(block)] = block
        if block:
            self._pause(len(block))
        return len(block)


def slowed(response: AnyResponse, size: int, pause: Callable[[int], None]) -> AnyResponse:
    """Return a response whose body comes in parts of `size` bytes, with a pause before each but the first."""
    if isinstance(response, Response):
        headers = (*response.headers, ("Content-Length", str(len(response.body))))
        return StreamedResponse(response.status_line, headers, _in_parts([response.body], size, pause))
    return StreamedResponse(response.status_line, response.headers, _in_parts(response.body, size, pause))


def _in_parts(body: Iterable[bytes], size: int, pause: Callable[[int], None]) -> Iterator[bytes]:
    sent = 0
    for block in closing(body):
        for start in range(0, len(block), size):
            pause(sent)
            part = block[start : start + size]
            sent = len(part)
            yield part
