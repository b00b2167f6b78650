from __future__ import annotations

import base64
import json

import pypitoken
import pytest

from fake_pypi.errors import NotFound, UsageError
from fake_pypi.index import Index
from fake_pypi.index.accounts import User
from fake_pypi.index.macaroons import Token
from fake_pypi.sites import PYPI, TESTPYPI, Site

NOT_FOR = "project-scoped token is not valid for project: {!r}"


@pytest.fixture
def index() -> Index:
    return Index()


@pytest.fixture
def alice(index: Index) -> User:
    alice = index.accounts.add("alice")
    for name in ("demo", "other"):
        index.projects.create(name, alice)
    return alice


def problems(index: Index, token: Token, project: str = "demo") -> str | None:
    sender = index.tokens.identify(f"Bearer {token.secret}")
    return index.tokens.problems(sender, project, index.projects.get(project))


def test_a_token_names_its_user_and_opens_every_project(index: Index, alice: User) -> None:
    token = index.tokens.mint(alice)
    sender = index.tokens.identify(f"Bearer {token.secret}")
    assert (sender.name, sender.token_id, problems(index, token)) == ("alice", token.id, None)


def test_nothing_that_prints_a_token_shows_its_secret(index: Index, alice: User) -> None:
    token = index.tokens.mint(alice)
    sender = index.tokens.identify(f"Bearer {token.secret}")
    assert [text for text in (repr(token), str(token), repr(sender), f"{[token]}") if token.secret in text] == []


@pytest.mark.parametrize(
    ("site", "location"), [(PYPI, "pypi.org"), (TESTPYPI, "test.pypi.org")], ids=["pypi", "testpypi"]
)
def test_a_second_library_reads_our_tokens_too(site: Site, location: str) -> None:
    index = Index(site)
    alice = index.accounts.add("alice")
    project = index.projects.create("My.Demo", alice)
    read = pypitoken.Token.load(index.tokens.mint(alice, projects=["my-demo"]).secret)
    assert read.domain == location
    assert [restriction.dump() for restriction in read.restrictions] == [[1, ["my-demo"]], [2, [project.id]]]


def test_an_account_wide_token_is_bound_to_its_user(index: Index, alice: User) -> None:
    read = pypitoken.Token.load(index.tokens.mint(alice).secret)
    assert [restriction.dump() for restriction in read.restrictions] == [[3, alice.id]]


def test_a_token_for_another_project_is_rejected_with_one_message_for_each_caveat(index: Index, alice: User) -> None:
    token = index.tokens.mint(alice, projects=["demo"])
    assert problems(index, token) is None
    assert problems(index, token, "other") == ", ".join([NOT_FOR.format("other")] * 4)
    assert problems(index, token, "brandnew") == ", ".join([NOT_FOR.format("brandnew")] * 4)


def test_a_token_may_be_scoped_to_several_projects(index: Index, alice: User) -> None:
    token = index.tokens.mint(alice, projects=["demo", "OTHER"])
    assert [problems(index, token), problems(index, token, "other")] == [None, None]
    assert token.projects == ("demo", "other")


def test_a_token_for_a_missing_project_is_a_usage_error(index: Index, alice: User) -> None:
    with pytest.raises(NotFound, match="demo, other"):
        index.tokens.mint(alice, projects=["missing"])


def test_a_token_expires_on_the_indexs_clock(index: Index, alice: User) -> None:
    token = index.tokens.mint(alice, expires_in=60)
    assert problems(index, token) is None
    index.clock.advance(seconds=61)
    assert problems(index, token) == "token is expired"


def test_a_token_is_not_valid_before_its_time(index: Index, alice: User) -> None:
    token = index.tokens.mint(alice, not_before_in=60)
    assert problems(index, token) == "token is expired"
    index.clock.advance(seconds=61)
    assert problems(index, token) is None


def test_a_token_can_be_restricted_with_another_library(index: Index, alice: User) -> None:
    read = pypitoken.Token.load(index.tokens.mint(alice).secret)
    read.restrict(project_names=["demo"])
    narrowed = Token("", read.dump())
    assert problems(index, narrowed) is None
    assert problems(index, narrowed, "other") == NOT_FOR.format("other")


def test_a_caveat_cannot_be_taken_away_again(index: Index, alice: User) -> None:
    whole = index.tokens.mint(alice, projects=["demo"])
    row = index.db.row("SELECT caveats FROM tokens WHERE id = ?", whole.id)
    assert row is not None
    assert len(json.loads(row["caveats"])) == 2
    assert problems(index, whole.forged(key=b"guessed"), "demo") == "signatures do not match"


@pytest.mark.parametrize(
    ("caveat", "said"),
    [
        ("[99,1]", "caveat has unknown tag: 99"),
        ("time < 2030", "unknown error"),
        ("[]", "caveat array cannot be empty"),
        ("7", "caveat must be an array"),
        ("[0,1]", "Not enough values"),
        ('[0,"1",0]', "invalid values for fields"),
        ('[1,"demo"]', "invalid values for fields"),
        ('[3,"somebody"]', "current user does not match user restriction in token"),
        ('[4,"publisher"]', "OIDC scoped token used outside of an OIDC identified request"),
        ("[5,0]", "token does not have the required permissions"),
        ("[[1],2]", "unknown error"),
        ('{"version": 1, "permissions": {"projects": ["other"]}}', NOT_FOR.format("demo")),
        ('{"nbf": 1, "exp": 2}', "token is expired"),
        ('{"odd": true}', "caveat must be an array"),
    ],
)
def test_a_caveat_that_does_not_hold_has_pypis_message(index: Index, alice: User, caveat: str, said: str) -> None:
    assert problems(index, index.tokens.mint(alice).attenuated(caveat)) == said


@pytest.mark.parametrize("caveat", ["[5,1]", '{"version": 1, "permissions": "user"}', '[1,["demo"]]'])
def test_a_caveat_that_holds_changes_nothing(index: Index, alice: User, caveat: str) -> None:
    assert problems(index, index.tokens.mint(alice).attenuated(caveat)) is None


def test_the_location_of_a_token_is_never_read(index: Index, alice: User) -> None:
    assert problems(index, index.tokens.mint(alice).forged(location="test.pypi.org")) is None


def test_a_forged_signature_is_found_out_although_the_token_is_known(index: Index, alice: User) -> None:
    assert problems(index, index.tokens.mint(alice).forged(key=b"x" * 32)) == "signatures do not match"


@pytest.mark.parametrize("end", ["revoked", "removed", "disabled", "frozen"])
def test_a_token_without_a_living_account_behind_it_is_unknown(index: Index, alice: User, end: str) -> None:
    token = index.tokens.mint(alice)
    if end == "revoked":
        index.tokens.revoke(token)
    elif end == "removed":
        index.accounts.remove("alice")
    else:
        index.accounts.change("alice", state=end)  # type: ignore[arg-type]
    assert index.tokens.identify(f"Bearer {token.secret}").problem == "unknown"


def test_the_other_indexs_tokens_are_unknown(index: Index, alice: User) -> None:
    other = Index(TESTPYPI)
    token = other.tokens.mint(other.accounts.add("alice"))
    assert index.tokens.identify(f"Bearer {token.secret}").problem == "unknown"


def test_revoking_takes_the_token_its_id_or_its_secret(index: Index, alice: User) -> None:
    tokens = [index.tokens.mint(alice) for _ in range(3)]
    for name in (tokens[0], tokens[1].id, tokens[2].secret):
        index.tokens.revoke(name)
    assert [index.tokens.identify(f"Bearer {token.secret}").problem for token in tokens] == ["unknown"] * 3
    with pytest.raises(NotFound) as told:
        index.tokens.revoke(tokens[2].secret)
    assert tokens[2].secret not in str(told.value)


def test_checking_a_token_is_no_use_of_it_and_a_use_is_recorded_with_its_time(index: Index, alice: User) -> None:
    token = index.tokens.mint(alice, projects=["demo"])
    problems(index, token)
    assert index.tokens.last_used(token) is None
    before = index.clock.now()
    index.tokens.record_use(token.id)
    used = index.tokens.last_used(token)
    assert used is not None
    assert before <= used <= index.clock.now()


def test_any_text_can_be_adopted_as_an_account_wide_token(index: Index, alice: User) -> None:
    token = index.tokens.adopt("let me in", alice)
    header = "Basic " + base64.b64encode(b"__token__:let me in").decode()
    sender = index.tokens.identify(header)
    assert (sender.name, index.tokens.problems(sender, "brandnew", None)) == ("alice", None)
    assert index.tokens.identify("Bearer let me out").problem == "unknown"
    assert index.db.row("SELECT 1 FROM tokens WHERE key = ?", b"let me in") is None
    index.tokens.revoke(token)
    assert index.tokens.identify(header).problem == "unknown"


def test_adopting_the_same_text_again_keeps_one_token(index: Index, alice: User) -> None:
    for _ in range(2):
        index.tokens.adopt("again", alice)
    assert index.db.value("SELECT count(*) FROM tokens") == 1


def test_an_empty_text_is_no_token_to_adopt(index: Index, alice: User) -> None:
    with pytest.raises(UsageError, match="cannot be empty"):
        index.tokens.adopt("  ", alice)
