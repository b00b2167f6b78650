"""wget: reads no variable for its authorities, but a settings file that a variable names."""

from __future__ import annotations

from pathlib import Path

from fake_pypi.clients.client import Client
from fake_pypi.clients.folders import Folders

SETTINGS = "WGETRC"


def wget_settings(folders: Folders, authority: Path) -> dict[str, str]:
    """Write the settings that make wget trust the fakes' authority; the variable that names them."""
    place = folders.directory / "wgetrc"
    place.write_text(f"ca_certificate = {authority}\nnetrc = off\n", encoding="utf-8")
    return {SETTINGS: str(place)}


WGET = Client("wget", deny=(SETTINGS,))
