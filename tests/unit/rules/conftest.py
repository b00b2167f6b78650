"""Asking the whole book about one file."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fake_pypi.index import Index
from fake_pypi.packages.package import Package
from fake_pypi.rules.examples import upload_of
from fake_pypi.rules.order import PYPI
from fake_pypi.rules.rule_set import Example, Rejection, RuleSet

Ask = Callable[..., "Rejection | None"]


@pytest.fixture
def stop_of(tmp_path: Path) -> Ask:
    """What the book says of a package that is sent to an empty index: the first stop, or None."""

    def ask(package: Package, *, rule_set: RuleSet = PYPI, **situation: Any) -> Rejection | None:
        with closing(Index()) as index:
            upload = upload_of(Example(package, **situation), index, tmp_path / package.sha256)
            return rule_set.judge(upload, index).rejection

    return ask


@pytest.fixture
def rule_of(stop_of: Ask) -> Callable[..., str | None]:
    """The id of the rule that stops the package, or None."""

    def ask(package: Package, **situation: Any) -> str | None:
        stop = stop_of(package, **situation)
        return None if stop is None else stop.rule.id

    return ask
