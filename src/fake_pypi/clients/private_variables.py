"""Names of the user's variables that look like credentials or settings of clients.

No such list is complete. Therefore a shell passes only allowed variables (`passed_variables`), and this list excludes
variables that a pattern there matches. Where a process keeps the user's environment, the variables for which
`is_client_setting` is true are removed.
"""

from __future__ import annotations

import re

from fake_pypi.clients.supported_clients import CLIENTS

STORES = (
    "ARTIFACTORY_",
    "AWS_",
    "AZURE_",
    "CLOUDSDK_",
    "CODEARTIFACT_",
    "DBUS_",
    "DOCKER_",
    "GH_",
    "GNUPGHOME",
    "GOOGLE_",
    "GPG_AGENT",
    "JFROG_",
    "KUBECONFIG",
    "NPM_CONFIG_",
    "SIGSTORE_",
    "SSH",
    "VAULT_",
)
"""Prefixes of variables that hold or name a store of credentials."""

WORDS = (
    r"TOKENS?",
    r"JWT",
    r"PASS",
    r"PWD",
    r"[A-Z]*PASSWD",
    r"[A-Z]*PASSWORDS?",
    r"PASSPHRASE",
    r"PASSFILE",
    r"PAT",
    r"SECRETS?",
    r"CREDENTIALS?",
    r"CREDS",
    r"AUTH",
    r"AUTHORIZATION",
    r"COOKIES?",
    r"SESSION",
    r"DSN",
    r"API_?KEY",
    r"ACCESS_KEY",
    r"PRIVATE_KEY",
    r"SIGNING_KEY",
    r"(DATABASE|DB|REDIS|MONGO|MONGODB|AMQP|BROKER|CELERY|SENTRY|WEBHOOK|SLACK)_UR[LI]",
)
"""Words that mean a credential, between the underscores of a name."""

IDENTITIES = (
    r"ACTIONS_ID_TOKEN_REQUEST_(TOKEN|URL)",
    r"CI_JOB_JWT(_V[12])?",
    r"[A-Z0-9_]+_ID_TOKEN",
    r"CIRCLE_OIDC_TOKEN(_V2)?",
    r"SYSTEM_(ACCESSTOKEN|OIDCREQUESTURI)",
    r"CARGO_REGISTR(Y|IES)_[A-Z0-9_]*(TOKEN|CREDENTIAL_PROVIDER)",
)
"""Variables with which a client can use trusted publishing as the real CI job, or publish a crate."""

_CREDENTIAL = re.compile(rf"(.*_)?({'|'.join(WORDS)})(_.*)?")
_INDEX = re.compile(r".*PYPI.*|(.*_)?(INDEX_URL|NETRC)(_.*)?")
_IDENTITY = re.compile("|".join(IDENTITIES))
_SETTINGS = tuple(prefix for client in CLIENTS for prefix in client.prefixes)
_BUILDING = re.compile(
    r"HATCH_BUILD_.*|PDM_BUILD_.*|POETRY_DYNAMIC_VERSIONING_.*|UV_DYNAMIC_VERSIONING_BYPASS|MATURIN_PEP517_ARGS"
)


def is_private(variable: str) -> bool:
    """Return whether a name looks like a credential, a store of them, or a setting of a client.

    >>> [is_private(name) for name in ("TWINE_PASSWORD", "MY_PYPI_TOKEN", "CC", "PATH")]
    [True, True, False, False]
    """
    name = variable.upper()
    return bool(
        name.startswith(STORES)
        or _CREDENTIAL.fullmatch(name)
        or _INDEX.fullmatch(name)
        or _IDENTITY.fullmatch(name)
        or (name.startswith(_SETTINGS) and not _BUILDING.fullmatch(name))
    )


def is_client_setting(variable: str) -> bool:
    """Return whether a variable configures a client or lets one publish."""
    name = variable.upper()
    return bool(
        (name.startswith(_SETTINGS) and not _BUILDING.fullmatch(name))
        or _IDENTITY.fullmatch(name)
        or (_INDEX.fullmatch(name) and _CREDENTIAL.fullmatch(name))
    )
