"""curl, and whatever else reads its variables. Trusts CURL_CA_BUNDLE or SSL_CERT_FILE."""

from __future__ import annotations

from fake_pypi.clients.client import Client

CURL = Client("curl", deny=("CURL_",), set={"CURL_HOME": "{nothing}"})
