"""Every client that the shell makes room for. Adding one is a module of its own and a line here."""

from __future__ import annotations

from fake_pypi.clients.build import BUILD
from fake_pypi.clients.client import Client
from fake_pypi.clients.curl import CURL
from fake_pypi.clients.flit import FLIT
from fake_pypi.clients.git import GIT
from fake_pypi.clients.hatch import HATCH
from fake_pypi.clients.keyring import KEYRING
from fake_pypi.clients.maturin import MATURIN
from fake_pypi.clients.pdm import PDM
from fake_pypi.clients.pip import PIP
from fake_pypi.clients.pipenv import PIPENV
from fake_pypi.clients.pipx import PIPX
from fake_pypi.clients.poetry import POETRY
from fake_pypi.clients.tox import TOX
from fake_pypi.clients.twine import TWINE
from fake_pypi.clients.uv import UV
from fake_pypi.clients.virtualenv import VIRTUALENV
from fake_pypi.clients.wget import WGET

CLIENTS: tuple[Client, ...] = (
    TWINE,
    UV,
    POETRY,
    HATCH,
    PDM,
    FLIT,
    MATURIN,
    PIP,
    PIPX,
    PIPENV,
    TOX,
    VIRTUALENV,
    BUILD,
    CURL,
    KEYRING,
    GIT,
    WGET,
)
