"""Endpoints are found by their paths, and called with checked arguments."""

from __future__ import annotations

from pathlib import Path

import pytest

from fake_pypi.web.control.endpoints import EndpointTable
from fake_pypi.web.control.json_values import InvalidValue

TABLE = EndpointTable()


def shelf_of(library: str, shelf: str) -> str:
    return f"{library}/{shelf}"


@TABLE.add("GET", "/shelves/{shelf}/books/{book}", subject=shelf_of)
def show_book(shelf: str, *, book: str, page: int = 1) -> str:
    """Show a book."""
    return f"{shelf}/{book} page {page}"


@TABLE.add("POST", "/shelves/{shelf}/books", subject=shelf_of, status=201)
def add_book(shelf: str, *, title: str, pages: int | None = None) -> str:
    """Add a book.

    It may have no pages.
    """
    return f"{shelf}/{title} with {pages} pages"


@TABLE.add("PUT", "/shelves/{shelf}/scans/{book}", subject=shelf_of)
def scan_book(shelf: str, *, book: str, content: Path) -> str:
    """Add the bytes of a book."""
    return f"{shelf}/{book} at {content}"


def call(method: str, path: str, query: dict[str, list[str]] | None = None, body: object = None) -> object:
    endpoint, in_path = next((each, found) for each, found in TABLE.at(path) if each.method == method)
    return endpoint.call("library", in_path, query or {}, body)


def test_the_parameters_of_the_path_are_decoded_and_may_have_slashes() -> None:
    assert call("GET", "/shelves/a%2Fb/books/c%20d") == "library/a/b/c d page 1"


def test_parameters_of_the_query_and_of_the_body_are_read() -> None:
    assert call("GET", "/shelves/a/books/c", {"page": ["7"]}) == "library/a/c page 7"
    assert call("POST", "/shelves/a/books", body={"title": "t", "pages": 9}) == "library/a/t with 9 pages"
    assert call("POST", "/shelves/a/books", body={"title": "t"}) == "library/a/t with None pages"


def test_an_endpoint_may_get_the_bytes_of_the_body_as_a_file() -> None:
    assert call("PUT", "/shelves/a/scans/c", body=Path("file")) == "library/a/c at file"


@pytest.mark.parametrize(
    ("method", "path", "query", "body", "message"),
    [
        ("GET", "/shelves/a/books/c", {"pages": ["7"]}, None, "'pages' is not one of page"),
        ("GET", "/shelves/a/books/c", {"page": ["x"]}, None, "page is not a number"),
        ("GET", "/shelves/%ff/books/c", {}, None, "the address is not UTF-8"),
        ("GET", "/shelves/a/books/%00", {}, None, "book is not a text without NUL"),
        ("POST", "/shelves/a/books", {}, [], "the body is not a JSON object"),
        ("POST", "/shelves/a/books", {}, {}, "title is not given, and it is required"),
        ("POST", "/shelves/a/books", {}, {"title": "t", "author": "x"}, "'author' is not one of title, pages"),
        ("POST", "/shelves/a/books", {"title": ["t"]}, {"title": "t"}, "nothing is expected in the query"),
    ],
)
def test_wrong_arguments_are_rejected(
    method: str, path: str, query: dict[str, list[str]], body: object, message: str
) -> None:
    with pytest.raises(InvalidValue, match=message):
        call(method, path, query, body)


def test_an_endpoint_is_described_by_its_function() -> None:
    endpoint, _ = next(TABLE.at("/shelves/a/books"))
    assert (endpoint.operation_id, endpoint.summary, endpoint.status) == ("add_book", "Add a book.", 201)
    assert endpoint.description == "Add a book.\n\nIt may have no pages."
    assert [(each.name, each.place, each.required) for each in endpoint.parameters] == [
        ("shelf", "path", True),
        ("title", "body", True),
        ("pages", "body", False),
    ]


@pytest.mark.parametrize("path", ["/", "/shelves", "/shelves/a/books/c/d", "/shelves//books/c"])
def test_there_is_nothing_at_other_addresses(path: str) -> None:
    assert list(TABLE.at(path)) == []
