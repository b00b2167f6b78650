"""What a test shows when the requests of an index are not those that it expects."""

from __future__ import annotations

from collections.abc import Sequence

from fake_pypi.errors import FakePyPIError
from fake_pypi.web.recording.conditions import RequestConditions, as_text, closest_first, count, differences
from fake_pypi.web.recording.recorded_request import RecordedRequest

MOST_SHOWN = 5
"""The number of requests that a message shows."""


class UnexpectedRequests(FakePyPIError, AssertionError):
    """The index did not receive the requests that a test expects, or received others.

    `summary` says what is wrong, `details` are lines about the requests that it received.
    """

    def __init__(self, summary: str, details: Sequence[str] = ()) -> None:
        super().__init__(summary, details)
        self.summary = summary
        self.details = tuple(details)

    def __str__(self) -> str:
        return "\n".join([self.summary, *self.details])


def missing(
    what: str, conditions: RequestConditions, requests: Sequence[RecordedRequest], candidates: str = "requests"
) -> UnexpectedRequests:
    """Return the error for a request that was not received, with the received ones that are closest to it."""
    summary = f"{what}{matching(conditions)}."
    if not requests:
        next_step = "check that the client was started, and which address it was given"
        return UnexpectedRequests(summary, [f"There were no {candidates} at all: {next_step}."])
    return UnexpectedRequests(summary, _closest(conditions, requests, candidates))


def matching(conditions: RequestConditions) -> str:
    """Return the end of a sentence with the conditions: " with path='/legacy/'"; "" without any."""
    shown = {name: value for name, value in conditions.items() if name != "accepted"}
    return f" with {as_text(shown)}" if shown else ""


def unwanted(summary: str, requests: Sequence[RecordedRequest]) -> UnexpectedRequests:
    """Return the error for requests that should not have been received."""
    return UnexpectedRequests(summary, [f"  {line(request)}" for request in requests[-MOST_SHOWN:]])


def line(request: RecordedRequest) -> str:
    """Return one line about a request: what was requested, by which client, and the response."""
    client = f"{request.client or 'unknown client'} {request.client_version}".rstrip()
    words = [str(request), f"({client}, {request.seconds:.3f} s)"]
    if request.filename:
        words.insert(1, request.filename)
    if request.rule:
        words.append(f"[{request.rule}]")
    if request.fault:
        words.append(f"fault: {request.fault}")
    return " ".join(words)


def _closest(conditions: RequestConditions, requests: Sequence[RecordedRequest], candidates: str) -> list[str]:
    total = count(conditions)
    shown = closest_first(requests, conditions)[:MOST_SHOWN]
    lines = [f"The index received {len(requests)} {candidates}; the closest {len(shown)}:"]
    for request in shown:
        different = list(differences(request, conditions))
        lines.append(f"  {line(request)}")
        if different:
            lines.append(f"    meets {total - len(different)} of {total} conditions: {'; '.join(different)}")
    return lines
