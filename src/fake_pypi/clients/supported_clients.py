"""The table of clients: the tools that a shell is prepared for, with their variables and settings.

To add a client, add an entry to `CLIENTS`. Nothing else has to be changed unless the client needs a settings file in
the home (`settings_files`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Client:
    """A tool that works with an index, and the variables that it reads.

    >>> Client("pip", prefixes=("PIP_",), variables={"PIP_CACHE_DIR": "{caches}/pip"}).name
    'pip'
    """

    name: str

    prefixes: tuple[str, ...] = ()
    """Prefixes of the names of its settings. Variables of the user that start with one are removed."""

    variables: Mapping[str, str] = field(default_factory=dict)
    """Variables that are always set. `{caches}`, `{home}` and `{devnull}` are replaced by paths."""

    token_variables: Mapping[str, str] = field(default_factory=dict)
    """Variables that hold a token for uploads; `{token}` is replaced. Empty if it uploads nothing to an index."""

    password_variables: Mapping[str, str] = field(default_factory=dict)
    """Variables that hold a user name and a password (`{username}`, `{password}`), for servers without tokens."""

    plain_http: Mapping[str, str] = field(default_factory=dict)
    """Variables for an index at a plain-HTTP address, added to `token_variables` or `password_variables`.
    `{upload_url}`, `{simple_url}`, the same without its slash (`{mirror_url}`), and `{devnull}` are replaced. Empty if
    it cannot be configured by variables."""

    no_plain_http: str = "it takes its addresses on the command line"
    """Why `plain_http` is empty."""

    plain_http_testpypi: Mapping[str, str] = field(default_factory=dict)
    """Variables that add TestPyPI as a second index (`{testpypi_url}`, `{testpypi_token}`), where that is possible."""

    config_variables: Mapping[str, str] = field(default_factory=dict)
    """Variables that replace the user's settings file where HOME is not changed. `{settings}` is a folder."""

    empty_files: tuple[str, ...] = ()
    """Files that are made in that folder, because the client fails or looks elsewhere without them."""

    config_entries: tuple[str, ...] = ()
    """Names of its settings below XDG_CONFIG_HOME, which are hidden where HOME is not changed."""


PIP_SETTINGS = {
    "PIP_INDEX_URL": "{simple_url}",
    # An empty PIP_EXTRA_INDEX_URL would not cancel an `extra-index-url` of a configuration file: pip may read none.
    "PIP_CONFIG_FILE": "{devnull}",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
}
"""For clients that install with pip."""

INSTALLER_SETTINGS = {**PIP_SETTINGS, "UV_DEFAULT_INDEX": "{simple_url}"}
"""For clients that install with pip or, if it is found, with uv, which reads no settings of pip."""

CLIENTS: tuple[Client, ...] = (
    # Reads .pypirc and uses proxies; trusts REQUESTS_CA_BUNDLE.
    Client(
        "twine",
        prefixes=("TWINE_",),
        token_variables={"TWINE_USERNAME": "__token__", "TWINE_PASSWORD": "{token}"},
        password_variables={"TWINE_USERNAME": "{username}", "TWINE_PASSWORD": "{password}"},
        plain_http={"TWINE_REPOSITORY_URL": "{upload_url}", "TWINE_NON_INTERACTIVE": "1"},
        # Over plain HTTP: `--repository` is ignored; `--skip-existing` and trusted publishing need the real hosts.
    ),
    # Trusts SSL_CERT_FILE only; reads proxy variables in upper case.
    Client(
        "uv",
        prefixes=("UV_",),
        variables={
            "UV_NO_SYSTEM_CONFIG": "1",
            "UV_CACHE_DIR": "{caches}/uv",
            "UV_CREDENTIALS_DIR": "{caches}/uv-credentials",
            "UV_KEYRING_PROVIDER": "disabled",
            "UV_PYTHON_DOWNLOADS": "never",
            # A host that is rejected once is rejected again: retries only delay the error.
            "UV_HTTP_RETRIES": "0",
        },
        token_variables={"UV_PUBLISH_TOKEN": "{token}"},
        password_variables={"UV_PUBLISH_USERNAME": "{username}", "UV_PUBLISH_PASSWORD": "{password}"},
        plain_http={
            "UV_DEFAULT_INDEX": "{simple_url}",
            "UV_PUBLISH_URL": "{upload_url}",
            "UV_NO_SYSTEM_CONFIG": "1",
            "UV_KEYRING_PROVIDER": "disabled",
        },
        config_entries=("uv",),
        # Over plain HTTP: `uv publish --index NAME` is an error with UV_PUBLISH_URL; the index must be in uv.toml.
    ),
    # Uploads ignore proxies: `sitecustomize` redirects its name lookups. Environments are made with pip or uv.
    Client(
        "hatch",
        prefixes=("HATCH_",),
        variables={"HATCH_CACHE_DIR": "{caches}/hatch", "HATCH_DATA_DIR": "{caches}/hatch-data"},
        token_variables={"HATCH_INDEX_USER": "__token__", "HATCH_INDEX_AUTH": "{token}"},
        password_variables={"HATCH_INDEX_USER": "{username}", "HATCH_INDEX_AUTH": "{password}"},
        plain_http={"HATCH_INDEX_REPO": "{upload_url}", **INSTALLER_SETTINGS},
        config_variables={"HATCH_CONFIG": "{settings}/hatch.toml"},
        empty_files=("hatch.toml",),  # hatch does not start when the file is missing
        config_entries=("hatch",),
        # Over plain HTTP: `hatch publish -r main` and `-r test` go to the real hosts, whose addresses are fixed.
    ),
    # Reads .pypirc; trusts REQUESTS_CA_BUNDLE.
    Client(
        "flit",
        prefixes=("FLIT_",),
        token_variables={"FLIT_USERNAME": "__token__", "FLIT_PASSWORD": "{token}"},
        password_variables={"FLIT_USERNAME": "{username}", "FLIT_PASSWORD": "{password}"},
        plain_http={
            "FLIT_INDEX_URL": "{upload_url}",
            # Before it uploads, flit would fetch the list of classifiers from the real pypi.org.
            "FLIT_NO_NETWORK": "1",
        },
        # Over plain HTTP: `--repository NAME` needs a .pypirc that knows the name, and classifiers are not checked.
    ),
    # Reads .pypirc; trusts REQUESTS_CA_BUNDLE. After an upload it stores the token in the desktop's keyring, which
    # cannot be switched off: a shell has no D-Bus address.
    Client(
        "maturin",
        prefixes=("MATURIN_",),
        token_variables={"MATURIN_PYPI_TOKEN": "{token}"},
        password_variables={"MATURIN_USERNAME": "{username}", "MATURIN_PASSWORD": "{password}"},
        plain_http={"MATURIN_REPOSITORY_URL": "{upload_url}"},
        # Over plain HTTP: `--repository NAME` needs a .pypirc with that name; the desktop's keyring gets the token.
    ),
    # Trusts REQUESTS_CA_BUNDLE. No setting changes the address of pypi.org.
    Client(
        "poetry",
        prefixes=("POETRY_",),
        variables={"POETRY_CACHE_DIR": "{caches}/pypoetry", "POETRY_KEYRING_ENABLED": "false"},
        token_variables={"POETRY_PYPI_TOKEN_PYPI": "{token}"},
        password_variables={
            "POETRY_HTTP_BASIC_PYPI_USERNAME": "{username}",
            "POETRY_HTTP_BASIC_PYPI_PASSWORD": "{password}",
        },
        plain_http={"POETRY_REPOSITORIES_PYPI_URL": "{upload_url}", "POETRY_KEYRING_ENABLED": "false"},
        plain_http_testpypi={
            "POETRY_REPOSITORIES_TESTPYPI_URL": "{testpypi_url}/legacy/",
            "POETRY_PYPI_TOKEN_TESTPYPI": "{testpypi_token}",
        },
        config_variables={"POETRY_CONFIG_DIR": "{settings}/pypoetry"},
        config_entries=("pypoetry",),
        # Over plain HTTP: plain `poetry publish` goes to the real host (write `-r pypi`), as `poetry add` does.
    ),
    # Trusts any of the CA variables; REQUESTS_CA_BUNDLE takes precedence.
    Client(
        "pdm",
        prefixes=("PDM_",),
        variables={"PDM_CACHE_DIR": "{caches}/pdm", "PDM_CHECK_UPDATE": "false"},
        token_variables={"PDM_PUBLISH_USERNAME": "__token__", "PDM_PUBLISH_PASSWORD": "{token}"},
        password_variables={"PDM_PUBLISH_USERNAME": "{username}", "PDM_PUBLISH_PASSWORD": "{password}"},
        plain_http={
            "PDM_PUBLISH_REPO": "{upload_url}",
            "PDM_PYPI_URL": "{simple_url}",
            "PDM_CHECK_UPDATE": "false",
        },
        config_variables={"PDM_CONFIG_FILE": "{settings}/pdm.toml"},
        config_entries=("pdm",),
        # Over plain HTTP: `pdm publish -r NAME` needs the address in pdm's configuration file.
    ),
    # From 24.2 on it trusts SSL_CERT_FILE too; PIP_CERT takes precedence.
    Client(
        "pip",
        prefixes=("PIP_",),
        variables={
            "PIP_CONFIG_FILE": "{devnull}",
            "PIP_CACHE_DIR": "{caches}/pip",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_KEYRING_PROVIDER": "disabled",
        },
        plain_http=PIP_SETTINGS,
        config_entries=("pip",),
    ),
    # Installs with pip or uv. Before its first application it asks the index for a newer pip.
    Client("pipx", prefixes=("PIPX_",), plain_http=INSTALLER_SETTINGS),
    # Installs with a pip of its own.
    Client(
        "pipenv",
        prefixes=("PIPENV_",),
        variables={"PIPENV_CACHE_DIR": "{caches}/pipenv", "PIPENV_NOSPIN": "1"},
        plain_http={"PIPENV_PYPI_MIRROR": "{mirror_url}"},
    ),
    # Installs with pip or uv. Its environments see http(s)_proxy, SSL_CERT_FILE and PIP_*.
    Client(
        "tox",
        prefixes=("TOX_",),
        plain_http=INSTALLER_SETTINGS,
        config_variables={"TOX_USER_CONFIG_FILE": "{settings}/tox.ini"},
        empty_files=("tox.ini",),
        config_entries=("tox",),
    ),
    # Installs pip from the wheels that it contains; asks an index only with `--download`.
    Client(
        "virtualenv",
        prefixes=("VIRTUALENV_",),
        variables={
            "VIRTUALENV_NO_PERIODIC_UPDATE": "1",
            # Among the caches of this instance: with `--download`, later instances would get a wheel of this one.
            "VIRTUALENV_OVERRIDE_APP_DATA": "{caches}/virtualenv",
        },
        plain_http=PIP_SETTINGS,
        config_variables={"VIRTUALENV_CONFIG_FILE": "{settings}/virtualenv.ini"},
        empty_files=("virtualenv.ini",),
        config_entries=("virtualenv",),
    ),
    # Installs the requirements of a build backend with pip or uv.
    Client("build", plain_http=INSTALLER_SETTINGS),
    # Trusts CURL_CA_BUNDLE or SSL_CERT_FILE.
    Client(
        "curl",
        prefixes=("CURL_",),
        # Without a `.curlrc` in the folder that CURL_HOME names, curl looks for one in the home.
        config_variables={"CURL_HOME": "{settings}/curl"},
        empty_files=("curl/.curlrc",),
        config_entries=("curlrc",),
    ),
    # twine, flit, pdm and others look for a token in it. Where HOME is not changed, an empty one replaces the user's;
    # a shell has one in its home (`settings_files.write_keyring`).
    Client(
        "keyring",
        prefixes=("KEYRING_", "PYTHON_KEYRING_"),
        # A backend named here takes precedence over keyringrc.cfg.
        variables={"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"},
        no_plain_http="it has no index: it keeps tokens",
        config_entries=("python_keyring",),
    ),
    # Version numbers are read from it (setuptools-scm, hatch-vcs), and guides push tags with it (`git`).
    Client(
        "git",
        prefixes=("GIT_ASKPASS", "GIT_ALLOW_PROTOCOL", "GIT_CONFIG", "GIT_SSH"),
        variables={"GIT_ALLOW_PROTOCOL": "file:http:https", "GIT_TERMINAL_PROMPT": "0"},
        no_plain_http="it pushes to repositories, not to an index",
    ),
    # No variable names its authorities, but WGETRC names a settings file that does (`settings_files`).
    Client("wget", prefixes=("WGETRC",)),
)
