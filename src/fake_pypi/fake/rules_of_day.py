"""The rules of one index: those of today or of another day, without the rules that were left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from fake_pypi.web.instance import Instance


class RulesOfDay:
    """Chooses the day whose rules, messages and limits an index has.

    `day` is that day as "2024-06-01", None for today. Raises `UnknownRule` for an id in `without` that does not exist.
    """

    def __init__(self, instance: Instance, without: tuple[str, ...], day: str | date | None) -> None:
        self._instance = instance
        self._site = instance.site
        self._without = without
        self.day: str | None = None
        if day is not None:
            self.choose(day)
        elif without:
            instance.begin_with(instance.rule_set.without(*without))

    def choose(self, day: str | date) -> None:
        """Follow the rules of a day from now on, also after a reset.

        Raises `UsageError` for text that is no date, for a date in the future and for one whose rules are not known.
        """
        from fake_pypi.rules.rules_by_date import rule_date, rules_on, site_on

        chosen = rule_date(day)
        self._instance.index.imitate(site_on(self._site, chosen))
        self._instance.begin_with(rules_on(chosen, self._without))
        self.day = chosen
