"""What the caveats of a token allow: each is a short JSON list that narrows the token down.

`[0, expires_at, not_before]` · `[1, [project names]]` · `[2, [project ids]]` · `[3, user id]` ·
`[4, publisher id]` · `[5, permissions]`. Anybody who holds a token may add more, never take one away.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

EXPIRATION, PROJECT_NAMES, PROJECT_IDS, USER, PUBLISHER, PERMISSIONS = range(6)
UPLOAD = 1


def written(*parts: Any) -> str:
    """Write a caveat the way PyPI does: compact JSON.

    >>> written(PROJECT_NAMES, ["demo"])
    '[1,["demo"]]'
    """
    return json.dumps(parts, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True)
class Situation:
    """What a token is used for: who it stands for, for which project, when (seconds since 1970).

    `project_id` is "" for a project that this upload would create.
    """

    now: int
    project_name: str
    project_normalized: str
    project_id: str = ""
    user_id: str | None = None
    publisher_id: str | None = None
    publisher_projects: tuple[str, ...] = ()


def objection(text: str, situation: Situation) -> str:
    """Return what PyPI says against a caveat in this situation, or "" when it holds.

    Text that is no JSON raises `ValueError`, and a list with an odd first member `TypeError`, as there.
    """
    data = json.loads(text)
    if isinstance(data, Mapping):
        data = _modern(data, situation)
    if not isinstance(data, list):
        return "caveat must be an array"
    if not data:
        return "caveat array cannot be empty"
    kind = _KINDS.get(data[0])
    if kind is None:
        return f"caveat has unknown tag: {data[0]}"
    fields = data[1 : 1 + len(kind.fields)]
    if len(fields) < len(kind.fields):
        return "Not enough values"
    if not all(fits(value) for fits, value in zip(kind.fields, fields, strict=True)):
        return "invalid values for fields"
    return kind.judge(situation, *fields)


def _modern(data: Mapping[str, Any], situation: Situation) -> list[Any] | None:
    """Translate the three forms that tokens of PyPI's first years carry."""
    if data.get("version") == 1:
        permissions = data.get("permissions")
        if permissions == "user" and situation.user_id is not None:
            return [USER, situation.user_id]
        if isinstance(permissions, Mapping) and "projects" in permissions:
            return [PROJECT_NAMES, permissions["projects"]]
        return None
    if "exp" in data and "nbf" in data:
        return [EXPIRATION, data["exp"], data["nbf"]]
    return [PROJECT_IDS, data["project_ids"]] if "project_ids" in data else None


def _expiration(situation: Situation, expires_at: int, not_before: int) -> str:
    return "" if not_before <= situation.now < expires_at else "token is expired"


def _project_names(situation: Situation, names: list[str]) -> str:
    return "" if situation.project_normalized in names else _other_project(situation)


def _project_ids(situation: Situation, ids: list[str]) -> str:
    return "" if situation.project_id in ids else _other_project(situation)


def _other_project(situation: Situation) -> str:
    return f"project-scoped token is not valid for project: {situation.project_name!r}"


def _user(situation: Situation, user_id: str) -> str:
    if situation.user_id is None:
        return "token with user restriction without a user"
    same = situation.user_id == user_id
    return "" if same else "current user does not match user restriction in token"


def _publisher(situation: Situation, publisher_id: str) -> str:
    if situation.publisher_id is None:
        return "OIDC scoped token used outside of an OIDC identified request"
    if situation.publisher_id != publisher_id:
        return "current OIDC publisher does not match publisher restriction in token"
    known = situation.project_id in situation.publisher_projects
    return "" if known else f"OIDC scoped token is not valid for project '{situation.project_name}'"


def _permissions(_: Situation, permissions: int) -> str:
    return "" if permissions & UPLOAD else "token does not have the required permissions"


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_whole_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_permissions(value: Any) -> bool:
    return isinstance(value, int) and 0 <= value <= UPLOAD


@dataclass(frozen=True)
class _Kind:
    judge: Callable[..., str]
    fields: tuple[Callable[[Any], bool], ...]


_KINDS: dict[Any, _Kind] = {
    EXPIRATION: _Kind(_expiration, (_is_whole_number, _is_whole_number)),
    PROJECT_NAMES: _Kind(_project_names, (_is_texts,)),
    PROJECT_IDS: _Kind(_project_ids, (_is_texts,)),
    USER: _Kind(_user, (_is_text,)),
    PUBLISHER: _Kind(_publisher, (_is_text,)),
    PERMISSIONS: _Kind(_permissions, (_is_permissions,)),
}
