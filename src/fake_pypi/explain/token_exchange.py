"""Why PyPI hands out no token to a CI job: what is said before there is any upload to judge.

They are not in the rule set, because no upload meets them; `fake-pypi rules` and `explain` know them all the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from fake_pypi.explain.known_client_errors import KnownClientError

FAMILY = "token exchange"


@dataclass(frozen=True)
class ExchangeRejection(KnownClientError):
    """One rejection of `/_/oidc/mint-token` or `burn-token`. `id` is PyPI's code, `message_template` its description.

    >>> EXCHANGE["invalid-publisher"].status
    422
    """

    message_template: str = ""
    source: str = "https://github.com/pypi/warehouse/blob/6b62157/warehouse/oidc/views.py"
    status: int = 422
    family: str = FAMILY
    unknown_offline: str = ""
    recorded: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    dated_by: str = ""

    @property
    def shown_message(self) -> str:
        """PyPI's description with `{facts}`, as `Rule.shown_message`."""
        return self.message_template


_ALL = (
    ExchangeRejection(
        "invalid-publisher",
        (
            r"valid[ ]token,[ ]but[ ]no[ ]corresponding[ ]publisher(?:[ ]\([^()\n]*\))?",
            r"\binvalid-publisher\b[^\n]*",
        ),
        "The token of the CI job is genuine, but no trusted publisher of the project has this owner, repository, "
        "workflow file and environment.",
        "Compare the claims that are printed below the error with the project's publishing page, one by one; the "
        "workflow is named by its file alone, as release.yml.",
        message_template="valid token, but no corresponding publisher ({reason})",
        recorded=("oidc/mint-no-publisher",),
    ),
    ExchangeRejection(
        "invalid-pending-publisher",
        (r"\binvalid-pending-publisher\b[^\n]*", r"valid[ ]token,[ ]but[ ]project[ ]already[ ]exists"),
        "The publisher waits for a project that somebody has made in the meantime, so it may not make it.",
        "If the project is yours, add the publisher on the project's own publishing page; else choose another name.",
        message_template="valid token, but project already exists",
        recorded=("oidc/pending-publisher-name-taken",),
    ),
    ExchangeRejection(
        "invalid-reuse-token",
        (r"\binvalid-reuse-token\b[^\n]*", r"invalid[ ]token:[ ]already[ ]used"),
        "This identity token was exchanged before, and each is good for one exchange. GitLab hands a job one for all "
        "its steps; a second tool, or a retry, sends the same again.",
        "Exchange it once and use the API token for all uploads of the next 15 minutes, or start the job again.",
        message_template="invalid token: already used",
        recorded=("oidc/replay",),
    ),
    ExchangeRejection(
        "invalid-token",
        (r"\binvalid-token\b[^\n]*", r"malformed[ ]or[ ]invalid[ ]token", r"not[ ]a[ ]trusted[ ]publishing[ ]token"),
        "The identity token does not hold: another key signed it, it was made for another audience (PyPI wants pypi, "
        "TestPyPI testpypi), or its time is over. Of a token that is given back: it is none of trusted publishing.",
        "Ask for the token in the step that uses it, with the audience that `/_/oidc/audience` of that index names.",
        message_template="malformed or invalid token",
        recorded=("oidc/mint-unknown-key",),
    ),
    ExchangeRejection(
        "invalid-payload",
        (r"\binvalid-payload\b[^\n]*", r"\bmalformed[ ]JWT\b", r"unknown[ ]trusted[ ]publishing[ ]issuer"),
        'The request is not `{"token": "…"}` in JSON, its token cannot be read at all, or it comes from an issuer that '
        "PyPI does not know. An empty variable in a script looks like this as well.",
        "Print the length of what is sent, never the token itself; and send the identity token, not an API token.",
        message_template="malformed JWT",
        recorded=("oidc/mint-extra-keys",),
    ),
    ExchangeRejection(
        "not-enabled",
        (r"\bnot-enabled\b[^\n]*", r"\b\w{1,40}[ ]trusted[ ]publishing[ ]functionality[ ]not[ ]enabled"),
        "The people who run the site have switched trusted publishing off, for this CI or for all.",
        "Wait until the site's status page says that it is over, or upload with an API token.",
        message_template="{kind} trusted publishing functionality not enabled",
        recorded=("oidc/mint-all-disabled",),
    ),
    ExchangeRejection(
        "claim-of-wrong-type",
        (r"\bclaim-of-wrong-type\b[^\n]*",),
        "PyPI itself fails here: a claim that it takes for text is a number or a list, or one is such that nothing "
        "can keep it. No real CI issues such tokens.",
        "Issue the claim as the CI does; every id is a text of digits there.",
        message_template="Internal Server Error",
        status=500,
    ),
)
EXCHANGE = {rejection.id: rejection for rejection in _ALL}
"""Every rejection of the exchange, by PyPI's code."""
