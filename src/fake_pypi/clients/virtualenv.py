"""virtualenv: seeds an environment from the wheels that it carries; asks an index only with `--download`."""

from __future__ import annotations

from fake_pypi.clients.client import Client
from fake_pypi.clients.pip import pip_settings

VIRTUALENV = Client(
    "virtualenv",
    deny=("VIRTUALENV_",),
    set={
        "VIRTUALENV_NO_PERIODIC_UPDATE": "1",
        # Below the caches of this instance: `--download` would otherwise carry a fake's wheel into the next one.
        "VIRTUALENV_OVERRIDE_APP_DATA": "{caches}/virtualenv",
    },
    plain_http=pip_settings,
    wired={"VIRTUALENV_CONFIG_FILE": "{settings}/virtualenv.ini"},
    empty_files=("virtualenv.ini",),
    config_entries=("virtualenv",),
)
