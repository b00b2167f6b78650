"""A CI's identity provider on this machine: it signs the claims of jobs, and publishes the key for verification.

It responds as GitHub Actions does inside a job (`ACTIONS_ID_TOKEN_REQUEST_URL`), at the index's own loopback
address. Keys are made when they are first needed, for this process alone; no other machine is contacted.
"""

from __future__ import annotations

import hmac
import json
import secrets
import threading
import uuid
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from fake_pypi.redaction import remember

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    from fake_pypi.index.clock import Clock

LIFETIME = 300
PLACE = "/_ci/"
"""The path at which the index's own loopback address responds as the CI; the real host names do not have it."""


_keys: dict[str, RSAPrivateKey] = {}
_making_a_key = threading.Lock()


def signing_key(issuer: str) -> RSAPrivateKey:
    """Return the private key of an issuer, made at the first call of this process."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    with _making_a_key:  # two threads that come first must not get two keys
        if issuer not in _keys:
            _keys[issuer] = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return _keys[issuer]


class Issuer:
    """One issuer of identity tokens, by its real name.

    >>> from fake_pypi.index.clock import Clock
    >>> Issuer("https://token.actions.githubusercontent.com", Clock()).token({"aud": "pypi"}).count(".")
    2
    """

    def __init__(self, issuer: str, clock: Clock) -> None:
        self.issuer = issuer
        self._clock = clock
        self._jobs: dict[str, dict[str, Any]] = {}

    @property
    def key(self) -> RSAPrivateKey:
        """The private key that it signs with."""
        return signing_key(self.issuer)

    @cached_property
    def key_id(self) -> str:
        """The public name of the key (`kid`), the same wherever the key is."""
        return uuid.uuid5(uuid.NAMESPACE_URL, self.issuer).hex

    def token(
        self,
        claims: dict[str, Any],
        *,
        algorithm: str = "RS256",
        key: Any = None,
        key_id: str | None = "",
        defaults: bool = True,
    ) -> str:
        """Sign claims. `defaults` adds issuer, times (300 seconds) and a `jti` where they are missing.

        `key` and `key_id` (None: leave it out) and the algorithms "none" and "HS256" make tokens that no index
        may accept.
        """
        import jwt

        payload = {**self._defaults(), **claims} if defaults else claims
        named = self.key_id if key_id == "" else key_id
        headers = {} if named is None else {"kid": named}
        signed_with = key if key is not None else self._key_for(algorithm)
        return _encoded(jwt, payload, signed_with, algorithm, headers)

    def _defaults(self) -> dict[str, Any]:
        now = int(self._clock.timestamp())
        times = {"iat": now, "nbf": now, "exp": now + LIFETIME}
        return {"iss": self.issuer, "jti": str(uuid.uuid4()), **times}

    def _key_for(self, algorithm: str) -> Any:
        if algorithm == "none":
            return None
        return secrets.token_bytes(32) if algorithm.startswith("HS") else self.key

    def public_keys(self) -> dict[str, Any]:
        """Return the keys that verify its tokens, as a JSON Web Key Set."""
        from jwt.algorithms import RSAAlgorithm

        public = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": self.key_id, "use": "sig", "alg": "RS256"}]}

    def add_job(self, claims: dict[str, Any]) -> str:
        """Let a job with these claims request tokens; return the secret that its requests must have."""
        secret = secrets.token_urlsafe(32)
        remember(secret)
        self._jobs[secret] = claims
        return secret

    @property
    def job_secrets(self) -> tuple[str, ...]:
        """The secrets of the jobs, for redaction."""
        return tuple(self._jobs)

    def claims_of_job(self, authorization: str) -> dict[str, Any] | None:
        """Return the claims of the job with this `Authorization` header, None for an unknown secret."""
        scheme, _, value = authorization.partition(" ")
        if scheme.lower() != "bearer":
            return None
        secret = value.strip().encode()
        jobs = self._jobs.items()
        return next((claims for known, claims in jobs if hmac.compare_digest(known.encode(), secret)), None)

    def respond(self, page: str, environ: WSGIEnvironment) -> tuple[str, Any]:
        """Respond to a request for one of the provider's pages: status line, and the value to send as JSON.

        "token" is for jobs, ".well-known/openid-configuration" and ".well-known/jwks" lead to the keys.
        """
        pages: dict[str, Callable[[WSGIEnvironment], tuple[str, Any]]] = {
            "token": self._token_page,
            ".well-known/jwks": self._keys_page,
            ".well-known/openid-configuration": self._configuration_page,
        }
        view = pages.get(page)
        return view(environ) if view else ("404 Not Found", {"message": "Not Found"})

    def _token_page(self, environ: WSGIEnvironment) -> tuple[str, Any]:
        claims = self.claims_of_job(str(environ.get("HTTP_AUTHORIZATION", "")))
        if claims is None:
            return "401 Unauthorized", {"message": "this job may not request identity tokens"}
        query = parse_qs(str(environ.get("QUERY_STRING", "")))
        audience = query.get("audience", [f"https://github.com/{claims.get('repository_owner', '')}"])[-1]
        token = self.token({"aud": audience, **claims})
        return "200 OK", {"count": len(token), "value": token}

    def _keys_page(self, _environ: WSGIEnvironment) -> tuple[str, Any]:
        return "200 OK", self.public_keys()

    def _configuration_page(self, environ: WSGIEnvironment) -> tuple[str, Any]:
        own = f"{environ['wsgi.url_scheme']}://{environ['HTTP_HOST']}{PLACE}{self.key_id}"
        return "200 OK", {"issuer": self.issuer, "jwks_uri": f"{own}/.well-known/jwks"}


def ci_response(issuers: Iterable[Issuer], environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Respond to a request below `PLACE` as the provider that it names; it is not recorded."""
    key_id, _, page = str(environ["PATH_INFO"]).removeprefix(PLACE).partition("/")
    named = next((issuer for issuer in issuers if issuer.key_id == key_id), None)
    status, value = named.respond(page, environ) if named else ("404 Not Found", {"message": "Not Found"})
    body = json.dumps(value).encode()
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def verified_claims(token: str, issuer: Issuer, audience: str, now: float) -> dict[str, Any] | None:
    """Check an identity token as PyPI does: key, issuer, one audience, times with 30 seconds of leeway.

    Return its claims, or None when anything is wrong. `now` is seconds since 1970 on the index's clock.
    """
    import jwt

    options = {"require": ["iss", "iat", "exp", "aud"], "strict_aud": True}
    clockless = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
    try:
        if jwt.get_unverified_header(token).get("kid") != issuer.key_id:
            return None
        claims: dict[str, Any] = jwt.decode(
            token,
            key=issuer.key.public_key(),
            algorithms=["RS256"],
            options={**options, **clockless},  # type: ignore[arg-type, typeddict-item, unused-ignore]
            issuer=issuer.issuer,
            audience=audience,
        )
        in_time = _in_time(claims, now)
    except Exception:  # noqa: BLE001 - a token that makes the library fail is invalid
        return None
    return claims if in_time else None


def _in_time(claims: dict[str, Any], now: float, leeway: int = 30) -> bool:
    if int(claims["exp"]) <= now - leeway or int(claims["iat"]) > now + leeway:
        return False
    return "nbf" not in claims or int(claims["nbf"]) <= now + leeway


def unverified_issuer(token: str) -> str | None:
    """Return the issuer that an unverified token names; None if it cannot be read."""
    import jwt

    try:
        return str(jwt.decode(token, options={"verify_signature": False})["iss"])
    except Exception:  # noqa: BLE001 - as above
        return None


def _encoded(jwt: Any, claims: dict[str, Any], key: Any, algorithm: str, headers: dict[str, str]) -> str:
    """Return the claims, of any types, as a signed token; PyJWT itself would reject an issuer that is no text."""
    payload = json.dumps(claims, separators=(",", ":")).encode()
    return str(jwt.api_jws.encode(payload, key, algorithm=algorithm, headers={**headers, "typ": "JWT"}))
