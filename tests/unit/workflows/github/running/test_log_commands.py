from __future__ import annotations

import pytest

from fake_pypi.workflows.github.running.log_commands import Annotation, LogCommand, StepLog, parse_command


def read(output: str) -> StepLog:
    log = StepLog()
    log.read(output)
    return log


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("::error::bad", LogCommand("error", {}, "bad")),
        ("  ::notice::indented", LogCommand("notice", {}, "indented")),
        ("::WARNING::case", LogCommand("warning", {}, "case")),
        ("::error file=a.py,line=3::bad", LogCommand("error", {"file": "a.py", "line": "3"}, "bad")),
        ("::error title=a%3Ab%2Cc::x", LogCommand("error", {"title": "a:b,c"}, "x")),
        ("::error::two%0Alines, 100%25", LogCommand("error", {}, "two\nlines, 100%")),
        ("::set-output name=a::b::c", LogCommand("set-output", {"name": "a"}, "b::c")),
        ("::unknown::x", None),
        ("std::vector::x", None),
        ("error: bad", None),
    ],
)
def test_a_line_is_a_command_only_in_the_form_of_the_runner(line: str, command: LogCommand | None) -> None:
    assert parse_command(line) == command


def test_annotations_have_their_place_and_stay_in_the_log() -> None:
    log = read("::error file=a.py,line=3,title=Style::long line\n::notice::done\n")

    assert log.annotations == [Annotation("error", "Style: long line", "a.py:3"), Annotation("notice", "done")]
    assert log.lines == ["error: a.py:3: Style: long line", "notice: done"]


def test_masks_are_collected_and_not_shown() -> None:
    log = read("::add-mask::correct horse\nafter\n")

    assert (log.masks, log.lines) == (["correct horse"], ["after"])


def test_a_deprecated_output_is_set_with_a_warning() -> None:
    log = read("::set-output name=file::a.whl\n::save-state name=s::1\n")

    assert (log.outputs, log.state) == ({"file": "a.whl"}, {"s": "1"})
    assert [warning.partition(" is deprecated")[0] for warning in log.warnings] == [
        "`::set-output::`",
        "`::save-state::`",
    ]


@pytest.mark.parametrize("name", ["set-env", "add-path"])
def test_a_removed_command_is_an_error(name: str) -> None:
    file = "GITHUB_ENV" if name == "set-env" else "GITHUB_PATH"
    assert read(f"::{name} name=A::1").errors == [f"GitHub rejects `::{name}::`: write to the file ${file} instead"]


def test_commands_stop_until_the_token_is_printed() -> None:
    log = read("::stop-commands::t0\n::error::shown as text\n::t0::\n::error::real\n")

    assert [annotation.message for annotation in log.annotations] == ["real"]
    assert log.lines == ["::error::shown as text", "error: real"]


def test_groups_and_debug_lines_are_shown_as_github_shows_them() -> None:
    assert read("::group::Install\npip\n::endgroup::\n::debug::hidden\n").lines == ["[Install]", "pip"]
