"""What git tracks against the sdist, and the sdist against the wheel."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from fake_pypi import sdist, wheel
from fake_pypi.rehearsal import source_comparison
from fake_pypi.rehearsal.archive_members import names_in_tree
from fake_pypi.rehearsal.source_comparison import SourceComparison, compare_sources, sdist_warnings
from tests.unit.rehearsal.test_built_release import FINE, built

INIT = "__version__ = '1.0'"


def warnings(
    folder: Path,
    tracked: Iterable[str],
    in_sdist: Iterable[str],
    in_wheel: Iterable[str] = (),
    untracked: Iterable[str] = (),
) -> list[str]:
    members = dict.fromkeys(in_sdist, INIT)
    release = built(
        folder,
        sdist("hello", "1.0", **FINE, sdist_files=members),
        wheel("hello", "1.0", **FINE, files={"hello/__init__.py": INIT, **dict.fromkeys(in_wheel, "")}),
    )
    comparison = SourceComparison.of(release.sdists[0], list(tracked), list(untracked))
    names = names_in_tree(release.sdists[0])
    of_git = sdist_warnings(comparison, release.sdists[0].name, names, release.wheels)
    return [*of_git, *compare_sources(release, folder / "no-checkout")]


GOOD = ["pyproject.toml", "LICENSE", "src/hello/__init__.py", "src/hello/data.json"]
LEFT_OUT = ["tests/test_hello.py", "docs/conf.py", ".github/x.yml", "src/hello/tests/test_x.py"]


@pytest.fixture(autouse=True)
def no_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_comparison, "git_files", lambda *_: None)


def test_a_complete_sdist_has_no_warnings_without_tests_and_documentation(tmp_path: Path) -> None:
    generated = ["setup.cfg", "src/hello/_version.py", "src/hello.egg-info/SOURCES.txt"]
    assert warnings(tmp_path, [*GOOD, *LEFT_OUT], [*GOOD, *generated], ["hello/_version.py"]) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("LICENSE.txt", "does not contain LICENSE.txt, which git tracks"),
        ("src/hello/py.typed", "does not contain files of the package that git tracks: src/hello/py.typed"),
        ("src/hello/fast.h", "does not contain files of the package that git tracks: src/hello/fast.h"),
    ],
)
def test_a_tracked_file_that_the_sdist_lacks_is_a_warning(tmp_path: Path, name: str, text: str) -> None:
    [warning] = warnings(tmp_path, [*GOOD, name], GOOD)
    assert text in warning


def test_a_file_of_the_sdist_that_git_does_not_track_is_a_warning(tmp_path: Path) -> None:
    extra = ["notes.txt", "src/hello/scratch.py"]
    [warning] = warnings(tmp_path, GOOD, [*GOOD, *extra], ["hello/scratch.py"], untracked=[*extra, "else.txt"])
    assert "contains files that git does not track: notes.txt, src/hello/scratch.py: commit them, or delete" in warning


def test_tests_without_their_conftest_are_a_warning(tmp_path: Path) -> None:
    tests = ["tests/test_hello.py"]
    [warning] = warnings(tmp_path, [*GOOD, *tests, "tests/conftest.py"], [*GOOD, *tests])
    assert "contains tests without the files that they use: tests/conftest.py" in warning


def test_a_module_that_the_wheel_lacks_is_a_warning(tmp_path: Path) -> None:
    more = ["src/hello/sub/__init__.py", "src/hello/sub/a.py", "src/hello/tests/test_a.py"]
    [warning] = warnings(tmp_path, [*GOOD, *more], [*GOOD, *more])
    assert "does not contain modules that hello-1.0.tar.gz has: hello/sub/__init__.py, hello/sub/a.py:" in warning


def test_a_large_file_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_comparison, "LARGE_FILE", len(INIT))
    [warning] = warnings(tmp_path, [*GOOD, "big.bin"], [*GOOD, "big.bin"])
    assert "contains large files: " in warning
    assert "exclude what the build does not need" in warning


def test_the_comparison_lists_everything_for_a_report(tmp_path: Path) -> None:
    release = built(tmp_path, sdist("hello", "1.0", **FINE, sdist_files=dict.fromkeys([*GOOD, "notes.txt"], "")))
    comparison = SourceComparison.of(release.sdists[0], [*GOOD, *LEFT_OUT], ["notes.txt", "not-included.txt"])
    assert comparison == SourceComparison(tuple(sorted(LEFT_OUT)), ("notes.txt",))
