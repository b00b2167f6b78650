"""The rules, messages and limits of PyPI on an earlier day, as far as public sources tell.

    rule_set = rules_on("2024-06-01")
    site = site_on(PYPI, "2024-06-01")

A date is a text such as "2024-06-01", or a `datetime.date`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import replace

from fake_pypi.errors import UsageError
from fake_pypi.rules.archive_format import HIGHER_RATIO
from fake_pypi.rules.dated_change import ATTESTATIONS, BLOG, ISSUES, NO_EGGS, TWO_FACTOR_ENFORCED, DatedChange
from fake_pypi.rules.former_messages import FORMER_MESSAGES, FormerMessage, wordings_on
from fake_pypi.rules.metadata_rule import ADDED_VERSIONS, NO_2_0, known_versions
from fake_pypi.rules.order import EVERY_RULE, PYPI
from fake_pypi.rules.platform_tags import ADDED, ONLY_MINOR_0
from fake_pypi.rules.rule_set import Example, Rule, RuleSet
from fake_pypi.sites import NewProjectLimits, Site

OLDEST = "2023-01-01"
"""The oldest day whose rules are known."""
RECORDED = "2026-08-21"
"""The day of the real server's code that the rules of today come from."""

WITH_LICENSE_EXPRESSION = "2.4"
"""The metadata version of packages in examples."""
NO_PASSWORDS = DatedChange("2024-01-01", "Uploads with a user name and a password are rejected.", TWO_FACTOR_ENFORCED)
GITHUB = DatedChange(
    "2023-04-20", "Trusted publishing from GitHub Actions.", f"{BLOG}/2023-04-20-introducing-trusted-publishers/"
)
OTHER_PUBLISHERS = DatedChange(
    "2024-04-17",
    "Trusted publishing from GitLab, Google Cloud and ActiveState.",
    f"{BLOG}/2024-04-17-expanding-trusted-publisher-support/",
)
ATTESTATIONS_READ = DatedChange("2024-11-14", "Attestations of trusted publishers are read (PEP 740).", ATTESTATIONS)
FOUR_NEW_PROJECTS = DatedChange(
    "2026-06-16",
    "4 new projects in 24 hours for each user and address. Before, the headers state the numbers of the server's code: "
    "20 in an hour for a user, 40 for an address.",
    f"{ISSUES}/20164",
)
FIRST_LIMITS = NewProjectLimits(per_address=40, per_user=20, window=3600)

VALUE_CHANGES = (
    HIGHER_RATIO,
    NO_EGGS,
    NO_2_0,
    ONLY_MINOR_0,
    NO_PASSWORDS,
    GITHUB,
    OTHER_PUBLISHERS,
    ATTESTATIONS_READ,
    FOUR_NEW_PROJECTS,
    *ADDED.values(),
    *dict.fromkeys(ADDED_VERSIONS.values()),
)
"""The changes of values and abilities; those of rules and messages are in the rules and in `FORMER_MESSAGES`."""


def rule_date(value: str | dt.date) -> str:
    """Return a date as text. Raises `UsageError` for text that is no date, a future date, and one before `OLDEST`.

    >>> rule_date("2024-06-01")
    '2024-06-01'
    """
    text = value.isoformat()[:10] if isinstance(value, dt.date) else value.strip()
    day = _day(text)
    if day is None:
        raise UsageError(f"{text!r} is not a date", "write it as 2024-06-01")
    latest = max(dt.datetime.now(dt.timezone.utc).date(), dt.datetime.now().astimezone().date())
    if day > latest:
        raise UsageError(f"{text} is in the future", f"choose a date from {OLDEST} to {latest}")
    if text < OLDEST:
        raise UsageError(f"the rules of {text} are not known", f"choose a date from {OLDEST} on")
    return text


def _day(text: str) -> dt.date | None:
    """Return the day that a text names, None for another text."""
    try:
        return dt.date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII) else None
    except ValueError:
        return None


def rules_on(day: str, without: Iterable[str] = ()) -> RuleSet:
    """Return the rules of a day with its messages, without some, by id; an id of another time is accepted.

    Raises `UnknownRule` for an id that PyPI has never had.
    """
    left_out = {EVERY_RULE[rule_id].id for rule_id in without}
    in_force = (rule for rule in EVERY_RULE if rule.existed_on(day) and rule.id not in left_out)
    return RuleSet(rule.on(day, wordings_on(rule, day)) for rule in in_force)


def checked_rules(as_of: str | dt.date | None, without: Iterable[str] = ()) -> RuleSet:
    """Return the rules of a day, or of today for None, without some. Raises `UsageError` and `UnknownRule`."""
    return PYPI.without(*without) if as_of is None else rules_on(rule_date(as_of), without)


def site_on(site: Site, day: str) -> Site:
    """Return a site as it was on a day: its flags, its limits on new projects, whether it accepts passwords.

    Raises `UsageError` for a server that is not PyPI.
    """
    if not site.has_tokens:
        raise UsageError(f"{site.title} has no rules of PyPI", "leave the date out")
    limits = site.new_projects if FOUR_NEW_PROJECTS.is_in_force(day) else FIRST_LIMITS
    accepts_passwords = not NO_PASSWORDS.is_in_force(day)
    return replace(site, new_projects=limits, accepts_passwords=accepts_passwords, flags=_flags_on(day))


def _flags_on(day: str) -> frozenset[str]:
    """Return the admin flags that switch off what PyPI did not have yet."""
    flags: set[str] = set()
    if not GITHUB.is_in_force(day):
        flags.add("disallow-oidc")
    if not OTHER_PUBLISHERS.is_in_force(day):
        flags |= {"disallow-gitlab-oidc", "disallow-google-oidc", "disallow-activestate-oidc"}
    if not ATTESTATIONS_READ.is_in_force(day):
        flags.add("disable-pep740")
    return frozenset(flags)


def example_on(rule: Rule) -> Example:
    """Return the example of a rule, with metadata that PyPI knew on the day of the rule."""
    example, newest = rule.example(), known_versions(rule.as_of)[-1]
    if newest >= WITH_LICENSE_EXPRESSION:
        return example
    older = {"metadata_version": newest, "license_expression": None, "license_file": None}
    return replace(example, form={**older, **example.form})


def changes() -> list[DatedChange]:
    """Return every change since `OLDEST`, the oldest first."""
    found = [change for change in VALUE_CHANGES if change.date > OLDEST]
    for rule in EVERY_RULE:
        link, why = f"[{rule.id}](rules/{rule.id}.md)", _first_sentence(rule.explanation)
        if rule.since:
            found.append(DatedChange(rule.since, f"New rule {link}: {why}", rule.dated_by))
        if rule.until:
            found.append(
                DatedChange(
                    rule.until,
                    f"The rule {link} ends: {why}",
                    rule.ended_by or rule.dated_by,
                )
            )
    reworded: dict[tuple[str, str], list[FormerMessage]] = {}
    for former in FORMER_MESSAGES:
        if former.is_reproduced:
            reworded.setdefault((former.until, former.source), []).append(former)
    for (date, source), messages in reworded.items():
        links = ", ".join(f"[{rule_id}](rules/{rule_id}.md)" for rule_id in dict.fromkeys(m.rule.id for m in messages))
        found.append(DatedChange(date, f"New words of {links}.", source))
    return sorted(found, key=lambda change: (change.date, change.text))


def _first_sentence(text: str) -> str:
    return text.partition("\n\n")[0].partition(". ")[0].rstrip(".") + "."
