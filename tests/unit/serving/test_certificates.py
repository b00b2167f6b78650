from __future__ import annotations

import datetime as dt
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509

from fake_pypi.serving.certificates import VALID_AFTER, VALID_BEFORE, Authority, SniSocket

if TYPE_CHECKING:
    import pytest


def test_the_pem_is_one_certificate_of_an_authority() -> None:
    (certificate,) = x509.load_pem_x509_certificates(Authority().pem)
    assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is True


def test_two_authorities_do_not_trust_each_other() -> None:
    assert Authority().pem != Authority().pem


def test_the_same_hosts_share_a_context_and_other_hosts_get_their_own() -> None:
    authority = Authority()
    first = authority.context_for(["pypi.org", "test.pypi.org"])
    assert authority.context_for(("test.pypi.org", "pypi.org")) is first
    assert authority.context_for(["pypi.org"]) is not first


def test_a_context_hears_the_greeting_and_sends_no_tickets() -> None:
    context = Authority().context_for([])
    assert (context.sslsocket_class, context.num_tickets) == (SniSocket, 0)


def test_no_key_is_left_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    Authority().context_for(["pypi.org"])
    assert os.listdir(tmp_path) == []  # noqa: PTH208  # names are enough


def test_certificates_are_short_enough_for_apple() -> None:
    assert dt.timedelta(days=825) > VALID_BEFORE + VALID_AFTER
