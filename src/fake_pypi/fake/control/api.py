"""The control API of a process: the table of its endpoints, its secret, and its pairs of indexes."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from fake_pypi.fake.control import (
    account_endpoints,
    pair_endpoints,
    project_endpoints,
    publisher_endpoints,
    record_endpoints,
    site_endpoints,
)
from fake_pypi.fake.control.pairs import ControlledPairs, IndexPair
from fake_pypi.redaction import remember
from fake_pypi.web.control.control_application import ControlApplication
from fake_pypi.web.control.endpoints import EndpointTable

TABLE = EndpointTable()
for _part in (
    pair_endpoints,
    account_endpoints,
    project_endpoints,
    publisher_endpoints,
    site_endpoints,
    record_endpoints,
):
    TABLE.extend(_part.ENDPOINTS)


class ControlApi:
    """The control API of one process. `secret` is what clients send; `open_pair` opens another pair of indexes."""

    def __init__(
        self, main: IndexPair, open_pair: Callable[..., IndexPair], *, secret: str | None = None, version: str
    ) -> None:
        self.secret = secret or secrets.token_urlsafe(32)
        remember(self.secret)
        self.pairs = ControlledPairs(main, open_pair)
        self.app = ControlApplication(TABLE, self.pairs, secret=self.secret, health=self._health, version=version)

    def _health(self) -> dict[str, Any]:
        ready = not self.app.is_closed and all(
            index.instance.is_ready for pair in self.pairs.all() for index in pair.indexes.by_name.values()
        )
        return {"alive": True, "ready": ready}

    def close(self) -> None:
        """Carry out nothing any more, and close the pairs but the main one."""
        self.app.is_closed = True
        self.pairs.close()
