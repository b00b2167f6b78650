"""Empty an index, save its state, and return to it: in milliseconds, because files are not copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.errors import UsageError
from fake_pypi.web.page_cache import PageCache

if TYPE_CHECKING:
    from fake_pypi.web.instance import Instance


class Snapshot:
    """The state of an index at one moment, in memory. It is never changed, and can be restored any number of times.

    It has everything in the database (accounts, tokens, projects, files, publishers, journal, security history,
    e-mails, sessions, flags, limits), the clock, the hits of rate limits, the rule set, how attestations are verified,
    and the faults. Requests and rejections are not part of it.
    """

    def __init__(self, instance: Instance) -> None:
        index = instance.index
        self._instance = instance
        with index.db.reading():
            self.paths = frozenset(index.releases.paths())
            instance.unlisted_files.hold(self)
            self._database = index.db.save()
        self._clock = index.clock.shift
        self._hits = index.rate_limits.save()
        self._rule_set = instance.rule_set
        self._verify_attestations = index.verify_attestations
        self._faults = tuple(instance.faults.used)

    def restore(self, instance: Instance) -> None:
        """Make this the state of the index it was taken of. Raises `UsageError` for another one."""
        if instance is not self._instance:
            raise UsageError("the snapshot is of another index", "restore it in the index that it was taken of")
        index = instance.index
        with instance.no_requests():
            _forget(instance)
            before = index.releases.paths()
            index.db.replace(self._database)
            instance.unlisted_files.replace(before, self.paths)
            index.clock.move_to(self._clock)
            index.rate_limits.restore(self._hits)
            index.verify_attestations = self._verify_attestations
            instance.rule_set = self._rule_set
            for line in self._faults:
                instance.faults.add(line)

    def __repr__(self) -> str:
        return f"<Snapshot of {self._instance.site.name} with {len(self.paths)} files>"


def reset(instance: Instance) -> None:
    """Empty an index: what a snapshot has becomes as in a new index, but the rule set stays the one of its start."""
    index = instance.index
    with instance.no_requests():
        _forget(instance)
        before = index.releases.paths()
        index.db.replace()
        instance.unlisted_files.replace(before, frozenset())
        index.clock.move_to(index.clock.shift * 0)
        index.rate_limits.restore({})
        index.verify_attestations = None
        instance.rule_set = instance.first_rule_set


def _forget(instance: Instance) -> None:
    """Remove the faults, what they need, the record, and the pages that were put together."""
    instance.faults.clear()
    instance.index.history.stop()
    instance.record.clear()
    instance.page_cache = PageCache()
