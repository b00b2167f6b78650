from __future__ import annotations

from fake_pypi.workflows.gitlab.pipeline import PipelineVariable
from fake_pypi.workflows.gitlab.placed_values import Place
from fake_pypi.workflows.gitlab.variable_expansion import expand, expanded_variables


def variable(value: str, *, expand: bool = True) -> PipelineVariable:
    return PipelineVariable(value, Place("", 0), expand)


def test_a_variable_that_does_not_exist_stays_in_a_text() -> None:
    assert expand("${A}-$B $$C", {"A": "1"}) == "1-$B $C"


def test_values_contain_values_of_other_variables_and_later_layers_replace_earlier_ones() -> None:
    layers = [
        {"URL": variable("https://$HOST/${NAME}"), "HOST": variable("first"), "RAW": variable("$HOST", expand=False)},
        {"HOST": variable("$NAME.example"), "PRICE": variable("$$5"), "NONE": variable("[$MISSING]")},
    ]

    assert expanded_variables(layers, {"NAME": "demo"}) == {
        "URL": "https://demo.example/demo",
        "HOST": "demo.example",
        "RAW": "$HOST",
        "PRICE": "$5",
        "NONE": "[]",
    }


def test_variables_that_contain_each_other_come_to_an_end() -> None:
    values = expanded_variables([{"A": variable("$B"), "B": variable("$A"), "C": variable("x$C")}], {})

    assert values["C"] == "x"
    assert set(values) == {"A", "B", "C"}
