"""What a test expects of a request, and how a recorded request differs from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import TypedDict, cast

from fake_pypi.errors import UsageError
from fake_pypi.index.names import normalized
from fake_pypi.redaction import redact
from fake_pypi.web.recording.recorded_request import RecordedRequest

LONGEST_VALUE = 100
"""The number of characters of a value that messages show."""


class RequestConditions(TypedDict, total=False):
    """What can be expected of a request. Texts may have the wildcards of a shell: `path="/simple/*"`.

    `method`, `host`, `path`, `query`, `status`, `sender`, `rule`, `fault` and `via` are compared with the attributes of
    `RecordedRequest`. `client` is compared with its name (`"twine"`) and with the whole User-Agent (`"twine/6.*"`), a
    `project` in any spelling, `filename` with the file that was uploaded or downloaded, `sha256` with the digests of
    the uploaded files. `form` and `headers` name the fields that are compared.
    """

    method: str
    host: str
    path: str
    query: str
    status: int
    sender: str
    rule: str
    fault: str
    via: str
    client: str
    client_version: str
    project: str
    version: str
    filename: str
    sha256: str
    accepted: bool
    form: Mapping[str, str]
    headers: Mapping[str, str]


NAMES = tuple(RequestConditions.__annotations__)


def checked(conditions: Mapping[str, object]) -> RequestConditions:
    """Return conditions whose names are all known. Raises `UsageError`."""
    for name in conditions:
        if name not in NAMES:
            raise UsageError(f"there is no condition {name!r} on requests", f"one of {', '.join(NAMES)}")
    given = {name: value for name, value in conditions.items() if value is not None}
    return cast("RequestConditions", given)


def as_text(conditions: Mapping[str, object]) -> str:
    """Return conditions as they are written in Python: "method='POST', path='/legacy/'"."""
    return ", ".join(f"{name}={value!r}" for name, value in conditions.items())


def count(conditions: RequestConditions) -> int:
    """Return the number of comparisons; each field of `form` and `headers` is one."""
    return sum(len(value) if isinstance(value, Mapping) else 1 for value in conditions.values())


def meets(request: RecordedRequest, conditions: RequestConditions) -> bool:
    """Return whether a request meets all conditions."""
    return next(iter(differences(request, conditions)), None) is None


def differences(request: RecordedRequest, conditions: RequestConditions) -> Iterator[str]:
    """Yield a sentence for each condition that a request does not meet."""
    for name, wanted in conditions.items():
        if isinstance(wanted, Mapping):
            fields: Mapping[str, str] = request.form if name == "form" else request.headers
            yield from _different_fields(f"{name} field", fields, wanted)
        elif name == "accepted":
            if request.accepted is not wanted:
                yield _acceptance(request)
        elif not _meets(request, name, wanted):
            yield f"{name} is {_shown(_actual(request, name))}, not {wanted!r}"


def _different_fields(kind: str, fields: Mapping[str, str], wanted: Mapping[str, str]) -> Iterator[str]:
    for name, pattern in wanted.items():
        if name not in fields:
            yield f"{kind} {name!r} is missing"
        elif not _is_like(fields[name], pattern):
            yield f"{kind} {name!r} is {_shown(fields[name])}, not {pattern!r}"


def _acceptance(request: RecordedRequest) -> str:
    if request.accepted:
        return "it was accepted"
    rule = f" [{request.rule}]" if request.rule else ""
    return f"it was not accepted: {request.status} {request.reason}{rule}" if request.is_upload else "it is no upload"


def _meets(request: RecordedRequest, name: str, wanted: object) -> bool:
    if name == "project":
        return request.project == normalized(str(wanted))
    if name == "client":
        return any(_is_like(text, str(wanted)) for text in (request.client, request.user_agent))
    if name == "sha256":
        return any(file.sha256 == wanted for file in request.files)
    actual = _actual(request, name)
    return _is_like(actual, wanted) if isinstance(wanted, str) else actual == wanted


def _is_like(text: object, pattern: str) -> bool:
    return text == pattern or fnmatchcase("" if text is None else str(text), pattern)


def _actual(request: RecordedRequest, name: str) -> object:
    if name == "client":
        return f"{request.client} {request.client_version}".strip()
    if name == "sha256":
        return ", ".join(file.sha256 for file in request.files)
    return request.requested_filename if name == "filename" else getattr(request, name)


def _shown(value: object) -> str:
    text = redact(repr(value))
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def closest_first(requests: Iterable[RecordedRequest], conditions: RequestConditions) -> list[RecordedRequest]:
    """Return requests in the order of the number of conditions that they meet, the newest first among equals."""
    newest_first = list(requests)[::-1]
    return sorted(newest_first, key=lambda request: len(list(differences(request, conditions))))
