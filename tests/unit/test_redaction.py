from __future__ import annotations

import base64
import json
from collections.abc import Callable
from urllib.parse import quote, urlencode

import pytest

from fake_pypi.redaction import Mask, redact, remember


def test_known_secrets_are_hidden() -> None:
    assert Mask(["swordfish", ""]).redact("the swordfish is mine") == "the ******** is mine"


def test_tokens_that_were_not_remembered_are_redacted() -> None:
    token = "pypi-" + "Ag" * 20
    assert Mask([]).redact(f"::add-mask::{token}!") == "::add-mask::pypi-********!"


def test_secrets_can_be_added() -> None:
    mask = Mask([])
    mask.add("swordfish")
    assert mask.redact("swordfish") == "********"
    assert "swordfish" not in repr(mask)


TOKEN = "pypi-" + "AgEIcHlwaS5vcmcCJ" + "Xy_-" * 40  # has the shape of a token, and opens nothing
TEXTS = ["any text will do & more", "swordfish-1234567890", TOKEN]


def base64_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "spelled",
    [
        str,
        repr,
        json.dumps,
        lambda secret: urlencode({"password": secret}),
        lambda secret: f"https://{quote('__token__:' + secret, safe='')}@upload.pypi.org/legacy/",
        lambda secret: base64_of(f"__token__:{secret}"),
        lambda secret: base64_of(f"a:{secret}"),
        lambda secret: base64_of(f"alice:{secret}").translate(str.maketrans("+/", "-_")),
        lambda secret: quote(base64_of(f"__token__:{secret}"), safe=""),
        lambda secret: base64.encodebytes(f"__token__:{secret}".encode()).decode(),
        lambda secret: secret.encode(),
    ],
    ids=[
        "plain",
        "repr",
        "JSON",
        "form",
        "address",
        "Basic",
        "Basic of another user",
        "Basic of another user, URL-safe",
        "Basic, percent-encoded",
        "Basic in lines",
        "bytes",
    ],
)
@pytest.mark.parametrize("secret", TEXTS, ids=["text", "word", "token"])
def test_a_secret_that_is_remembered_is_hidden_in_every_spelling(secret: str, spelled: Callable[[str], object]) -> None:
    remember(secret)
    text = str(spelled(secret))
    hidden = redact(f"before {text} after")
    assert hidden.startswith("before ")
    assert hidden.endswith(" after")
    assert [piece for piece in pieces_of(text, secret) if piece in hidden] == []


@pytest.mark.parametrize("user", ["a", "al", "ali", "alice"])
@pytest.mark.parametrize("part", [slice(9), slice(-9, None), slice(80, 89)], ids=["start", "end", "middle"])
def test_a_short_secret_inside_a_long_one_leaves_no_part_of_the_long_one(user: str, part: slice) -> None:
    header = base64_of(f"{user}:{TOKEN}")
    hidden = Mask([TOKEN, TOKEN[part]]).redact(header)
    assert [hidden[at : at + 16] for at in range(len(hidden) - 15) if hidden[at : at + 16] in header] == []


def pieces_of(text: str, secret: str) -> list[str]:
    """Return every piece of 16 characters of a text, but those of what stands beside the secret."""
    core = text
    for beside in ("https://__token__%3A", "@upload.pypi.org/legacy/", "password="):
        core = core.replace(beside, "")
    length = min(16, len(secret))
    return [core[at : at + length] for at in range(len(core) - length + 1)]


@pytest.mark.parametrize("text", ["pypi-AgEI is how tokens start", "a plain sentence with pypi.org in it", "a" * 64])
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    remember("swordfish-1234567890")
    assert redact(text) == text


def test_a_token_without_its_prefix_is_redacted_even_if_it_was_not_remembered() -> None:
    bare = "AgEIcHlwaS5vcmcCJ" + "Zz" * 60
    assert redact(f"token={bare}") == "token=********"


def test_a_long_piece_of_a_secret_is_hidden() -> None:
    remember(TOKEN)
    assert redact(f"- {TOKEN[-40:]}") == "- ********"


def test_texts_of_less_than_four_characters_are_not_remembered() -> None:
    remember("abc")
    assert redact("abc and abcd") == "abc and abcd"
