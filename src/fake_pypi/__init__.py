"""Rehearse a release offline: a PyPI and a TestPyPI on this machine that respond as the real ones do.

    from fake_pypi import FakePyPI

    with FakePyPI() as pypi:
        pypi.upload("dist/hello-1.0-py3-none-any.whl")

Every name is imported on first use (PEP 562), so that `import fake_pypi` is fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fake_pypi.clients.shell import Shell
    from fake_pypi.errors import FakePyPIError, NotFound, OperationRejected, PortInUse, UploadRejected, UsageError
    from fake_pypi.fake import FakeIndexes, FakePyPI, File, Project, Release
    from fake_pypi.fake.reproduction import reproduce
    from fake_pypi.index.accounts import User
    from fake_pypi.index.macaroons import Token
    from fake_pypi.packages.package import Package
    from fake_pypi.packages.sdist import sdist
    from fake_pypi.packages.wheel import wheel
    from fake_pypi.rules.rule_set import Rejection, Rule, RuleSet

__version__ = "0.1.0"

_MODULES = {
    "FakeIndexes": "fake",
    "FakePyPI": "fake",
    "FakePyPIError": "errors",
    "File": "fake",
    "NotFound": "errors",
    "OperationRejected": "errors",
    "Package": "packages.package",
    "PortInUse": "errors",
    "Project": "fake",
    "Rejection": "rules.rule_set",
    "Release": "fake",
    "Rule": "rules.rule_set",
    "RuleSet": "rules.rule_set",
    "Shell": "clients.shell",
    "Token": "index.macaroons",
    "UploadRejected": "errors",
    "UsageError": "errors",
    "User": "index.accounts",
    "reproduce": "fake.reproduction",
    "sdist": "packages.sdist",
    "wheel": "packages.wheel",
}

__all__ = [
    "FakeIndexes",
    "FakePyPI",
    "FakePyPIError",
    "File",
    "NotFound",
    "OperationRejected",
    "Package",
    "PortInUse",
    "Project",
    "Rejection",
    "Release",
    "Rule",
    "RuleSet",
    "Shell",
    "Token",
    "UploadRejected",
    "UsageError",
    "User",
    "__version__",
    "reproduce",
    "sdist",
    "wheel",
]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
