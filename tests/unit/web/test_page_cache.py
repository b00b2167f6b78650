"""Pages that are put together from the texts of files: only new files are described, and memory is bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.web import page_cache
from fake_pypi.web.page_cache import FEW, CachedPage, Key, PageCache

if TYPE_CHECKING:
    import pytest


def update(page: CachedPage, keys: list[Key]) -> set[int]:
    """Make the page have these files; return the numbers of those that were described for it."""
    missing = page.missing(keys)
    page.update(keys, {key: (key[0], f"file {key[0]} {key[1]}") for key in missing})
    return {key[0] for key in missing}


def keys(*numbers: int, mark: str = "") -> list[Key]:
    return [(number, mark) for number in numbers]


def test_only_new_files_are_described_and_all_are_in_order() -> None:
    page = CachedPage()
    described = [update(page, keys(*numbers)) for numbers in ((3, 1), (1, 2, 3), (1, 2, 3))]
    assert described == [{1, 3}, {2}, set()]
    assert (page.texts, page.positions) == (["file 1 ", "file 2 ", "file 3 "], [1, 2, 3])


def test_files_that_are_gone_are_left_out() -> None:
    page = CachedPage()
    update(page, keys(1, 2, 3))
    update(page, keys(1, 3))
    assert (page.texts, len(page)) == (["file 1 ", "file 3 "], 2)


def test_a_file_that_changed_is_described_again_at_its_place() -> None:
    page = CachedPage()
    update(page, keys(1, 2, 3))
    assert update(page, [*keys(1, 3), *keys(2, mark="yanked")]) == {2}
    assert page.texts == ["file 1 ", "file 2 yanked", "file 3 "]


def test_many_new_files_are_sorted_among_the_others() -> None:
    page = CachedPage()
    update(page, keys(*range(0, 10 * FEW, 2)))
    update(page, keys(*range(10 * FEW)))
    assert page.positions == list(range(10 * FEW))


def test_the_page_that_was_used_last_is_kept_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_cache, "MOST_FILES", 10)
    cache = PageCache()
    for name in "abc":
        update(cache.page(name), keys(1, 2, 3))
    cache.page("a")
    cache.drop_oldest()
    assert [len(cache.page(name)) for name in "abc"] == [3, 0, 3]


def test_pages_without_files_are_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_cache, "MOST_FILES", 10)
    cache = PageCache()
    for number in range(100):
        cache.page(number)
        cache.drop_oldest()
    assert len(cache._pages) <= 10
