"""A route: an address of PyPI's, the hosts that have it, the methods it takes, and the view that answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from fake_pypi.web.answers import Answer
from fake_pypi.web.downloads import Streamed

if TYPE_CHECKING:
    from fake_pypi.web.hosts import Origin

Reply = Answer | Streamed

READING = ("GET", "HEAD", "OPTIONS")
INDEX, UPLOAD, FILES = "index", "upload", "files"
ANYWHERE = (INDEX, UPLOAD, FILES)


@dataclass(frozen=True)
class Route:
    """An address of PyPI's and what answers there. Named groups of the pattern become the view's arguments.

    >>> Route(r"/simple/(?P<name>[^/]+)/", print).arguments("/simple/demo/")
    {'name': 'demo'}

    `methods` None leaves methods to the view.
    """

    pattern: str
    view: Callable[..., Reply]
    on: tuple[str, ...] = (INDEX,)
    methods: tuple[str, ...] | None = READING
    given: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern, re.DOTALL)

    def arguments(self, path: str) -> dict[str, Any] | None:
        """Return what the path gives the view, or None when it is another address."""
        found = self._compiled.fullmatch(path)
        return None if found is None else {**found.groupdict(), **self.given}


def parts_on(origin: Origin) -> tuple[str, ...]:
    """Return which parts of the index are at the host that was asked.

    >>> from fake_pypi.sites import PYPI
    >>> from fake_pypi.web.hosts import Origin
    >>> parts_on(Origin("https", "upload.pypi.org", PYPI.hosts))
    ('upload',)

    The real names share the parts out among themselves; any other address, as 127.0.0.1, has everything.
    """
    if not origin.is_real:
        return ANYWHERE
    host, hosts = origin.host.partition(":")[0], origin.hosts
    parts = [
        part for part, name in ((INDEX, hosts.index), (UPLOAD, hosts.upload), (FILES, hosts.files)) if name == host
    ]
    return tuple(parts) or (INDEX,)
