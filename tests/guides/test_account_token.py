"""The first release with an account token in ~/.pypirc, by way of TestPyPI."""

from __future__ import annotations

from pathlib import Path

import pytest

from fake_pypi.clients.shell import Shell
from fake_pypi.fake import FakeIndexes
from tests.guides.screen import shown

pytestmark = pytest.mark.slow

PYPIRC = """
cat > ~/.pypirc << EOF
[distutils]
index-servers =
    pypi
    testpypi

[pypi]
repository = https://upload.pypi.org/legacy/
username = __token__
password = $PYPI_API_TOKEN

[testpypi]
repository = https://test.pypi.org/legacy/
username = __token__
password = $TEST_PYPI_API_TOKEN
EOF
chmod 600 ~/.pypirc
"""


def test_pypirc_testpypi_install_pypi(
    shell: Shell, indexes: FakeIndexes, project: Path, tokens: dict[str, str]
) -> None:
    shell.script(PYPIRC, env=tokens)
    assert (shell.home / ".pypirc").stat().st_mode & 0o777 == 0o600

    told = shell.script(
        """
        rm -rf dist/
        python -m build
        ls dist/
        tar -tzf dist/*.tar.gz
        python -m twine check dist/*
        twine upload --repository testpypi dist/*
        """,
        cwd=project,
    )
    assert "Successfully built tide_tables-1.0.0.tar.gz and tide_tables-1.0.0-py3-none-any.whl" in shown(told)
    assert "tide_tables-1.0.0/pyproject.toml" in told.stdout
    assert told.stdout.count("PASSED") == 2
    assert "https://test.pypi.org/project/tide-tables/1.0.0/" in told.stdout

    told = shell.script(
        """
        python -m venv fresh
        source fresh/bin/activate
        pip install --index-url https://test.pypi.org/simple/ --extra-index-url https://pypi.org/simple/ tide-tables
        python -c "import tide_tables; print(tide_tables.__version__)"
        tide-tables
        deactivate
        twine upload dist/*
        """,
        cwd=project,
    )
    assert "\n1.0.0\ntide-tables 1.0.0, idna 3\n" in told.stdout
    assert "https://pypi.org/project/tide-tables/1.0.0/" in told.stdout
    for index in indexes.all:
        published = index.project("tide-tables")
        assert published is not None
        assert len(published.releases["1.0.0"].filenames) == 2


def test_without_pypi_for_the_rest_the_dependency_is_missing(indexes: FakeIndexes, project: Path) -> None:
    rejected = indexes.shell().script(
        """
        uv build --quiet
        twine upload --repository testpypi dist/*
        virtualenv --quiet fresh
        fresh/bin/pip install --index-url https://test.pypi.org/simple/ tide-tables
        """,
        cwd=project,
        check=False,
    )
    assert rejected.returncode == 1
    assert "No matching distribution found for idna" in rejected.stderr


def test_credentials_in_variables_and_on_the_command_line(
    shell: Shell, indexes: FakeIndexes, project: Path, tokens: dict[str, str]
) -> None:
    told = shell.script(
        """
        uv build --quiet
        TWINE_USERNAME=__token__ TWINE_PASSWORD=$TEST_PYPI_API_TOKEN twine upload --repository testpypi dist/*
        TWINE_USERNAME=__token__ TWINE_PASSWORD=$TEST_PYPI_API_TOKEN twine upload --repository-url \
            https://test.pypi.org/legacy/ --skip-existing dist/*
        twine upload --username __token__ --password $PYPI_API_TOKEN --verbose dist/*
        twine upload --username __token__ --password $PYPI_API_TOKEN --skip-existing dist/*
        """,
        cwd=project,
        env=tokens,
    )
    assert "Response from https://upload.pypi.org/legacy/: 200 OK" in shown(told)
    assert "Skipping tide_tables-1.0.0-py3-none-any.whl because it appears to already exist" in shown(told)
    assert [index.project("tide-tables") is not None for index in indexes.all] == [True, True]


def test_a_wrong_token_is_explained_by_pypi_with_verbose(shell: Shell, project: Path) -> None:
    rejected = shell.script(
        """
        uv build --quiet
        TWINE_USERNAME=__token__ TWINE_PASSWORD=pypi-copied-badly twine upload --verbose dist/*
        """,
        cwd=project,
        check=False,
    )
    assert rejected.returncode == 1
    assert "Invalid or non-existent authentication information." in shown(rejected)
