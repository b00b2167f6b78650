"""The rejections of trusted publishing: the reasons why PyPI does not exchange an identity token for an API token.

They are not in the rule set, because they precede every upload; `fake-pypi rules` and `explain` list them as well.
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
        "The publisher is registered for a new project, but the project has been created in the meantime.",
        "If the project is yours, add the publisher on the project's own publishing page; else choose another name.",
        message_template="valid token, but project already exists",
        recorded=("oidc/pending-publisher-name-taken",),
    ),
    ExchangeRejection(
        "invalid-reuse-token",
        (r"\binvalid-reuse-token\b[^\n]*", r"invalid[ ]token:[ ]already[ ]used"),
        "This identity token was exchanged before, and PyPI accepts each token once. A GitLab job has one token for "
        "all its steps; a second tool, or a retry, sends the same one again.",
        "Exchange it once and use the API token for all uploads of the next 15 minutes, or start the job again.",
        message_template="invalid token: already used",
        recorded=("oidc/replay",),
    ),
    ExchangeRejection(
        "invalid-token",
        (r"\binvalid-token\b[^\n]*", r"malformed[ ]or[ ]invalid[ ]token", r"not[ ]a[ ]trusted[ ]publishing[ ]token"),
        "The identity token is invalid: it was signed with another key, was made for another audience (pypi for PyPI, "
        "testpypi for TestPyPI), or has expired. When a token is revoked: it was not created by trusted publishing.",
        "Request the token in the step that uses it, with the audience that `/_/oidc/audience` of that index returns.",
        message_template="malformed or invalid token",
        recorded=("oidc/mint-unknown-key",),
    ),
    ExchangeRejection(
        "invalid-payload",
        (r"\binvalid-payload\b[^\n]*", r"\bmalformed[ ]JWT\b", r"unknown[ ]trusted[ ]publishing[ ]issuer"),
        'The request is not `{"token": "…"}` in JSON, its token cannot be decoded, or the issuer is unknown to PyPI. '
        "An empty variable in a script has the same effect.",
        "Print the length of the token, never the token itself; and send the identity token, not an API token.",
        message_template="malformed JWT",
        recorded=("oidc/mint-extra-keys",),
    ),
    ExchangeRejection(
        "not-enabled",
        (r"\bnot-enabled\b[^\n]*", r"\b\w{1,40}[ ]trusted[ ]publishing[ ]functionality[ ]not[ ]enabled"),
        "The administrators of the site have disabled trusted publishing, for this CI or for all.",
        "Wait until the site's status page reports the end, or upload with an API token.",
        message_template="{kind} trusted publishing functionality not enabled",
        recorded=("oidc/mint-all-disabled",),
    ),
    ExchangeRejection(
        "claim-of-wrong-type",
        (r"\bclaim-of-wrong-type\b[^\n]*",),
        "PyPI itself fails: a claim that it expects as text is a number or a list, or has a value that cannot be "
        "stored. No real CI issues such tokens.",
        "Issue the claim as the CI does: every id is a string of digits.",
        message_template="Internal Server Error",
        status=500,
    ),
)
EXCHANGE = {rejection.id: rejection for rejection in _ALL}
"""Every rejection of the token exchange, by PyPI's code."""
