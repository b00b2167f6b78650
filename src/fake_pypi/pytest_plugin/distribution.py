"""Under pytest-xdist: the steps of one project on one worker, in order, whatever `--dist` says of other tests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from xdist.scheduler import (  # type: ignore[import-untyped]
    LoadGroupScheduling,
    LoadScheduling,
    WorkStealingScheduling,
)

from fake_pypi.rehearsal.project import FILES
from fake_pypi.rehearsal.steps import STEPS

if TYPE_CHECKING:
    from xdist.remote import Producer  # type: ignore[import-untyped]
    from xdist.scheduler import Scheduling
    from xdist.workermanage import WorkerController  # type: ignore[import-untyped]

STEP = re.compile(
    rf"(?P<release>(?:.*/)?(?:{'|'.join(map(re.escape, FILES))})::release)"
    rf"::(?:{'|'.join(re.escape(step.name) for step in STEPS)})"
)


def release_of(nodeid: str) -> str | None:
    """The release that a step belongs to; None for any other test.

    >>> release_of("pyproject.toml::release::build")
    'pyproject.toml::release'
    """
    match = STEP.fullmatch(nodeid)
    return match["release"] if match else None


class Distribution:
    """Chooses schedulers that know which tests are steps."""

    @pytest.hookimpl
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Producer) -> Scheduling | None:
        """Return one for the modes that would tear a release apart; the others keep its steps together."""
        mode = config.getvalue("dist")
        made: dict[str, Any] = {"load": Load, "worksteal": WorkSteal, "loadgroup": LoadGroup}
        return made[mode](config, log) if mode in made else None


class LoadGroup(LoadGroupScheduling):  # type: ignore[misc]
    """`--dist loadgroup`, with each release a group."""

    def _split_scope(self, nodeid: str) -> str:
        return release_of(nodeid) or super()._split_scope(nodeid)


class _WholeReleases:
    """Hands each release to one worker in one piece, before that worker gets anything else.

    The scheduler beneath does not know of steps that are on their way: it cannot take them back, and divides
    the other tests as if they were not there.
    """

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        super().__init__(config, log)  # type: ignore[call-arg]
        self._steps: dict[WorkerController, list[int]] = {}

    def _send_tests(self: Any, node: WorkerController, num: int) -> None:
        self._hand_out(node)
        super()._send_tests(node, num)  # type: ignore[misc]

    def _hand_out(self: Any, node: WorkerController) -> None:
        """Take one release out of what is pending and give it to a worker that has none."""
        if self._steps.get(node):
            return
        release = next((name for each in self.pending if (name := self._release(each))), None)
        if release is None:
            return
        steps = [each for each in self.pending if self._release(each) == release]
        self.pending[:] = [each for each in self.pending if each not in steps]
        self._steps[node] = steps
        node.send_runtest_some(steps)

    def _release(self: Any, index: int) -> str | None:
        return release_of(self.collection[index])

    def mark_test_complete(self: Any, node: WorkerController, item_index: int, duration: float = 0) -> None:
        """Note that a test is done; steps are on a list of their own."""
        steps = self._steps.get(node, [])
        if item_index in steps:
            steps.remove(item_index)
            self.node2pending[node].insert(0, item_index)
        super().mark_test_complete(node, item_index, duration)  # type: ignore[misc]

    def remove_node(self: Any, node: WorkerController) -> str | None:
        """Let a worker go; the steps that it had not done go back to the others."""
        self.node2pending[node][:0] = self._steps.pop(node, [])
        return super().remove_node(node)  # type: ignore[misc, no-any-return]


class Load(_WholeReleases, LoadScheduling):  # type: ignore[misc]
    """`--dist load`, with releases in one piece."""


class WorkSteal(_WholeReleases, WorkStealingScheduling):  # type: ignore[misc]
    """`--dist worksteal`, with releases in one piece."""
