"""The faults of one index: add, count and clear them, and let them act on requests that meet their conditions."""

from __future__ import annotations

import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import partial
from typing import TYPE_CHECKING

from fake_pypi.errors import UsageError
from fake_pypi.web.faults import grammar
from fake_pypi.web.faults.connections import BeforeRequests
from fake_pypi.web.faults.fault_kind import Action, FaultKind, FaultyRequest, Respond, Setting
from fake_pypi.web.faults.grammar import Conditions
from fake_pypi.web.faults.kinds import KINDS
from fake_pypi.web.faults.wrong_content import Stale

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.web.responses import AnyResponse

OWN_PAGES = "/_fake/"
"""The address of this tool's own pages, on which no fault acts."""
OF_REQUESTS = ("method", "path", "project", "filename", "client")
"""Conditions on a request, which faults of connections do not have: no request has been read when they act."""


@dataclass(frozen=True)
class Fault:
    """A fault as it was added; its text is that of the grammar.

    >>> print(Fault("reset", KINDS["reset"](), Conditions(path="/legacy/*", times=1)))
    reset when 'path=/legacy/*' times=1
    """

    name: str
    kind: FaultKind
    when: Conditions

    def __str__(self) -> str:
        conditions = grammar.written(self.when)
        words = [self.name, *grammar.written(self.kind), *([grammar.WHEN] if conditions else []), *conditions]
        return " ".join(words)


@dataclass
class ActiveFault:
    """A fault with what is counted of it. `added` is the time of the index's clock, in seconds since 1970.

    `compared` are the conditions that are compared with a request, and `over` is set when the fault is cleared.
    """

    fault: Fault
    action: Action
    compared: Conditions
    added: float
    random: random.Random
    over: threading.Event
    matched: int = 0
    used: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Faults:
    """The faults of one index; initially none.

    >>> pypi.faults.add("stale seconds=60 when project=demo")                   # doctest: +SKIP
    >>> pypi.faults.add("503", retry_after=2, when={"path": "/legacy/*"}, times=1)   # doctest: +SKIP
    >>> pypi.faults.used                                                        # doctest: +SKIP
    {'stale seconds=60 when project=demo': 2, "503 retry_after=2 when 'path=/legacy/*' times=1": 1}
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self._active: tuple[ActiveFault, ...] = ()
        self._lock = threading.Lock()

    def add(
        self,
        line: str,
        *,
        when: Mapping[str, object] | None = None,
        times: int | None = None,
        **parameters: object,
    ) -> Fault:
        """Add a fault: a line of the grammar, its kind alone, or both together with Python arguments.

        Raises `UsageError` for an unknown kind, parameter or condition, and names the known ones.
        """
        fault = read_fault(line, when=when, times=times, parameters=parameters)
        chance = random.Random(fault.when.seed)  # noqa: S311 - chance that can be repeated, not secrecy
        over = threading.Event()
        active = ActiveFault(
            fault,
            fault.kind.start(Setting(self._index, fault.when, over)),
            replace(fault.when, **dict.fromkeys(fault.kind.selects)),
            self._index.clock.timestamp(),
            chance,
            over,
        )
        with self._lock:
            self._active = (*self._active, active)
        return fault

    def clear(self) -> None:
        """End every fault. What was stale is up to date again, and requests that were delayed continue."""
        with self._lock:
            ended, self._active = self._active, ()
        for active in ended:
            active.over.set()

    def release(self) -> None:
        """Let requests that are delayed continue, because the index is closed."""
        for active in self._active:
            active.over.set()

    def __bool__(self) -> bool:
        """Return whether any fault was added; without one, requests are not examined."""
        return bool(self._active)

    @property
    def used(self) -> dict[str, int]:
        """How many times each fault has acted, by its text."""
        return {str(active.fault): active.used for active in self._active}

    @property
    def report(self) -> list[str]:
        """A line for each fault that has acted: its text, and how often it was used."""
        return [f"{fault}, used {used} {'time' if used == 1 else 'times'}" for fault, used in self.used.items() if used]

    @property
    def keep_deleted_files(self) -> bool:
        """Whether a deleted file may still be served for a while."""
        kinds = [active.fault.kind for active in self._active]
        return any(isinstance(kind, Stale) and {"files", "all"} & {*kind.pages} for kind in kinds)

    def act(self, request: FaultyRequest, respond: Respond) -> AnyResponse:
        """Respond to a request through every fault whose conditions it meets, the first one outermost.

        A fault behind one that answers by itself does not act, and is not counted.
        """
        return respond() if request.path.startswith(OWN_PAGES) else self._act(self._active, request, respond)

    def _act(self, faults: tuple[ActiveFault, ...], request: FaultyRequest, respond: Respond) -> AnyResponse:
        for position, active in enumerate(faults, 1):
            if self._meets(request, active):
                request.faults += (str(active.fault),)
                return active.action(request, partial(self._act, faults[position:], request, respond))
        return respond()

    def before_requests(self, step: str, host: str) -> tuple[Fault, str] | None:
        """Return the fault that acts on a connection to a host at a step, with its effect; None without one.

        The steps are those of `FaultKind.step`.
        """
        for active in self._active:
            kind = active.fault.kind
            if not isinstance(kind, BeforeRequests) or kind.step != step or not kind.concerns_host(host):
                continue
            if self._is_now(active) and self._count(active):
                return active.fault, kind.effect
        return None

    def _meets(self, request: FaultyRequest, active: ActiveFault) -> bool:
        """Return whether a fault acts on this request, and count it if so."""
        kind = active.fault.kind
        return (
            not isinstance(kind, BeforeRequests)
            and self._is_now(active)
            and kind.concerns(request)
            and _meets_request(request, active.compared)
            and self._count(active)
        )

    def _is_now(self, active: ActiveFault) -> bool:
        """Return whether a fault is for this index, and has not ended on its clock."""
        when = active.fault.when
        if when.index not in (None, self._index.site.name):
            return False
        return when.seconds is None or self._index.clock.timestamp() < active.added + when.seconds

    def _count(self, active: ActiveFault) -> bool:
        """Count a request that meets the conditions on it; return whether it is one that was chosen."""
        when = active.fault.when
        with active.lock:
            if when.times is not None and active.used >= when.times:
                return False
            active.matched += 1
            if when.request not in (None, active.matched) or (when.every and active.matched % when.every):
                return False
            if when.probability is not None and active.random.random() >= when.probability:
                return False
            active.used += 1
            return True


def read_fault(
    line: str,
    *,
    when: Mapping[str, object] | None = None,
    times: int | None = None,
    parameters: Mapping[str, object] | None = None,
) -> Fault:
    """Return the fault of a line and of Python arguments, which replace what the line has. Raises `UsageError`."""
    name, written_parameters, written_conditions = grammar.split(line)
    if name not in KINDS:
        raise UsageError(f"there is no kind of fault {name!r}", f"one of {', '.join(KINDS)}")
    kind = grammar.read(KINDS[name], {**written_parameters, **(parameters or {})}, f"parameter of {name}")
    given = {**written_conditions, **(when or {})}
    conditions = grammar.read(Conditions, given if times is None else {**given, "times": times}, "condition")
    if isinstance(kind, BeforeRequests):
        unmet = next((each for each in OF_REQUESTS if getattr(conditions, each) is not None), None)
        if unmet is not None:
            left = [each for each in grammar.names_of(Conditions) if each not in OF_REQUESTS]
            raise UsageError(
                f"{name} acts before a request is read, so it cannot have the condition {unmet!r}",
                f"one of {', '.join(left)}, or the parameter host",
            )
    return Fault(name, kind, conditions)


def _meets_request(request: FaultyRequest, when: Conditions) -> bool:
    """Return whether a request has the method, path, client, project and file name of the conditions.

    The last two may have to be read from the form of an upload, so they are compared last.
    """
    return (
        when.method in (None, request.method)
        and (when.path is None or fnmatchcase(request.path, when.path))
        and (when.client is None or fnmatchcase(str(request.environ.get("HTTP_USER_AGENT", "")), when.client))
        and when.project in (None, when.project and request.project_name)
        and (when.filename is None or fnmatchcase(request.requested_filename, when.filename))
    )
