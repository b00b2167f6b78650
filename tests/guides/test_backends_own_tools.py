"""Publishing with the tools that build backends bring: hatch, pdm, flit, maturin; and with tox and pipx."""

from __future__ import annotations

from pathlib import Path

import pytest

from fake_pypi.fake import FakeIndexes
from tests.e2e.provision import programs_of

pytestmark = pytest.mark.slow

TOX_INI = """\
[testenv:release]
skip_install = true
deps =
    build
    twine
pass_env = TWINE_*
commands =
    python -m build
    twine check dist/*
    twine upload {posargs} dist/*
"""

GUIDES = {
    "hatch": """
        hatch version
        hatch build
        HATCH_INDEX_USER=__token__ HATCH_INDEX_AUTH=$TEST_PYPI_API_TOKEN hatch publish -r test
        hatch publish --user __token__ --auth $PYPI_API_TOKEN
        """,
    "pdm": """
        pdm config repository.testpypi.username __token__
        pdm config repository.testpypi.password $TEST_PYPI_API_TOKEN
        pdm build
        pdm publish -r testpypi
        pdm publish --username __token__ --password $PYPI_API_TOKEN
        pdm lock
        pdm install
        """,
    "flit": """
        flit build
        flit publish --repository testpypi
        flit publish
        """,
    "maturin": """
        uv build
        maturin upload --repository testpypi dist/*
        MATURIN_PYPI_TOKEN=$PYPI_API_TOKEN maturin upload --skip-existing dist/*
        """,
    "tox": """
        TWINE_USERNAME=__token__ TWINE_PASSWORD=$TEST_PYPI_API_TOKEN tox -e release -- --repository testpypi
        TWINE_USERNAME=__token__ TWINE_PASSWORD=$PYPI_API_TOKEN tox -e release -- --skip-existing
        """,
    "pipx": """
        uv build
        pipx install twine
        pipx run twine check dist/*
        twine upload --repository testpypi dist/*
        twine upload dist/*
        pipx run tide-tables
        """,
}


@pytest.mark.parametrize("client", GUIDES)
def test_its_guide_publishes_to_both(indexes: FakeIndexes, project: Path, client: str) -> None:
    (project / "tox.ini").write_text(TOX_INI, encoding="utf-8")
    shell = indexes.shell()
    path = f"{programs_of(client, 'newest')}:{shell.env['PATH']}"
    shell.script(GUIDES[client], cwd=project, env={"PATH": path})
    for index in indexes.all:
        published = index.project("tide-tables")
        assert published is not None
        assert sorted(published.releases["1.0.0"].filenames) == [
            "tide_tables-1.0.0-py3-none-any.whl",
            "tide_tables-1.0.0.tar.gz",
        ]
    assert indexes.blocked_requests == []
