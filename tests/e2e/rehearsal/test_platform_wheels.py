"""Rehearsals of projects with wheels for one platform: rejected, built elsewhere, or repaired."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from packaging.tags import sys_tags

from examples.demo import HERE, NOT_COPIED, examples, skip_reason
from fake_pypi import sdist, wheel
from fake_pypi.rehearsal import STEPS, Rehearsal, SourceProject, StepFailed
from fake_pypi.settings import Settings

SETUP_CFG = """\
[metadata]
name = hello-platform
version = 1.0
description = Hello
long_description = Hello
long_description_content_type = text/plain
[options]
py_modules = hello_platform
[bdist_wheel]
plat_name = linux_x86_64
"""
TEXTS: dict[str, Any] = {"summary": "Hello", "description": "Hello", "description_content_type": "text/plain"}


def a_project(folder: Path, settings: str = "") -> SourceProject:
    """Write a project whose wheel is tagged for Linux, although no compiler is needed to build it."""
    folder.mkdir()
    (folder / "pyproject.toml").write_text(f'[build-system]\nrequires = ["setuptools"]\n{settings}', encoding="utf-8")
    (folder / "setup.cfg").write_text(SETUP_CFG, encoding="utf-8")
    (folder / "hello_platform.py").write_text("", encoding="utf-8")
    return SourceProject.at(folder)


def test_a_rejected_wheel_fails_the_check_and_the_sdist_is_rehearsed(tmp_path: Path) -> None:
    with Rehearsal(a_project(tmp_path / "hello"), Settings(), STEPS) as rehearsal:
        with pytest.raises(StepFailed) as failed:
            rehearsal.run_step("check")
        assert failed.value.rejected[0].rule == "unsupported-platform-tag"
        assert "rehearse with `--build sdist`, or with repaired wheels: `--dist DIR`" in str(failed.value)
        rehearsal.run_step("upload again")
        assert rehearsal.published == ["hello-platform 1.0 on PyPI: hello_platform-1.0.tar.gz"]


def test_a_wheel_that_cibuildwheel_builds_elsewhere_is_left_out_with_a_warning(tmp_path: Path) -> None:
    project = a_project(tmp_path / "hello", '[tool.cibuildwheel]\nskip = "pp*"\n')
    with Rehearsal(project, Settings(), STEPS) as rehearsal:
        rehearsal.run_step("check")
        assert [file.name for file in rehearsal.resources.release.files] == ["hello_platform-1.0.tar.gz"]
        (warning,) = [line for line in rehearsal.warnings if "linux_x86_64.whl" in line and "left out" in line]
        assert "cibuildwheel builds the wheels (`tool.cibuildwheel` in pyproject.toml:3)" in warning


def test_wheels_for_many_platforms_are_uploaded_and_the_one_that_fits_is_installed(tmp_path: Path) -> None:
    wheelhouse = tmp_path / "wheelhouse"
    here = next(str(tag) for tag in sys_tags() if not tag.platform.startswith(("linux_", "any")))
    for tag in ("cp39-cp39-win_amd64", "cp313-cp313-macosx_11_0_arm64", "cp310-cp310-musllinux_1_2_s390x", here):
        wheel("hello-platform", "1.0", tag=tag, **TEXTS).write_to(wheelhouse)
    sdist("hello-platform", "1.0", **TEXTS).write_to(wheelhouse)
    with Rehearsal(a_project(tmp_path / "hello"), Settings(dist=wheelhouse), STEPS) as rehearsal:
        rehearsal.run_step("install from PyPI")
        names = sorted(file.name for file in wheelhouse.iterdir())
        assert rehearsal.published == [f"hello-platform 1.0 on PyPI: {', '.join(names)}"]
        downloads = {Path(request.path).name for request in rehearsal.resources.indexes.pypi.requests}
        assert downloads & set(names) == {name for name in names if here in name or name.endswith(".tar.gz")}


@pytest.mark.skipif(sys.platform != "linux", reason="auditwheel repairs wheels of Linux")
def test_auditwheel_repairs_a_wheel_of_linux(tmp_path: Path) -> None:
    (example,) = [example for example in examples() if example.name == "c-extension"]
    if reason := skip_reason(example):
        pytest.skip(reason)
    shutil.copytree(HERE / "c-extension", tmp_path / "c", ignore=shutil.ignore_patterns(*NOT_COPIED))
    settings = Settings(repair_wheels=True, build="wheel").checked()
    with Rehearsal(SourceProject.at(tmp_path / "c"), settings, STEPS) as rehearsal:
        rehearsal.run_step("upload to PyPI")
        (published,) = rehearsal.published
        assert re.search(r"swift_fletcher-1\.0\.1-cp\d+-cp\d+-manylinux\S+\.whl$", published)
        assert [line for line in rehearsal.chosen if line.endswith("repaired by auditwheel on this machine")]
