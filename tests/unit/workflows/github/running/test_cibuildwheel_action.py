from __future__ import annotations

import platform
import sys

import pytest

from fake_pypi.workflows.github.running.builtin_actions.cibuildwheel_action import WheelSettings, why_not_built

TAG = f"cp{sys.version_info[0]}{sys.version_info[1]}"


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({}, ""),
        ({"CIBW_BUILD": f"cp27-* {TAG}-*"}, ""),
        ({"CIBW_BUILD": "cp27-*"}, "`build` does not name it"),
        ({"CIBW_SKIP": f"{{{TAG},cp27}}-*"}, "`skip` names it"),
        ({"CIBW_ARCHS": "s390x"}, f"s390x is not built on this machine, which is {platform.machine()}"),
    ],
)
def test_settings_select_the_wheel_of_this_interpreter(variables: dict[str, str], reason: str) -> None:
    why = why_not_built(WheelSettings(variables, {}), "")

    assert why.endswith(reason) if reason else why == ""


def test_variables_come_before_the_table_of_the_project() -> None:
    settings = WheelSettings({"CIBW_SKIP": "pp*"}, {"skip": ["cp*"], "build": ["*"], "environment": {"A": "b c"}})

    assert settings.text("skip") == "pp*"
    assert settings.text("build") == "*"
    assert settings.text("environment") == "A='b c'"


def test_another_wheel_is_named() -> None:
    assert "cp27-win32 is not built here" in why_not_built(WheelSettings({}, {}), "cp27-win32")
