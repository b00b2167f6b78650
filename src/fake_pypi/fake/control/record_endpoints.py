"""Endpoints about what an index has received and sent: requests, rejections, e-mails; and its faults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Annotated

from fake_pypi.fake.control.account_endpoints import SITE
from fake_pypi.fake.control.pairs import index_of
from fake_pypi.fake.pypi import FakePyPI
from fake_pypi.redaction import redact
from fake_pypi.web.control.endpoints import EndpointTable
from fake_pypi.web.control.json_values import Bounds, Count, Text
from fake_pypi.web.recording.conditions import NAMES, RequestConditions, checked, meets
from fake_pypi.web.recording.mismatch import UnexpectedRequests
from fake_pypi.web.recording.recorded_request import RecordedRequest, RejectedUpload

ENDPOINTS = EndpointTable()
Timeout = Annotated[float, Bounds(minimum=0, maximum=60)]
"""Seconds that a client waits for a request."""


@dataclass(frozen=True)
class ReceivedFile:
    """A file that a request sent, by the name of its field in the form. `size` is bytes, digests are hexadecimal."""

    field: str
    filename: str
    content_type: str
    size: int
    md5: str
    sha256: str
    blake2_256: str


@dataclass(frozen=True)
class ReceivedRequest:
    """A recorded request and its response, without secrets. `seconds` is how long the response took.

    `rule` is the id of the rule that rejected an upload; `stored` tells whether the request added a file to the index.
    """

    method: str
    scheme: str
    host: str
    path: str
    query: str
    user_agent: str
    client: str
    client_version: str
    via: str
    status: int
    reason: str
    sender: str
    token_id: str | None
    rule: str | None
    project: str
    filename: str | None
    form: dict[str, str]
    files: list[ReceivedFile]
    headers: dict[str, str]
    fault: str
    stored: bool
    seconds: float
    time: datetime

    @classmethod
    def of(cls, request: RecordedRequest) -> ReceivedRequest:
        """Return what the API tells of a request."""
        same = {name: getattr(request, name) for name in SAME}
        files = [ReceivedFile(**{name: getattr(file, name) for name in FILE_MEMBERS}) for file in request.files]
        return cls(**same, form=dict(request.form), files=files, headers=dict(request.headers))


FILE_MEMBERS = tuple(field.name for field in fields(ReceivedFile))
SAME = tuple(field.name for field in fields(ReceivedRequest) if field.name not in {"form", "files", "headers"})
"""The members that are the attributes of a `RecordedRequest`."""


@dataclass(frozen=True)
class RequestList:
    """Recorded requests, the oldest first. `total` counts all requests so far, `dropped` those not stored any more."""

    requests: Sequence[ReceivedRequest]
    total: int
    dropped: int


@dataclass(frozen=True)
class RejectionList:
    """Rejected uploads, the oldest first."""

    rejections: Sequence[RejectedUpload]
    total: int
    dropped: int


@dataclass(frozen=True)
class InternalError:
    """An error inside the index: the name of its class, and its message."""

    kind: str
    message: str


@dataclass(frozen=True)
class SentMail:
    """An e-mail that the site has sent. `links` are the addresses in its text."""

    to: str
    subject: str
    text: str
    at: datetime
    links: list[str]


@dataclass(frozen=True)
class FaultUse:
    """A fault, and how many times it has acted."""

    fault: str
    used: int


def _matching(pypi: FakePyPI, after: int, conditions: RequestConditions) -> RequestList:
    """Return the requests after the first `after` ones that meet the conditions."""
    entries = pypi.requests
    requests = [ReceivedRequest.of(request) for request in entries.after(after) if meets(request, conditions)]
    return RequestList(requests, entries.total, entries.dropped)


@ENDPOINTS.add("GET", f"{SITE}/requests", subject=index_of)
def list_requests(
    pypi: FakePyPI,
    *,
    after: Count = 0,
    method: Text | None = None,
    path: Text | None = None,
    status: Count | None = None,
    client: Text | None = None,
    project: Text | None = None,
    version: Text | None = None,
    filename: Text | None = None,
    sha256: Text | None = None,
    rule: Text | None = None,
    fault: Text | None = None,
    accepted: bool | None = None,
) -> RequestList:
    """List the recorded requests that meet all conditions, the oldest first.

    `after` leaves out the first ones: pass the `total` of an earlier answer. Texts may have the wildcards of a shell:
    `path=/simple/*`, `client=twine/6.*`. `accepted` is true for uploads that added a file to the index.
    """
    return _matching(pypi, after, _conditions(locals()))


@ENDPOINTS.add("GET", f"{SITE}/requests/wait", subject=index_of)
def wait_for_request(
    pypi: FakePyPI,
    *,
    after: Count = 0,
    number: Annotated[int, Bounds(minimum=1, maximum=1_000_000)] = 1,
    timeout: Timeout = 10,
    method: Text | None = None,
    path: Text | None = None,
    status: Count | None = None,
    client: Text | None = None,
    project: Text | None = None,
    version: Text | None = None,
    filename: Text | None = None,
    sha256: Text | None = None,
    rule: Text | None = None,
    fault: Text | None = None,
    accepted: bool | None = None,
) -> RequestList:
    """Wait until there are `number` requests that meet all conditions, and list those that do.

    The list is shorter, or empty, if there were not as many within `timeout` seconds.
    """
    conditions = _conditions(locals())
    with suppress(UnexpectedRequests):
        pypi.requests.wait_for(timeout=timeout, after=after, number=number, **conditions)
    return _matching(pypi, after, conditions)


def _conditions(arguments: Mapping[str, object]) -> RequestConditions:
    """Return those of the arguments of an endpoint that are conditions on requests."""
    return checked({name: value for name, value in arguments.items() if name in NAMES})


@ENDPOINTS.add("DELETE", f"{SITE}/requests", subject=index_of, status=204)
def forget_requests(pypi: FakePyPI) -> None:
    """Forget the recorded requests and rejections."""
    pypi.instance.record.clear()


@ENDPOINTS.add("GET", f"{SITE}/rejections", subject=index_of)
def list_rejections(pypi: FakePyPI, *, after: Count = 0) -> RejectionList:
    """List the rejected uploads, the oldest first, with PyPI's message and the id of the rule."""
    entries = pypi.rejections
    return RejectionList(entries.after(after), entries.total, entries.dropped)


@ENDPOINTS.add("GET", f"{SITE}/errors", subject=index_of)
def list_errors(pypi: FakePyPI) -> list[InternalError]:
    """List the errors inside the index itself, for which clients received 500, the oldest first."""
    return [InternalError(type(error).__name__, redact(str(error))) for error in pypi.errors]


@ENDPOINTS.add("GET", f"{SITE}/mail", subject=index_of)
def list_mail(pypi: FakePyPI) -> list[SentMail]:
    """List the e-mails that the site has sent, the oldest first."""
    return [SentMail(mail.to, mail.subject, mail.text, mail.at, mail.links) for mail in pypi.mail]


@ENDPOINTS.add("DELETE", f"{SITE}/mail", subject=index_of, status=204)
def delete_mail(pypi: FakePyPI) -> None:
    """Delete the e-mails."""
    pypi.mail.clear()


@ENDPOINTS.add("GET", f"{SITE}/faults", subject=index_of)
def list_faults(pypi: FakePyPI) -> list[FaultUse]:
    """List the faults, and how many times each has acted."""
    return _faults(pypi)


def _faults(pypi: FakePyPI) -> list[FaultUse]:
    return [FaultUse(fault, used) for fault, used in pypi.faults.used.items()]


@ENDPOINTS.add("POST", f"{SITE}/faults", subject=index_of, status=201)
def add_fault(pypi: FakePyPI, *, fault: Text) -> list[FaultUse]:
    """Add a fault, as a line such as `reset at=before when path=/legacy/* times=1`, and list all of them."""
    pypi.faults.add(fault)
    return _faults(pypi)


@ENDPOINTS.add("DELETE", f"{SITE}/faults", subject=index_of, status=204)
def clear_faults(pypi: FakePyPI) -> None:
    """Remove every fault."""
    pypi.faults.clear()
