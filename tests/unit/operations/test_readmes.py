"""Readmes are rendered once in the life of an index on disk."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from fake_pypi.index import Index
from fake_pypi.inspection.readme import READMES, digest_of
from fake_pypi.operations.readmes import keep_readme, rendered_readme, renderer

TYPE = "text/markdown"


def test_a_new_readme_is_rendered_and_stored(tmp_path: Path) -> None:
    with closing(Index(path=tmp_path / "index.sqlite3")) as index:
        assert rendered_readme(index, "*New* readme", TYPE) == "<p><em>New</em> readme</p>\n"
        (row,) = index.db.rows("SELECT * FROM readmes")
        assert tuple(row) == (digest_of("*New* readme", TYPE), "<p><em>New</em> readme</p>\n", renderer())


def test_stored_html_is_not_rendered_again(tmp_path: Path) -> None:
    digest = digest_of("*Stored* readme", TYPE)
    with closing(Index(path=tmp_path / "index.sqlite3")) as index:
        index.readmes.put(digest, "<p>as it was stored</p>", renderer())
        assert digest not in READMES
        for _ in range(2):
            assert rendered_readme(index, "*Stored* readme", TYPE) == "<p>as it was stored</p>"
        assert digest in READMES


def test_what_the_check_of_an_upload_has_rendered_is_kept(tmp_path: Path) -> None:
    with closing(Index(path=tmp_path / "index.sqlite3")) as index:
        keep_readme(index, "*Checked* readme", TYPE)
        keep_readme(index, None, None)
        assert index.db.rows("SELECT * FROM readmes") == []
        READMES.render("*Checked* readme", TYPE)
        keep_readme(index, "*Checked* readme", TYPE)
        (row,) = index.db.rows("SELECT * FROM readmes")
        assert row["html"] == "<p><em>Checked</em> readme</p>\n"


def test_an_index_in_memory_stores_no_html() -> None:
    with closing(Index()) as index:
        assert rendered_readme(index, "*Passing* readme", TYPE) == "<p><em>Passing</em> readme</p>\n"
        keep_readme(index, "*Passing* readme", TYPE)
        assert index.db.rows("SELECT * FROM readmes") == []
