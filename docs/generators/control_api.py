"""The page that lists the endpoints of the control API."""

from __future__ import annotations

import json
import re
import sys
from itertools import groupby

from docs.generators.markdown import filled, written_type
from fake_pypi.fake.control.api import TABLE
from fake_pypi.web.control.openapi import PROBLEMS, openapi


def pages() -> dict[str, str]:
    """Return the page that lists the endpoints of the control API."""
    document = openapi(TABLE, server="http://127.0.0.1/_fake/api/v1", version="")
    problems = "\n".join(f"| {status} | {text} |" for status, text in PROBLEMS.items())
    lines = [filled("control-api.md.in", {"PROBLEMS": problems}).rstrip()]
    groups = groupby(TABLE, lambda endpoint: endpoint.function.__module__)
    for module, endpoints in groups:
        documentation = (sys.modules[module].__doc__ or "").partition("\n")[0]
        heading = documentation.removeprefix("Endpoints about ").rstrip(".")
        lines += ["", f"## {heading[0].upper()}{heading[1:]}"]
        for endpoint in endpoints:
            result = written_type(endpoint.hints["return"]) if endpoint.status != 204 else "nothing"
            lines += ["", f"### `{endpoint.method} {endpoint.path.lstrip('/')}`", "", endpoint.description]
            lines += ["", f"Returns {endpoint.status} with {result}.", ""]
            if endpoint.other_parameters:
                lines += ["| parameter | type | default |", "|---|---|---|"]
            for parameter in endpoint.other_parameters:
                default = "required" if parameter.required else f"`{json.dumps(parameter.default)}`"
                lines.append(f"| `{parameter.name}` | {written_type(parameter.annotation)} | {default} |")
            if endpoint.file_parameter:
                lines.append("The body has the bytes of the file (`Content-Type: application/octet-stream`).")
    lines += ["", "## Objects", ""]
    for name, described in document["components"]["schemas"].items():
        members = ", ".join(f"`{member}`" for member in described["properties"])
        lines.append(f"- **{name}**: {members}. {described.get('description', '')}")
    return {"reference/control-api.md": re.sub(r"\n{3,}", "\n\n", "\n".join([*lines, ""]))}
