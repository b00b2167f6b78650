"""Rehearse a release offline: a PyPI and a TestPyPI on this machine that answer as the real ones do.

    from fake_pypi import FakePyPI

    with FakePyPI() as pypi:
        pypi.upload("dist/hello-1.0-py3-none-any.whl")

Every name is imported at its first use (PEP 562), so `import fake_pypi` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fake_pypi.clients.shell import Shell
    from fake_pypi.errors import FakePyPIError, NotThere, PortInUse, UploadRefused, UsageMistake
    from fake_pypi.fake import FakeIndexes, FakePyPI, File, Project, Release
    from fake_pypi.index.accounts import User
    from fake_pypi.index.macaroons import Token
    from fake_pypi.packages.package import Package
    from fake_pypi.packages.sdist import sdist
    from fake_pypi.packages.wheel import wheel
    from fake_pypi.rules.book import Rule, RuleBook, Stop

__version__ = "0.1.0"

_HOMES = {
    "FakeIndexes": "fake",
    "FakePyPI": "fake",
    "FakePyPIError": "errors",
    "File": "fake",
    "NotThere": "errors",
    "Package": "packages.package",
    "PortInUse": "errors",
    "Project": "fake",
    "Release": "fake",
    "Rule": "rules.book",
    "RuleBook": "rules.book",
    "Shell": "clients.shell",
    "Stop": "rules.book",
    "Token": "index.macaroons",
    "UploadRefused": "errors",
    "UsageMistake": "errors",
    "User": "index.accounts",
    "sdist": "packages.sdist",
    "wheel": "packages.wheel",
}

__all__ = [
    "FakeIndexes",
    "FakePyPI",
    "FakePyPIError",
    "File",
    "NotThere",
    "Package",
    "PortInUse",
    "Project",
    "Release",
    "Rule",
    "RuleBook",
    "Shell",
    "Stop",
    "Token",
    "UploadRefused",
    "UsageMistake",
    "User",
    "__version__",
    "sdist",
    "wheel",
]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
