from __future__ import annotations

from pathlib import Path

import pytest

from fake_pypi.workflows.gitlab.running.project_variables import is_credential, undefined_names
from tests.unit.workflows.gitlab.pipelines import context, read


def test_variables_that_nothing_defines_are_found(tmp_path: Path) -> None:
    rules = context(tag="v1")
    pipeline = read(
        tmp_path,
        """
        variables: {DEFINED: x, TWINE_PASSWORD: $TWINE_PASSWORD}
        job:
          id_tokens: {MY_TOKEN: {aud: pypi}}
          parallel: {matrix: [{KIND: [a, b]}]}
          variables: {PASSED: "${PYPI_TOKEN}"}
          script:
            - LOCAL=1; for each in $LIST; do echo $each; done
            - echo $DEFINED $MY_TOKEN $KIND $LOCAL $CI_COMMIT_TAG ${OTHER:-default} $$ \\$NOT
        """,
        rules=rules,
    )

    assert set(undefined_names(pipeline, rules.event)) == {"LIST", "OTHER", "PYPI_TOKEN"}


@pytest.mark.parametrize("name", ["PYPI_TOKEN", "TWINE_PASSWORD", "TWINE_USERNAME", "API_KEY"])
def test_names_of_credentials_are_known(name: str) -> None:
    assert is_credential(name)
    assert not is_credential("LIST")
