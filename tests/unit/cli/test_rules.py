"""`fake-pypi rules`: all rules, or one of them."""

from __future__ import annotations

import pytest

from fake_pypi.cli import main
from fake_pypi.explain.exchange_rejections import EXCHANGE, FAMILY
from fake_pypi.rules.order import PYPI
from tests.unit.cli.schemas import valid_document


def test_the_list_has_every_rule_with_its_status_and_first_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert {rule.id for rule in PYPI} <= {line.split()[0] for line in lines if line.startswith("  ")}
    listed = next(line for line in lines if line.split()[:1] == ["duplicate-file"])
    assert listed.split()[:5] == ["duplicate-file", "400", "The", "index", "has"]


def test_the_list_is_ordered_by_family(capsys: pytest.CaptureFixture[str]) -> None:
    main(["rules"])
    lines = capsys.readouterr().out.splitlines()
    headings = [line for line in lines if line and not line.startswith((" ", "`"))]
    assert headings == [*dict.fromkeys(rule.family.replace("_", " ") for rule in PYPI), FAMILY]


def test_a_rule_is_shown_with_message_explanation_and_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    for rule in PYPI:
        assert main(["rules", rule.id]) == 0
        output = " ".join(capsys.readouterr().out.split())
        assert output.startswith(f"{rule.id} (")
        for text in (rule.explanation, rule.remedy, rule.unknown_offline, rule.source):
            assert " ".join(text.split()) in output
        assert "Why" in output, rule.id
        assert f"fake-pypi reproduce {rule.id}" in output


@pytest.mark.parametrize("code", EXCHANGE)
def test_rejections_of_the_token_exchange_are_rules_too(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", code]) == 0
    output = " ".join(capsys.readouterr().out.split())
    rejection = EXCHANGE[code]
    for text in (
        f"{rejection.status} ",
        rejection.explanation,
        rejection.remedy,
        rejection.source,
        "fake-pypi run --github-actions",
    ):
        assert " ".join(text.split()) in output
    assert main(["reproduce", code]) == 2
    assert "fake-pypi run --github-actions" in capsys.readouterr().err


def test_the_message_of_a_rule_is_on_one_line_with_braces_for_values(capsys: pytest.CaptureFixture[str]) -> None:
    main(["rules", "duplicate-file"])
    assert "  400 File already exists ('{filename}', with blake2_256 hash '{blake2_256}')." in capsys.readouterr().out


def test_an_unknown_id_is_wrong_usage_and_near_ones_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "duplicate-fle"]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.count("\n") == 1
    assert "did you mean duplicate-file" in output.err


def test_json_has_the_same_content(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--json"]) == 0
    listed = valid_document(capsys.readouterr().out, "rules")["rules"]
    assert [each["rule"] for each in listed] == [*(rule.id for rule in PYPI), *EXCHANGE]
    assert main(["rules", "duplicate-file", "--json"]) == 0
    (one,) = valid_document(capsys.readouterr().out, "rules")["rules"]
    assert one in listed
    assert (one["status"], one["family"]) == (400, "existing_files")
    assert set(one) == {
        "rule",
        "family",
        "status",
        "message",
        "explanation",
        "remedy",
        "unknown_offline",
        "source",
        "recorded",
        "since",
        "until",
    }
