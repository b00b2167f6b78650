"""Endpoints about the settings of a site: flags, limits, prohibited names, rules, the clock; and backups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fake_pypi.errors import UsageError
from fake_pypi.fake.control.account_endpoints import SITE
from fake_pypi.fake.control.pairs import index_of
from fake_pypi.fake.pypi import FakePyPI
from fake_pypi.web.control.endpoints import EndpointTable
from fake_pypi.web.control.json_values import Count, Name, Seconds, Text

ENDPOINTS = EndpointTable()


@dataclass(frozen=True)
class LimitSettings:
    """Sizes in bytes, and how many projects one account and one address may create in 24 hours (null: any number)."""

    file_size: int
    project_size: int
    new_projects_per_day: int | None


@dataclass(frozen=True)
class ProhibitedProjectNames:
    """Project names that cannot be registered."""

    names: list[str]


@dataclass(frozen=True)
class RulesInForce:
    """The ids of the rules in force, in their order."""

    rules: list[str]


@dataclass(frozen=True)
class ClockTime:
    """The time of the index's clock."""

    now: datetime


@dataclass(frozen=True)
class AttestationSetting:
    """How attestations are verified: null compares name and digest, false checks the format only, true signatures."""

    verify: bool | None


@dataclass(frozen=True)
class Backup:
    """What became of a backup: the paths of the files that the index has lost, and which are not in the backup."""

    lost: list[str]


def _flags(pypi: FakePyPI) -> dict[str, bool]:
    return {name: pypi.flags.enabled(name) for name in pypi.flags.KNOWN}


def _limits(pypi: FakePyPI) -> LimitSettings:
    limits = pypi.limits
    return LimitSettings(limits.file_size, limits.project_size, limits.new_projects_per_day)


@ENDPOINTS.add("GET", f"{SITE}/flags", subject=index_of)
def show_flags(pypi: FakePyPI) -> dict[str, bool]:
    """Show the site's admin flags."""
    return _flags(pypi)


@ENDPOINTS.add("PUT", f"{SITE}/flags/{{flag}}", subject=index_of)
def set_flag(pypi: FakePyPI, *, flag: str, on: bool) -> dict[str, bool]:
    """Switch one of the site's admin flags on or off, as `read-only`."""
    pypi.flags.set(flag, on)
    return _flags(pypi)


@ENDPOINTS.add("GET", f"{SITE}/limits", subject=index_of)
def show_limits(pypi: FakePyPI) -> LimitSettings:
    """Show the limits of sizes and of new projects."""
    return _limits(pypi)


@ENDPOINTS.add("PATCH", f"{SITE}/limits", subject=index_of)
def change_limits(
    pypi: FakePyPI,
    *,
    file_size: Count | None = None,
    project_size: Count | None = None,
    new_projects_per_day: Count | None = None,
) -> LimitSettings:
    """Change the limits that are given."""
    if file_size is not None:
        pypi.limits.file_size = file_size
    if project_size is not None:
        pypi.limits.project_size = project_size
    if new_projects_per_day is not None:
        pypi.limits.new_projects_per_day = new_projects_per_day
    return _limits(pypi)


@ENDPOINTS.add("DELETE", f"{SITE}/limits/new-projects-per-day", subject=index_of, status=204)
def remove_limit_on_new_projects(pypi: FakePyPI) -> None:
    """Let every account create any number of projects."""
    pypi.limits.new_projects_per_day = None


@ENDPOINTS.add("PATCH", f"{SITE}/limits/projects/{{project}}", subject=index_of)
def change_limits_of_project(
    pypi: FakePyPI,
    *,
    project: str,
    file_size: Count | None = None,
    project_size: Count | None = None,
    used: Count | None = None,
) -> LimitSettings:
    """Set limits for one project, or the number of bytes that it already uses. Returns the limits of the index."""
    name = pypi.index.projects[project].name
    pypi.limits.for_project(name, file_size=file_size, project_size=project_size, used=used)
    return _limits(pypi)


@ENDPOINTS.add("GET", f"{SITE}/prohibited-names", subject=index_of)
def list_prohibited_names(pypi: FakePyPI) -> ProhibitedProjectNames:
    """List the project names that cannot be registered."""
    return ProhibitedProjectNames(list(pypi.prohibited_names))


@ENDPOINTS.add("POST", f"{SITE}/prohibited-names", subject=index_of, status=201)
def prohibit_name(pypi: FakePyPI, *, name: Name) -> ProhibitedProjectNames:
    """Prohibit a project name."""
    pypi.prohibited_names.add(name)
    return ProhibitedProjectNames(list(pypi.prohibited_names))


@ENDPOINTS.add("GET", f"{SITE}/rules", subject=index_of)
def list_rules(pypi: FakePyPI) -> RulesInForce:
    """List the ids of the rules in force, in the order in which they are checked."""
    return RulesInForce([rule.id for rule in pypi.rules])


@ENDPOINTS.add("PUT", f"{SITE}/rules", subject=index_of)
def leave_out_rules(pypi: FakePyPI, *, without: list[Text]) -> RulesInForce:
    """Check every rule of the start of the index except these."""
    pypi.rules = pypi.instance.first_rule_set.without(*without)
    return RulesInForce([rule.id for rule in pypi.rules])


@ENDPOINTS.add("GET", f"{SITE}/attestations", subject=index_of)
def show_attestation_setting(pypi: FakePyPI) -> AttestationSetting:
    """Show how attestations are verified."""
    return AttestationSetting(pypi.verify_attestations)


@ENDPOINTS.add("PUT", f"{SITE}/attestations", subject=index_of)
def set_attestation_setting(pypi: FakePyPI, *, verify: bool | None) -> AttestationSetting:
    """Choose how attestations are verified."""
    pypi.verify_attestations = verify
    return AttestationSetting(pypi.verify_attestations)


@ENDPOINTS.add("GET", f"{SITE}/clock", subject=index_of)
def show_clock(pypi: FakePyPI) -> ClockTime:
    """Show the time of the index."""
    return ClockTime(pypi.clock.now())


@ENDPOINTS.add("PUT", f"{SITE}/clock", subject=index_of)
def set_clock(pypi: FakePyPI, *, now: datetime) -> ClockTime:
    """Set the clock of the index; it continues from there."""
    pypi.clock.set(now)
    return ClockTime(pypi.clock.now())


@ENDPOINTS.add("POST", f"{SITE}/clock/advance", subject=index_of)
def advance_clock(
    pypi: FakePyPI, *, days: Seconds = 0, hours: Seconds = 0, minutes: Seconds = 0, seconds: Seconds = 0
) -> ClockTime:
    """Move the clock of the index forward, or back with negative numbers."""
    pypi.clock.advance(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return ClockTime(pypi.clock.now())


@ENDPOINTS.add("POST", f"{SITE}/backups", subject=index_of, status=201)
def back_up(pypi: FakePyPI, *, data: Text, folder: Text) -> Backup:
    """Copy the data folder `data`, which the index uses, to a new `folder` of the server's machine."""
    if pypi.instance.folder.resolve() != Path(data):
        raise UsageError(f"this server does not use the data folder {data!r}", "choose the other one with --url")
    return Backup(pypi.instance.back_up(folder))
