"""The rules of earlier days: each dated change on the day before it and on the day itself."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.index import Index
from fake_pypi.packages.package import Package
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.examples import upload_of
from fake_pypi.rules.existing_files import keep
from fake_pypi.rules.former_messages import FORMER_MESSAGES
from fake_pypi.rules.order import EVERY_RULE, PYPI
from fake_pypi.rules.rule_set import Example, Rejection, Rule, RuleSet, UnknownRule
from fake_pypi.rules.rules_by_date import (
    FOUR_NEW_PROJECTS,
    GITHUB,
    OLDEST,
    OTHER_PUBLISHERS,
    changes,
    example_on,
    rule_date,
    rules_on,
    site_on,
)
from fake_pypi.sites import OTHER_SERVERS, TESTPYPI
from fake_pypi.sites import PYPI as PYPI_SITE

ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
ADDED = [rule for rule in PYPI if rule.since]
ENDED = [rule for rule in EVERY_RULE if rule.until]
REWORDED = sorted({(former.rule.id, former.until) for former in FORMER_MESSAGES if former.is_reproduced})


def day_before(day: str) -> str:
    return (dt.date.fromisoformat(day) - dt.timedelta(days=1)).isoformat()


def rejection(example: Example, rule_set: RuleSet, day: str, folder: Path) -> Rejection | None:
    index = Index(site_on(PYPI_SITE, day))
    try:
        return rule_set.judge(upload_of(example, index, folder), index).rejection
    finally:
        index.close()


def answer(day: str, folder: Path, package: Package | None = None, **more: Any) -> str:
    """Return what PyPI answered to an upload on a day: the rule and the message, or "accepted"."""
    example = Example(package or wheel("demo", metadata_version="2.1"), **more)
    rejected = rejection(example, rules_on(day), day, folder)
    return "accepted" if rejected is None else f"{rejected.rule.id}: {rejected.status} {rejected.message}"


def tagged(tag: str) -> Package:
    return wheel("demo", tag=f"cp312-cp312-{tag}", metadata_version="2.1")


@pytest.mark.parametrize("rule", ADDED, ids=lambda rule: rule.id)
def test_a_rule_is_in_force_from_its_first_day_on(rule: Rule, tmp_path: Path) -> None:
    assert rule.id not in rules_on(day_before(rule.since))
    dated = rules_on(rule.since)[rule.id]
    rejected = rejection(example_on(dated), rules_on(rule.since), rule.since, tmp_path)
    assert rejected is not None
    assert rejected.rule.id == rule.id


@pytest.mark.parametrize("rule", ENDED, ids=lambda rule: rule.id)
def test_a_rule_that_has_ended_is_in_force_until_the_day_before(rule: Rule, tmp_path: Path) -> None:
    last = day_before(rule.until)
    rejected = rejection(example_on(rule.on(last)), rules_on(last), last, tmp_path)
    assert rejected is not None
    assert rejected.rule.id == rule.id
    assert rule.id not in rules_on(rule.until)
    assert rule.id not in PYPI


@pytest.mark.parametrize(("rule_id", "until"), REWORDED)
def test_a_message_is_given_until_the_day_of_the_next(rule_id: str, until: str, tmp_path: Path) -> None:
    last = day_before(until)
    before, after = (rules_on(day)[rule_id] for day in (last, until))
    former = {message.message for message in FORMER_MESSAGES if message.until == until and message.rule.id == rule_id}
    assert former & {wording.message for wording in before.wordings}
    assert not former & {wording.message for wording in after.wordings}
    rejected = rejection(example_on(before), rules_on(last), last, tmp_path)
    assert rejected is not None
    assert rejected.rule.id == rule_id
    assert "{" not in rejected.message
    assert any(matches(message, rejected.message) for message in former)


def matches(template: str, message: str) -> bool:
    """Return whether a message is a template with its facts filled in."""
    return re.fullmatch(re.sub(r"\\\{[^{}]*\\\}", ".*", re.escape(template)), message, re.DOTALL) is not None


def bomb() -> Package:
    """A wheel that unpacks to 68 MB and to about 19 times its size."""
    package, packed = wheel("demo", metadata_version="2.1"), io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package.read())) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(name, source.read(name))
        target.writestr("demo/noise.bin", hashlib.shake_128(b"noise").digest(3_500_000))
        target.writestr("demo/zeros.bin", bytes(64 << 20))
    return Package(package.filename, packed.getvalue())


def egg() -> Example:
    form = {"filetype": "bdist_egg", "pyversion": "3.11"}
    package = wheel("demo", metadata_version="2.1")
    return Example(package, form=form, file={"filename": "demo-1.0-py3.11.egg"})


def of_metadata(version: str) -> Example:
    form = {"metadata_version": version, "license_expression": None, "license_file": None}
    return Example(wheel("demo", metadata_version="2.1", license=None), form=form)


def expression_in(version: str) -> Example:
    return Example(wheel("demo", metadata_version=version, license=None), form={"license_expression": "MIT"})


def attested() -> Example:
    return Example(wheel("demo", metadata_version="2.1"), form={"attestations": "[]"})


def dotted_sdist() -> Package:
    return sdist("my.demo", spelled="my.demo-1.0", metadata_version="2.1")


def late_sdist() -> Example:
    def prepare(index: Index) -> None:
        keep(index, wheel("demo"))
        index.releases.make_older(index.projects["demo"], "1.0", 30)

    return Example(sdist("demo", metadata_version="2.1"), prepare=prepare)


@pytest.mark.parametrize(
    ("day", "make", "before", "after"),
    [
        ("2023-06-21", lambda: Example(bomb()), "decompression-bomb", "accepted"),
        ("2023-08-01", egg, "accepted", "unknown-filetype"),
        ("2023-10-06", lambda: Example(tagged("macosx_14_0_arm64")), "unsupported-platform-tag", "accepted"),
        ("2024-10-15", lambda: Example(tagged("macosx_15_0_arm64")), "unsupported-platform-tag", "accepted"),
        ("2025-02-10", lambda: Example(tagged("android_21_x86_64")), "unsupported-platform-tag", "accepted"),
        ("2025-02-10", lambda: Example(tagged("ios_13_0_arm64_iphoneos")), "unsupported-platform-tag", "accepted"),
        ("2025-07-27", lambda: Example(tagged("musllinux_1_2_riscv64")), "unsupported-platform-tag", "accepted"),
        ("2025-10-29", lambda: Example(tagged("macosx_11_1_arm64")), "accepted", "unsupported-platform-tag"),
        ("2026-04-21", lambda: Example(tagged("pyemscripten_2026_0_wasm32")), "unsupported-platform-tag", "accepted"),
        ("2024-02-27", lambda: of_metadata("2.2"), "metadata-version", "accepted"),
        ("2024-02-27", lambda: of_metadata("2.3"), "metadata-version", "accepted"),
        ("2024-03-19", lambda: of_metadata("2.0"), "accepted", "metadata-version"),
        ("2024-11-25", lambda: of_metadata("2.4"), "metadata-version", "accepted"),
        ("2026-05-02", lambda: of_metadata("2.5"), "metadata-version", "accepted"),
        ("2024-11-25", lambda: expression_in("2.3"), "accepted", "field-too-new"),
        ("2024-11-14", attested, "accepted", "attestations-need-trusted-publishing"),
        ("2025-12-04", lambda: Example(dotted_sdist()), "accepted", "invalid-sdist-filename-normalization"),
        ("2026-07-08", late_sdist, "accepted", "release-closed"),
    ],
)
def test_a_value_changes_on_its_day(
    day: str, make: Callable[[], Example], before: str, after: str, tmp_path: Path
) -> None:
    answers = [rejection(make(), rules_on(at), at, tmp_path) for at in (day_before(day), day)]
    assert [each.rule.id if each else "accepted" for each in answers] == [before, after]


def test_the_form_of_2023_says_which_value_is_invalid_for_which_field(tmp_path: Path) -> None:
    see = " See https://packaging.python.org/specifications/core-metadata for more information."
    invalid = {
        "version": (
            "1.0+g1",
            "'1.0+g1' is an invalid value for Version. Error: Can't use PEP 440 local versions." + see,
        ),
        "home_page": ("demo", "'demo' is an invalid value for Home-Page. Error: Invalid URI" + see),
        "maintainer_email": (
            "a@localhost",
            "'a@localhost' is an invalid value for Maintainer-email. Error: Use a valid email address" + see,
        ),
        "project_urls": ("Home, demo", "Invalid value for project_urls. Error: Use valid URL."),
        "classifiers": (
            ["No :: A", "No :: B"],
            "Invalid value for classifiers. Error: Classifiers ['No :: A', 'No :: B'] are not valid classifiers.",
        ),
        "requires_dist": ("req uests", "Invalid value for requires_dist. Error: Invalid requirement: 'req uests'."),
        "obsoletes_dist": ("!!", "Invalid value for obsoletes_dist. Error: Invalid requirement: '!!'."),
    }
    said = {name: answer("2023-07-01", tmp_path, form={name: value}) for name, (value, _) in invalid.items()}
    assert {name: text.partition(": 400 ")[2] for name, text in said.items()} == {
        name: message for name, (_, message) in invalid.items()
    }


def test_a_status_that_changed_is_that_of_the_day(tmp_path: Path) -> None:
    def prepare(index: Index) -> None:
        index.accounts.change("owner", email="unverified")

    assert answer("2024-06-01", tmp_path, prepare=prepare).startswith("unverified-email: 400 User 'owner' does not")
    assert answer("2026-06-01", tmp_path, prepare=prepare).startswith("unverified-email: 403 User 'owner', associated")


def test_the_publishers_and_the_limits_of_a_site_follow_the_date() -> None:
    first, second = (site_on(PYPI_SITE, day) for day in (day_before(GITHUB.date), GITHUB.date))
    assert "disallow-oidc" in first.flags
    assert "disallow-oidc" not in second.flags
    assert "disallow-gitlab-oidc" in second.flags
    assert "disallow-gitlab-oidc" not in site_on(PYPI_SITE, OTHER_PUBLISHERS.date).flags
    numbers = [site_on(TESTPYPI, day).new_projects.per_user for day in ("2026-06-15", FOUR_NEW_PROJECTS.date)]
    assert numbers == [20, TESTPYPI.new_projects.per_user]
    assert [site_on(PYPI_SITE, day).accepts_passwords for day in ("2023-12-31", "2024-01-01")] == [True, False]


def test_a_server_that_is_not_pypi_has_no_rules_by_date() -> None:
    with pytest.raises(UsageError, match="devpi has no rules of PyPI"):
        site_on(OTHER_SERVERS["devpi"], "2024-06-01")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2999-01-01", "2999-01-01 is in the future: choose a date from 2023-01-01"),
        (day_before(OLDEST), "the rules of 2022-12-31 are not known: choose a date from 2023-01-01 on"),
        ("yesterday", "'yesterday' is not a date: write it as 2024-06-01"),
        ("2024-6-1", "'2024-6-1' is not a date"),
        ("2024-02-30", "'2024-02-30' is not a date"),
        ("", "'' is not a date"),
    ],
)
def test_a_date_that_cannot_be_used_is_wrong_usage(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=re.escape(message)):
        rule_date(text)


def test_a_date_may_be_a_date_of_python() -> None:
    assert rule_date(dt.date(2024, 6, 1)) == rule_date(" 2024-06-01 ") == "2024-06-01"
    assert rule_date(dt.datetime.now(dt.timezone.utc)) == dt.datetime.now(dt.timezone.utc).date().isoformat()


def test_the_rules_of_today_by_date_are_those_without_a_date() -> None:
    dated = rules_on(dt.datetime.now(dt.timezone.utc).date().isoformat())
    assert [rule.id for rule in dated] == [rule.id for rule in PYPI]
    assert [rule.messages for rule in dated] == [rule.messages for rule in PYPI]
    assert not any(rule.wordings for rule in dated)


def test_rules_of_a_day_keep_the_order_of_pypi() -> None:
    every = [rule.id for rule in EVERY_RULE]
    for day in (OLDEST, "2024-06-01", "2026-08-21"):
        ids = [rule.id for rule in rules_on(day)]
        assert ids == sorted(ids, key=every.index)


def test_a_rule_of_another_time_may_be_left_out_and_an_unknown_one_may_not() -> None:
    assert "duplicate-file" not in rules_on("2023-06-01", ["duplicate-file", "release-closed"])
    with pytest.raises(UnknownRule):
        rules_on("2023-06-01", ["no-such-rule"])


def test_a_rule_that_is_added_to_those_of_a_day_applies(tmp_path: Path) -> None:
    rule_set = (
        rules_on("2023-06-01").without("metadata-version").with_rule(PYPI["release-closed"], before="duplicate-sdist")
    )
    rejected = rejection(late_sdist(), rule_set, "2023-06-01", tmp_path)
    assert rejected is not None
    assert rejected.rule.id == "release-closed"


def test_every_date_has_a_day_and_a_public_source() -> None:
    dated = [rule for rule in EVERY_RULE if rule.since or rule.until]
    assert [rule.id for rule in dated if not rule.dated_by.startswith("https://")] == []
    dates = [date for rule in EVERY_RULE for date in (rule.since, rule.until) if date]
    assert [date for date in dates if not ISO.fullmatch(date)] == []
    listed = changes()
    assert [change for change in listed if not change.source.startswith("https://")] == []
    assert [change.date for change in listed] == sorted(change.date for change in listed)
    assert [change for change in listed if change.date <= OLDEST or change.date > "2026-08-21"] == []
