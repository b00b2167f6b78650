"""What every part of an index's public face stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.macaroons import Token
    from fake_pypi.web.world import World


class Standing:
    """A world, and the token that was made first."""

    world: World
    _token: Token | None = None

    @property
    def index(self) -> Index:
        """What the index knows."""
        return self.world.index
