"""A security key in software: it makes the answers that a browser would send."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

USER_PRESENT, HAS_CREDENTIAL = 0x01, 0x40  # flags of the authenticator data


class Authenticator:
    """One security key with one credential (WebAuthn level 2, attestation "none", ECDSA on P-256)."""

    def __init__(self) -> None:
        self.credential_id = secrets.token_bytes(16)
        self.count = 0
        self._key = ec.generate_private_key(ec.SECP256R1())

    def register(self, options: Mapping[str, Any], origin: str) -> str:
        """Return the JSON text of a new credential."""
        numbers = self._key.public_key().public_numbers()
        public_key = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        credential = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + cbor(public_key)
        data = self._data(options["rp"]["id"], USER_PRESENT | HAS_CREDENTIAL) + credential
        attestation = cbor({"fmt": "none", "attStmt": {}, "authData": data})
        client_data = self._client_data("webauthn.create", options, origin)
        return self._answer(attestationObject=attestation, clientDataJSON=client_data)

    def sign(self, options: Mapping[str, Any], origin: str) -> str:
        """Return the JSON text of a signature."""
        self.count += 1
        data = self._data(options["rpId"], USER_PRESENT)
        client_data = self._client_data("webauthn.get", options, origin)
        signature = self._key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        return self._answer(authenticatorData=data, clientDataJSON=client_data, signature=signature)

    def _data(self, domain: str, flags: int) -> bytes:
        return hashlib.sha256(domain.encode("ascii")).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client_data(self, kind: str, options: Mapping[str, Any], origin: str) -> bytes:
        signed = base64url(options["challenge"].encode("ascii"))  # PyPI's script signs the text of the challenge
        return json.dumps({"type": kind, "challenge": signed, "origin": origin}).encode("ascii")

    def _answer(self, **response: bytes) -> str:
        encoded = {name: base64url(value) for name, value in response.items()}
        identifier = base64url(self.credential_id)
        return json.dumps({"id": identifier, "rawId": identifier, "type": "public-key", "response": encoded})


def base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def cbor(value: int | bytes | str | Mapping[Any, Any]) -> bytes:
    """Encode a value (RFC 8949)."""
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value)) + value.encode("ascii")
    return _head(5, len(value)) + b"".join(cbor(key) + cbor(item) for key, item in value.items())


def _head(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes([kind << 5 | number])
    size = 1 if number < 256 else 2
    return bytes([kind << 5 | (23 + size)]) + number.to_bytes(size, "big")
