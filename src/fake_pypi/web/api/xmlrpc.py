"""XML-RPC at `POST /pypi`: the methods that PyPI still has, and its faults for the others (such as `pip search`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from inspect import signature
from typing import TYPE_CHECKING, Any

from fake_pypi.index.listing import roles_of
from fake_pypi.index.names import normalized
from fake_pypi.index.rate_limits import Limit
from fake_pypi.web.responses import Header, Response

if TYPE_CHECKING:
    from fake_pypi.index.journal import JournalEntry
    from fake_pypi.web.exchange import Exchange

MOST_BODY = 1 << 20
"""The number of bytes of a call that are read; PyPI's methods need less than a thousandth of it."""
CALLS = Limit("xmlrpc.client", "ip", 3600)
NOT_XML, NO_METHOD, WRONG_PARAMETERS, FAILED = -32700, -32601, -32602, -32500
SEE = "See https://warehouse.pypa.io/api-reference/xml-rpc.html#deprecated-methods for more information."
HEADERS: tuple[Header, ...] = (("Content-Type", "text/xml; charset=UTF-8"), ("Vary", "Accept-Encoding"))


class XmlRpcError(Exception):
    """A call that failed, with the code and the text of the XML-RPC fault."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(code, text)
        self.code = code
        self.text = text


def is_call(exchange: Exchange) -> bool:
    """Return whether the request has the content type of XML-RPC."""
    return str(exchange.environ.get("CONTENT_TYPE", "")).lower().startswith("text/xml")


def call(exchange: Exchange) -> Response:
    """Respond to one call. A fault is a response with status 200 too."""
    import xmlrpc.client

    limits: tuple[Header, ...] = ()
    try:
        method, parameters = _read(exchange)
        limits = _counted(exchange)
        body = xmlrpc.client.dumps((_result(exchange, method, parameters),), methodresponse=True, allow_none=True)
    except XmlRpcError as fault:
        body = xmlrpc.client.dumps(xmlrpc.client.Fault(fault.code, fault.text), methodresponse=True)
    return Response(200, "OK", (*HEADERS, *limits), body.encode())


def _result(exchange: Exchange, method: Callable[..., Any], parameters: Sequence[Any]) -> Any:
    """Call a method. It writes its parameters as text, which fails for those that are nested too deeply."""
    try:
        return method(exchange, *parameters)
    except RecursionError as error:
        raise XmlRpcError(FAILED, f"RecursionError: {error}") from None


def _read(exchange: Exchange) -> tuple[Callable[..., Any], Sequence[Any]]:
    import xmlrpc.client
    from xml.parsers.expat import ExpatError

    content = exchange.environ["wsgi.input"].read(MOST_BODY)
    if b"<!" in content:  # a document type: only attacks by entity expansion have one
        raise XmlRpcError(NOT_XML, "parse error; not well formed")
    try:
        parameters, name = xmlrpc.client.loads(content)
    except (ExpatError, xmlrpc.client.Error, ValueError, TypeError, LookupError):
        raise XmlRpcError(NOT_XML, "parse error; not well formed") from None
    method = METHODS.get(name or "")
    if method is None:
        raise XmlRpcError(NO_METHOD, "server error; requested method not found")
    try:
        signature(method).bind(exchange, *parameters)
    except TypeError:
        raise XmlRpcError(WRONG_PARAMETERS, "server error; invalid method params") from None
    return method, parameters


def _counted(exchange: Exchange) -> tuple[Header, ...]:
    limits, address = exchange.instance.index.rate_limits, str(exchange.environ.get("REMOTE_ADDR", ""))
    if not limits.take(CALLS, address):
        seconds = limits.resets_in(CALLS, address)
        message = "The action could not be performed because there were too many requests by the client."
        raise XmlRpcError(FAILED, f"HTTPTooManyRequests: {message} Limit may reset in {seconds} seconds.")
    left = f'"{CALLS.name}";r={limits.remaining(CALLS, address)};t={limits.resets_in(CALLS, address)}'
    return ("RateLimit", left), ("RateLimit-Policy", CALLS.policy)


def _removed(method: str, instead: str) -> Callable[..., Any]:
    def reject(_exchange: Exchange, *_parameters: Any) -> Any:
        message = f"PyPI no longer supports the XMLRPC {method} method. Use {instead} instead. {SEE}"
        raise XmlRpcError(FAILED, f"RuntimeError: {message}")

    return reject


def _search(exchange: Exchange, *_parameters: Any) -> Any:
    page = f"https://{exchange.origin.hosts.index}/search"
    message = "PyPI no longer supports 'pip search' (or XML-RPC search)."
    raise XmlRpcError(FAILED, f"RuntimeError: {message} Please use {page} (via a browser) instead. {SEE}")


def _top_packages(_exchange: Exchange, _num: Any = None) -> Any:
    raise XmlRpcError(FAILED, f"RuntimeError: This API has been removed. Use BigQuery instead. {SEE}")


def _last_serial(exchange: Exchange) -> int:
    return exchange.instance.index.journal.last_serial


def _packages_with_serial(exchange: Exchange) -> dict[str, int]:
    return {project.name: project.serial for project in exchange.instance.index.projects.all()}


def _user_packages(exchange: Exchange, username: Any) -> list[list[str]]:
    return [list(pair) for pair in roles_of(exchange.instance.index.db, str(username))]


def _package_roles(exchange: Exchange, package_name: Any) -> list[list[str]]:
    projects = exchange.instance.index.projects
    project = projects.get(normalized(str(package_name)))
    roles = [] if project is None else projects.roles(project)
    return sorted(([role, user] for user, role in roles), key=lambda pair: (pair[0] != "Owner", pair[1]))


def _browse(exchange: Exchange, classifiers: Any) -> list[list[str]]:
    wanted = {str(classifier) for classifier in classifiers} if isinstance(classifiers, list) else set()
    index = exchange.instance.index
    return [
        [project.name, release.version]
        for project in index.projects.all()
        for release in index.releases.of(project)
        if wanted and wanted <= set(release.metadata.get("classifiers") or ())
    ]


def _since_serial(exchange: Exchange, serial: Any) -> list[list[Any]]:
    after = _number(serial)
    return [_event(entry) for entry in exchange.instance.index.journal.entries() if entry.serial > after]


def _changelog(exchange: Exchange, since: Any, with_ids: Any = None) -> list[list[Any]]:
    after = _number(since)
    events = [_event(entry) for entry in exchange.instance.index.journal.entries() if entry.at.timestamp() > after]
    return events if with_ids else [event[:-1] for event in events]


def _number(value: Any) -> float:
    if isinstance(value, (int, float)):
        return value
    raise XmlRpcError(FAILED, f"TypeError: a number is wanted, not {type(value).__name__}")


def _event(entry: JournalEntry) -> list[Any]:
    return [entry.project, entry.version, int(entry.at.timestamp()), entry.action, entry.serial]


METHODS: dict[str, Callable[..., Any]] = {
    "browse": _browse,
    "changelog": _changelog,
    "changelog_last_serial": _last_serial,
    "changelog_since_serial": _since_serial,
    "list_packages": _removed("list_packages", "Simple API"),
    "list_packages_with_serial": _packages_with_serial,
    "package_releases": _removed("package_releases", "JSON or Simple API"),
    "package_roles": _package_roles,
    "release_data": _removed("release_data", "JSON or Simple API"),
    "release_urls": _removed("release_urls", "JSON or Simple API"),
    "search": _search,
    "top_packages": _top_packages,
    "user_packages": _user_packages,
}
