from __future__ import annotations

from pathlib import Path

import pytest

from fake_pypi.workflows.github.running.command_files import CommandFiles, InvalidCommandFile, parse_values


def files_in(folder: Path, **texts: str) -> CommandFiles:
    files = CommandFiles(folder / "step")
    files.create()
    for name, text in texts.items():
        Path(files.variables[f"GITHUB_{name}"]).write_text(text, encoding="utf-8")
    return files


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a=1\n\nb=2=3\n", {"a": "1", "b": "2=3"}),
        ("a=\n", {"a": ""}),
        ("a<<END\none\n\ntwo\nEND\nb=1\n", {"a": "one\n\ntwo", "b": "1"}),
        ("a<<END\nEND\n", {"a": ""}),
        ("a<<END\r\none\r\nEND\r\n", {"a": "one"}),
        ("a=x<<y\n", {"a": "x<<y"}),
        ("a=1\na=2\n", {"a": "2"}),
    ],
)
def test_values_are_single_lines_or_end_with_a_delimiter(text: str, values: dict[str, str]) -> None:
    assert parse_values(text, "GITHUB_OUTPUT") == values


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("no value\n", "'no value'"),
        ("=1\n", "without a name"),
        ("a<<END\none\n", "no line 'END'"),
    ],
)
def test_a_line_that_github_rejects_is_named(text: str, part: str) -> None:
    with pytest.raises(InvalidCommandFile, match=part) as error:
        parse_values(text, "GITHUB_OUTPUT")

    assert "$GITHUB_OUTPUT" in str(error.value)


def test_each_file_is_read_for_its_purpose(tmp_path: Path) -> None:
    files = files_in(tmp_path, ENV="A=1\n", OUTPUT="x=2\n", PATH="/a\n\n/b\n", STEP_SUMMARY="# Done\n")

    assert (files.values("ENV"), files.values("OUTPUT")) == ({"A": "1"}, {"x": "2"})
    assert (files.path, files.summary) == (["/a", "/b"], "# Done\n")


def test_node_options_cannot_be_set(tmp_path: Path) -> None:
    with pytest.raises(InvalidCommandFile, match="NODE_OPTIONS"):
        files_in(tmp_path, ENV="NODE_OPTIONS=--inspect\n").values("ENV")


def test_a_byte_order_mark_of_powershell_is_ignored(tmp_path: Path) -> None:
    assert files_in(tmp_path, OUTPUT="\ufeffa=1\n").values("OUTPUT") == {"a": "1"}
