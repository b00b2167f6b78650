"""The client matrix: a client, a scenario and a mode make a cell, to be run or explained."""

from __future__ import annotations

from dataclasses import dataclass

from tests.e2e.uploaders import UPLOADERS

CLIENTS = (
    "twine",
    "uv",
    "poetry",
    "hatch",
    "pdm",
    "flit",
    "maturin",
    "pip",
    "pipx",
    "pipenv",
    "tox",
    "virtualenv",
    "build",
    "curl",
    "urllib",
)
UPLOADS = ("upload", "again", "changed", "bad-token", "trusted")
INSTALLS = ("install", "yanked")
SCENARIOS = {
    "upload": "upload",
    "again": "same file again",
    "changed": "changed file",
    "bad-token": "bad token",
    "trusted": "trusted publishing",
    "install": "install",
    "yanked": "yanked",
}
MODES = {"real": "real host names", "plain": "plain HTTP"}


@dataclass(frozen=True)
class Cell:
    """One client in one scenario, on the real host names or at the plain-HTTP address."""

    client: str
    scenario: str
    mode: str

    def __str__(self) -> str:
        return f"{self.client}-{self.scenario}-{self.mode}"


ALL = [Cell(client, scenario, mode) for client in CLIENTS for scenario in SCENARIOS for mode in MODES]

NO_UPLOADER = [client for client in CLIENTS if client not in UPLOADERS]
NO_INSTALLER = ["twine", "flit", "maturin"]
NO_TRUSTED_PUBLISHING = ["poetry", "hatch", "flit", "curl"]

WHY_NOT: tuple[tuple[list[str], tuple[str, ...], tuple[str, ...], str], ...] = (
    (NO_UPLOADER, UPLOADS, ("real", "plain"), "it does not upload"),
    (NO_INSTALLER, INSTALLS, ("real", "plain"), "it installs nothing from an index"),
    (NO_TRUSTED_PUBLISHING, ("trusted",), ("real", "plain"), "it has no trusted publishing"),
    (["twine"], ("trusted",), ("plain",), "it tries trusted publishing on the real hosts only"),
    (["uv"], ("trusted",), ("plain",), "it asks for a token over https, whatever the address"),
    (["poetry"], INSTALLS, ("plain",), "a project without a source of its own asks pypi.org"),
)
"""The cells that cannot be had: clients, scenarios, modes, and why."""

WITHOUT: dict[Cell, str] = {
    Cell(client, scenario, mode): reason
    for clients, scenarios, modes, reason in WHY_NOT
    for client in clients
    for scenario in scenarios
    for mode in modes
}
CELLS = [cell for cell in ALL if cell not in WITHOUT]
