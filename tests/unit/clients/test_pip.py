"""pip's settings files: those of the home may be read, those of everybody may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from fake_pypi.clients import environment
from fake_pypi.clients.folders import Folders
from fake_pypi.clients.pip import is_set_up_for_everybody
from fake_pypi.clients.wiring import Wiring


def test_settings_for_everybody_are_looked_for(tmp_path: Path) -> None:
    place = tmp_path / "pip.conf"
    assert is_set_up_for_everybody([place]) is False
    place.touch()
    assert is_set_up_for_everybody([tmp_path / "elsewhere", place]) is True


@pytest.mark.parametrize("everybodys", [True, False])
def test_settings_in_the_home_are_read_unless_that_would_let_everybodys_in(
    wiring: Wiring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, everybodys: bool
) -> None:
    monkeypatch.setattr(environment, "is_set_up_for_everybody", lambda: everybodys)
    folders = Folders(tmp_path)
    folders.make()
    env = environment.shell_environment(wiring, folders, {}, {})
    assert ("PIP_CONFIG_FILE" in env) is everybodys
