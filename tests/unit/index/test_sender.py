from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_pypi.index import Index
from fake_pypi.index.sender import Credentials


def basic(user: str, password: str, scheme: str = "Basic") -> str:
    return f"{scheme} {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


@pytest.mark.parametrize(
    "header",
    [
        basic("__token__", "pypi-abc"),
        basic("__token__", " pypi-abc \n"),
        basic("__token__", "pypi-abc", "bAsIc"),
        "Bearer pypi-abc",
        "bearer pypi-abc",
        "Token pypi-abc",
    ],
)
def test_a_token_is_found_wherever_pypi_looks_for_one(header: str) -> None:
    assert Credentials.of(header).token == "pypi-abc"


@pytest.mark.parametrize("user", ["alice", "__TOKEN__", " __token__ ", "", "é"])
def test_any_other_user_name_makes_it_a_password(user: str) -> None:
    assert Credentials.of(basic(user, "pypi-abc")) == Credentials(password=True)


@pytest.mark.parametrize(
    "header",
    [None, "", "Basic", "pypi-abc", "Digest pypi-abc", "Basic é", "Basic a", "Basic bm9jb2xvbg==", "Basic "],
)
def test_a_header_without_credentials_is_none(header: str | None) -> None:
    assert Credentials.of(header) == Credentials()


def test_a_header_without_a_colon_that_names_the_token_user_is_an_empty_token() -> None:
    assert Credentials.of("Basic X190b2tlbl9f").token == ""


def test_credentials_do_not_print_the_token() -> None:
    assert "pypi-abc" not in repr(Credentials.of("Bearer pypi-abc"))


@given(
    scheme=st.sampled_from(["Basic", "Bearer", "Token", "Digest", "é", ""]),
    rest=st.one_of(
        st.text(max_size=80),
        st.binary(max_size=60).map(lambda octets: "pypi-" + base64.urlsafe_b64encode(octets).decode().rstrip("=")),
        st.binary(max_size=60).map(lambda octets: base64.b64encode(octets).decode()),
    ),
)
def test_random_bytes_identify_no_user_and_raise_no_error(scheme: str, rest: str) -> None:
    index = Index()
    sender = index.tokens.identify(f"{scheme} {rest}")
    index.close()
    assert (sender.user, sender.publisher) == (None, None)
    assert sender.problem in {"missing", "password", "unknown"}
