"""The trusted publishers of a run: registered as its jobs need them, or as the user states them.

https://docs.pypi.org/trusted-publishers/adding-a-publisher/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from fake_pypi.errors import UsageError
from fake_pypi.index.names import normalized

if TYPE_CHECKING:
    from fake_pypi.fake import FakeIndexes, FakePyPI

Claims = dict[str, Any]


class PublisherForm(Protocol):
    """The entries of PyPI's form for a publisher of one host; as text, with the labels of the form."""

    @property
    def site(self) -> str:
        """The site that has the publisher, "" for both."""

    def add_to(self, index: FakePyPI, project: str) -> None:
        """Register the publisher for a project of an index; a pending publisher if there is no such project."""

    def __hash__(self) -> int: ...


Form = TypeVar("Form", bound=PublisherForm)


class RegisteredPublishers(Generic[Form]):
    """Registers publishers on both indexes.

    `projects` are the names of the projects in the repository, `form_of` makes the entries that match the claims of an
    identity token. With `stated` publishers, these are registered and no others; `stated=()` registers none.
    """

    def __init__(
        self,
        indexes: FakeIndexes,
        projects: Iterable[str],
        form_of: Callable[[Claims], Form],
        *,
        stated: Sequence[Form] | None = None,
    ) -> None:
        self._indexes = indexes
        self._form_of = form_of
        self.projects = list(dict.fromkeys(normalized(name) for name in projects))
        self.stated = stated
        self._registered: set[tuple[str, str, Form]] = set()
        for form in stated or ():
            self._add(form, self.projects)

    def register(self, claims: Claims) -> None:
        """Register the job with these claims for all projects, unless the user has stated publishers."""
        if self.stated is None:
            self._add(self._form_of(claims), self.projects)

    def add_projects(self, names: Iterable[str], claims: Claims | None) -> None:
        """Register for further projects too, whose names are known from built files."""
        new = [name for name in dict.fromkeys(map(normalized, names)) if name not in self.projects]
        self.projects += new
        for form in self.stated or ():
            self._add(form, new)
        if claims is not None:
            self.register(claims)

    def _add(self, form: Form, projects: Iterable[str]) -> None:
        for index in self._indexes.all:
            if form.site not in {"", index.site.name}:
                continue
            for project in projects:
                key = (index.site.name, project, form)
                if key in self._registered:
                    continue
                self._registered.add(key)
                # One pending publisher can create one project: with several, each exists already.
                if len(self.projects) > 1 and index.project(project) is None:
                    index.add_project(project)
                form.add_to(index, project)

    def registration_text(self, index: FakePyPI, form: Form) -> str:
        """Return where a publisher is to be registered, with the entries of the form."""
        host = index.site.hosts.index
        names = ", ".join(self.projects) or "NAME"
        return (
            f"register exactly this publisher on {index.site.title}: {form}\n"
            f"for an existing project on https://{host}/manage/project/{names}/settings/publishing/, for a new one on "
            f"https://{host}/manage/account/publishing/ (PyPI Project Name: {names})"
        )

    def remaining_text(self, index: FakePyPI, form: Form) -> str:
        """Return what is left to do on the real site for a publisher that this run has registered."""
        names = ", ".join(self.projects) or "NAME"
        return (
            f"register this publisher on {index.site.title} "
            f"(https://{index.site.hosts.index}/manage/account/publishing/): PyPI Project Name: {names} · {form}"
        )


def publisher_words(text: str, syntax: str) -> tuple[str, str, str, str, str]:
    """Read "[pypi|testpypi] OWNER/NAME FILE [ENVIRONMENT]": the site, owner, name, file and environment.

    Raises `UsageError`, which shows the `syntax` of the host.
    """
    words = text.split()
    site = words.pop(0) if words and words[0] in {"pypi", "testpypi"} else ""
    owner, _, name = words[0].rpartition("/") if words else ("", "", "")
    if len(words) not in {2, 3} or not owner or not name:
        raise UsageError(f"{text!r} is no publisher", f"write {syntax}")
    return site, owner, name, words[1], words[2] if len(words) == 3 else ""
