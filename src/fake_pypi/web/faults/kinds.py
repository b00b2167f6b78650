"""The kinds of faults, by their names in the grammar.

A new kind is a class in one of the modules that are imported here, and an entry in `KINDS`.
"""

from __future__ import annotations

from fake_pypi.web.faults import answers, connections, timing, wrong_content
from fake_pypi.web.faults.fault_kind import FaultKind

FAMILIES: dict[str, dict[str, type[FaultKind]]] = {
    "Answers of the site and its content delivery network": {
        "500": answers.InternalServerError,
        "502": answers.BadGateway,
        "503": answers.ServiceUnavailable,
        "504": answers.GatewayTimeout,
        "429": answers.TooManyRequests,
        "403": answers.Blocked,
        "maintenance": answers.Maintenance,
        "read-only": answers.ReadOnlySite,
    },
    "Time": {
        "delay": timing.LateAnswer,
        "slow": timing.Slow,
        "hang": timing.Hang,
    },
    "Connection": {
        "refuse": connections.Refuse,
        "reset": connections.Reset,
        "close": connections.Close,
        "lost-answer": connections.LostAnswer,
        "half-answer": connections.HalfAnswer,
        "wrong-length": connections.WrongLength,
    },
    "Content": {
        "truncate": wrong_content.Truncate,
        "corrupt": wrong_content.Corrupt,
        "wrong-digest": wrong_content.WrongDigest,
        "stale": wrong_content.Stale,
        "missing-metadata": wrong_content.MetadataNotFound,
        "unfinished-gzip": wrong_content.UnfinishedGzip,
        "redirect-loop": wrong_content.RedirectLoop,
    },
    "TLS and proxy": {
        "tls": connections.Tls,
        "no-connect": connections.NoConnect,
    },
}
"""The kinds by subject, in the order of the reference."""

KINDS: dict[str, type[FaultKind]] = {name: kind for family in FAMILIES.values() for name, kind in family.items()}
"""Every kind by its name."""
