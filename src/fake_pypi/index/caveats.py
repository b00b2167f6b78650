"""The caveats of tokens: each is a short JSON list that restricts what its token can be used for.

`[0, expires_at, not_before]` · `[1, [project names]]` · `[2, [project ids]]` · `[3, user id]` ·
`[4, publisher id]` · `[5, permissions]`. The holder of a token can add caveats and cannot remove any.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

EXPIRATION, PROJECT_NAMES, PROJECT_IDS, USER, PUBLISHER, PERMISSIONS = range(6)
UPLOAD = 1


def serialize(*parts: Any) -> str:
    """Return a caveat as PyPI writes it: compact JSON.

    >>> serialize(PROJECT_NAMES, ["demo"])
    '[1,["demo"]]'
    """
    return json.dumps(parts, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True)
class TokenUse:
    """One use of a token: by which user or publisher, for which project, when (seconds since 1970).

    `project_id` is "" for a project that this upload would create.
    """

    now: int
    project_name: str
    project_normalized: str
    project_id: str = ""
    user_id: str | None = None
    publisher_id: str | None = None
    publisher_projects: tuple[str, ...] = ()


def problem_with(text: str, use: TokenUse) -> str:
    """Return PyPI's message if a caveat does not allow this use, else "".

    As on PyPI, text that is not JSON raises `ValueError`, and a list whose first member cannot be hashed `TypeError`.
    """
    data = json.loads(text)
    if isinstance(data, Mapping):
        data = _from_former_format(data, use)
    if not isinstance(data, list):
        return "caveat must be an array"
    if not data:
        return "caveat array cannot be empty"
    kind = _CAVEAT_KINDS.get(data[0])
    if kind is None:
        return f"caveat has unknown tag: {data[0]}"
    fields = data[1 : 1 + len(kind.fields)]
    if len(fields) < len(kind.fields):
        return "Not enough values"
    if not all(is_valid(value) for is_valid, value in zip(kind.fields, fields, strict=True)):
        return "invalid values for fields"
    return kind.check(use, *fields)


def _from_former_format(data: Mapping[str, Any], use: TokenUse) -> list[Any] | None:
    """Return a caveat in one of PyPI's three former formats (JSON objects) in today's format, or None."""
    if data.get("version") == 1:
        permissions = data.get("permissions")
        if permissions == "user" and use.user_id is not None:
            return [USER, use.user_id]
        if isinstance(permissions, Mapping) and "projects" in permissions:
            return [PROJECT_NAMES, permissions["projects"]]
        return None
    if "exp" in data and "nbf" in data:
        return [EXPIRATION, data["exp"], data["nbf"]]
    return [PROJECT_IDS, data["project_ids"]] if "project_ids" in data else None


def _expiration(use: TokenUse, expires_at: int, not_before: int) -> str:
    return "" if not_before <= use.now < expires_at else "token is expired"


def _project_names(use: TokenUse, names: list[str]) -> str:
    return "" if use.project_normalized in names else _other_project(use)


def _project_ids(use: TokenUse, ids: list[str]) -> str:
    return "" if use.project_id in ids else _other_project(use)


def _other_project(use: TokenUse) -> str:
    return f"project-scoped token is not valid for project: {use.project_name!r}"


def _user(use: TokenUse, user_id: str) -> str:
    if use.user_id is None:
        return "token with user restriction without a user"
    is_same = use.user_id == user_id
    return "" if is_same else "current user does not match user restriction in token"


def _publisher(use: TokenUse, publisher_id: str) -> str:
    if use.publisher_id is None:
        return "OIDC scoped token used outside of an OIDC identified request"
    if use.publisher_id != publisher_id:
        return "current OIDC publisher does not match publisher restriction in token"
    is_allowed = use.project_id in use.publisher_projects
    return "" if is_allowed else f"OIDC scoped token is not valid for project '{use.project_name}'"


def _permissions(_: TokenUse, permissions: int) -> str:
    return "" if permissions & UPLOAD else "token does not have the required permissions"


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_whole_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(member, str) for member in value)


def _is_permissions(value: Any) -> bool:
    return isinstance(value, int) and 0 <= value <= UPLOAD


@dataclass(frozen=True)
class _CaveatKind:
    check: Callable[..., str]
    fields: tuple[Callable[[Any], bool], ...]


_CAVEAT_KINDS: dict[Any, _CaveatKind] = {
    EXPIRATION: _CaveatKind(_expiration, (_is_whole_number, _is_whole_number)),
    PROJECT_NAMES: _CaveatKind(_project_names, (_is_texts,)),
    PROJECT_IDS: _CaveatKind(_project_ids, (_is_texts,)),
    USER: _CaveatKind(_user, (_is_text,)),
    PUBLISHER: _CaveatKind(_publisher, (_is_text,)),
    PERMISSIONS: _CaveatKind(_permissions, (_is_permissions,)),
}
