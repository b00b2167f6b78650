"""Which variables of the user stay outside: credentials, index settings, caches, the identity of a CI job.

A list of what is denied, not of what is allowed: compilers, locales and a project's own variables must come
through, or builds fail here that work outside.
"""

from __future__ import annotations

import re

from fake_pypi.clients.catalogue import CLIENTS

CI_SYSTEMS = (
    "ACTIONS_",
    "APPVEYOR",
    "BITBUCKET_",
    "BUILDKITE",
    "CI_",
    "CIRCLE",
    "CODEBUILD_",
    "DRONE",
    "GITHUB_",
    "GITLAB_",
    "JENKINS_",
    "RUNNER_",
    "SEMAPHORE",
    "SYSTEM_ACCESSTOKEN",
    "SYSTEM_OIDC",
    "TEAMCITY_",
    "TRAVIS",
    "WOODPECKER",
)
"""With these a client believes it may ask for trusted publishing; a fake CI job sets its own."""

CREDENTIAL_STORES = (
    "ARTIFACTORY_",
    "AWS_",
    "AZURE_",
    "CLOUDSDK_",
    "CODEARTIFACT_",
    "DBUS_",
    "GH_",
    "GNUPGHOME",
    "GOOGLE_",
    "GPG_AGENT",
    "JFROG_",
    "NETRC",
    "SIGSTORE_",
    "SSH_",
    "VAULT_",
    "XDG_",
)

STRAY_TRUST = ("NIX_SSL_CERT_FILE", "PYTHONHTTPSVERIFY")
"""On Nix the first beats SSL_CERT_FILE; the second would let a client finish a handshake with anybody."""

COLOUR = ("CLICOLOR_FORCE", "FORCE_COLOR", "PY_COLORS")
"""Escape codes would cut PyPI's words in two where a test looks for them."""

_PREFIXES = (
    *(prefix for client in CLIENTS for prefix in client.deny),
    *CI_SYSTEMS,
    *CREDENTIAL_STORES,
    *STRAY_TRUST,
    *COLOUR,
    "FAKE_PYPI_",
    "FAKE_TESTPYPI_",
)

# BASH_ENV and ENV name a file that every new shell reads: settings by the back door.
_NAMES = {"CI", "CONTINUOUS_INTEGRATION", "TF_BUILD", "BASH_ENV", "ENV"}

_CREDENTIAL = re.compile(
    r"(^|_)(TOKENS?|ACCESSTOKEN|PASS|PASSWD|PASSWORD|PASSPHRASE|PAT|SECRETS?|CREDENTIALS?|AUTH"
    r"|API_?KEY|ACCESS_KEY|PRIVATE_KEY|SIGNING_KEY|SECRET_KEY)(_|$)"
)
_INDEX = re.compile(r"PYPI|(^|_)(INDEX_URL|NETRC)(_|$)")


def is_private(variable: str) -> bool:
    """True of a variable of the user that must stay outside.

    >>> [is_private(name) for name in ("TWINE_PASSWORD", "MY_PYPI_TOKEN", "CC", "PATH")]
    [True, True, False, False]
    """
    name = variable.upper()
    return bool(
        name in _NAMES or name.startswith(_PREFIXES) or _CREDENTIAL.search(name) or _INDEX.search(name),
    )


def is_a_clients_setting(variable: str) -> bool:
    """True of a variable that configures one of the clients. A wired session takes away these alone."""
    return variable.upper().startswith(tuple(prefix for client in CLIENTS for prefix in client.deny))
