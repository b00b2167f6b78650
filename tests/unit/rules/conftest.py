"""Fixtures that check one package with a rule set."""

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

RejectionOf = Callable[..., "Rejection | None"]


@pytest.fixture
def rejection_of(tmp_path: Path) -> RejectionOf:
    """Returns the rejection of a package that is uploaded to an empty index, or None."""

    def judge(package: Package, *, rule_set: RuleSet = PYPI, **situation: Any) -> Rejection | None:
        with closing(Index()) as index:
            upload = upload_of(Example(package, **situation), index, tmp_path / package.sha256)
            return rule_set.judge(upload, index).rejection

    return judge


@pytest.fixture
def rule_of(rejection_of: RejectionOf) -> Callable[..., str | None]:
    """Returns the id of the rule that rejects the package, or None."""

    def judge(package: Package, **situation: Any) -> str | None:
        rejection = rejection_of(package, **situation)
        return None if rejection is None else rejection.rule.id

    return judge
