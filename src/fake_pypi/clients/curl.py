"""curl, and whatever else reads its variables. Trusts CURL_CA_BUNDLE or SSL_CERT_FILE."""

from __future__ import annotations

from fake_pypi.clients.client import Client

CURL = Client(
    "curl",
    deny=("CURL_",),
    # Without a `.curlrc` in the folder that CURL_HOME names, curl looks for one in the home.
    wired={"CURL_HOME": "{settings}/curl"},
    empty_files=("curl/.curlrc",),
    config_entries=("curlrc",),
)
