"""Known errors of the connection: they say nothing about the files or the account."""

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
        "This machine does not trust the certificate that it was shown. PyPI's own is fine: a proxy or a virus scanner "
        "stands in between and shows one of its own, or the bundle of certificates here is old, missing or set to a "
        "wrong path. Nothing was uploaded.",
        "Ask for the certificate of your network's authority and name its file: REQUESTS_CA_BUNDLE for twine, "
        "poetry, flit and maturin, SSL_CERT_FILE for uv and hatch; or `pip install --upgrade certifi`. On a Mac with "
        "Python from python.org run `Install Certificates.command` once. Never switch the check off: your token "
        "would be readable.",
    ),
    KnownClientError(
        "tls-too-old",
        (r"TLSv1\.2\+[ ]is[ ]required", r"tlsv1[ ]alert[ ]protocol[ ]version", r"SSLV3_ALERT_HANDSHAKE_FAILURE"),
        "PyPI speaks TLS 1.2 and newer, and this Python (or its OpenSSL) is too old for it.",
        "Upload with a newer Python: the built files may stay as they are.",
    ),
)
