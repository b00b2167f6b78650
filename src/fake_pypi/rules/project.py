"""New projects that PyPI refuses to create: too many, at a bad time, or under a name nobody may have."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from fake_pypi.index.names import normalized
from fake_pypi.index.rate_limits import NEW_PROJECTS, Limit
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.book import Example, Rule, RuleBook, Stop

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.rules.upload import Upload

HELP = " See https://pypi.org/help/#project-name for more information."
NAME_IS_FREE = "whether the name is free, and may be registered"


def creation_limits(upload: Upload) -> list[tuple[Limit, str]]:
    """Return each limit on new projects with the one it counts for: the address, and the user's id."""
    user = upload.sender.user
    who = {"ip": upload.address, "user": user.id if user else ""}
    return [(limit, who[limit.key]) for limit in NEW_PROJECTS if who[limit.key]]


@cache
def standard_library() -> frozenset[str]:
    """Return the normalized names of all modules that any Python has had in its library, and what they are in.

    Source: stdlib-list, the lists that PyPI itself asks. They name "Carbon.File" without "Carbon".
    """
    from itertools import accumulate

    from stdlib_list import short_versions, stdlib_list

    modules = {name for version in short_versions for name in stdlib_list(version)}
    dotted = (accumulate(name.split("."), "{}.{}".format) for name in modules)
    return frozenset(normalized(name.strip("-_.")) for names in dotted for name in names)


def creation_stop(book: RuleBook, index: Index, name: str) -> Stop | None:
    """Return what speaks against a new project of that name, whoever wants it; limits on users do not count.

    So a pending publisher's first token is refused, too.
    """
    from fake_pypi.rules.upload import Form, Upload

    about_names = RuleBook(rule for rule in book if rule.family == "project" and rule.id != TooManyNewProjects.id)
    return about_names.judge(Upload(Form((("name", name),))), index).stop


class TooManyNewProjects(Rule):
    """The account (20 an hour) or the address (40 an hour) has created enough new projects for now.

    Uploads to projects that are there already are not counted.
    """

    id = "rate-limited"
    status = 429
    says = "Too many new projects created"
    do = "Wait: the answer's RateLimit header says how many seconds."
    source = "recorded case limits/new-projects-rate"
    asks = "how many new projects the account may still create"

    def check(self, upload: Upload, index: Index) -> Stop | None:
        """Ask every limit, if the project is new."""
        limits = creation_limits(upload)
        used_up = any(index.rate_limits.remaining(limit, who) == 0 for limit, who in limits)
        return self.stop() if upload.project is None and used_up else None

    def example(self) -> Example:
        """The address has had its forty."""

        def busy_hour(index: Index) -> None:
            limit = next(each for each in NEW_PROJECTS if each.key == "ip")
            for _ in range(limit.quota):
                index.rate_limits.hit(limit, "127.0.0.1")

        return Example(wheel("demo"), world=busy_hour)


class NewProjectsDisabled(Rule):
    """The people who run PyPI have switched new projects off for a while, as they did in waves of spam."""

    id = "new-projects-disabled"
    status = 403
    says = (
        "New project registration temporarily disabled. "
        "See https://pypi.org/help/#admin-intervention for more information."
    )
    do = "Try again later; https://status.python.org/ tells when."
    source = "recorded case flags/new-projects-disabled"
    asks = "whether new projects are being registered at the moment"

    def check(self, upload: Upload, index: Index) -> Stop | None:
        """Look at the site's flag, if the project is new."""
        disabled = index.flags.enabled("disallow-new-project-registration")
        return self.stop() if upload.project is None and disabled else None

    def example(self) -> Example:
        """The flag is on."""
        return Example(
            wheel("demo"), world=lambda index: index.flags.set("disallow-new-project-registration")
        )


class StandardLibraryName(Rule):
    """The name is that of a module in the standard library of some Python, now or long ago.

    Dotted modules count in any spelling ("xml-etree", "test.support"). Projects that had such a name before
    the rule (importlib-metadata, dataclasses) go on as before.
    """

    id = "standard-library-name"
    says = "The name {name!r} isn't allowed (conflict with Python Standard Library module name)." + HELP
    do = "Choose another name."
    source = "recorded case names/stdlib-json"
    asks = NAME_IS_FREE

    def check(self, upload: Upload, index: Index) -> Stop | None:
        """Look the name up, if the project is new."""
        taken = upload.project is None and normalized(upload.name) in standard_library()
        return self.stop(name=upload.name) if taken else None

    def example(self) -> Example:
        """A module that everybody knows."""
        return Example(wheel("json"))


class ProhibitedName(Rule):
    """The name is on PyPI's list of names that nobody may register, mostly because it invites mistakes.

    "requirements-txt" is one: `pip install requirements-txt` is soon typed.
    """

    id = "prohibited-name"
    says = "The name {name!r} isn't allowed." + HELP
    do = "Choose another name."
    source = "recorded case names/prohibited-builtin"
    asks = NAME_IS_FREE

    def check(self, upload: Upload, index: Index) -> Stop | None:
        """Look the name up, if the project is new."""
        prohibited = upload.project is None and upload.name in index.prohibited_names
        return self.stop(name=upload.name) if prohibited else None

    def example(self) -> Example:
        """A slip of the fingers."""
        return Example(
            wheel("requirements-txt", spelled="requirements_txt-1.0"), form={"name": "requirements-txt"}
        )


class SimilarName(Rule):
    """The name looks like that of a project that is there: 1, l and i are one, 0 and o too, "-_." nothing.

    The other project may be yours: its name cannot be had twice in two spellings either.
    """

    id = "similar-name"
    says = "The name {name!r} is too similar to an existing project." + HELP
    do = "Choose another name; PyPI does not say which project it means."
    source = "recorded case names/similar-04"
    asks = NAME_IS_FREE

    def check(self, upload: Upload, index: Index) -> Stop | None:
        """Compare at a glance, if the project is new."""
        similar = upload.project is None and upload.name and index.projects.looking_like(upload.name)
        return self.stop(name=upload.name) if similar else None

    def example(self) -> Example:
        """A zero for an o."""

        def taken(index: Index) -> None:
            index.projects.create("demo", None)

        return Example(wheel("dem0"), world=taken)
