"""Which projects a query finds, and in which order."""

from __future__ import annotations

import pytest

from fake_pypi.index.listing import ProjectSummary
from fake_pypi.web.site.search import Query, facets, matching, newest_of_each


def release(
    name: str, version: str = "1.0", *, released: float = 0.0, yanked: bool = False, **metadata: object
) -> ProjectSummary:
    return ProjectSummary(name, name.lower(), version, released, int(yanked), metadata)


PROJECTS = [
    release("Colours", released=1, summary="Names of colours", classifiers=["Topic :: Artistic Software"]),
    release("paint", released=3, summary="Mixes colours", keywords="brush, canvas"),
    release("colours-extra", released=2, author="Ann", classifiers=["Topic :: Artistic Software :: Paint"]),
]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        (Query("colours"), ["Colours", "colours-extra", "paint"]),
        (Query("COLOURS"), ["Colours", "colours-extra", "paint"]),
        (Query("mixes colours"), ["paint"]),
        (Query("brush"), ["paint"]),
        (Query("ann"), ["colours-extra"]),
        (Query("colours", order="-created"), ["paint", "colours-extra", "Colours"]),
        (Query("", ("Topic :: Artistic Software",)), ["Colours", "colours-extra"]),
        (Query("", ("Topic :: Art",)), []),
        (Query("extra", ("Topic :: Artistic Software",)), ["colours-extra"]),
    ],
)
def test_a_query_finds_projects_in_order(query: Query, names: list[str]) -> None:
    assert [project.name for project in matching(query, PROJECTS)] == names


def test_of_each_project_the_release_of_its_page_is_searched() -> None:
    releases = [
        release("a", "1.0"),
        release("a", "2.0rc1"),
        release("a", "1.1", yanked=True),
        release("b", "0.1", yanked=True),
    ]
    assert [(found.name, found.version) for found in newest_of_each(releases)] == [("a", "1.0"), ("b", "0.1")]


def test_classifiers_can_be_chosen_with_those_above_them() -> None:
    groups = facets(PROJECTS, ("Topic :: Games/Entertainment",))
    assert [(each.label, each.depth, each.is_chosen) for each in groups["Topic"]] == [
        ("Artistic Software", 0, False),
        ("Paint", 1, False),
        ("Games/Entertainment", 0, True),
    ]
    assert groups["Topic"][1].id == "Topic_._Artistic_Software_._Paint"


def test_the_address_of_another_page_keeps_the_query() -> None:
    address = Query("a b", ("X :: Y", "Z"), "-created").address(3)
    assert address == "/search/?q=a+b&c=X+%3A%3A+Y&c=Z&o=-created&page=3"
