"""The HTML of readmes in the database."""

from __future__ import annotations

from contextlib import closing

from fake_pypi.index import Index


def test_html_is_that_of_one_version_of_the_renderer() -> None:
    with closing(Index()) as index:
        assert index.readmes.get("aa", "renderer 1") is None
        index.readmes.put("aa", "<p>A</p>", "renderer 1")
        index.readmes.put("bb", None, "renderer 1")
        assert index.readmes.get("aa", "renderer 1") == ("<p>A</p>",)
        assert index.readmes.get("bb", "renderer 1") == (None,)
        assert index.readmes.get("aa", "renderer 2") is None
        index.readmes.put("aa", "<p>new</p>", "renderer 2")
        assert index.readmes.get("aa", "renderer 1") is None
