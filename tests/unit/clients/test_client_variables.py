from __future__ import annotations

import pytest

from fake_pypi.clients.client_variables import env_for, env_for_server
from fake_pypi.clients.supported_clients import CLIENTS
from fake_pypi.errors import UsageError

HERE = "http://127.0.0.1:8080"
THERE = "http://127.0.0.1:9090"


def test_twine_gets_address_user_and_token() -> None:
    env = env_for(["twine"], pypi_url=HERE, token="one")
    assert env["TWINE_REPOSITORY_URL"] == f"{HERE}/legacy/"
    assert env["TWINE_PASSWORD"] == "one"


def test_several_clients_share_one_environment() -> None:
    env = env_for(["pip", "uv", "pdm"], pypi_url=f"{HERE}/", token="one")
    assert {env["PIP_INDEX_URL"], env["UV_DEFAULT_INDEX"], env["PDM_PYPI_URL"]} == {f"{HERE}/simple/"}
    assert env["UV_PUBLISH_URL"] == f"{HERE}/legacy/"


@pytest.mark.parametrize("name", ["build", "pipx", "tox"])
def test_tools_that_install_with_pip_or_uv_get_variables_for_both(name: str) -> None:
    env = env_for([name], pypi_url=HERE, token="")
    assert env["PIP_INDEX_URL"] == env["UV_DEFAULT_INDEX"] == f"{HERE}/simple/"


def test_without_names_all_configurable_clients_are_used() -> None:
    env = env_for([], pypi_url=HERE, token="one")
    assert {"TWINE_REPOSITORY_URL", "UV_PUBLISH_URL", "PIP_INDEX_URL", "MATURIN_REPOSITORY_URL"} <= env.keys()


def test_loopback_is_reached_without_the_users_proxy() -> None:
    env = env_for(["pip"], pypi_url=HERE, token="")
    assert env["NO_PROXY"] == env["no_proxy"] == "127.0.0.1,localhost"


@pytest.mark.parametrize("name", [client.name for client in CLIENTS if client.plain_http])
def test_every_configurable_client_gets_the_address(name: str) -> None:
    env = env_for([name], pypi_url=HERE, token="one")
    assert any(value.startswith(HERE) for value in env.values())


@pytest.mark.parametrize("name", [client.name for client in CLIENTS if not client.plain_http])
def test_a_client_that_cannot_be_configured_is_named_with_the_reason(name: str) -> None:
    with pytest.raises(UsageError, match=rf"no variable tells {name} the address of an index: .+; use a shell"):
        env_for([name], pypi_url=HERE, token="one")


def test_poetry_has_variables_for_both_indexes() -> None:
    env = env_for(["poetry"], pypi_url=HERE, token="one", testpypi_url=THERE, testpypi_token="two")
    assert env["POETRY_REPOSITORIES_PYPI_URL"] == f"{HERE}/legacy/"
    assert env["POETRY_PYPI_TOKEN_TESTPYPI"] == "two"


def test_two_indexes_for_a_client_with_one_are_a_usage_error() -> None:
    with pytest.raises(UsageError, match="twine has variables for one index only"):
        env_for(["twine"], pypi_url=HERE, token="one", testpypi_url=THERE)


def test_the_error_for_an_unknown_client_lists_the_supported_ones() -> None:
    with pytest.raises(UsageError, match="'twyne' is not a supported client: choose from build, flit, hatch"):
        env_for(["twyne"], pypi_url=HERE, token="one")


SERVER = {"upload_url": f"{HERE}/maintainer/dev/", "simple_url": f"{HERE}/maintainer/dev/+simple/"}


def test_a_server_without_tokens_is_given_with_user_name_and_password() -> None:
    env = env_for_server(["twine", "uv", "pip"], **SERVER, username="alice", password="three words")
    assert (env["TWINE_REPOSITORY_URL"], env["PIP_INDEX_URL"]) == (SERVER["upload_url"], SERVER["simple_url"])
    assert (env["TWINE_USERNAME"], env["UV_PUBLISH_USERNAME"]) == ("alice", "alice")
    assert (env["TWINE_PASSWORD"], env["UV_PUBLISH_PASSWORD"]) == ("three words", "three words")
    assert "UV_PUBLISH_TOKEN" not in env


@pytest.mark.parametrize("name", [client.name for client in CLIENTS if client.plain_http and client.token_variables])
def test_every_client_that_publishes_with_a_token_has_variables_for_a_password(name: str) -> None:
    env = env_for_server([name], **SERVER, username="alice", password="three words")
    assert {"alice", "three words", SERVER["upload_url"]} <= set(env.values())
