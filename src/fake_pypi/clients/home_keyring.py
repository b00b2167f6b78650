"""A keyring that lives in a file of the home: guides say `keyring set`, and twine finds what was set.

It is copied into a folder of its own and imported by whatever `keyring` a client brings (Python 3.8 and later), so it
knows nothing of this package. The real keyring of the user is never asked.
"""

from __future__ import annotations

import json
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError


class Keyring(KeyringBackend):
    """The passwords by service and user name, for their owner's eyes only."""

    priority = 1

    @property
    def _file(self) -> Path:
        return Path.home() / ".keyring.json"

    def get_password(self, service: str, username: str) -> str | None:
        """What was set, or None."""
        return self._read().get(f"{service}\n{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a password."""
        self._write({**self._read(), f"{service}\n{username}": password})

    def delete_password(self, service: str, username: str) -> None:
        """Forget a password. Raises PasswordDeleteError if there is none."""
        kept = self._read()
        if kept.pop(f"{service}\n{username}", None) is None:
            raise PasswordDeleteError("there is no such password")
        self._write(kept)

    def _read(self) -> dict[str, str]:
        if not self._file.exists():
            return {}
        kept: dict[str, str] = json.loads(self._file.read_text(encoding="utf-8"))
        return kept

    def _write(self, kept: dict[str, str]) -> None:
        self._file.touch(mode=0o600)
        self._file.write_text(json.dumps(kept), encoding="utf-8")
