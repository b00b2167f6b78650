from __future__ import annotations

from fake_pypi.inspection.violations import Violation, validation_error


def test_one_violation_of_the_whole_text_is_worded_as_recorded() -> None:
    said = validation_error([Violation("Input should be an object", "model_type", "x")], "TokenPayload")
    assert said == (
        "1 validation error for TokenPayload\n"
        "  Input should be an object [type=model_type, input_value='x', input_type=str]\n"
        "    For further information visit https://errors.pydantic.dev/2.13/v/model_type"
    )


def test_a_place_gets_a_line_of_its_own_and_more_than_one_a_plural() -> None:
    two = [Violation("Field required", "missing", {}, place) for place in ("a", "b")]
    assert validation_error(two, "T").splitlines()[:2] == ["2 validation errors for T", "a"]


def test_a_long_value_is_shortened_in_the_middle() -> None:
    assert "input_value='aaaaaaaaaaaaaaaaaaaaaaaa...aaaaaaaaaaaaaaaaaaaaaaa', " in str(Violation("", "x", "a" * 60))
    assert "..." not in str(Violation("", "x", "a" * 48))
