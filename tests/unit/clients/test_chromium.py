"""Where Chromium is found, and what it is told."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from fake_pypi.clients import chromium
from fake_pypi.clients.chromium import find_chromium, require_chromium
from fake_pypi.errors import UsageError

SUFFIX = ".exe" if sys.platform == "win32" else ""


def program(folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}{SUFFIX}"
    path.touch(mode=0o755)
    return path


def test_the_variable_comes_before_the_path(tmp_path: Path) -> None:
    on_path, named = program(tmp_path / "bin", "chromium"), program(tmp_path / "own", "my-browser")
    env = {"PATH": str(on_path.parent)}
    assert find_chromium(env) == str(on_path)
    assert find_chromium({**env, "CHROMIUM": str(named)}) == str(named)
    assert find_chromium({**env, "CHROMIUM": ""}) == str(on_path)


def test_chromium_comes_before_chrome_and_this_before_edge(tmp_path: Path) -> None:
    for name in ("microsoft-edge", "google-chrome", "chromium"):
        added = program(tmp_path, name)
        assert find_chromium({"PATH": str(tmp_path)}) == str(added)


def test_a_variable_that_names_no_program_is_an_error_and_no_other_is_taken(tmp_path: Path) -> None:
    program(tmp_path, "chromium")
    with pytest.raises(UsageError, match=r"missing, which the variable CHROMIUM names, is no program"):
        require_chromium({"PATH": str(tmp_path), "CHROMIUM": str(tmp_path / "missing")})


@pytest.mark.skipif(sys.platform in {"darwin", "win32"}, reason="the usual places may have one")
def test_no_chromium_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"^there is no Chromium.*install Chromium or Chrome, or set CHROMIUM"):
        require_chromium({"PATH": str(tmp_path)})


def test_the_usual_places_of_macos_and_windows_are_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" in chromium._usual_places({})
    monkeypatch.setattr(sys, "platform", "win32")
    places = chromium._usual_places({"PROGRAMFILES": r"C:\Program Files", "LOCALAPPDATA": r"D:\Local"})
    assert places[0] == r"D:\Local\Chromium\Application\chrome.exe"
    assert places[-1] == r"C:\Program Files\Microsoft\Edge\Application\msedge.exe"


def test_no_switch_of_chromium_is_given_twice() -> None:
    names = [switch.partition("=")[0] for switch in chromium.QUIET]
    assert sorted(names) == sorted(set(names))
