"""Which lines a preloaded program can run without a shell."""

from __future__ import annotations

from pathlib import Path

import pytest

from fake_pypi.clients.preloaded import words_of


def test_patterns_are_expanded_in_the_folder_of_the_command_and_sorted(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    for name in ("b.tar.gz", "a.whl"):
        (tmp_path / "dist" / name).touch()
    assert words_of("twine check dist/*", tmp_path) == ["twine", "check", "dist/a.whl", "dist/b.tar.gz"]


def test_a_pattern_without_files_stays_as_in_a_shell(tmp_path: Path) -> None:
    assert words_of("twine check dist/*", tmp_path) == ["twine", "check", "dist/*"]


@pytest.mark.parametrize(
    "line",
    [
        "twine check dist/* | less",
        "twine check $FILES",
        "twine check `ls`",
        "pip install 'demo*' dist/*",
        "pip install demo[extra]==1.0",
        "TOKEN=x twine upload dist/*",
        "twine check ~/dist/a.whl",
        "twine check a; twine check b",
        "pip install demo>=1",
    ],
)
def test_a_line_that_needs_a_shell_gets_one(line: str) -> None:
    assert words_of(line, None) is None
