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
from fake_pypi.web.faults.grammar import Conditions
from fake_pypi.web.faults.kinds import KINDS, Action, FaultKind, FaultyRequest, Respond, Stale

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.web.responses import AnyResponse

OWN_PAGES = "/_fake/"
"""The address of this tool's own pages, on which no fault acts."""


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
    """A fault with what is counted of it. `added` is the time of the index's clock, in seconds since 1970."""

    fault: Fault
    action: Action
    added: float
    random: random.Random
    matched: int = 0
    used: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Faults:
    """The faults of one index; initially none.

    >>> pypi.faults.add("stale seconds=60 when project=demo")                   # doctest: +SKIP
    >>> pypi.faults.add("reset", at="during", when={"path": "/legacy/*"}, times=1)   # doctest: +SKIP
    >>> pypi.faults.used                                                        # doctest: +SKIP
    {'stale seconds=60 when project=demo': 2, "reset at=during when 'path=/legacy/*' times=1": 1}
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self._active: tuple[ActiveFault, ...] = ()

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
        name, written_parameters, written_conditions = grammar.split(line)
        if name not in KINDS:
            raise UsageError(f"there is no kind of fault {name!r}", f"one of {', '.join(KINDS)}")
        kind = grammar.read(KINDS[name], {**written_parameters, **parameters}, f"parameter of {name}")
        given = {**written_conditions, **(when or {})}
        conditions = grammar.read(Conditions, given if times is None else {**given, "times": times}, "condition")
        fault = Fault(name, kind, conditions)
        active = ActiveFault(
            fault,
            kind.start(self._index, conditions),
            self._index.clock.timestamp(),
            random.Random(conditions.seed),  # noqa: S311 - chance that can be repeated, not secrecy
        )
        self._active = (*self._active, active)
        return fault

    def clear(self) -> None:
        """End every fault. What was stale is up to date again."""
        self._active = ()

    def __bool__(self) -> bool:
        """Return whether any fault was added; without one, requests are not examined."""
        return bool(self._active)

    @property
    def used(self) -> dict[str, int]:
        """How many times each fault has acted, by its text."""
        return {str(active.fault): active.used for active in self._active}

    @property
    def keep_deleted_files(self) -> bool:
        """Whether a deleted file may still be served for a while."""
        kinds = [active.fault.kind for active in self._active]
        return any(isinstance(kind, Stale) and {"files", "all"} & {*kind.pages} for kind in kinds)

    def act(self, request: FaultyRequest, respond: Respond) -> AnyResponse:
        """Respond to a request through every fault whose conditions it meets, the first one outermost."""
        if request.path.startswith(OWN_PAGES):
            return respond()
        meeting = [active for active in self._active if self._meets(request, active)]
        for active in reversed(meeting):
            respond = partial(active.action, request, respond)
        request.faults = tuple(str(active.fault) for active in meeting)
        return respond()

    def _meets(self, request: FaultyRequest, active: ActiveFault) -> bool:
        """Return whether a fault acts on this request, and count it if so."""
        when = active.fault.when
        if isinstance(active.fault.kind, Stale):
            when = replace(when, project=None)  # it selects the changes that are hidden, on pages of all projects
        if when.index not in (None, self._index.site.name) or not _meets_request(request, when):
            return False
        if when.seconds is not None and self._index.clock.timestamp() >= active.added + when.seconds:
            return False
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
