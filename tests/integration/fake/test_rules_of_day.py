"""An index with the rules of an earlier day: what the date changes, and what it leaves alone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from fake_pypi import FakeIndexes, FakePyPI, UploadRejected, sdist, wheel
from fake_pypi.errors import UsageError
from fake_pypi.fake.reproduction import Reproduction
from fake_pypi.index.releases import FileRow
from fake_pypi.rules.order import EVERY_RULE, PYPI
from fake_pypi.rules.rule_set import Rule
from fake_pypi.rules.rules_by_date import example_on

OLD = "2023-06-01"
ENDED = [rule for rule in EVERY_RULE if rule.until]
DAYS = ("2023-01-01", "2024-02-28", "2024-12-01", "2026-03-01")


@pytest.mark.parametrize("rule", ENDED, ids=lambda rule: rule.id)
def test_the_server_of_an_earlier_day_rejects_with_a_rule_that_has_ended(rule: Rule, tmp_path: Path) -> None:
    dated = rule.on(rule.last_day)
    with FakePyPI(as_of=rule.last_day) as pypi:
        outcome = Reproduction(pypi, example_on(dated), tmp_path).send()
    assert (outcome.rule, outcome.status) == (rule.id, rule.status)


@pytest.mark.slow
@pytest.mark.parametrize("day", DAYS)
def test_every_rule_of_a_day_rejects_its_example_on_that_day(day: str, tmp_path: Path) -> None:
    with FakePyPI(as_of=day) as pypi:
        other = {}
        for rule in pypi.rules:
            if rule.status == 0 or rule.id in {"decompression-bomb", "archive-exhausts-pypi"}:
                continue
            pypi.reset()
            outcome = Reproduction(pypi, example_on(rule), tmp_path / rule.id).send()
            if outcome.rule != rule.id:
                other[rule.id] = outcome.rule
    assert other == {}


def files_of(pypi: FakePyPI) -> list[FileRow]:
    project = pypi.index.projects["demo"]
    release = pypi.index.releases.get(project, "1.0")
    assert release is not None
    return list(pypi.index.releases.files(project, release))


def test_the_clock_of_the_index_is_not_changed() -> None:
    with FakePyPI(as_of=OLD) as pypi:
        pypi.upload(wheel("demo", metadata_version="2.1"))
        uploaded = pypi.clock.now()
        assert abs(uploaded - dt.datetime.now(dt.timezone.utc)) < dt.timedelta(minutes=10)
        pypi.clock.advance(days=30)
        pypi.upload(sdist("demo", metadata_version="2.1"))
        assert {file.filename for file in files_of(pypi)} == {"demo-1.0-py3-none-any.whl", "demo-1.0.tar.gz"}


def test_a_reset_and_a_snapshot_keep_the_date() -> None:
    with FakePyPI(as_of="2023-04-01") as pypi:
        saved = pypi.snapshot()
        pypi.reset()
        assert (pypi.as_of, pypi.flags.enabled("disallow-oidc")) == ("2023-04-01", True)
        pypi.rules = PYPI
        pypi.restore(saved)
        assert "release-closed" not in pypi.rules
        pypi.flags.disallow_oidc = False
        assert not pypi.flags.enabled("disallow-oidc")


def test_a_rule_of_today_can_be_added_to_those_of_a_day() -> None:
    with FakePyPI(as_of=OLD) as pypi:
        pypi.rules = pypi.rules.with_rule(PYPI["release-closed"], before="duplicate-sdist")
        pypi.upload(wheel("demo", metadata_version="2.1"))
        pypi.clock.advance(days=15)
        with pytest.raises(UploadRejected, match="14 days"):
            pypi.upload(sdist("demo", metadata_version="2.1"))


def test_what_is_too_new_for_the_day_is_rejected() -> None:
    with FakeIndexes(as_of="2024-11-24") as indexes:
        for index in indexes.all:
            with pytest.raises(UploadRejected, match=r"'2\.4' is not a valid metadata version"):
                index.upload(wheel("demo"))
            assert index.as_of == "2024-11-24"


def test_the_message_of_the_day_names_the_help_of_its_site() -> None:
    with FakePyPI("testpypi", as_of=OLD) as testpypi:
        testpypi.upload(wheel("demo", metadata_version="2.1"))
        with pytest.raises(UploadRejected) as rejected:
            testpypi.upload(wheel("demo", metadata_version="2.1", summary="Changed"))
    assert rejected.value.message == (
        "File already exists. See https://test.pypi.org/help/#file-name-reuse for more information."
    )


def test_a_scenario_chooses_the_date_of_its_index(tmp_path: Path) -> None:
    file = tmp_path / "old.toml"
    file.write_text('description = "before passwords ended"\nas-of = "2023-05-01"\nbase = ["1.0"]\n', encoding="utf-8")
    with FakePyPI() as pypi:
        assert pypi.add_scenario(file).as_of == "2023-05-01"
        assert pypi.as_of == "2023-05-01"
        assert "signature-too-large" in pypi.rules
        assert pypi.project("base") is not None


def test_a_project_in_a_scenario_may_be_called_as_of() -> None:
    with FakePyPI() as pypi:
        assert pypi.seeding.add_scenario_text('as-of = ["1.0"]').as_of == ""
        assert pypi.project("as-of") is not None


def test_a_scenario_with_a_date_that_cannot_be_used_adds_nothing() -> None:
    with FakePyPI() as pypi:
        with pytest.raises(UsageError, match="2999-01-01 is in the future"):
            pypi.seeding.add_scenario_text('as-of = 2999-01-01\nbase = ["1.0"]')
        assert pypi.project("base") is None


def test_a_server_that_is_not_pypi_takes_no_date() -> None:
    with pytest.raises(UsageError, match="devpi has no rules of PyPI"):
        FakePyPI("devpi", as_of=OLD)
    with pytest.raises(UsageError, match="devpi has no rules of PyPI: leave as_of out"):
        FakeIndexes(site="devpi", as_of=OLD)
