"""pip, and the tools that install with it. From 24.2 on it trusts SSL_CERT_FILE too; PIP_CERT beats all."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from fake_pypi.clients.client import Address, Client

_OF_THE_ENVIRONMENT = (Path(sys.prefix, "pip.conf"), Path(sys.prefix, "pip.ini"))


def pip_settings(index: Address) -> dict[str, str]:
    """The variables that make pip, and every tool that calls it, install from one index.

    pip's configuration files are shut out as a whole: an empty PIP_EXTRA_INDEX_URL would not cancel
    an `extra-index-url` that one of them names.
    """
    return {
        "PIP_INDEX_URL": index.simple_url,
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


def installer_settings(index: Address) -> dict[str, str]:
    """The same for tools that install with pip or, where they find it, with uv, which reads none of pip's."""
    return {**pip_settings(index), "UV_DEFAULT_INDEX": index.simple_url}


EVERYBODYS = (
    "/etc/pip.conf",
    "/etc/xdg/pip/pip.conf",
    "/Library/Application Support/pip/pip.conf",
    "C:/ProgramData/pip/pip.ini",
)


def is_set_up_for_everybody(places: Sequence[str | Path] = (*EVERYBODYS, *_OF_THE_ENVIRONMENT)) -> bool:
    """Whether pip would read settings that are not in a home: those of the machine, or of the environment.

    >>> is_set_up_for_everybody(["/nowhere/pip.conf"])
    False

    pip knows one way to leave them out: `PIP_CONFIG_FILE` names the null device, and then it reads none at all, not
    even what a guide puts into the home with `pip config set`.
    """
    return any(Path(place).exists() for place in places)


PIP = Client(
    "pip",
    deny=("PIP_",),
    set={
        "PIP_CONFIG_FILE": "{devnull}",
        "PIP_CACHE_DIR": "{caches}/pip",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_KEYRING_PROVIDER": "disabled",
    },
    plain_http=pip_settings,
    config_entries=("pip",),
)
