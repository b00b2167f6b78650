"""Every error has a message of one line that ends with what to do, and can be pickled."""

from __future__ import annotations

import copy
import inspect
import pickle

import pytest

from fake_pypi import errors
from fake_pypi.errors import (
    CloseConnection,
    CommandFailed,
    CommandTimedOut,
    FakePyPIError,
    IndexClosed,
    InvalidScenario,
    NotFound,
    OperationRejected,
    PackageSourceError,
    PortInUse,
    PypiserverMismatch,
    StateReplaced,
    StorageError,
    UnknownSetting,
    UnreadablePackage,
    UploadRejected,
    UsageError,
)
from fake_pypi.packages.requirements import RequirementsNotInstalled
from fake_pypi.rules.rule_set import UnknownRule

MESSAGES = {
    UsageError("no pyproject.toml here", "name the folder"): "no pyproject.toml here: name the folder",
    UsageError("just wrong"): "just wrong",
    NotFound("release", "2.0", ["1.0", "1.1"]): "there is no release '2.0'; there is: 1.0, 1.1",
    NotFound("user", "eve"): "there is no user 'eve', and no other user: add one first",
    UploadRejected(400, "No.", "bad-zip"): "400 No. (see `fake-pypi rules bad-zip`)",
    UploadRejected(0, "gone", None): "0 gone",
    OperationRejected("no-2fa", "No second factor."): "No second factor. (no-2fa)",
    StateReplaced(): "the index was reset or restored meanwhile: send the request again",
    PortInUse("127.0.0.1", 80): "port 80 on 127.0.0.1 is in use: stop the other program, or use port 0",
    PypiserverMismatch("a.whl", "it is 404"): "pypiserver could not handle a.whl: it is 404; please report this",
    UnreadablePackage("a.whl", "no METADATA"): "a.whl cannot be read: no METADATA; build it again",
    PackageSourceError("the mirror", "404"): "the mirror failed: 404; go online, or use a wheelhouse",
    StorageError("the disk is full", "free some space"): "the disk is full: free some space",
    UnknownRule("x", ["y"]): "there is no rule 'x': did you mean y? `fake-pypi rules` lists them all",
    UnknownRule("x"): "there is no rule 'x': `fake-pypi rules` lists them all",
    UnknownSetting("Clock", "time"): "Clock has no setting 'time': nothing can be assigned to it, call its methods",
    UnknownSetting("Limits", "size", ["file_size"]): "Limits has no setting 'size': did you mean 'file_size'?",
    IndexClosed("pypi"): "this pypi is closed: use it inside its `with` block, or make a new one with FakePyPI()",
    InvalidScenario("a.toml", "line 2", "no name"): "a.toml: line 2: no name: correct the file",
}


@pytest.mark.parametrize("error", MESSAGES, ids=lambda error: f"{type(error).__name__}-{error}"[:40])
def test_an_error_has_a_message_of_one_line(error: FakePyPIError) -> None:
    assert str(error) == MESSAGES[error]


ALL = [
    *MESSAGES,
    CloseConnection(),
    RequirementsNotInstalled(["hatchling", "rich"]),
    CommandFailed(3, ["twine", "upload"], "out", "err"),
    CommandTimedOut("sleep 9", 1.5, "out", "err"),
]


@pytest.mark.parametrize("error", ALL, ids=lambda error: f"{type(error).__name__}-{error}"[:40])
def test_an_error_can_be_pickled_and_copied(error: FakePyPIError) -> None:
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert (type(again), str(again)) == (type(error), str(error))


def test_every_error_of_the_tree_is_shown_here() -> None:
    classes = {each for _, each in inspect.getmembers(errors, inspect.isclass) if issubclass(each, FakePyPIError)}
    assert classes - {FakePyPIError} <= {type(error) for error in ALL}


def test_a_command_that_failed_shows_the_end_of_its_output() -> None:
    error = CommandFailed(1, ["twine", "up load"], "\n".join(f"line {n}" for n in range(100)), "")
    assert "`twine 'up load'` ended with exit code 1" in str(error)
    assert "(70 lines before)\nline 70" in str(error)
    assert "line 69" not in str(error)
    assert "--- stderr" not in str(error)
    assert str(error).splitlines()[-1].startswith("read its output above")
    assert "no such command" in str(CommandFailed(127, "x", "", ""))


def test_the_error_about_a_timeout_has_the_time_limit() -> None:
    assert str(CommandTimedOut("sleep 9", 1.5, "", "")).splitlines() == [
        "`sleep 9` was killed after 1.5 s",
        "raise the timeout, or pass `input`",
    ]


def test_not_found_is_a_lookup_error_too() -> None:
    assert issubclass(NotFound, LookupError)
    assert issubclass(UnknownRule, LookupError)
