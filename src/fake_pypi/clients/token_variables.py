"""The variables in which each publishing tool looks for a token, on whatever host it publishes to."""

from __future__ import annotations

from collections.abc import Iterable

from fake_pypi.errors import UsageError

VARIABLES: dict[str, dict[str, str]] = {
    "twine": {"TWINE_USERNAME": "__token__", "TWINE_PASSWORD": "{token}"},
    "uv": {"UV_PUBLISH_TOKEN": "{token}"},
    "hatch": {"HATCH_INDEX_USER": "__token__", "HATCH_INDEX_AUTH": "{token}"},
    "flit": {"FLIT_USERNAME": "__token__", "FLIT_PASSWORD": "{token}"},
    "maturin": {"MATURIN_PYPI_TOKEN": "{token}"},
    "poetry": {"POETRY_PYPI_TOKEN_PYPI": "{token}"},
    "pdm": {"PDM_PUBLISH_USERNAME": "__token__", "PDM_PUBLISH_PASSWORD": "{token}"},
}


def variables_of(tools: Iterable[str], token: str) -> dict[str, str]:
    """Return what lets those tools publish with a token; a tool that is not known is a `UsageError`.

    >>> sorted(variables_of(["twine", "uv"], "swordfish"))
    ['TWINE_PASSWORD', 'TWINE_USERNAME', 'UV_PUBLISH_TOKEN']
    """
    chosen: dict[str, str] = {}
    for tool in tools:
        if tool not in VARIABLES:
            raise UsageError(f"no publishing tool is called {tool!r} here", f"choose from {', '.join(VARIABLES)}")
        chosen |= {name: value.replace("{token}", token) for name, value in VARIABLES[tool].items()}
    return chosen
