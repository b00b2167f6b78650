"""Which variables of the user come into a shell."""

from __future__ import annotations

import os

import pytest

from fake_pypi.clients.passed_variables import PASSED, passed_variables
from fake_pypi.clients.private_variables import is_private
from fake_pypi.errors import UsageError

NEEDED = """
    PATH LANG LC_ALL LC_CTYPE TZ TERM NO_COLOR EDITOR USER LD_LIBRARY_PATH PYTHONUNBUFFERED PYTHONWARNINGS PYTHONUTF8
    CC CXX AR CFLAGS CXXFLAGS CPPFLAGS LDFLAGS ARCHFLAGS MACOSX_DEPLOYMENT_TARGET SDKROOT CPATH LIBRARY_PATH
    OMP_NUM_THREADS
    CMAKE_PREFIX_PATH CMAKE_GENERATOR CMAKE_ARGS NINJA NINJA_STATUS MESON PKG_CONFIG PKG_CONFIG_PATH MAKEFLAGS
    SKBUILD_CMAKE_ARGS SETUPTOOLS_USE_DISTUTILS CYTHON_LIMITED_API HATCH_BUILD_HOOKS_ENABLE PDM_BUILD_SCM_VERSION
    CARGO_HOME CARGO_TARGET_DIR CARGO_BUILD_JOBS RUSTUP_HOME RUSTUP_TOOLCHAIN RUSTFLAGS PYO3_PYTHON MATURIN_PEP517_ARGS
    PYENV_ROOT PYENV_VERSION SOURCE_DATE_EPOCH SETUPTOOLS_SCM_PRETEND_VERSION SETUPTOOLS_SCM_PRETEND_VERSION_FOR_DEMO
    DEMO_PRETEND_VERSION PBR_VERSION POETRY_DYNAMIC_VERSIONING_BYPASS UV_DYNAMIC_VERSIONING_BYPASS
    GIT_AUTHOR_NAME GIT_COMMITTER_EMAIL CI GITHUB_REF GITHUB_SHA CI_COMMIT_TAG BUILD_NUMBER CIRCLE_TAG TRAVIS_TAG
    PYTEST_ADDOPTS PYTEST_XDIST_WORKER COVERAGE_PROCESS_START COV_CORE_SOURCE
    SYSTEMROOT COMSPEC PATHEXT TEMP PROGRAMFILES VS170COMNTOOLS
"""

AUTHENTICATING = {
    "publishing tools": """
        TWINE_USERNAME TWINE_PASSWORD UV_PUBLISH_TOKEN UV_INDEX_COMPANY_PASSWORD PIP_INDEX_URL PIP_EXTRA_INDEX_URL
        POETRY_PYPI_TOKEN_PYPI POETRY_HTTP_BASIC_COMPANY_PASSWORD HATCH_INDEX_AUTH PDM_PUBLISH_PASSWORD FLIT_PASSWORD
        MATURIN_PYPI_TOKEN MATURIN_PASSWORD PYPI_TOKEN TEST_PYPI_API_TOKEN COMPANY_INDEX_URL CARGO_REGISTRY_TOKEN
        CARGO_REGISTRIES_COMPANY_TOKEN CARGO_REGISTRIES_COMPANY_CREDENTIAL_PROVIDER
    """,
    "other package managers": """
        NPM_TOKEN NODE_AUTH_TOKEN NPM_CONFIG__AUTH NPM_CONFIG_USERCONFIG npm_config__authToken YARN_NPM_AUTH_TOKEN
        GEM_HOST_API_KEY CONDA_TOKEN ANACONDA_API_TOKEN BUNDLE_GITHUB__COM HOMEBREW_GITHUB_API_TOKEN NIX_CONFIG GOPROXY
        COMPOSER_AUTH NUGET_API_KEY CODEARTIFACT_AUTH_TOKEN ARTIFACTORY_API_KEY JFROG_CLI_OFFER_CONFIG
    """,
    "identities of CI jobs": """
        GITHUB_TOKEN GITHUB_ACTIONS ACTIONS_ID_TOKEN_REQUEST_TOKEN ACTIONS_ID_TOKEN_REQUEST_URL ACTIONS_RUNTIME_TOKEN
        GITHUB_ENV GITLAB_CI CI_JOB_TOKEN CI_JOB_JWT CI_JOB_JWT_V2 CI_REGISTRY_PASSWORD CI_DEPLOY_PASSWORD
        CI_REPOSITORY_URL PYPI_ID_TOKEN SIGSTORE_ID_TOKEN CIRCLE_OIDC_TOKEN CIRCLE_OIDC_TOKEN_V2 BUILDKITE
        BUILDKITE_AGENT_ACCESS_TOKEN SYSTEM_ACCESSTOKEN SYSTEM_OIDCREQUESTURI TRAVIS_API_TOKEN BITBUCKET_STEP_OIDC_TOKEN
        DRONE_NETRC_PASSWORD SEMAPHORE_OIDC_TOKEN TF_BUILD RUNNER_TEMP JENKINS_URL CODEBUILD_BUILD_ARN
    """,
    "clouds and clusters": """
        AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_PROFILE AWS_WEB_IDENTITY_TOKEN_FILE
        AZURE_CLIENT_SECRET ARM_CLIENT_SECRET GOOGLE_APPLICATION_CREDENTIALS CLOUDSDK_CONFIG CLOUDSDK_AUTH_ACCESS_TOKEN
        DIGITALOCEAN_ACCESS_TOKEN HCLOUD_TOKEN FLY_API_TOKEN HEROKU_API_KEY VAULT_TOKEN VAULT_ADDR KUBECONFIG
        DOCKER_CONFIG DOCKER_AUTH_CONFIG DOCKER_HOST TF_CLI_CONFIG_FILE TF_VAR_password OP_SERVICE_ACCOUNT_TOKEN
    """,
    "databases and services": """
        PGPASSWORD PGPASSFILE PGSERVICEFILE MYSQL_PWD DATABASE_URL REDIS_URL MONGODB_URI RABBITMQ_DEFAULT_PASS
        SENTRY_DSN SENTRY_AUTH_TOKEN SLACK_WEBHOOK_URL OPENAI_API_KEY ANTHROPIC_API_KEY HF_TOKEN STRIPE_SECRET_KEY
        JWT JWT_SECRET SECRET_KEY COOKIE MY_PAT SMTP_PASSWORD
    """,
    "stores, agents and remote access": """
        SSH_AUTH_SOCK SSH_ASKPASS SSHPASS GPG_AGENT_INFO GNUPGHOME BW_SESSION LPASS_AGENTPIPE OP_SESSION_my
        KRB5CCNAME DBUS_SESSION_BUS_ADDRESS XDG_CONFIG_HOME XDG_RUNTIME_DIR XAUTHORITY NETRC KEYRING_PROPERTY_X
        PYTHON_KEYRING_BACKEND GH_TOKEN GITLAB_TOKEN SIGSTORE_STAGING
    """,
    "git": """
        GIT_ASKPASS GIT_SSH GIT_SSH_COMMAND GIT_CONFIG GIT_CONFIG_GLOBAL GIT_CONFIG_SYSTEM GIT_CONFIG_COUNT
        GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0 GIT_CONFIG_PARAMETERS GIT_PROXY_SSL_KEY GIT_SSL_KEY GIT_PASSWORD
    """,
    "settings by the back door": """
        BASH_ENV ENV PROMPT_COMMAND PYTHONSTARTUP PYTHONHOME PYTHONHTTPSVERIFY NIX_SSL_CERT_FILE NODE_OPTIONS
        SSLKEYLOGFILE FORCE_COLOR CLICOLOR_FORCE PY_COLORS FAKE_PYPI_CONTROL FAKE_PYPI_HIDDEN
    """,
    "what a pattern of the list would take along": """
        CMAKE_TOKEN NINJA_PASSWORD OMP_SECRET_KEY PYTEST_API_TOKEN HYPOTHESIS_AUTH SETUPTOOLS_SCM_PASSWORD
        LC_SECRET GIT_AUTHOR_TOKEN CARGO_BUILD_CREDENTIALS COVERAGE_API_KEY MESON_SESSION PYENV_PYPI_TOKEN
        PKG_CONFIG_INDEX_URL SKBUILD_DATABASE_URL
    """,
}


@pytest.mark.parametrize("name", NEEDED.split())
def test_variables_of_builds_are_passed(name: str) -> None:
    assert passed_variables({name: "value"}) == {name: "value"}


@pytest.mark.parametrize(
    ("family", "name"), [(family, name) for family, names in AUTHENTICATING.items() for name in names.split()]
)
def test_credentials_are_not_passed(family: str, name: str) -> None:
    assert passed_variables({name: "value"}) == {}, family


def test_an_unknown_variable_is_not_passed() -> None:
    assert passed_variables({"DEMO_FAST": "1", "UNHEARD_OF": "x"}) == {}


def test_no_listed_name_is_duplicated_or_looks_like_a_credential() -> None:
    names = [name for group in PASSED.values() for name in group]
    assert len(set(names)) == len(names)
    known = {"PWD", "UV_PYTHON_INSTALL_DIR"}  # a folder; where uv keeps interpreters
    assert {name for name in names if "*" not in name and is_private(name)} == known


@pytest.mark.skipif(os.name == "nt", reason="names have no case there")
def test_names_have_a_case() -> None:
    assert passed_variables({"cc": "gcc", "Path": "/bin"}) == {}


def test_a_pattern_passes_matching_variables_except_credentials() -> None:
    user = {"DEMO_FAST": "1", "DEMO_TOKEN": "x", "DEMO_DATABASE_URL": "x", "OTHER": "x", "TWINE_PASSWORD": "x"}
    assert passed_variables(user, ["DEMO_*"]) == {"DEMO_FAST": "1"}
    assert passed_variables(user, ["*"]) == {"DEMO_FAST": "1", "OTHER": "x"}


def test_a_credential_is_passed_by_its_full_name() -> None:
    assert passed_variables({"DEMO_TOKEN": "x", "OTHER_TOKEN": "y"}, ["DEMO_TOKEN"]) == {"DEMO_TOKEN": "x"}


def test_a_single_name_may_be_a_string() -> None:
    assert passed_variables({"DEMO_FAST": "1", "D": "2"}, "DEMO_FAST") == {"DEMO_FAST": "1"}


def test_the_name_of_an_unset_variable_is_accepted() -> None:
    assert passed_variables({}, ["DEMO_FAST"]) == {}


@pytest.mark.parametrize("name", ["", "DEMO=1", " DEMO", "DEMO "])
def test_an_invalid_name_is_a_usage_error(name: str) -> None:
    with pytest.raises(UsageError, match="give the name alone"):
        passed_variables({}, [name])
