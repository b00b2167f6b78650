"""Whether this kernel gives network namespaces: determined once for the tests of strict mode, which need one."""

from __future__ import annotations

from fake_pypi.clients.strict import StrictNetwork
from fake_pypi.errors import UsageError


def _asked() -> bool:
    try:
        StrictNetwork([]).close()
    except UsageError:
        return False
    return True


NAMESPACES_ARE_ALLOWED = _asked()
