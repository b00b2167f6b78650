"""keyring: where twine, flit, pdm and others look for a token. Inside a shell it is empty and stays empty."""

from __future__ import annotations

from fake_pypi.clients.client import Client

KEYRING = Client(
    "keyring",
    deny=("KEYRING_", "PYTHON_KEYRING_"),
    # A backend named here beats keyringrc.cfg.
    set={"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"},
    plain_http="it has no index: it keeps tokens",
)
