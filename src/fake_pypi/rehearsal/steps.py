"""The steps of a rehearsal, in order."""

from __future__ import annotations

from fake_pypi.rehearsal.build_step import build
from fake_pypi.rehearsal.check_step import check
from fake_pypi.rehearsal.install_steps import install_from_pypi, install_from_testpypi
from fake_pypi.rehearsal.step import Step
from fake_pypi.rehearsal.upload_steps import upload_again, upload_to_pypi, upload_to_testpypi
from fake_pypi.rehearsal.yank_step import yank

STEPS = (
    Step("build", build),
    Step("check", check, needs="build", publishes=True),
    Step("upload to TestPyPI", upload_to_testpypi, needs="check", beside_need=True, publishes=True),
    Step(
        "install from TestPyPI",
        install_from_testpypi,
        needs="upload to TestPyPI",
        environments=("from-testpypi",),
    ),
    # pip would install the release from PyPI if it were there, so it is uploaded after pip has looked.
    Step(
        "upload to PyPI",
        upload_to_pypi,
        needs="check",
        beside_need=True,
        after=("install from TestPyPI",),
        publishes=True,
    ),
    Step("upload again", upload_again, needs="upload to PyPI", publishes=True),
    Step(
        "install from PyPI",
        install_from_pypi,
        needs="upload to PyPI",
        environments=("from-wheel", "from-sdist"),
    ),
    Step("yank", yank, needs="upload to PyPI", environments=("from-wheel",)),
)
