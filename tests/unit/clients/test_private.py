from __future__ import annotations

import pytest

from fake_pypi.clients.private import is_a_clients_setting, is_private


@pytest.mark.parametrize(
    "name",
    [
        "TWINE_PASSWORD",
        "UV_PUBLISH_TOKEN",
        "UV_CACHE_DIR",
        "PIP_INDEX_URL",
        "pip_extra_index_url",
        "POETRY_PYPI_TOKEN_PYPI",
        "TEST_PYPI_TOKEN",
        "COMPANY_INDEX_URL",
        "GITHUB_ACTIONS",
        "ACTIONS_ID_TOKEN_REQUEST_URL",
        "GITLAB_CI",
        "CI_JOB_TOKEN",
        "CI",
        "NETRC",
        "XDG_CONFIG_HOME",
        "DBUS_SESSION_BUS_ADDRESS",
        "SSH_AUTH_SOCK",
        "AWS_SECRET_ACCESS_KEY",
        "MY_API_KEY",
        "DATABASE_PASSWORD",
        "BASH_ENV",
        "FAKE_PYPI_CONTROL",
    ],
)
def test_credentials_settings_and_the_identity_of_a_ci_job_are_private(name: str) -> None:
    assert is_private(name)


@pytest.mark.parametrize(
    "name",
    [
        "PATH",
        "LANG",
        "CC",
        "CFLAGS",
        "CARGO_HOME",
        "RUSTUP_HOME",
        "PYENV_ROOT",
        "TOKENIZERS_PARALLELISM",
        "SYSTEMROOT",
        "GIT_AUTHOR_NAME",
        "SETUPTOOLS_SCM_PRETEND_VERSION",
        "SOURCE_DATE_EPOCH",
        "KEYBOARD",
    ],
)
def test_what_builds_and_projects_need_is_not_private(name: str) -> None:
    assert not is_private(name)


def test_a_wired_session_loses_only_the_settings_of_clients() -> None:
    assert is_a_clients_setting("TWINE_PASSWORD")
    assert not is_a_clients_setting("DATABASE_PASSWORD")
