"""Settings of the administrators of an index: flags, limits, prohibited names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from fake_pypi.errors import UnknownSetting, UsageError
from fake_pypi.fixed_attributes import FixedAttributes
from fake_pypi.index.database import Database
from fake_pypi.index.names import normalized
from fake_pypi.reference_data import data_file, limit

MIB = 1024 * 1024
GIB = 1024 * MIB


class StoredSettings(FixedAttributes):
    """Named values in the database."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._read: tuple[int, dict[str, str]] = (-1, {})

    def _get(self, name: str, default: Any) -> Any:
        """Return one value. All are read at once, and again after a change of any of them."""
        version, stored = self._read
        if version != self._db.settings_version:
            version = self._db.settings_version  # before the query: after a change in between they are read again
            stored = dict(map(tuple, self._db.rows("SELECT name, value FROM settings")))
            self._read = (version, stored)
        return json.loads(stored[name]) if name in stored else default

    def _set(self, name: str, value: Any) -> None:
        self._db.change("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", name, json.dumps(value))
        self._db.settings_version += 1


class Flags(StoredSettings):
    """The site's admin flags; initially all are off but those of the site.

    >>> flags = Flags(Database())
    >>> flags.read_only = True
    >>> flags.enabled("read-only")
    True
    """

    KNOWN = (
        "disable-organizations",
        "disable-pep740",
        "disable-upload-scanning",
        "disallow-activestate-oidc",
        "disallow-deletion",
        "disallow-github-oidc",
        "disallow-gitlab-oidc",
        "disallow-google-oidc",
        "disallow-new-project-registration",
        "disallow-new-upload",
        "disallow-new-user-registration",
        "disallow-oidc",
        "read-only",
    )

    def __init__(self, db: Database, site_flags: frozenset[str] = frozenset()) -> None:
        super().__init__(db)
        self._site_flags = site_flags

    def enabled(self, name: str) -> bool:
        """Return whether the flag is on; an unknown flag is a `UsageError`."""
        flag = self._known(name)
        return bool(self._get(f"flag:{flag}", default=flag in self._site_flags))

    def follow(self, site_flags: frozenset[str]) -> None:
        """Let these flags be on where none was set."""
        self._site_flags = site_flags

    def set(self, name: str, on: bool = True) -> None:  # noqa: FBT001, FBT002 - a switch, as in the site's admin interface
        """Switch a flag on or off."""
        self._set(f"flag:{self._known(name)}", bool(on))

    def _known(self, name: str) -> str:
        flag = name.replace("_", "-")
        if flag not in self.KNOWN:
            raise UsageError(f"there is no site flag {name!r}", f"one of {', '.join(self.KNOWN)}")
        return flag

    def __getattr__(self, name: str) -> bool:
        if name.startswith("_"):
            raise AttributeError(name)
        if name.replace("_", "-") not in self.KNOWN:
            raise UnknownSetting("Flags", name, [flag.replace("-", "_") for flag in self.KNOWN])
        return self.enabled(name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_"):
            super().__setattr__(name, value)
        elif name.replace("_", "-") in self.KNOWN:
            self.set(name, bool(value))
        else:
            raise UnknownSetting("Flags", name, [flag.replace("-", "_") for flag in self.KNOWN])


class Limits(StoredSettings):
    """Size limits in bytes, of one file and of all files of a project, and a limit on new projects.

    `limits.file_size = 1024` is for the whole index, `limits.for_project("hello", file_size=…)` for one project.
    """

    @property
    def file_size(self) -> int:
        """The largest size of one file in bytes; initially 100 MiB."""
        return int(self._get("limit:file", limit("file_size")))

    @file_size.setter
    def file_size(self, size: int) -> None:
        self._set("limit:file", size)

    @property
    def project_size(self) -> int:
        """The largest total size of a project's files in bytes; initially 10 GiB."""
        return int(self._get("limit:project", limit("project_size")))

    @project_size.setter
    def project_size(self, size: int) -> None:
        self._set("limit:project", size)

    @property
    def new_projects_per_day(self) -> int | None:
        """New projects that one account, and one address, may create in 24 hours; pypi.org allows 4.

        Initially None: new projects are counted and headers state the limit, but none is rejected.
        """
        number = self._get("limit:new-projects", None)
        return None if number is None else int(number)

    @new_projects_per_day.setter
    def new_projects_per_day(self, number: int | None) -> None:
        if number is not None and number < 0:
            raise UsageError(f"{number} is no number of projects", "give 0 or more, or None for no limit")
        self._set("limit:new-projects", number)

    def for_project(
        self,
        project: str,
        *,
        file_size: int | None = None,
        project_size: int | None = None,
        used: int | None = None,
    ) -> None:
        """Set limits for one project, or the number of bytes that it already uses."""
        for column, size in (
            ("file_size_limit", file_size),
            ("total_size_limit", project_size),
            ("total_size", used),
        ):
            if size is not None:
                statement = f"UPDATE projects SET {column} = ? WHERE normalized = ?"  # noqa: S608 - names are ours
                self._db.change(statement, size, normalized(project))


class ProhibitedNames(FixedAttributes):
    """Project names that cannot be registered; a set, compared in normalized form."""

    ALWAYS_PROHIBITED = tuple(data_file("prohibited_names").values)

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, name: str) -> None:
        """Prohibit a name."""
        self._db.change("INSERT OR IGNORE INTO prohibited_names VALUES (?)", normalized(name))

    def __contains__(self, name: object) -> bool:
        wanted = normalized(str(name))
        if wanted in self.ALWAYS_PROHIBITED:
            return True
        return self._db.row("SELECT 1 FROM prohibited_names WHERE normalized = ?", wanted) is not None

    def __iter__(self) -> Iterator[str]:
        yield from self.ALWAYS_PROHIBITED
        yield from (row[0] for row in self._db.rows("SELECT normalized FROM prohibited_names"))


class ProhibitedUserNames(FixedAttributes):
    """User names that cannot be registered; a set, compared without regard to upper and lower case."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, name: str) -> None:
        """Prohibit a name."""
        self._db.change("INSERT OR IGNORE INTO prohibited_user_names VALUES (?)", name.lower())

    def __contains__(self, name: object) -> bool:
        query = "SELECT 1 FROM prohibited_user_names WHERE name = ?"
        return self._db.row(query, str(name).lower()) is not None
