"""A dated change of what PyPI accepts, with the public source of its date."""

from __future__ import annotations

from dataclasses import dataclass

ISSUES = "https://github.com/pypi/warehouse/issues"
PULLS = "https://github.com/pypi/warehouse/pull"
BLOG = "https://blog.pypi.org/posts"
TWO_FACTOR_ENFORCED = f"{BLOG}/2024-01-01-2fa-enforced/"
ZIP_CONFUSION = f"{BLOG}/2025-08-07-wheel-archive-confusion-attacks/"
ATTESTATIONS = f"{BLOG}/2024-11-14-pypi-now-supports-digital-attestations/"
METADATA_LIBRARY = f"{PULLS}/15631"
"""The upload form was replaced by the library packaging as what reads metadata."""
LICENSE_EXPRESSIONS = f"{PULLS}/17165"
"""The day on which the support of PEP 639 (pull request 16949) was completed."""
STRICTER_ARCHIVES = f"{PULLS}/17107"


@dataclass(frozen=True)
class DatedChange:
    """What PyPI changed on a day (`date`, as "2024-06-01"), in a sentence, with the URL of the source of the date."""

    date: str
    text: str
    source: str

    def is_in_force(self, as_of: str) -> bool:
        """Return whether the change has happened on a day; "" stands for today."""
        return not as_of or self.date <= as_of


NO_EGGS = DatedChange(
    "2023-08-01", "Eggs (`bdist_egg`, `.egg`) are rejected (PEP 715).", f"{BLOG}/2023-06-26-deprecate-egg-uploads/"
)
