"""The order of steps, and what their failures, interruptions and time limits do to the others."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fake_pypi.clients.interruption import Interruption
from fake_pypi.errors import CommandTimedOut
from fake_pypi.rehearsal.command_log import CommandLog
from fake_pypi.rehearsal.failure import StepFailed
from fake_pypi.rehearsal.resources import Resources
from fake_pypi.rehearsal.source_project import SourceProject
from fake_pypi.rehearsal.step import Step, StepRun
from fake_pypi.rehearsal.step_graph import StepGraph
from fake_pypi.rehearsal.tool_commands import Tools
from fake_pypi.settings import Settings

LIMIT = 60.0
"""Seconds after which a test that waits for another thread fails."""

Action = Callable[[StepRun], None]


def nothing(step: StepRun) -> None:
    """Pass at once."""


def failing(step: StepRun) -> None:
    raise StepFailed("it is wrong")


class Gate:
    """An action that reports its start and goes on when a test opens it, or when it is interrupted."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.opened = threading.Event()

    def __call__(self, step: StepRun) -> None:
        self.entered.set()
        with step._interruption.applied(), step._interruption.killing(self.opened.set):
            assert self.opened.wait(LIMIT)


@pytest.fixture
def resources() -> Iterator[Resources]:
    resources = Resources(SourceProject(Path("pyproject.toml")), Settings(timeout=5), Tools(), CommandLog())
    yield resources
    resources.close()


@pytest.fixture
def graph_of(resources: Resources) -> Iterator[Callable[..., StepGraph]]:
    """Make the graph of some steps; it is closed at the end of the test."""
    graphs: list[StepGraph] = []

    def make(*steps: Step) -> StepGraph:
        graphs.append(StepGraph(StepRun(step, resources) for step in steps))
        return graphs[-1]

    yield make
    for graph in graphs:
        graph.close()


Graphs = Callable[..., StepGraph]


def test_a_step_runs_after_those_that_it_needs_and_only_once(graph_of: Graphs) -> None:
    order: list[str] = []
    steps = [
        Step(name, lambda step: order.append(step.step.name), needs=needs)
        for name, needs in (("build", None), ("check", "build"), ("yank", "check"))
    ]
    graph = graph_of(*steps)
    for _ in range(2):
        graph.start("yank")
        graph.wait("yank")
    assert order == ["build", "check", "yank"]
    assert [run.outcome for run in graph.runs.values()] == ["passed"] * 3


def test_steps_that_need_the_same_one_run_together(graph_of: Graphs) -> None:
    first, second = Gate(), Gate()
    graph = graph_of(Step("build", nothing), Step("a", first, needs="build"), Step("b", second, needs="build"))
    graph.start("a", "b")
    assert first.entered.wait(LIMIT)
    assert second.entered.wait(LIMIT)
    first.opened.set()
    second.opened.set()
    graph.wait("a")
    graph.wait("b")


def test_only_the_steps_that_were_started_and_those_that_they_need_run(graph_of: Graphs) -> None:
    graph = graph_of(Step("build", nothing), Step("check", nothing, needs="build"), Step("other", failing))
    graph.start("check")
    graph.wait("check")
    assert graph.runs["other"].outcome is None


def test_a_failure_is_raised_for_every_step_that_needs_it_and_these_are_not_run(graph_of: Graphs) -> None:
    graph = graph_of(
        Step("build", failing), Step("check", nothing, needs="build"), Step("yank", nothing, needs="check")
    )
    graph.start("yank")
    for name in ("build", "check", "yank", "yank"):
        with pytest.raises(StepFailed, match="it is wrong") as failed:
            graph.wait(name)
        assert failed.value.step == "build"
    graph.close()
    assert [run.outcome for run in graph.runs.values()] == ["failed", "not run", "not run"]


def test_a_step_beside_the_one_that_it_needs_starts_with_it_and_counts_after_it(graph_of: Graphs) -> None:
    check, upload = Gate(), Gate()
    graph = graph_of(
        Step("build", nothing),
        Step("check", check, needs="build"),
        Step("upload", upload, needs="check", beside_need=True),
    )
    graph.start("upload")
    assert check.entered.wait(LIMIT)
    assert upload.entered.wait(LIMIT)
    upload.opened.set()
    graph.runs["upload"].wait()
    assert not graph.counts(graph.runs["upload"])
    check.opened.set()
    graph.wait("upload")
    assert graph.counts(graph.runs["upload"])


def test_the_failure_of_a_needed_step_ends_and_discards_those_beside_it(graph_of: Graphs) -> None:
    upload = Gate()

    def check(step: StepRun) -> None:
        assert upload.entered.wait(LIMIT)
        raise StepFailed("rejected")

    def install(step: StepRun) -> None:
        raise AssertionError("a step ran although one that it needs had failed")

    graph = graph_of(
        Step("build", nothing),
        Step("check", check, needs="build"),
        Step("upload", upload, needs="check", beside_need=True),
        Step("install", install, needs="upload"),
    )
    graph.start("install")
    for name in ("check", "upload", "install"):
        with pytest.raises(StepFailed, match="rejected"):
            graph.wait(name)
    graph.close()
    assert [graph.runs[name].outcome for name in ("upload", "install")] == ["not run", "not run"]
    assert graph.runs["upload"].commands == []
    assert not graph.counts(graph.runs["upload"])


@pytest.mark.parametrize("action", [nothing, failing, lambda step: step.let_others_start()])
def test_a_step_comes_after_another_that_runs_too_whatever_its_result(graph_of: Graphs, action: Action) -> None:
    gate = Gate()

    def look(step: StepRun) -> None:
        gate(step)
        action(step)

    upload = Gate()
    graph = graph_of(Step("look", look), Step("upload", upload, after=("look",)))
    graph.start("look", "upload")
    assert gate.entered.wait(LIMIT)
    assert not upload.entered.is_set()
    gate.opened.set()
    assert upload.entered.wait(LIMIT)
    upload.opened.set()
    graph.wait("upload")


def test_a_step_does_not_wait_for_one_that_does_not_run(graph_of: Graphs) -> None:
    graph = graph_of(Step("look", failing), Step("upload", nothing, after=("look",)))
    graph.start("upload")
    graph.wait("upload")
    assert graph.runs["look"].outcome is None


def test_an_unexpected_error_is_raised_once_and_then_named(graph_of: Graphs) -> None:
    def broken(step: StepRun) -> None:
        raise ZeroDivisionError("by zero\nmore")

    graph = graph_of(Step("build", broken), Step("check", nothing, needs="build"))
    graph.start("check")
    with pytest.raises(ZeroDivisionError):
        graph.wait("build")
    for name in ("build", "check"):
        with pytest.raises(StepFailed, match=r"^build: interrupted by by zero$"):
            graph.wait(name)


def test_a_time_out_is_a_failure_of_its_step_alone(graph_of: Graphs) -> None:
    def slow(step: StepRun) -> None:
        raise CommandTimedOut("sleep 9", 5, "half", "")

    graph = graph_of(Step("build", nothing), Step("a", slow, needs="build"), Step("b", nothing, needs="build"))
    graph.start("a", "b")
    with pytest.raises(StepFailed, match="not finished within 5 seconds") as failed:
        graph.wait("a")
    assert (failed.value.step, failed.value.command) == ("a", "sleep 9")
    graph.wait("b")


def test_the_time_limit_starts_with_the_step(graph_of: Graphs) -> None:
    """What a step waits for before it starts is not its own time."""
    limits: list[float | None] = []
    gate = Gate()
    graph = graph_of(Step("build", gate), Step("check", lambda step: limits.append(step._deadline), needs="build"))
    graph.start("check")
    assert gate.entered.wait(LIMIT)
    assert graph.runs["check"]._deadline is None
    gate.opened.set()
    graph.wait("check")
    assert limits[0] is not None


class Interrupted(Exception):
    """Ends the waiting of the main thread, as Ctrl-C does."""


def test_an_interrupted_wait_ends_the_step_and_those_that_it_needs(
    graph_of: Graphs, monkeypatch: pytest.MonkeyPatch
) -> None:
    build, other = Gate(), Gate()
    graph = graph_of(Step("build", build), Step("check", nothing, needs="build"), Step("other", other))
    graph.start("check", "other")
    assert build.entered.wait(LIMIT)

    def interrupted() -> None:
        raise Interrupted("Timeout (>1s)")

    with monkeypatch.context() as patched:
        patched.setattr(graph.runs["build"], "wait", interrupted)
        with pytest.raises(Interrupted):
            graph.wait("check")
    for name in ("build", "check"):
        with pytest.raises(StepFailed, match=r"^build: interrupted by Timeout \(>1s\)$"):
            graph.wait(name)
    assert graph.runs["other"].outcome is None
    other.opened.set()
    graph.wait("other")


def test_closing_ends_what_runs_and_starts_nothing_else(graph_of: Graphs) -> None:
    gate = Gate()
    ran: list[str] = []
    graph = graph_of(Step("build", gate), Step("check", lambda step: ran.append("check"), needs="build"))
    graph.start("check")
    assert gate.entered.wait(LIMIT)
    graph.close()
    assert ran == []
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("rehearsal: ")]


def test_an_interruption_kills_at_once_what_starts_after_it() -> None:
    from fake_pypi.clients.interruption import CommandInterrupted

    interruption = Interruption()
    interruption.set()
    killed: list[str] = []
    with pytest.raises(CommandInterrupted), interruption.killing(lambda: killed.append("late")):
        pass
    assert killed == ["late"]
