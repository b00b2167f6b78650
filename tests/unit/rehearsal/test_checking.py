"""The warnings of `twine check`, as a rehearsal reports them."""

from __future__ import annotations

from fake_pypi.rehearsal.checking import warnings

TYPE = "WARNING  `long_description_content_type` missing. defaulting to `text/x-rst`.   "


def test_a_warning_is_reported_once_for_all_files_and_with_its_lines() -> None:
    output = (
        "Checking dist/a.whl: PASSED with warnings\n"
        "WARNING  `long_description` has odd markup and may not be        \n"
        "         rendered.                                               \n"
        "         line 4: Error: Unknown role.\n"
        f"{TYPE}\n"
        "Checking dist/a.tar.gz: PASSED with warnings\n"
        f"{TYPE}\n"
    )
    assert warnings(output) == [
        "`long_description` has odd markup and may not be rendered. line 4: Error: Unknown role.",
        "`long_description_content_type` missing. defaulting to `text/x-rst`.",
    ]


def test_a_description_that_is_missing_is_left_to_the_note_about_it() -> None:
    output = f"Checking dist/a.whl: PASSED with warnings\n{TYPE}\nWARNING  `long_description` missing.\n"
    assert warnings(output) == []
