"""Whether this kernel gives network namespaces: asked once, since tests of strict mode need one."""

from __future__ import annotations

from fake_pypi.clients.strict import StrictNetwork
from fake_pypi.errors import UsageMistake


def _asked() -> bool:
    try:
        StrictNetwork([]).close()
    except UsageMistake:
        return False
    return True


NAMESPACES_ARE_ALLOWED = _asked()
