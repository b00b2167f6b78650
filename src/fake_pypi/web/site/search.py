"""`/search/`: projects by words in their metadata, and by classifiers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from fake_pypi.index.listing import ProjectSummary, project_releases
from fake_pypi.index.rate_limits import Limit
from fake_pypi.web.api.project_json import latest
from fake_pypi.web.not_found import not_found
from fake_pypi.web.rendering import page
from fake_pypi.web.responses import Response, response

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange

RESULTS_PER_PAGE = 20
SEARCHES = Limit("search", "ip", 5, 1)
"""Searches of an address in a second; PyPI rejects the last of them already."""
LONGEST_QUERY = 1000
"""Characters; PyPI answers 413 to more."""
SEARCHED = ("summary", "keywords", "author", "author_email", "maintainer", "description")
NEWEST_FIRST = "-created"


@dataclass(frozen=True)
class Query:
    """What is searched for: words, classifiers that a project must have, an order, the number of the page."""

    words: str = ""
    classifiers: tuple[str, ...] = ()
    order: str = ""
    page: int = 1

    def address(self, page: int) -> str:
        """Return the address of another page of the same results."""
        fields = [("q", self.words), *(("c", name) for name in self.classifiers), ("o", self.order), ("page", page)]
        return f"/search/?{urlencode(fields)}"


@dataclass(frozen=True)
class Facet:
    """A classifier to choose; `id` is that of its field, `depth` how far below its first part it is."""

    name: str
    id: str
    label: str
    depth: int
    is_chosen: bool


def search(exchange: Exchange) -> Response:
    """Return the results, 20 on a page."""
    limits, address = exchange.instance.index.rate_limits, str(exchange.environ.get("REMOTE_ADDR", ""))
    limits.take(SEARCHES, address)
    if not limits.remaining(SEARCHES, address):
        return _too_many(exchange, limits.resets_in(SEARCHES, address))
    fields = parse_qsl(str(exchange.environ.get("QUERY_STRING", "")), keep_blank_values=True)
    values = dict(fields)
    words = values.get("q", "")
    if len(words) > LONGEST_QUERY:
        return response(413, "", exchange.accept, detail="Query string too long.")
    number = _number(values.get("page", "1"))
    if number is None:
        return response(400, "", exchange.accept, detail="'page' must be an integer.")
    classifiers = tuple(dict.fromkeys(value for name, value in fields if name == "c" and value))
    query = Query(words, classifiers, values.get("o", ""), number)
    projects = newest_of_each(project_releases(exchange.index.db))
    has_query = bool(words.strip() or classifiers)
    matches = matching(query, projects) if has_query else []
    pages = max(1, -(-len(matches) // RESULTS_PER_PAGE))
    if not 1 <= number <= pages:
        return not_found(exchange)
    start = (number - 1) * RESULTS_PER_PAGE
    return page(
        exchange,
        "search.html",
        query=query,
        has_query=has_query,
        total=len(matches),
        results=matches[start : start + RESULTS_PER_PAGE],
        pages=pages,
        facets=facets(projects, classifiers),
    )


def _too_many(exchange: Exchange, seconds: int) -> Response:
    message = (
        "Your search query could not be performed because there were too many requests by the client. "
        f"Limit may reset in {max(1, seconds)} seconds."
    )
    limit = (("RateLimit", f'"{SEARCHES.name}";r=0;t={max(0, seconds - 1)}'), ("RateLimit-Policy", SEARCHES.policy))
    return response(429, "", exchange.accept, detail=message).with_headers(*limit)


def newest_of_each(releases: Iterable[ProjectSummary]) -> list[ProjectSummary]:
    """Return of each project the release that its page shows, by project name."""
    of_projects: dict[str, dict[str, ProjectSummary]] = {}
    for release in releases:
        of_projects.setdefault(release.normalized, {})[release.version] = release
    return [
        versions[latest((release.version, bool(release.yanked)) for release in versions.values()) or ""]
        for _, versions in sorted(of_projects.items())
    ]


def matching(query: Query, projects: Iterable[ProjectSummary]) -> list[ProjectSummary]:
    """Return the projects that have every word and every classifier, in the order of the query.

    By relevance: the project of that very name, those whose name has the words, those whose metadata have them.
    """
    words = query.words.casefold().split()
    ranked = [
        (rank, project)
        for project in projects
        if (rank := _rank(words, project)) is not None and _has_classifiers(project, query.classifiers)
    ]
    if query.order == NEWEST_FIRST:
        return [project for _, project in sorted(ranked, key=lambda pair: -pair[1].released)]
    return [project for _, project in sorted(ranked, key=lambda pair: pair[0])]


def facets(projects: Iterable[ProjectSummary], chosen: tuple[str, ...]) -> dict[str, list[Facet]]:
    """Return the classifiers that projects have, and the classifiers above them, by their first part."""
    names = set(chosen)
    for project in projects:
        for classifier in project.metadata.get("classifiers") or []:
            parts = classifier.split(" :: ")
            names.update(" :: ".join(parts[:length]) for length in range(2, len(parts) + 1))
    groups: dict[str, list[Facet]] = {}
    for name in sorted(names):
        parts = name.split(" :: ")
        field_id = name.replace(" ", "_").replace("::", ".")
        facet = Facet(name, field_id, parts[-1], max(0, len(parts) - 2), name in chosen)
        groups.setdefault(parts[0], []).append(facet)
    return groups


def _rank(words: list[str], project: ProjectSummary) -> int | None:
    """Return the place of a project among the results, 0 first; None if it is not one of them."""
    names = (project.name.casefold(), project.normalized)
    if words and names[0] == " ".join(words):
        return 0
    if all(any(word in name for name in names) for word in words):
        return 1
    text = " ".join((*names, *(str(project.metadata.get(field) or "") for field in SEARCHED))).casefold()
    return 2 if all(word in text for word in words) else None


def _has_classifiers(project: ProjectSummary, classifiers: tuple[str, ...]) -> bool:
    own = project.metadata.get("classifiers") or []
    return all(
        any(classifier == name or classifier.startswith(f"{name} :: ") for classifier in own) for name in classifiers
    )


def _number(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None
