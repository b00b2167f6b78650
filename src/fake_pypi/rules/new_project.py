"""New projects that PyPI does not create: too many, while creation is disabled, or with a name that is not allowed."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from fake_pypi.index.names import normalized
from fake_pypi.index.rate_limits import Limit, new_project_limits
from fake_pypi.packages.wheel import wheel
from fake_pypi.reference_data import data_file
from fake_pypi.rules.dated_change import PULLS
from fake_pypi.rules.message_sources import cases, warehouse
from fake_pypi.rules.rule_set import Example, Rejection, Rule, RuleSet
from fake_pypi.rules.upload import Form, Upload

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.sites import Site

HELP = " See https://pypi.org/help/#project-name for more information."
NAME_IS_FREE = "whether the name is free, and may be registered"


def creation_limits(upload: Upload, index: Index) -> list[tuple[Limit, str]]:
    """Return each limit on new projects with the one it counts for: the address, and the user's id."""
    user = upload.sender.user
    who = {"ip": upload.address, "user": user.id if user else ""}
    return [(limit, who[limit.key]) for limit in index.rate_limits.new_projects if who[limit.key]]


def new_projects_warning(site: Site, count: int) -> str | None:
    """Return a warning if a release has more projects than a site allows one user to create; None if not."""
    limits = site.new_projects
    limit = next(limit for limit in new_project_limits(limits) if limit.key == "user")
    if count <= limit.quota or not limits.are_confirmed:
        return None
    return (
        f"{count} projects are released: {site.title} allows {limit.quota} new projects in "
        f"{limit.window // 3600} hours for each user and address, so publish those that are new in several parts"
    )


@cache
def standard_library() -> frozenset[str]:
    """Return the normalized names of all modules, and their packages, in the standard library of any Python version.

    Source: stdlib-list, which PyPI uses as well.
    """
    return frozenset(data_file("standard_library").values)


class TooManyNewProjects(Rule):
    """The account or the address has created as many new projects as PyPI allows: 4 in 24 hours.

    It can take up to 24 hours until the next one may be created. New releases of existing projects are accepted.
    Deleting a project does not change the count. A larger limit, for instance for a
    project that consists of many packages, can be requested at https://github.com/pypi/support/issues.

    The fake counts new projects and shows the limit in headers as pypi.org does, but rejects one only where a test or
    a command sets the limit: `pypi.limits.new_projects_per_day = 4`, or `fake-pypi serve --new-projects-per-day 4`.
    For TestPyPI no figure is known.
    """

    id = "rate-limited"
    status = 429
    message_template = "Too many new projects created"
    remedy = (
        "Wait up to 24 hours; the header RateLimit has the number of seconds. Existing projects can be published now."
    )
    source = warehouse("forklift/legacy.py", "file_upload")
    recorded = cases("limits/new-projects-rate")
    since = "2023-02-27"
    dated_by = f"{PULLS}/13097"
    unknown_offline = "how many new projects the account may still create"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        if upload.project is not None or not index.rate_limits.are_enforced:
            return None
        limits = creation_limits(upload, index)
        used_up = any(index.rate_limits.remaining(limit, who) == 0 for limit, who in limits)
        return self.reject() if used_up else None

    def example(self) -> Example:
        """Use up the four projects of one address."""

        def use_up_limit(index: Index) -> None:
            index.limits.new_projects_per_day = 4
            limit = next(limit for limit in index.rate_limits.new_projects if limit.key == "ip")
            for _ in range(limit.quota):
                index.rate_limits.hit(limit, "127.0.0.1")

        return Example(wheel("demo"), prepare=use_up_limit)


class NewProjectsDisabled(Rule):
    """The administrators of PyPI have disabled the creation of projects, as they did during waves of spam."""

    id = "new-projects-disabled"
    status = 403
    message_template = (
        "New project registration temporarily disabled. "
        "See https://pypi.org/help/#admin-intervention for more information."
    )
    remedy = "Try again later; https://status.python.org/ has the current state."
    source = warehouse("packaging/services.py", "ProjectService.create_project")
    recorded = cases("flags/new-projects-disabled")
    unknown_offline = "whether new projects are being registered at the moment"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        disabled = index.flags.enabled("disallow-new-project-registration")
        return self.reject() if upload.project is None and disabled else None

    def example(self) -> Example:
        """Set the flag that disables new projects."""
        return Example(wheel("demo"), prepare=lambda index: index.flags.set("disallow-new-project-registration"))


class StandardLibraryName(Rule):
    """The name is that of a module in the standard library of any Python version.

    Dotted modules count in any spelling ("xml-etree", "test.support"). Existing projects with such a name
    (importlib-metadata, dataclasses) are not affected.
    """

    id = "standard-library-name"
    message_template = "The name {name!r} isn't allowed (conflict with Python Standard Library module name)." + HELP
    remedy = "Choose another name."
    source = warehouse("packaging/services.py", "ProjectService.create_project")
    recorded = cases("names/stdlib-json")
    unknown_offline = NAME_IS_FREE

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        is_module = upload.project is None and normalized(upload.name) in standard_library()
        return self.reject(name=upload.name) if is_module else None

    def example(self) -> Example:
        """Send the name of a module of the standard library."""
        return Example(wheel("json"))


class ProhibitedName(Rule):
    """The name is on PyPI's list of prohibited names, most of which would be installed by mistake.

    An example is "requirements-txt": `pip install requirements-txt` is easily typed.
    """

    id = "prohibited-name"
    message_template = "The name {name!r} isn't allowed." + HELP
    remedy = "Choose another name."
    source = warehouse("packaging/services.py", "ProjectService.create_project")
    recorded = cases("names/prohibited-builtin")
    unknown_offline = NAME_IS_FREE

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        prohibited = upload.project is None and upload.name in index.prohibited_names
        return self.reject(name=upload.name) if prohibited else None

    def example(self) -> Example:
        """Send a prohibited name."""
        return Example(wheel("requirements-txt", spelled="requirements_txt-1.0"), form={"name": "requirements-txt"})


class SimilarName(Rule):
    """The name looks like that of an existing project: 1, l and i count as equal, 0 and o too, and "-_." are ignored.

    The other project may be your own: two spellings of its name cannot be registered either.
    """

    id = "similar-name"
    message_template = "The name {name!r} is too similar to an existing project." + HELP
    remedy = "Choose another name; PyPI does not name the other project."
    source = warehouse("packaging/services.py", "ProjectService.create_project")
    recorded = cases("names/similar-04")
    unknown_offline = NAME_IS_FREE

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        similar = upload.project is None and upload.name and index.projects.looking_like(upload.name)
        return self.reject(name=upload.name) if similar else None

    def example(self) -> Example:
        """Send a zero in place of an o."""

        def create_similar_project(index: Index) -> None:
            index.projects.create("demo", None)

        return Example(wheel("dem0"), prepare=create_similar_project)


ABOUT_NAMES = (NewProjectsDisabled, StandardLibraryName, ProhibitedName, SimilarName)


def is_about_new_projects(rule: Rule) -> bool:
    """Return whether a rule rejects the creation of a project: what it rejects does not count against the limits."""
    return isinstance(rule, (TooManyNewProjects, *ABOUT_NAMES))


def creation_rejection(rule_set: RuleSet, index: Index, name: str) -> Rejection | None:
    """Return the rejection of a new project of that name, without regard to its creator and the limits on new projects.

    The token exchange of a pending publisher is rejected for the same reasons.
    """
    about_names = RuleSet(rule for rule in rule_set if isinstance(rule, ABOUT_NAMES))
    return about_names.judge(Upload(Form((("name", name),))), index).rejection
