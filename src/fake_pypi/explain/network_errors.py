"""Known errors of the connection, which are independent of the files and the account."""

from __future__ import annotations

from fake_pypi.explain.known_client_errors import KnownClientError

NETWORK_ERRORS: tuple[KnownClientError, ...] = (
    KnownClientError(
        "certificate-not-trusted",
        (
            r"CERTIFICATE_VERIFY_FAILED[^\n]*(?:\n[ ][^\n]*\))?",
            r"SSLCertVerificationError[^\n]*",
            r"SSL[ ]certificate[ ]problem:[^\n]*",
            r"invalid[ ]peer[ ]certificate:[^\n]*",
            r"InvalidCertificate\([^\n]*",
            r"Could[ ]not[ ]find[ ]a[ ]suitable[ ]TLS[ ]CA[ ]certificate[ ]bundle[^\n]*",
            r"certificate[ ]verify[ ]failed[^\n]*",
        ),
        "This machine does not trust the certificate of the server. PyPI's own certificate is valid: a proxy or a "
        "virus scanner replaces it by its own, or the certificate bundle of this machine is old, missing or set to a "
        "wrong path. Nothing was uploaded.",
        "Get the certificate of your network's authority and set its path in REQUESTS_CA_BUNDLE for twine, "
        "poetry, flit and maturin, SSL_CERT_FILE for uv and hatch; or `pip install --upgrade certifi`. On a Mac with "
        "Python from python.org run `Install Certificates.command` once. Never disable the check: others "
        "could read your token.",
    ),
    KnownClientError(
        "tls-too-old",
        (r"TLSv1\.2\+[ ]is[ ]required", r"tlsv1[ ]alert[ ]protocol[ ]version", r"SSLV3_ALERT_HANDSHAKE_FAILURE"),
        "PyPI needs TLS 1.2 or newer, which this Python (or its OpenSSL) does not support.",
        "Upload the same files with a newer Python.",
    ),
)
