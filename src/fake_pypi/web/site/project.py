"""`/project/NAME/` and `/project/NAME/VERSION/`: a release of a project, with everything that is known of it."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fake_pypi.index.listing import files_of, releases_of, versions_of
from fake_pypi.index.trusted import KINDS
from fake_pypi.operations.readmes import rendered_readme
from fake_pypi.web.api.project_json import latest
from fake_pypi.web.api.simple import parsed
from fake_pypi.web.exchange import PLAIN
from fake_pypi.web.formats import file_tags, web_address
from fake_pypi.web.not_found import not_found
from fake_pypi.web.rendering import VARY, page, standalone_page
from fake_pypi.web.responses import Response, redirect
from fake_pypi.web.site.includes import may_manage
from fake_pypi.web.site.readme_html import readme_html

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.listing import ListedFile, ListedRelease
    from fake_pypi.index.projects import ProjectRow
    from fake_pypi.index.releases import ReleaseRow
    from fake_pypi.web.exchange import Exchange

LINK_KINDS = {
    "bugtracker": "Issues",
    "changelog": "Changelog",
    "changes": "Changelog",
    "documentation": "Documentation",
    "docs": "Documentation",
    "download": "Download",
    "funding": "Funding",
    "homepage": "Homepage",
    "issues": "Issues",
    "issuetracker": "Issues",
    "releasenotes": "Changelog",
    "repository": "Source",
    "source": "Source",
    "sourcecode": "Source",
    "tracker": "Issues",
    "github": "Source",
    "donate": "Funding",
    "sponsor": "Funding",
}
"""Kinds of project links by label, without its blanks and punctuation: the well-known labels of PEP 753."""
_LINK = re.compile(r'<a(?=\s)(?:[^>"]|"[^"]*")*?\shref="(?P<address>[^"]*)"')


def latest_release(exchange: Exchange, name: str) -> Response:
    """`/project/NAME/`: the newest release, not a pre-release and not yanked where there is such a one."""
    return _project_page(exchange, name, None)


def release(exchange: Exchange, name: str, version: str) -> Response:
    """`/project/NAME/VERSION/`: one release."""
    return _project_page(exchange, name, version)


def _project_page(exchange: Exchange, name: str, version: str | None) -> Response:
    index = exchange.index
    project = index.projects.get(name)
    if project is None:
        return not_found(exchange)
    newest = latest(versions_of(index.db, project))
    if newest is None:
        return not_found(exchange)
    release = index.releases.get(project, newest if version is None else version)
    if release is None or release.status == "quarantined":
        return not_found(exchange)
    canonical = own = f"/project/{quote(project.name, safe=PLAIN)}/"
    if version is not None:
        own += f"{quote(release.version, safe=PLAIN)}/"
    if name != project.name or (version is not None and version != release.version):
        return redirect(301, own, exchange.accept, origin=str(exchange.origin)).with_headers(VARY)
    store = exchange.instance.index
    facts = ReleaseFacts(index, store, project, release, newest, is_pinned=version is not None)
    return page(
        exchange,
        "project.html",
        facts=facts,
        metadata=release.metadata,
        may_manage=may_manage(exchange, project),
        canonical=f"{exchange.origin.site}{canonical}",
        address=f"{exchange.origin.site}{own}",
        file_url=exchange.origin.file_url,
    )


def standalone_release(index: Index, project: ProjectRow, release: ReleaseRow) -> str:
    """Return the page of a release as a document of its own; its links lead to other machines, or within the page."""
    newest = latest(versions_of(index.db, project)) or release.version
    page_html = standalone_page(
        index.site,
        "project.html",
        facts=ReleaseFacts(index, index, project, release, newest, is_pinned=False),
        metadata=release.metadata,
        may_manage=False,
        file_url="/packages/{}".format,
    )
    return _LINK.sub(_standalone_link, page_html)


def _standalone_link(link: re.Match[str]) -> str:
    """Return the start tag of a link without an address on the index, and with a window of its own for others."""
    if link["address"].startswith("#"):
        return link[0]
    if web_address(html.unescape(link["address"])) is None:
        return "<a"
    return f'{link[0]} target="_blank"'


@dataclass(frozen=True)
class ReleaseFacts:
    """What a page shows of a release besides its metadata.

    `index` is the state that the page shows, `store` the present one. `newest` is the version that the project's page
    shows, `is_pinned` whether the address names a version.
    """

    index: Index
    store: Index
    project: ProjectRow
    release: ReleaseRow
    newest: str
    is_pinned: bool

    @property
    def requirement(self) -> str:
        """What `pip install` is given for this release."""
        return f"{self.project.name}=={self.release.version}" if self.is_pinned else self.project.name

    def is_prerelease(self, version: str) -> bool:
        """Whether a version is a pre-release."""
        return parsed(version).is_prerelease

    @property
    def is_archived(self) -> bool:
        """Whether the project is archived."""
        return self.project.status.startswith("archived")

    @property
    def newest_is_other(self) -> bool:
        """Whether another release is the one to use."""
        return self.newest != self.release.version

    @property
    def is_older(self) -> bool:
        """Whether the release comes before the one to use."""
        return parsed(self.release.version) < parsed(self.newest)

    @cached_property
    def releases(self) -> list[ListedRelease]:
        """The releases of the project, the highest version first."""
        releases = releases_of(self.index.db, self.project)
        return sorted(releases, key=lambda release: parsed(release.version), reverse=True)

    @cached_property
    def files(self) -> list[ListedFile]:
        """The files of the release by name."""
        return sorted(files_of(self.index.db, self.project, self.release), key=lambda file: file.filename)

    @property
    def source_files(self) -> list[ListedFile]:
        """The source distributions."""
        return [file for file in self.files if file.packagetype == "sdist"]

    @property
    def built_files(self) -> list[ListedFile]:
        """The wheels."""
        return [file for file in self.files if file.packagetype != "sdist"]

    def tags(self, file: ListedFile) -> list[str]:
        """Return what a file is for."""
        return file_tags(file.filename, file.packagetype)

    @cached_property
    def _senders(self) -> dict[str, str]:
        return {row.filename: row.sender for row in self.index.releases.files(self.project, self.release)}

    def is_from_publisher(self, file: ListedFile) -> bool:
        """Whether a trusted publisher uploaded the file: its name starts with its kind, as in "github octo/hello"."""
        kind, blank, _ = self._senders.get(file.filename, "").partition(" ")
        return bool(blank) and kind in KINDS

    @cached_property
    def upload_programs(self) -> dict[str, str]:
        """The programs that uploaded the files, by file name; none for files that were not uploaded over HTTP."""
        return self.index.events.upload_programs(self.project.id, self.release.canonical)

    def provenance_url(self, file: ListedFile) -> str | None:
        """Return the address of a file's attestations, or None."""
        if not file.provenance:
            return None
        parts = (self.project.normalized, self.release.version, file.filename)
        return "/".join(["/integrity", *(quote(part, safe=PLAIN) for part in parts), "provenance"])

    @property
    def yanked_at(self) -> float | None:
        """When the release was yanked, in seconds since 1970."""
        return self._last("yank release", self.release.version)

    @property
    def archived_at(self) -> float | None:
        """When the project was archived, in seconds since 1970."""
        return self._last("project archived", None)

    def _last(self, action: str, version: str | None) -> float | None:
        entries = self.index.journal.entries(self.project.name)
        times = [entry.at.timestamp() for entry in entries if (entry.action, entry.version) == (action, version)]
        return times[-1] if times else None

    @property
    def maintainers(self) -> list[str]:
        """The users with a role, by name."""
        return [user for user, _ in self.index.projects.roles(self.project)]

    @property
    def readme(self) -> str:
        """The description as HTML."""
        metadata = self.release.metadata
        render = partial(rendered_readme, self.store)
        return readme_html(metadata.get("description") or "", metadata.get("description_content_type"), render)

    @property
    def links(self) -> list[tuple[str, str, str | None]]:
        """The project's links: (kind, label, address); the address is None where it is not of the web."""
        urls: dict[str, str] = self.release.metadata.get("project_urls") or {}
        links = [(_link_kind(label), label, web_address(address)) for label, address in urls.items()]
        return sorted(links, key=lambda link: (link[0] == "Other", link[0], link[1].casefold()))

    @property
    def keywords(self) -> list[str]:
        """The keywords, each once."""
        words = (word.strip() for word in (self.release.metadata.get("keywords") or "").split(","))
        return list(dict.fromkeys(word for word in words if word))

    @property
    def classifiers(self) -> dict[str, list[tuple[str, str]]]:
        """The classifiers by their first part: (the rest, the whole)."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for classifier in sorted(self.release.metadata.get("classifiers") or []):
            group, _, rest = classifier.partition(" :: ")
            groups.setdefault(group, []).append((rest or group, classifier))
        return groups

    @property
    def people(self) -> list[tuple[str, str, str | None]]:
        """Author and maintainer: (role, name, e-mail address)."""
        return [
            (role, name or email or "", email)
            for role, key in (("Author", "author"), ("Maintainer", "maintainer"))
            for name, email in _people(self.release.metadata, key)
        ]


def _people(metadata: dict[str, Any], key: str) -> list[tuple[str, str | None]]:
    """Return (name, address) of the people in a field and in its field with addresses."""
    from email.utils import getaddresses

    addresses = getaddresses([metadata.get(f"{key}_email") or ""])
    people = [(name, address if "@" in address else None) for name, address in addresses if name or address]
    name = metadata.get(key)
    if not name:
        return list(people)
    if len(people) == 1 and not people[0][0]:
        return [(name, people[0][1])]
    return [(name, None), *people]


def _link_kind(label: str) -> str:
    return LINK_KINDS.get("".join(letter for letter in label.casefold() if letter.isalnum()), "Other")
