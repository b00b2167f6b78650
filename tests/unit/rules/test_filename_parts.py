from __future__ import annotations

from typing import Any

import pytest

from fake_pypi.inspection.distribution_name import WheelName, read_wheel_name, sdist_project
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.filename_parts import InvalidWheelFilename
from fake_pypi.rules.platform_tags import is_supported
from fake_pypi.rules.rule_set import RuleSet


@pytest.mark.parametrize(
    ("filename", "words"),
    [
        ("demo-1.0-any.whl", "Invalid wheel filename (wrong number of parts): 'demo-1.0-any'"),
        ("demo-1.0-1-2-py3-none-any.whl", "Invalid wheel filename (wrong number of parts)"),
        ("de__mo-1.0-py3-none-any.whl", "Invalid project name: 'de__mo-1.0-py3-none-any'"),
        ("de mo-1.0-py3-none-any.whl", "Invalid project name: 'de mo-1.0-py3-none-any'"),
        ("my-demo-1.0-py3-none-any.whl", "Invalid wheel filename (invalid version)"),
        ("demo-one-py3-none-any.whl", "Invalid wheel filename (invalid version)"),
        ("demo-1.0-abc-py3-none-any.whl", "Invalid build number: abc in 'demo-1.0-abc-py3-none-any'"),
    ],
)
def test_the_message_has_the_reason_why_a_wheel_name_is_invalid(rejection_of: Any, filename: str, words: str) -> None:
    rejection = rejection_of(wheel("demo").renamed(filename), rule_set=RuleSet([InvalidWheelFilename()]))
    assert rejection.message.startswith(words)


@pytest.mark.parametrize(
    "filename",
    [
        "demo-1.0-py3-none-any.whl",
        "demo-1.0-1abc-py3-none-any.whl",
        "demo-1.0--none-any.whl",
        "demo-1.0-PY3-None-Any.whl",
        "démo-1!1.0+local-py2.py3-none-any.whl",
        "-1.0-py3-none-any.whl",
    ],
)
def test_other_names_can_be_taken_apart(filename: str) -> None:
    name = read_wheel_name(filename)
    assert isinstance(name, WheelName)
    assert name.platforms == ("any",)


@pytest.mark.parametrize("filename", ["demo.tar.gz", "demo-one.tar.gz", "demo-1.0.tgz", "demo-.zip", "1.0.tar.gz"])
def test_an_sdist_name_has_a_version(filename: str) -> None:
    assert sdist_project(filename) is None


@pytest.mark.parametrize(
    "tag",
    [
        *["any", "win32", "win_amd64", "win_arm64", "win_ia64", "linux_armv6l", "linux_armv7l"],
        *["manylinux1_x86_64", "manylinux2010_i686", "manylinux2014_s390x", "manylinux2014_ppc64"],
        *["manylinux_2_17_x86_64", "manylinux_2_39_riscv64", "manylinux_3_99_ppc64", "musllinux_1_2_riscv64"],
        *["macosx_10_9_x86_64", "macosx_10_15_fat3", "macosx_11_0_arm64", "macosx_26_0_universal2"],
        *["ios_13_0_arm64_iphoneos", "ios_13_0_x86_64_iphonesimulator", "ios_13_0_arm64_iphoneos_and_more"],
        *["android_21_arm64_v8a", "android_34_x86", "pyemscripten_2025_0_wasm32", "pyemscripten_2025_0_wasm32_x"],
    ],
)
def test_platforms_that_pypi_takes(tag: str) -> None:
    assert is_supported(tag)


@pytest.mark.parametrize(
    "tag",
    [
        *["", "none", "linux_x86_64", "linux_aarch64", "win_arm32", "win64", "Any"],
        *["manylinux1_aarch64", "manylinux2010_aarch64", "manylinux2014_riscv64", "manylinux2024_x86_64"],
        *["manylinux_2_x86_64", "manylinux_2_28_loongarch64", "musllinux_1_2_ppc64", "musllinux_1_1_"],
        *["macosx_11_1_arm64", "macosx_16_0_arm64", "macosx_9_0_ppc", "macosx_11_0_arm64_extra"],
        *["ios_13_0_arm64", "ios_13_0_arm64_iphonefoo", "ios_13_0_i386_iphoneos", "ios_13_arm64_iphoneos"],
        *["ios_13_0_arm64_iphoneos_iphonesimulator", "ios_13_0_arm64_x_iphoneos"],
        *["android_21_mips", "android_21_0_x86", "pyodide_2024_0_wasm32", "pyemscripten_2025_0_wasm64"],
        *["freebsd_14_0_amd64", "any_11_0_arm64"],
    ],
)
def test_platforms_that_it_does_not(tag: str) -> None:
    assert not is_supported(tag)


def test_each_platform_of_a_compressed_set_is_checked(rejection_of: Any) -> None:
    package = wheel("demo", tag="py3-none-manylinux2014_x86_64.linux_x86_64")
    assert rejection_of(package).message == (
        f"Binary wheel '{package.filename}' has an unsupported platform tag 'linux_x86_64'."
    )


@pytest.mark.parametrize("make", [wheel, sdist])
def test_a_file_starts_with_the_name_of_its_project(rejection_of: Any, make: Any) -> None:
    rejection = rejection_of(make("demo-extra"), form={"name": "My.Demo"})
    assert rejection.message == "Start filename for 'My.Demo' with 'my_demo'."


@pytest.mark.parametrize("name", ["demo", "Demo", "DEMO"])
@pytest.mark.parametrize("make", [wheel, sdist])
def test_the_project_may_be_spelled_in_any_way(rule_of: Any, make: Any, name: str) -> None:
    assert rule_of(make("demo"), form={"name": name}) is None


@pytest.mark.parametrize(
    ("version", "filename", "expected"),
    [
        ("1.0", "demo-1.0.zip", "demo-1.0.tar.gz"),
        ("1.0", "Demo-1.0.tar.gz", "demo-1.0.tar.gz"),
        ("1.0", "demo-1.0.0.tar.gz", "demo-1.0.tar.gz"),
        ("1.0", "demo-2.0.tar.gz", "demo-1.0.tar.gz"),
        ("1.0.post1", "demo-1.0-1.tar.gz", "demo-1.0.post1.tar.gz"),
        ("1.0-RC1", "demo-1.0-RC1.tar.gz", "demo-1.0rc1.tar.gz"),
    ],
)
def test_an_sdist_has_one_name_only(rejection_of: Any, version: str, filename: str, expected: str) -> None:
    from fake_pypi.rules.order import ARCHIVE, PYPI

    without = PYPI.without(*(rule.id for rule in ARCHIVE))
    rejection = rejection_of(
        sdist("demo").renamed(filename), rule_set=without, form={"name": "demo", "version": version}
    )
    names = {"demo-1.0-RC1.tar.gz": "Invalid source distribution filename: demo-1.0-RC1.tar.gz"}
    assert rejection.message == names.get(filename, f"Filename {filename!r} is invalid, should be {expected!r}.")


@pytest.mark.parametrize(
    ("spelled", "name"), [("Demo-1.0", "Demo"), ("my.demo-1.0", "my.demo"), ("My_Demo-1.0", "my-demo")]
)
def test_a_wheel_is_named_in_normalized_spelling(rejection_of: Any, spelled: str, name: str) -> None:
    package = wheel(name, spelled=spelled)
    wanted = name.lower().replace(".", "_").replace("-", "_")
    assert rejection_of(package).message == (
        f"Filename '{package.filename}' should contain the normalized project name '{wanted}', "
        f"not '{spelled.partition('-')[0]}'."
    )


@pytest.mark.parametrize("version", ["1", "1.0.0", "01.0", "v1.0"])
def test_another_spelling_of_the_version_is_fine_for_wheels(rule_of: Any, version: str) -> None:
    assert rule_of(wheel("demo"), form={"version": version}) is None


@pytest.mark.parametrize("version", ["2.0", "1.0.post1", "1!1.0", "1.0rc1"])
def test_another_version_is_not(rejection_of: Any, version: str) -> None:
    rejection = rejection_of(wheel("demo"), form={"version": version})
    assert rejection.message == f"Version in filename should be '{version}' not '1.0'."


def test_the_platform_is_checked_before_the_name(rule_of: Any) -> None:
    assert rule_of(wheel("other", tag="py3-none-foo"), form={"name": "demo"}) == "unsupported-platform-tag"
