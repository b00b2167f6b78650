"""The reference of faults: a text about their use, with the kinds inserted."""

from __future__ import annotations

from docs.generators.markdown import code_list, filled
from fake_pypi.web.faults.active import OF_REQUESTS
from fake_pypi.web.faults.connections import BeforeRequests
from fake_pypi.web.faults.fault_kind import FaultKind
from fake_pypi.web.faults.grammar import names_of
from fake_pypi.web.faults.kinds import FAMILIES


def pages() -> dict[str, str]:
    """Return the reference of faults: a text about their use, with the kinds inserted."""
    sections = []
    for subject, kinds in FAMILIES.items():
        kind_rows = [f"| `{name}` | {parameters_of(kind)} | {description_of(kind)} |" for name, kind in kinds.items()]
        sections.append(
            "\n".join([f"### {subject}", "", "| kind | parameters | what happens |", "|---|---|---|", *kind_rows])
        )
    before = (name for kinds in FAMILIES.values() for name, kind in kinds.items() if issubclass(kind, BeforeRequests))
    values = {
        "KINDS": "\n\n".join(sections),
        "OF_REQUESTS": code_list(OF_REQUESTS),
        "BEFORE_REQUESTS": code_list(before),
    }
    return {"reference/faults.md": filled("faults.md.in", values)}


def parameters_of(kind: type[FaultKind]) -> str:
    """Return the parameters of a kind of fault with their defaults."""
    texts = []
    for name, parameter in names_of(kind).items():
        default = parameter.default
        shown = ",".join(default) if isinstance(default, tuple) else default
        texts.append(f"`{name}=`" if default is None else f"`{name}={shown}`" if default is not False else f"`{name}`")
    return " ".join(texts)


def description_of(kind: type[FaultKind]) -> str:
    """Return the docstring of a kind of fault as one line, safe inside a table."""
    return " ".join((kind.__doc__ or "").split()).replace("|", "\\|")
