"""A source of other people's distributions, without the project under rehearsal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fake_pypi.packages.offer import Offer, Source


@dataclass(frozen=True)
class Hiding:
    """Hides one project of a source: what is installed here or collected is not what was released."""

    source: Source
    project: str

    @property
    def name(self) -> str:
        """What a report calls it: what the source is called."""
        return self.source.name

    def offers(self, project: str) -> Sequence[Offer]:
        """The files of any other project."""
        return () if project == self.project else self.source.offers(project)

    def find(self, filename: str) -> Offer | None:
        """A file of any other project."""
        offer = self.source.find(filename)
        return None if offer is None or offer.project == self.project else offer
