"""Schedulers for pytest-xdist that run the steps of a project on one worker and in order, in every `--dist` mode.

Projects that depend on each other share their indexes, so they are on one worker too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from xdist.scheduler import (  # type: ignore[import-untyped]
    LoadFileScheduling,
    LoadGroupScheduling,
    LoadScheduling,
    LoadScopeScheduling,
    WorkStealingScheduling,
)

if TYPE_CHECKING:
    from xdist.remote import Producer  # type: ignore[import-untyped]
    from xdist.scheduler import Scheduling
    from xdist.workermanage import WorkerController  # type: ignore[import-untyped]


WORKFLOW_JOB = re.compile(r"(?P<workflow>(?:.*/)?[^/:]+\.ya?ml)::.+")
"""The node id of a job of a workflow."""


class XdistScheduling:
    """Chooses a scheduler that keeps releases together."""

    @pytest.hookimpl
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Producer) -> Scheduling | None:
        """Return a scheduler for the modes that would split releases; no other mode does."""
        mode = config.getvalue("dist")
        schedulers: dict[str, Any] = {
            "load": Load,
            "worksteal": WorkSteal,
            "loadgroup": LoadGroup,
            "loadscope": LoadScope,
            "loadfile": LoadFile,
        }
        return schedulers[mode](config, log) if mode in schedulers else None


def _group_id(config: pytest.Config, node_id: str) -> str | None:
    """Return an id of the projects that are released together, or of a workflow; None for any other test."""
    job = WORKFLOW_JOB.fullmatch(node_id)
    collection: Any = config.pluginmanager.get_plugin("fake-pypi-release-steps")
    if job is not None or collection is None:
        return None if job is None else job["workflow"]
    group_id: str | None = collection.group_id(node_id)
    return group_id


class _OneScopeForReleases:
    """Makes the steps of projects that are released together one scope, which xdist gives to one worker."""

    def _split_scope(self: Any, nodeid: str) -> str:
        scope: str = _group_id(self.config, nodeid) or super()._split_scope(nodeid)  # type: ignore[misc]
        return scope


class LoadGroup(_OneScopeForReleases, LoadGroupScheduling):  # type: ignore[misc]
    """`--dist loadgroup`, with a group for each release."""


class LoadScope(_OneScopeForReleases, LoadScopeScheduling):  # type: ignore[misc]
    """`--dist loadscope`, with a scope for each release."""


class LoadFile(_OneScopeForReleases, LoadFileScheduling):  # type: ignore[misc]
    """`--dist loadfile`, with the files of a release together."""


class _WholeReleases:
    """Sends all steps of a release to one worker, before that worker gets other tests.

    The steps that were sent are unknown to the base scheduler: it does not take them back, and does not count them
    when it divides the other tests.
    """

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        super().__init__(config, log)  # type: ignore[call-arg]
        self._steps: dict[WorkerController, list[int]] = {}

    def _send_tests(self: Any, node: WorkerController, num: int) -> None:
        self._send_release(node)
        super()._send_tests(node, num)  # type: ignore[misc]

    def _send_release(self: Any, node: WorkerController) -> None:
        """Send a pending release to a worker that has none."""
        if self._steps.get(node):
            return
        release = next((name for index in self.pending if (name := self._release(index))), None)
        if release is None:
            return
        steps = [index for index in self.pending if self._release(index) == release]
        self.pending[:] = [index for index in self.pending if index not in steps]
        self._steps[node] = steps
        node.send_runtest_some(steps)

    def _release(self: Any, index: int) -> str | None:
        return _group_id(self.config, self.collection[index])

    def mark_test_complete(self: Any, node: WorkerController, item_index: int, duration: float = 0) -> None:
        """Record that a test or a step has been run."""
        steps = self._steps.get(node, [])
        if item_index in steps:
            steps.remove(item_index)
            self.node2pending[node].insert(0, item_index)
        super().mark_test_complete(node, item_index, duration)  # type: ignore[misc]

    def remove_node(self: Any, node: WorkerController) -> str | None:
        """Remove a worker; its remaining steps are sent to other workers."""
        self.node2pending[node][:0] = self._steps.pop(node, [])
        return super().remove_node(node)  # type: ignore[misc, no-any-return]


class Load(_WholeReleases, LoadScheduling):  # type: ignore[misc]
    """`--dist load`, with whole releases."""


class WorkSteal(_WholeReleases, WorkStealingScheduling):  # type: ignore[misc]
    """`--dist worksteal`, with whole releases."""
