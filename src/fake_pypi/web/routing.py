"""A route: an address of a site, the hosts that have it, the methods that it accepts, and the view that responds."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from fake_pypi.web.responses import AnyResponse

READING = ("GET", "HEAD", "OPTIONS")
FILE_METHODS = ("GET", "HEAD")
INDEX, UPLOAD, FILES = "index", "upload", "files"
ANYWHERE = (INDEX, UPLOAD, FILES)


@dataclass(frozen=True)
class Route:
    """An address and the view that responds there. Named groups of the pattern become the view's arguments.

    >>> Route(r"/simple/(?P<name>[^/]+)/", print).arguments("/simple/demo/")
    {'name': 'demo'}

    `on` names the hosts of the site that have the address, `methods` what it accepts (None: the view decides), `given`
    more arguments of the view. `stale_as` names the pages that a fault of the kind `stale` may delay here.
    `checks_request`: whether PyPI's response to an address or a form that cannot be read comes before the view.
    """

    pattern: str
    view: Callable[..., AnyResponse]
    on: tuple[str, ...] = (INDEX,)
    methods: tuple[str, ...] | None = READING
    given: dict[str, Any] = field(default_factory=dict)
    stale_as: str = ""
    checks_request: bool = True

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern, re.DOTALL)

    def arguments(self, path: str) -> dict[str, Any] | None:
        """Return the arguments of the view for this path, or None if it is another address."""
        match = self._compiled.fullmatch(path)
        return None if match is None else {**match.groupdict(), **self.given}
