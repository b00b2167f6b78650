"""A keyring backend that stores passwords in a file of the home, so that twine finds what `keyring set` stored.

It is copied into a folder of its own and imported by the `keyring` of a client (Python 3.8 and later), so it does not
import this package. The real keyring of the user is not used.
"""

from __future__ import annotations

import json
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError


class Keyring(KeyringBackend):
    """Passwords by service and user name, in a file that only its owner may read."""

    priority = 1

    @property
    def _file(self) -> Path:
        return Path.home() / ".keyring.json"

    def get_password(self, service: str, username: str) -> str | None:
        """Return the stored password, or None."""
        return self._read().get(f"{service}\n{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Store a password."""
        self._write({**self._read(), f"{service}\n{username}": password})

    def delete_password(self, service: str, username: str) -> None:
        """Delete a password. Raises PasswordDeleteError if there is none."""
        passwords = self._read()
        if passwords.pop(f"{service}\n{username}", None) is None:
            raise PasswordDeleteError("there is no such password")
        self._write(passwords)

    def _read(self) -> dict[str, str]:
        if not self._file.exists():
            return {}
        passwords: dict[str, str] = json.loads(self._file.read_text(encoding="utf-8"))
        return passwords

    def _write(self, passwords: dict[str, str]) -> None:
        self._file.touch(mode=0o600)
        self._file.write_text(json.dumps(passwords), encoding="utf-8")
