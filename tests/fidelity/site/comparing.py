"""Compare what an index shows after a step with what the real server has shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

COMPARED = (
    "status",
    "location",
    "title",
    "text",
    "errors",
    "flash",
    "headings",
    "tabs",
    "tables",
    "forms",
    "dialogs",
    "project",
)
"""The parts of an answer that a recorded step may have."""
FIELD_PARTS = frozenset(
    {
        "type",
        "required",
        "autofocus",
        "pattern",
        "maxlength",
        "minlength",
        "placeholder",
        "autocomplete",
        "inputmode",
    }
)


def differences(step: dict[str, Any], ours: dict[str, Any]) -> list[str]:
    """Return how an answer differs from the recorded one, one line for each part."""
    found = []
    for name in COMPARED:
        if name not in step:
            continue
        if name in LENIENT:
            found += [f"{name}: {line}" for line in LENIENT[name](step[name], ours[name])]
        elif step[name] != ours[name]:
            found.append(f"{name}: {step[name]!r} was recorded, here it is {ours[name]!r}")
    return found


def _headings(recorded: list[Any], ours: list[Any]) -> list[str]:
    """Ours may have further headings."""
    rest = iter(ours)
    return [f"{heading!r} is missing" for heading in recorded if heading not in rest]


def _tabs(recorded: list[Any], ours: list[Any]) -> list[str]:
    return [f"{tab!r} is missing" for tab in recorded if tab not in ours]


def _tables(recorded: list[dict[str, Any]], ours: list[dict[str, Any]]) -> list[str]:
    """Caption and columns count; a table that was recorded without a caption may have one here."""
    return [
        f"{table!r} is missing"
        for table in recorded
        if not any(table["columns"] == own["columns"] and table["caption"] in ("", own["caption"]) for own in ours)
    ]


def _forms(recorded: list[dict[str, Any]], ours: list[dict[str, Any]]) -> list[str]:
    """Each recorded form is on the page."""
    found = []
    for form in recorded:
        nearest = min((form_differences(form, own) for own in ours), key=len, default=["missing"])
        found += [f"{form.get('id') or form['action']}: {line}" for line in nearest]
    return found


def _dialogs(recorded: list[dict[str, Any]], ours: dict[str, Any]) -> list[str]:
    found = []
    for dialog in recorded:
        own = ours.get(dialog["id"])
        if own is None:
            found.append(f"{dialog['id']} is missing")
            continue
        lines = [
            f"{part} {dialog.get(part)!r} was recorded, here it is {own[part]!r}"
            for part in ("title", "expected")
            if dialog.get(part) != own[part]
        ]
        lines += form_differences(dialog["form"], own["form"]) if dialog["form"] else []
        found += [f"{dialog['id']}: {line}" for line in lines]
    return found


LENIENT: dict[str, Callable[[Any, Any], list[str]]] = {
    "headings": _headings,
    "tabs": _tabs,
    "tables": _tables,
    "forms": _forms,
    "dialogs": _dialogs,
}


def form_differences(recorded: dict[str, Any], ours: dict[str, Any] | None) -> list[str]:
    """Return how a form differs from the recorded one: address, hidden fields, fields in their order, buttons."""
    if ours is None:
        return ["missing"]
    own_hidden = [[name, None if name == "csrf_token" else value] for name, value in ours["hidden"]]
    pairs = [
        ("method", recorded["method"], ours["method"]),
        ("action", recorded["action"], ours["action"]),
        ("id", recorded.get("id"), ours["id"] if "id" in recorded else None),
        ("hidden", recorded["hidden"], own_hidden),
        ("buttons", *_buttons(recorded, ours)),
    ]
    found = [f"{name} {value!r} was recorded, here it is {own!r}" for name, value, own in pairs if value != own]
    names, own_names = ([field["name"] for field in form["fields"]] for form in (recorded, ours))
    if own_names[: len(names)] != names or (len(names) != len(own_names) and not recorded.get("truncated")):
        return [*found, f"fields {names} were recorded, here they are {own_names}"]
    for field, own in zip(recorded["fields"], ours["fields"], strict=False):
        found += _field_differences(field, own)
    return found


def _buttons(recorded: dict[str, Any], ours: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Buttons that send the form; those of scripts, and the one that closes a dialog, are links or nothing here."""
    sending = [button for button in recorded.get("buttons", ()) if "type=" not in button]
    names = [button.partition(" [")[0] for button in sending]
    return names, ours["buttons"] if names else []


def _field_differences(recorded: dict[str, Any], ours: dict[str, Any]) -> list[str]:
    """The attributes of `FIELD_PARTS` are the same; others count only where they were recorded."""
    own = dict(ours)
    if "options" in recorded:  # the recorded index had further projects
        own["options"] = [option for option in own.get("options", ()) if option in recorded["options"]]
    parts = FIELD_PARTS | (recorded.keys() - {"id"})
    return [
        f"{part} of {recorded['name']} {_plain(recorded.get(part))!r} was recorded, here it is {own.get(part)!r}"
        for part in sorted(parts)
        if _plain(recorded.get(part)) != own.get(part)
    ]


def _plain(value: Any) -> Any:
    """Some recorded labels begin with an invisible mark for emoji."""
    return value.replace("\ufe0f", "") if isinstance(value, str) else value
