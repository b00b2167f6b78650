"""The JSON documents that commands about indexes, data folders and wheelhouses print with `--json`.

See `json_documents` about their members.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True)
class EnvDocument:
    """The output of `fake-pypi env`: variables by name; one that is null has to be removed from the environment."""

    variables: dict[str, str | None]


@dataclass(frozen=True)
class ServedIndex:
    """An index that `serve` has started. `browser_url` is null for a server without pages for people."""

    index: str
    url: str
    upload_url: str
    simple_url: str
    browser_url: str | None


@dataclass(frozen=True)
class ServeDocument:
    """The line that `fake-pypi serve` prints when it is ready.

    Both indexes accept `token`, null for a server of `--site`. `username` and `password` are what a tool sends.
    `control` is the address of the control API, whose secret is in the file `control_secret_file`.
    """

    indexes: tuple[ServedIndex, ...]
    token: str | None
    username: str
    password: str
    control: str
    control_secret_file: str | None


@dataclass(frozen=True)
class ChangedRelease:
    """What was yanked or deleted. `version` null: all releases of the project; `filename` null: all files."""

    project: str
    version: str | None
    filename: str | None
    reason: str | None


@dataclass(frozen=True)
class ReleaseDocument:
    """The output of `fake-pypi yank`, `unyank` and `delete`."""

    action: Literal["yank", "unyank", "delete"]
    index: str
    release: ChangedRelease


@dataclass(frozen=True)
class ApiToken:
    """An API token. `projects` null: every project of the user. `secret` is null unless the token was just created."""

    id: str
    user: str
    description: str
    projects: tuple[str, ...] | None
    secret: str | None
    created: datetime | None
    last_used: datetime | None


@dataclass(frozen=True)
class TokenDocument:
    """The output of `fake-pypi token`: the token that was created, or those of a user; none after `revoke`."""

    action: Literal["create", "list", "revoke"]
    index: str
    tokens: tuple[ApiToken, ...]


@dataclass(frozen=True)
class UserAccount:
    """A user account. `email` is the state of its addresses."""

    user: str
    full_name: str
    email: str
    two_factor: bool
    state: str
    created: datetime
    last_login: datetime | None


@dataclass(frozen=True)
class UserDocument:
    """The output of `fake-pypi user`: the users of an index, or the one that was added; none after `remove`."""

    action: Literal["add", "list", "remove"]
    index: str
    users: tuple[UserAccount, ...]


@dataclass(frozen=True)
class ListedFault:
    """A fault of an index, in its canonical form, and how many times it has acted."""

    index: str
    fault: str
    used: int


@dataclass(frozen=True)
class FaultDocument:
    """The output of `fake-pypi fault`: the faults of the chosen indexes after the command."""

    action: Literal["add", "list", "clear"]
    faults: tuple[ListedFault, ...]


@dataclass(frozen=True)
class TotpDocument:
    """The output of `fake-pypi totp`: the code that the user's authentication application shows now."""

    index: str
    user: str
    code: str


@dataclass(frozen=True)
class ListedRequest:
    """A request and its response, without secrets. `client` is the program, `sender` a user or a publisher.

    `rule` is the rule that rejected an upload, `fault` the text of the faults that acted. `stored` is true if the
    request added a file to the index.
    """

    index: str
    time: datetime
    seconds: float
    method: str
    path: str
    query: str
    status: int
    reason: str
    client: str
    client_version: str
    sender: str
    project: str
    filename: str | None
    rule: str | None
    fault: str
    stored: bool


@dataclass(frozen=True)
class RequestsDocument:
    """The output of `fake-pypi requests`: recorded requests to the chosen indexes, the oldest first in each.

    `total` counts all requests, also those that do not match the options and those that are not kept any more.
    """

    requests: tuple[ListedRequest, ...]
    total: int


@dataclass(frozen=True)
class IndexLimits:
    """The limits of an index, in bytes; `new_projects_per_day` null: counted, and never enforced."""

    index: str
    file_size: int
    project_size: int
    new_projects_per_day: int | None


@dataclass(frozen=True)
class LimitsDocument:
    """The output of `fake-pypi limits`: the limits of the chosen indexes after the command."""

    limits: tuple[IndexLimits, ...]


@dataclass(frozen=True)
class LeftFile:
    """A file that was not added to the index, with the reason."""

    path: str
    reason: str


@dataclass(frozen=True)
class DataFolderState:
    """The folder of one index, and what was found or done.

    `problems` are sentences. `backup` is the folder of the copy. `added` and `left` are the files that `rebuild` added
    and did not add; `new_database` says that it made the database anew.
    """

    index: str
    path: str
    problems: tuple[str, ...] = ()
    backup: str | None = None
    added: tuple[str, ...] = ()
    left: tuple[LeftFile, ...] = ()
    new_database: bool = False


@dataclass(frozen=True)
class DataDocument:
    """The output of `fake-pypi data`, with an entry for each index of the folder."""

    action: Literal["check", "backup", "rebuild"]
    folders: tuple[DataFolderState, ...]


@dataclass(frozen=True)
class WheelhouseDocument:
    """The output of `fake-pypi wheelhouse`: the requirements that were downloaded, and all files of the folder."""

    path: str
    requirements: tuple[str, ...]
    filenames: tuple[str, ...]
