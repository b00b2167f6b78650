from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fake_pypi.index import Index
from fake_pypi.inspection.form_metadata import FIELDS, FormMetadata
from fake_pypi.rules.examples import upload_of
from fake_pypi.rules.metadata_rule import MetadataRule, example_with
from fake_pypi.rules.order import METADATA
from fake_pypi.rules.rule_set import RuleSet

RULES = RuleSet(rule for rule in METADATA if isinstance(rule, MetadataRule))


@pytest.fixture
def message_for(message_for: Any) -> Any:
    """As elsewhere, but with the rules for core metadata only."""
    return partial(message_for, rule_set=RULES)


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5"])
def test_the_metadata_versions_up_to_2_5_are_known(message_for: Any, version: str) -> None:
    assert message_for(metadata_version=version) is None


@pytest.mark.parametrize("version", ["0.9", "2.0", "2.6", "2.10", "3.0", " 2.1"])
def test_no_other_metadata_version_is(message_for: Any, version: str) -> None:
    assert message_for(metadata_version=version) == f"{version!r} is not a valid metadata version."


def test_metadata_without_a_version_of_its_own_is_of_version_none(message_for: Any) -> None:
    assert message_for(metadata_version=None) == "None is not a valid metadata version."
    assert message_for(metadata_version="") == "None is not a valid metadata version."


@pytest.mark.parametrize("version", ["1.0", "01.0", "1.0 ", "v1.0", "1.0-1", "1!2.0", "1.0RC1", "1.0.dev"])
def test_a_version_may_be_spelled_in_any_way_that_can_be_read(message_for: Any, version: str) -> None:
    assert message_for(version=version) is None


@pytest.mark.parametrize("version", ["bad", "1..0", "1.0.*", "1.0-beta-x", "\uff11.0", " "])
def test_a_version_that_cannot_be_read_is_rejected(message_for: Any, version: str) -> None:
    assert message_for(version=version) == f"{version!r} is invalid for 'version'."


def test_a_local_version_stays_at_home(message_for: Any) -> None:
    words = message_for(version="1.0+Ubuntu-1")

    assert words is not None
    assert words.startswith("The use of local versions in '1.0+ubuntu.1' is not allowed. See ")


@pytest.mark.parametrize("field", [each for each in FIELDS if each.since != "1.0"], ids=lambda each: each.name)
def test_a_field_may_not_be_older_than_its_metadata_version(message_for: Any, field: Any) -> None:
    known = ["1.0", "1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5"]
    too_old = known[known.index(field.since) - 1]
    words = f"{field.name} introduced in metadata version {field.since}, not {too_old}."

    assert message_for(metadata_version=too_old, **{field.sent_as: "x"}) == words
    assert "introduced" not in (message_for(metadata_version=field.since, **{field.sent_as: "x"}) or "")


def test_an_empty_field_was_not_sent(message_for: Any) -> None:
    assert message_for(metadata_version="1.0", **{each.sent_as: "" for each in FIELDS[5:]}) is None


def test_of_two_empty_texts_each_counts(message_for: Any) -> None:
    assert message_for(classifiers=["", "Programming Language :: Python"]) == "'' is not a valid classifier."


def test_the_first_field_by_name_is_reported(message_for: Any) -> None:
    wrong = {"summary": "a\nb", "requires_python": "foo", "dynamic": "nope"}

    assert message_for(**wrong) == "'nope' is not a valid dynamic field."
    assert message_for(**{**wrong, "dynamic": None}) == "'foo' is invalid for 'requires-python'."


def test_versions_come_before_all_other_fields(message_for: Any) -> None:
    wrong = {"dynamic": "nope", "version": "bad"}

    assert message_for(**wrong) == "'bad' is invalid for 'version'."
    assert message_for(**wrong, metadata_version="9") == "'9' is not a valid metadata version."


def test_a_field_that_came_twice_comes_before_everything_else(message_for: Any) -> None:
    assert message_for(metadata_version="9", summary=["a", "b"]) == "'summary' has invalid data."


def test_what_the_standard_forbids_comes_before_what_only_pypi_does(message_for: Any) -> None:
    assert message_for(author_email="a@localhost", summary="a\nb") == "'summary' must be a single line."


def test_a_field_too_new_takes_its_place_among_the_other_fields(message_for: Any) -> None:
    wrong = {"metadata_version": "2.3", "license_file": "LICENSE", "summary": "a\nb"}

    assert message_for(**wrong) == "license-file introduced in metadata version 2.4, not 2.3."
    assert message_for(**wrong, description_content_type="x") == (
        "'description-content-type' must be one of ['text/x-rst', 'text/markdown', 'text/plain'], not 'x'."
    )


def test_without_a_rule_the_next_problem_is_reported(message_for: Any) -> None:
    rule_set = RULES.without("field-too-new")

    words = message_for(rule_set=rule_set, metadata_version="2.3", license_file="LICENSE", summary="a\nb")

    assert words == "'summary' must be a single line."


def test_check_all_reports_every_field(uploads: Path) -> None:
    index = Index()
    upload = upload_of(example_with(summary="a\nb", author_email="a@localhost", version="bad"), index, uploads)

    assert [rejection.rule.id for rejection in RULES.check_all(upload, index)] == [
        "invalid-version",
        "summary-lines",
        "invalid-email",
    ]


def test_a_summary_of_512_characters_is_fine(message_for: Any) -> None:
    assert message_for(summary="s" * 512) is None
    assert message_for(summary="s" * 513) == "'summary' field must be 512 characters or less."


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "TEXT/MARKDOWN",
        "text/markdown; variant=CommonMark",
        "text/x-rst; charset=UTF-8",
        "text/plain; variant=anything",
    ],
)
def test_a_readme_may_be_of_three_types(message_for: Any, kind: str) -> None:
    assert message_for(description_content_type=kind) is None


@pytest.mark.parametrize("kind", ["markdown", "text/rst", ";", " "])
def test_a_readme_of_another_type_is_rejected(message_for: Any, kind: str) -> None:
    known = "['text/x-rst', 'text/markdown', 'text/plain']"

    assert message_for(description_content_type=kind) == (
        f"'description-content-type' must be one of {known}, not {kind!r}."
    )


@pytest.mark.parametrize(
    "form",
    [
        {"version": "{version}"},
        {"requires_dist": "demo {% if x %}"},
        {"description_content_type": "text/markdown\nX: y"},
        {"license_expression": "MIT OR LicenseRef-Own+"},
    ],
)
def test_pypi_fails_at_values_that_its_reader_stumbles_over(message_for: Any, form: dict[str, str]) -> None:
    assert message_for(**form) == "Internal Server Error"
    assert message_for(**form, summary="a\nb", dynamic="Name") == "Internal Server Error"
    assert message_for(**form, summary=["a", "b"]) == "'summary' has invalid data."


def test_doubled_braces_are_shown_once(message_for: Any) -> None:
    assert message_for(version="{{ version }}") == "'{ version }' is invalid for 'version'."


def test_braces_in_valid_values_are_accepted(message_for: Any) -> None:
    assert message_for(summary="{summary}", keywords="{a}", author="{b}") is None


def test_only_one_spelling_of_utf_8_will_do(message_for: Any) -> None:
    assert message_for(description_content_type="text/markdown; charset=utf-8") == (
        "'description-content-type' can only specify the UTF-8 charset, not 'utf-8'."
    )


def test_unknown_classifiers_are_reported_in_alphabetical_order(message_for: Any) -> None:
    assert message_for(classifiers=["Zoo", "Foo :: Bar"]) == "'Foo :: Bar' is not a valid classifier."


def test_dynamic_fields_may_be_written_in_any_case(message_for: Any) -> None:
    assert message_for(dynamic=["Requires-Dist", "SUMMARY"]) is None


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("Version", "'version' is not allowed as a dynamic field."),
        ("colour", "'colour' is not a valid dynamic field."),
        ("Dynamic", "Dynamic field 'dynamic' is not a valid dynamic field."),
    ],
)
def test_some_fields_cannot_be_dynamic(message_for: Any, field: str, words: str) -> None:
    assert message_for(dynamic=field) == words


@pytest.mark.parametrize("licence", ["MIT", "mit", "Apache-2.0 OR MIT", "GPL-2.0+", "LicenseRef-", "LicenseRef-Own"])
def test_a_licence_is_an_spdx_expression(message_for: Any, licence: str) -> None:
    assert message_for(license_expression=licence) is None


@pytest.mark.parametrize("licence", ["Foo", "MIT License", "MIT OR", "(MIT", " "])
def test_any_other_licence_is_rejected(message_for: Any, licence: str) -> None:
    assert message_for(license_expression=licence) == f"{licence!r} is invalid for 'license-expression'."


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("../LICENSE", "parent directory indicators are not allowed"),
        ("LICEN*", "paths must be resolved"),
        ("/LICENSE", "paths must be relative"),
        ("C:\\LICENSE", "paths must be relative"),
        ("a\\b", "paths must use '/' delimiter"),
        ("./LICENSE", "paths must use '/' delimiter"),
    ],
)
def test_a_licence_file_has_a_plain_path(message_for: Any, path: str, why: str) -> None:
    assert message_for(license_file=["LICENSE", path]) == f"{path!r} is invalid for 'license-file', {why}."


@pytest.mark.parametrize("name", ["demo", "demo.sub", "demo;private", "demo ; private", "d\u00e9mo"])
def test_an_import_name_is_what_import_takes(message_for: Any, name: str) -> None:
    assert message_for(metadata_version="2.5", import_name=name) is None


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("demo.", "'' is not a valid identifier"),
        ("class.x", "'class' is a keyword"),
        ("demo; public", "the only valid option is 'private'"),
    ],
)
def test_any_other_import_name_is_rejected(message_for: Any, name: str, why: str) -> None:
    words = f"{name!r} is invalid for 'import-namespace'; {why}."

    assert message_for(metadata_version="2.5", import_namespace=name) == words


def test_a_nul_character_is_written_out(message_for: Any) -> None:
    assert message_for(version="1.0\0") == "'1.0\\\\x00' is invalid for 'version'."


FRAGMENTS = [
    "1.0",
    "2.4",
    "demo",
    "[",
    "(",
    "@",
    "https://",
    ";",
    "'",
    '"',
    "{",
    "}",
    " ",
    "\n",
    "\0",
    "\u00e9",
    ",",
    "<",
    "*",
]
FRAGMENTS += [
    "..",
    "LicenseRef-",
    "+",
    " OR ",
    "text/x-rst",
    "charset*0=",
    "::",
    "==",
    "%",
    "[::1",
    "x" * 70,
    "a@b.com",
]


@settings(max_examples=150)
@given(st.lists(st.tuples(st.sampled_from(FIELDS), st.lists(st.sampled_from(FRAGMENTS), max_size=8).map("".join))))
def test_no_text_makes_reading_or_judging_fail(pairs: list[tuple[Any, str]]) -> None:
    fields: dict[str, list[str]] = {}
    for field, text in pairs:
        fields.setdefault(field.sent_as, []).append(text)
    metadata = FormMetadata.of(fields)

    problems = [problem for rule in RULES if isinstance(rule, MetadataRule) for problem in rule.problems(metadata)]
    ranks = sorted(problem.rank for problem in problems)  # ranks of different rules can be compared
    assert len(ranks) == len(problems)
    assert set(metadata.as_release()) == set(FormMetadata.of({}).as_release())


def test_a_release_keeps_values_in_their_normal_form() -> None:
    metadata = FormMetadata.of(
        {
            "requires_python": [">= 3.9 "],
            "requires_dist": ["requests;extra=='a b'"],
            "provides_extra": ["a.b_c"],
            "license_expression": ["mit"],
            "dynamic": ["requires-dist"],
            "keywords": ["a,b , c"],
            "platform": ["linux", "win32"],
            "classifiers": ["A", "B", "A"],
        }
    )

    values = {name: value for name, value in metadata.as_release().items() if value}

    assert values == {
        "requires_python": ">=3.9",
        "requires_dist": ['requests; extra == "a b"'],
        "provides_extra": ["a-b-c"],
        "license_expression": "MIT",
        "dynamic": ["Requires-Dist"],
        "keywords": "a, b, c",
        "platform": "linux",
        "classifiers": ["A", "B"],
    }


def test_a_release_without_metadata_keeps_nothing_but_an_empty_readme() -> None:
    values = FormMetadata.of({}).as_release()

    assert {name: value for name, value in values.items() if value is not None} == {
        "description": "",
        "classifiers": [],
    }


def test_home_page_and_download_url_are_links_unless_they_are_sent_twice() -> None:
    metadata = FormMetadata.of(
        {
            "home_page": ["https://example.com/"],
            "download_url": ["https://example.com/dl"],
            "project_urls": ["Home-Page, https://example.com/", "download, https://example.com/dl2"],
        }
    )

    assert metadata.as_release()["project_urls"] == {
        "Homepage": "https://example.com/",
        "Download": "https://example.com/dl",
        "download": "https://example.com/dl2",
    }


def test_what_cannot_be_read_is_kept_as_it_was_sent() -> None:
    values = FormMetadata.of({"requires_python": ["foo"], "requires_dist": ["a b"]}).as_release()

    assert (values["requires_python"], values["requires_dist"]) == ("foo", ["a b"])
