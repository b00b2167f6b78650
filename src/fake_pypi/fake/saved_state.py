"""Save, restore and empty the state of a fake index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.web.snapshots import Snapshot, reset

if TYPE_CHECKING:
    from collections.abc import Callable

    from fake_pypi.fake.users import FakeTokens
    from fake_pypi.web.instance import Instance


class FakeState:
    """The state of one index as a whole.

    Requests that are being processed while it is replaced have half a second to end; then their connections are closed.
    """

    def __init__(self, instance: Instance, tokens: FakeTokens) -> None:
        self._instance = instance
        self._tokens = tokens
        self._at_start: list[Callable[[], object]] = []

    def save(self) -> Snapshot:
        """Return the state of the index, for `restore`.

        It has everything but the requests and rejections: accounts, tokens, projects and files, publishers, mail, flags
        and limits, the clock, the rules, the faults. Files are not copied, so it takes milliseconds.
        """
        return Snapshot(self._instance)

    def restore(self, snapshot: Snapshot) -> None:
        """Return to the state of a snapshot of this index; requests and rejections are forgotten.

        >>> from fake_pypi import FakePyPI
        >>> with FakePyPI() as pypi:
        ...     empty = pypi.snapshot()
        ...     pypi.add_project("hello")
        ...     pypi.restore(empty)
        ...     pypi.project("hello") is None
        True

        The default token (`pypi.token`) and adopted ones stay valid. Raises `UsageError` for a snapshot of another
        index.
        """
        snapshot.restore(self._instance)
        self._tokens.renew()

    def reset(self) -> None:
        """Empty the index, as if it were new; rules that were left out at the start stay left out.

        The default token (`pypi.token`) and adopted ones stay valid.
        """
        reset(self._instance)
        self._tokens.renew()
        for setting in self._at_start:
            setting()

    def at_start(self, setting: Callable[[], object]) -> None:
        """Call a function now and after each reset, which changes settings of the index."""
        self._at_start.append(setting)
        setting()
