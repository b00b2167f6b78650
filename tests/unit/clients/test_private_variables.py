"""Which names look like credentials or settings of clients. Each entry of the lists is needed by one of these names."""

from __future__ import annotations

import re

import pytest

from fake_pypi.clients.private_variables import IDENTITIES, STORES, WORDS, is_client_setting, is_private
from fake_pypi.clients.supported_clients import CLIENTS

OF_STORES = """
    ARTIFACTORY_USER AWS_PROFILE AZURE_TENANT_ID CLOUDSDK_CONFIG CODEARTIFACT_DOMAIN DBUS_STARTER_ADDRESS DOCKER_CONFIG
    GH_HOST GNUPGHOME GOOGLE_CLOUD_PROJECT GPG_AGENT_INFO JFROG_CLI_HOME KUBECONFIG
    NPM_CONFIG_USERCONFIG SIGSTORE_STAGING SSHPASS VAULT_ADDR
"""
OF_WORDS = """
    DEMO_TOKEN DEMO_TOKENS JWT DEMO_PASS MYSQL_PWD DEMO_PASSWD PGPASSWORD DEMO_PASSPHRASE DEMO_PASSFILE
    MY_PAT DEMO_SECRET DEMO_SECRETS DEMO_CREDENTIAL DEMO_CREDENTIALS DEMO_CREDS DEMO_AUTH_X DEMO_AUTHORIZATION
    DEMO_COOKIE BW_SESSION DEMO_DSN DEMO_APIKEY DEMO_API_KEY DEMO_ACCESS_KEY DEMO_PRIVATE_KEY DEMO_SIGNING_KEY
    DEMO_SECRET_KEY DATABASE_URL DEMO_REDIS_URI
"""
OF_IDENTITIES = """
    ACTIONS_ID_TOKEN_REQUEST_URL ACTIONS_ID_TOKEN_REQUEST_TOKEN CI_JOB_JWT CI_JOB_JWT_V2
    MY_ID_TOKEN CIRCLE_OIDC_TOKEN_V2 SYSTEM_OIDCREQUESTURI SYSTEM_ACCESSTOKEN
    CARGO_REGISTRY_TOKEN CARGO_REGISTRIES_MINE_CREDENTIAL_PROVIDER
"""
SAMPLES = f"{OF_STORES} {OF_WORDS} {OF_IDENTITIES}".split()


def test_credentials_and_their_stores_are_private() -> None:
    names = [*SAMPLES, "pip_extra_index_url", "COMPANY_INDEX_URL", "MY_NETRC"]
    assert [name for name in names if not is_private(name)] == []


def test_each_entry_of_the_lists_finds_a_name_that_is_tested() -> None:
    assert [store for store in STORES if not any(name.startswith(store) for name in OF_STORES.split())] == []
    for words, names in ((WORDS, OF_WORDS), (IDENTITIES, OF_IDENTITIES)):
        unused = [
            word for word in words if not any(re.fullmatch(rf"(.*_)?({word})(_.*)?", name) for name in names.split())
        ]
        assert unused == []


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
        "CMAKE_PREFIX_PATH",
        "COMPASS_HOME",
        "HATCH_BUILD_HOOKS_ENABLE",
    ],
)
def test_variables_of_builds_and_projects_are_not_private(name: str) -> None:
    assert not is_private(name)


@pytest.mark.parametrize("prefix", [prefix for client in CLIENTS for prefix in client.prefixes])
def test_settings_of_clients_are_private_and_removed_if_home_is_not_changed(prefix: str) -> None:
    assert is_private(f"{prefix}X")
    assert is_client_setting(f"{prefix}X")


@pytest.mark.parametrize("name", [*OF_IDENTITIES.split(), "PYPI_API_TOKEN", "TEST_PYPI_PASSWORD", "GIT_CONFIG_COUNT"])
def test_variables_that_let_a_client_publish_are_removed_if_home_is_not_changed(name: str) -> None:
    assert is_client_setting(name)


@pytest.mark.parametrize("name", ["DATABASE_PASSWORD", "AWS_PROFILE", "GITHUB_SHA", "CC", "PYPI_MIRROR_OF_MINE"])
def test_all_other_variables_stay_if_home_is_not_changed(name: str) -> None:
    assert not is_client_setting(name)
