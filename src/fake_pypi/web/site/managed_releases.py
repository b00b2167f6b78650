"""The releases of a project: yank, un-yank and delete them, and delete their files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from fake_pypi.errors import OperationRejected
from fake_pypi.index.managed_projects import TYPE_NAMES, file_types_of
from fake_pypi.operations import deletion, releases
from fake_pypi.operations.permissions import require_deletion_allowed
from fake_pypi.web.api.simple import parsed
from fake_pypi.web.exchange import PLAIN
from fake_pypi.web.not_found import not_found
from fake_pypi.web.routing import READING
from fake_pypi.web.site.confirmation import confirmation_problem
from fake_pypi.web.site.form_pages import posted
from fake_pypi.web.site.managed import ManagedPage, project_page

if TYPE_CHECKING:
    from fake_pypi.index.releases import ReleaseRow
    from fake_pypi.web.responses import Response


class ReleaseEntry(NamedTuple):
    """A release in one of the two tables; `number` is its row, and part of the names of its dialogs."""

    number: int
    release: ReleaseRow
    types: Counter[str]
    address: str


@project_page("manage.project.releases", is_only_read=True)
def release_list(page: ManagedPage) -> Response:
    """Return the list, the highest version first; yanked releases come below the others."""
    found = sorted(page.index.releases.of(page.project), key=lambda release: parsed(release.version), reverse=True)
    types = file_types_of(page.index.db, page.project)
    rows, yanked_rows = (
        [
            ReleaseEntry(number, release, types.get(release.id, Counter()), _address(page, release))
            for number, release in enumerate((each for each in found if bool(each.yanked) is is_yanked), 1)
        ]
        for is_yanked in (False, True)
    )
    return page.show(
        "manage/releases.html",
        f"Manage '{page.project.name}' releases",
        rows=rows,
        yanked_rows=yanked_rows,
    )


@project_page("manage.project.release")
def release_page(page: ManagedPage, version: str) -> Response:
    """Return the page of a release, or carry out one of its forms, which have different fields."""
    release = page.index.releases.get(page.project, version)
    if release is None:
        return not_found(page.exchange)
    if page.exchange.method in READING:
        return _shown(page, release)
    form = posted(page.exchange)
    for fields, respond in FORMS.items():
        if all(name in form for name in fields):
            return respond(page, release, form)
    return not_found(page.exchange)


def _shown(page: ManagedPage, release: ReleaseRow) -> Response:
    project, exchange = page.project, page.exchange
    return page.show(
        "manage/release.html",
        f"Manage '{project.name}' – release version {release.version}",  # noqa: RUF001 - PyPI's dash
        release=release,
        files=sorted(page.index.releases.files(project, release), key=lambda file: file.filename),
        type_names=TYPE_NAMES,
        file_url=lambda file: exchange.origin.file_url(file.path),
        address=_address(page, release),
    )


def _yank(page: ManagedPage, release: ReleaseRow, form: dict[str, str]) -> Response:
    problem = confirmation_problem("yank release", form["confirm_yank_version"], release.version)
    if problem is not None:
        return page.go_to(_address(page, release), problem, "error")
    releases.yank(page.index, page.actor, page.project.name, release.version, form.get("yanked_reason", ""))
    return page.go_to(page.address("releases"), f"Yanked release {release.version!r}")


def _unyank(page: ManagedPage, release: ReleaseRow, form: dict[str, str]) -> Response:
    problem = confirmation_problem("un-yank release", form["confirm_unyank_version"], release.version)
    if problem is not None:
        return page.go_to(_address(page, release), problem, "error")
    releases.unyank(page.index, page.actor, page.project.name, release.version)
    return page.go_to(page.address("releases"), f"Un-yanked release {release.version!r}")


def _delete_release(page: ManagedPage, release: ReleaseRow, form: dict[str, str]) -> Response:
    problem = deletion_disabled(page)
    problem = problem or confirmation_problem("delete release", form["confirm_delete_version"], release.version)
    if problem is not None:
        return page.go_to(_address(page, release), problem, "error")
    files = page.exchange.instance
    deletion.delete_release(page.index, page.actor, page.project.name, release.version, files=files)
    return page.go_to(page.address("releases"), f"Deleted release {release.version!r}")


def _delete_file(page: ManagedPage, release: ReleaseRow, form: dict[str, str]) -> Response:
    typed, name = form["confirm_project_name"], page.project.name
    problem = deletion_disabled(page) or (None if typed else confirmation_problem("delete file", typed, name))
    found = [each for each in page.index.releases.files(page.project, release) if each.form_id == form["file_id"]]
    if problem is None and not found:
        problem = "Could not find file"
    problem = problem or confirmation_problem("delete file", typed, name)
    if problem is not None:
        return page.go_to(_address(page, release), problem, "error")
    filename = found[0].filename
    remove = partial(deletion.delete_file, page.index, page.actor, filename, name, files=page.exchange.instance)
    return page.after(remove, _address(page, release), f"Deleted file {filename!r}")


def deletion_disabled(page: ManagedPage) -> str | None:
    """Return PyPI's message while its administrators have disabled deletions, which it gives before all others."""
    try:
        require_deletion_allowed(page.index, page.actor)
    except OperationRejected as rejection:
        return rejection.message
    return None


def _address(page: ManagedPage, release: ReleaseRow) -> str:
    return page.address(f"release/{quote(release.version, safe=PLAIN)}")


FORMS: dict[tuple[str, ...], Callable[[ManagedPage, ReleaseRow, dict[str, str]], Response]] = {
    ("confirm_yank_version",): _yank,
    ("confirm_unyank_version",): _unyank,
    ("confirm_delete_version",): _delete_release,
    ("confirm_project_name", "file_id"): _delete_file,
}
"""The forms of the page of a release, by the fields that each of them has."""
