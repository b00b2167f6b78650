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
from fake_pypi.rules.metadata_rule import SEE, example_with
from fake_pypi.rules.order import PYPI
from fake_pypi.rules.rule_set import Example, Rejection, RuleSet

RejectionOf = Callable[..., "Rejection | None"]


@pytest.fixture(scope="session")
def uploads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the files of uploads. A folder for each test would take longer than what most tests check."""
    return tmp_path_factory.mktemp("uploads")


@pytest.fixture
def rejection_of(uploads: Path) -> RejectionOf:
    """Returns the rejection of a package that is uploaded to an empty index, or None."""

    def judge(package: Package, *, rule_set: RuleSet = PYPI, **situation: Any) -> Rejection | None:
        with closing(Index()) as index:
            upload = upload_of(Example(package, **situation), index, uploads / package.sha256)
            return rule_set.judge(upload, index).rejection

    return judge


@pytest.fixture
def rule_of(rejection_of: RejectionOf) -> Callable[..., str | None]:
    """Returns the id of the rule that rejects the package, or None."""

    def judge(package: Package, **situation: Any) -> str | None:
        rejection = rejection_of(package, **situation)
        return None if rejection is None else rejection.rule.id

    return judge


@pytest.fixture
def message_for(uploads: Path) -> Callable[..., str | None]:
    """Returns the message by which metadata is rejected, without the sentence that all end with; None if accepted."""

    def judge(rule_set: RuleSet = PYPI, **form: Any) -> str | None:
        with closing(Index()) as index:
            rejection = rule_set.judge(upload_of(example_with(**form), index, uploads), index).rejection
        return None if rejection is None else rejection.message.removesuffix(SEE)

    return judge
