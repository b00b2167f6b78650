"""The modules that a reader opens to follow one upload, counted on a real one.

The path is the chain of calls from the socket to the stored file. What the functions on the path call besides (the
stores of the index, the parser of forms, the record) is counted too, without what the rules call to judge.
Both numbers may fall, and do not rise.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import pytest

import fake_pypi
from fake_pypi import FakePyPI, wheel

if TYPE_CHECKING:
    from typing_extensions import Self

PACKAGE = Path(fake_pypi.__file__).parent
JUDGEMENT = ("rules", "inspection")
MOST_ON_THE_PATH = 8
MOST_IN_ALL = 45


def module_of(frame: FrameType) -> str | None:
    """Return the module of ours that defines the function of a frame, as "web/api/legacy"; None for other code."""
    file = Path(frame.f_code.co_filename)
    return file.relative_to(PACKAGE).with_suffix("").as_posix() if file.is_relative_to(PACKAGE) else None


def modules_on_the_stack(frame: FrameType | None) -> list[str]:
    """Return the modules of ours from the outermost call to the innermost one, each once."""
    modules: list[str] = []
    while frame is not None:
        module = module_of(frame)
        modules[:0] = [] if module is None else [module]
        frame = frame.f_back
    return list(dict.fromkeys(modules))


class Trace:
    """The modules of the calls in every thread that starts while it is entered."""

    def __init__(self) -> None:
        self.called: set[str] = set()

    def __enter__(self) -> Self:
        threading.setprofile(self._note)
        return self

    def __exit__(self, *error: object) -> None:
        threading.setprofile(None)

    def _note(self, frame: FrameType, event: str, _argument: Any) -> None:
        module = module_of(frame) if event == "call" else None
        if module is None or module in self.called:
            return
        if not any(each.startswith(JUDGEMENT) for each in modules_on_the_stack(frame)):
            self.called.add(module)


@pytest.fixture
def pypi(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("fake_pypi.serving.listener.IDLE_SECONDS", 0.0)  # each upload starts a thread to trace
    with FakePyPI() as index:
        index.upload(wheel("demo", "1.0"))  # so that what is imported and made at the first upload is not counted
        yield index


def test_an_upload_is_followed_from_the_socket_to_the_stored_file_in_few_modules(
    pypi: FakePyPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = pypi.instance.engine
    put, paths = engine.put, []

    def noting_put(path: str, spooled: Path) -> None:
        paths.append(modules_on_the_stack(sys._getframe(1)))
        put(path, spooled)

    monkeypatch.setattr(engine, "put", noting_put)
    pypi.upload(wheel("demo", "2.0"))

    path = [*paths[0], "web/engine"]
    assert path.index("operations/uploading") < len(path) - 1
    assert len(path) <= MOST_ON_THE_PATH, " > ".join(path)


def test_the_functions_that_an_upload_calls_are_in_no_more_modules_than_before(pypi: FakePyPI) -> None:
    with Trace() as trace:
        pypi.upload(wheel("demo", "2.0"))

    assert "operations/uploading" in trace.called
    assert len(trace.called) <= MOST_IN_ALL, sorted(trace.called)
