"""Readmes as HTML, and the cache of the last ones."""

from __future__ import annotations

from fake_pypi.inspection.readme import ReadmeCache


def test_a_readme_is_rendered_as_its_content_type() -> None:
    cache = ReadmeCache()
    assert "<em>a</em>" in (cache.render("*a*", "text/markdown") or "")
    assert "<em>a</em>" in (cache.render("*a*", "text/x-rst") or "")
    assert "*a*" in (cache.render("*a*", "text/plain") or "")


def test_without_a_content_type_it_is_restructuredtext() -> None:
    assert ReadmeCache().render("A\n=", None) is not None
    assert ReadmeCache().render("`a <b", None) is None


def test_the_same_text_is_rendered_once() -> None:
    cache = ReadmeCache()
    assert cache.render("*a*", "text/markdown") is cache.render("*a*", "text/markdown")


def test_the_readme_that_was_used_longest_ago_is_dropped_first() -> None:
    cache = ReadmeCache(capacity=250)
    first, second = (cache.render(letter * 100, "text/markdown") for letter in "ab")
    assert cache.render("a" * 100, "text/markdown") is first
    cache.render("c" * 100, "text/markdown")
    assert cache.render("a" * 100, "text/markdown") is first
    assert cache.render("b" * 100, "text/markdown") is not second


def test_a_readme_larger_than_the_cache_is_rendered_and_not_kept() -> None:
    cache = ReadmeCache(capacity=10)
    page = cache.render("a" * 100, "text/markdown")
    assert page is not None
    assert cache.render("a" * 100, "text/markdown") is not page


def test_a_text_that_is_not_unicode_is_not_rendered() -> None:
    assert ReadmeCache().render("a \ud800", "text/plain") is None
