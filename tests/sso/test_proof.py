"""Tokens: whose signature, for whom, for which sign-in, when. Each with a key of its own, none of anybody's."""

import base64
import os
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from people.sso.proof import LEEWAY_SECONDS, read
from people.sso.reasons import Fault, Why

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CURVE = ec.generate_private_key(ec.SECP256R1())
ISSUER, CLIENT, NONCE = "https://id.example.org", "tutela", "n" * 32


def public(key: Any, kid: str | None = "1", **more: Any) -> dict[str, Any]:
    """The public half, as a provider publishes it."""
    kind = ECAlgorithm if isinstance(key, ec.EllipticCurvePrivateKey) else RSAAlgorithm
    found = kind.to_jwk(key.public_key(), as_dict=True) | more
    return found | ({"kid": kid} if kid else {})


def token(key: Any = KEY, algorithm: str = "RS256", kid: str | None = "1", **changed: Any) -> str:
    """A good token, unless something is changed; None leaves out."""
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "aud": CLIENT,
        "sub": "s",
        "nonce": NONCE,
        "iat": now,
        "exp": now + 300,
    }
    told = {name: value for name, value in (claims | changed).items() if value is not None}
    return jwt.encode(told, key, algorithm, headers={"kid": kid} if kid else {})


def examined(given: Any, *keys: dict[str, Any]) -> dict[str, Any]:
    """The claims."""
    published = {"keys": list(keys or [public(KEY)])}
    return read(given, keys=published, issuer=ISSUER, client_id=CLIENT, nonce=NONCE)


def why(given: Any, *keys: dict[str, Any]) -> Why:
    """The reason for which a token is refused."""
    with pytest.raises(Fault) as fault:
        examined(given, *keys)
    return fault.value.why


def test_a_good_token_says_what_it_says():
    assert examined(token(groups=["a"]))["groups"] == ["a"]
    assert examined(token(aud=[CLIENT]))["sub"] == "s"
    assert examined(token(aud=[CLIENT, "other"], azp=CLIENT))["sub"] == "s"


def test_keys_of_other_kinds_and_without_numbers():
    assert examined(token(CURVE, "ES256"), public(CURVE))["sub"] == "s"
    assert examined(token(kid=None), public(KEY, None))["sub"] == "s"
    assert examined(token(), public(OTHER, "2"), public(KEY))["sub"] == "s"
    assert examined(token(kid=None), public(KEY), public(OTHER, "2", use="enc"))["sub"] == "s"


def test_signatures_of_others():
    assert why(token(OTHER)) == Why.NOT_GENUINE
    assert why(token(kid="2")) == Why.NOT_GENUINE
    assert why(token(kid=None), public(KEY), public(OTHER, "2")) == Why.NOT_GENUINE
    assert why(token(), public(KEY, use="enc")) == Why.NOT_GENUINE
    head, body, signature = token().split(".")
    assert why(f"{head}.{body}.{signature[:-4]}AAAA") == Why.NOT_GENUINE
    assert why(f"{head}.{token(sub='t').split('.')[1]}.{signature}") == Why.NOT_GENUINE
    assert why(f"{head}.{body}.") == Why.NOT_GENUINE


def test_no_signature_and_a_shared_secret_are_none():
    unsigned = jwt.encode({"iss": ISSUER, "aud": CLIENT, "sub": "s", "nonce": NONCE}, None, "none")
    assert why(unsigned) == Why.NOT_GENUINE
    shared = "what everybody can read in the list of keys, 256 bits"
    published = {"kty": "oct", "k": "d2hhdCBldmVyeWJvZHkgY2FuIHJlYWQ", "kid": "1", "alg": "HS256"}
    assert why(token(shared, "HS256"), published) == Why.NOT_GENUINE
    assert why(token(shared, "HS256"), public(KEY)) == Why.NOT_GENUINE


CHANGES = [
    ({"iss": "https://id.example.org/"}, Why.NOT_GENUINE),
    ({"iss": None}, Why.NOT_GENUINE),
    ({"aud": "other"}, Why.NOT_GENUINE),
    ({"aud": None}, Why.NOT_GENUINE),
    ({"aud": [CLIENT, "other"]}, Why.NOT_GENUINE),
    ({"azp": "other"}, Why.NOT_GENUINE),
    ({"nonce": "m" * 32}, Why.NOT_GENUINE),
    ({"nonce": None}, Why.NOT_GENUINE),
    ({"nonce": [NONCE]}, Why.NOT_GENUINE),
    ({"sub": None}, Why.NOT_GENUINE),
    ({"sub": ""}, Why.NOT_GENUINE),
    ({"sub": " "}, Why.NOT_GENUINE),
    ({"sub": "s" * 256}, Why.NOT_GENUINE),
    ({"sub": "s\0"}, Why.NOT_GENUINE),
    ({"sub": "s\u202e"}, Why.NOT_GENUINE),
    ({"sub": "\ud800"}, Why.NOT_GENUINE),
    ({"exp": float("inf")}, Why.NOT_GENUINE),
    ({"exp": float("nan")}, Why.NOT_GENUINE),
    ({"iat": float("inf")}, Why.NOT_GENUINE),
    ({"exp": None}, Why.NOT_GENUINE),
    ({"iat": None}, Why.NOT_GENUINE),
    ({"exp": "soon"}, Why.NOT_GENUINE),
    ({"exp": 1}, Why.CLOCK),
    ({"iat": 4_000_000_000}, Why.CLOCK),
    ({"nbf": 4_000_000_000}, Why.CLOCK),
]


@pytest.mark.parametrize(("changed", "reason"), CHANGES)
def test_one_thing_wrong(changed: dict[str, Any], reason: Why):
    assert why(token(**changed)) == reason


@pytest.mark.parametrize("given", [None, "", "a", "a.b.c", 3, [], {"a": 1}, "ø.ø.ø"])
def test_what_is_no_token(given: Any):
    assert why(given) == Why.NOT_GENUINE


@pytest.mark.parametrize(
    "keys", [{}, {"keys": []}, {"keys": "a"}, {"keys": [{"kty": "?"}]}, {"keys": [3]}]
)
def test_what_are_no_keys(keys: Any):
    with pytest.raises(Fault) as fault:
        read(token(), keys=keys, issuer=ISSUER, client_id=CLIENT, nonce=NONCE)
    assert fault.value.why == Why.NOT_GENUINE


def word(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def test_a_private_key_among_the_published_costs_us_nothing():
    """PyJWT would look for its factors for half a minute, and nobody else would be served by this process."""
    large = {name: word(os.urandom(3000)) for name in ("n", "d")}
    trap = {"kty": "RSA", "kid": "2", "e": "AQAB", **large}
    began = time.process_time()
    assert why(token(OTHER), trap) == Why.NOT_GENUINE
    assert examined(token(), trap, public(KEY) | {"d": word(b"d")})["sub"] == "s"
    assert time.process_time() - began < 2


def test_a_token_without_floor_is_none():
    deep = word(b"[" * 100_000 + b"]" * 100_000)
    assert why(f"{deep}.{deep}.{deep}") == Why.NOT_GENUINE
    head, _body, signature = token().split(".")
    assert why(f"{head}.{deep}.{signature}") == Why.NOT_GENUINE
    signed = jwt.api_jws.encode(b"[" * 100_000 + b"]" * 100_000, KEY, "RS256", {"kid": "1"})
    assert why(signed) == Why.NOT_GENUINE


def test_an_empty_nonce_is_none():
    with pytest.raises(Fault):
        read(
            token(nonce=""), keys={"keys": [public(KEY)]}, issuer=ISSUER, client_id=CLIENT, nonce=""
        )


def test_clocks_may_differ_a_little():
    now = int(time.time())
    assert examined(token(exp=now - LEEWAY_SECONDS + 30))["sub"] == "s"
    assert examined(token(iat=now + LEEWAY_SECONDS - 30))["sub"] == "s"
    assert why(token(exp=now - LEEWAY_SECONDS - 30)) == Why.CLOCK
