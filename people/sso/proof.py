"""What a token proves: whose it is, made by whom, for whom and when; then what it says about the person."""

from dataclasses import dataclass, field
from typing import Any
from unicodedata import normalize

import jwt

from formats.names import clean
from people.models import SignInProvider
from people.sso.reasons import Fault, Why

# Signatures with a key that only the provider has: no shared secret, and never none.
ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
)  # fmt: skip
LEEWAY_SECONDS = 120
LONGEST_SUBJECT, LONGEST_EMAIL, LONGEST_NAME = 255, 254, 100
# What a key that is published consists of. With its private half it would be put together by long calculation.
PUBLIC_HALF = frozenset({"kty", "alg", "use", "kid", "crv", "n", "e", "x", "y"})
# What somebody knows, and what somebody has (RFC 8176). A text message is neither: numbers are taken over.
KNOWN = frozenset({"pwd", "pin", "kba"})
HELD = frozenset({"otp", "hwk", "swk", "sc", "pop"})


@dataclass(frozen=True)
class Proof:
    """What a provider said and proved about one of its people."""

    subject: str
    claims: dict[str, Any] = field(default_factory=dict)

    @property
    def email(self) -> str:
        """In small letters; empty if none was told, or none that could be written to."""
        told = _text(self.claims.get("email")).lower()
        return told if told.isprintable() and len(told) <= LONGEST_EMAIL else ""

    @property
    def is_email_checked(self) -> bool:
        """Did the provider say that the address is this person's? Entra says it of the domain (`xms_edov`)."""
        return any(
            self.claims.get(name) in (True, "true", "True", "1") for name in ("email_verified", "xms_edov")
        )  # fmt: skip

    @property
    def domain(self) -> str:
        """What stands behind the last @."""
        return self.email.rpartition("@")[2]

    @property
    def names(self) -> tuple[str, str]:
        """Family name and given name; both empty if one is missing."""
        family, given = _name(self.claims.get("family_name")), _name(self.claims.get("given_name"))
        if not (family and given):
            given, _space, family = _name(self.claims.get("name")).partition(" ")
        return (family, given) if family and given else ("", "")


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _name(value: Any) -> str:
    """As it can be kept; empty if it is made of signs that turn into many where names are compared."""
    told = clean(_text(value)[:LONGEST_SUBJECT])[:LONGEST_NAME].strip()
    return told if len(normalize("NFKC", told)) <= 2 * LONGEST_NAME else ""


def read(
    id_token: Any, *, keys: dict[str, Any], issuer: str, client_id: str, nonce: str
) -> dict[str, Any]:
    """The claims of a token that the provider signed for us and for this very sign-in; else a Fault."""
    try:
        claims = jwt.decode(
            id_token,
            key=_key(id_token, keys),
            algorithms=list(ALGORITHMS),
            audience=client_id,
            issuer=issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
    except (jwt.ExpiredSignatureError, jwt.ImmatureSignatureError) as error:
        raise Fault(Why.CLOCK) from error
    except (
        jwt.PyJWTError,
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
        RecursionError,
    ) as error:
        raise Fault(Why.NOT_GENUINE) from error
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or "azp" in claims) and claims.get("azp") != client_id:
        raise Fault(Why.NOT_GENUINE)
    if not nonce or claims.get("nonce") != nonce:
        raise Fault(Why.NOT_GENUINE)
    subject = claims["sub"]
    if not _text(subject) or not subject.isprintable() or len(subject) > LONGEST_SUBJECT:
        raise Fault(Why.NOT_GENUINE)
    return claims


def _key(id_token: Any, keys: dict[str, Any]) -> Any:
    """The provider's key that the token names; a provider with one key need not name it."""
    number = jwt.get_unverified_header(id_token).get("kid")
    public = [
        {name: value for name, value in key.items() if name in PUBLIC_HALF}
        for key in keys["keys"]
        if isinstance(key, dict)
    ]
    usable = [
        key
        for key in jwt.PyJWKSet(public).keys
        if key.public_key_use != "enc" and key.key_type != "oct"
    ]
    found = [key for key in usable if number is None or key.key_id == number]
    if len(found) != 1:
        raise KeyError("kid")
    return found[0]


def joined(claims: dict[str, Any], more: dict[str, Any]) -> Proof:
    """The token's word counts; what is told beside it fills the gaps, if it is about the same person."""
    if more and more.get("sub") != claims["sub"]:
        raise Fault(Why.NOT_GENUINE)
    return Proof(claims["sub"], {**more, **claims})


def proves_second_factor(provider: SignInProvider, proof: Proof) -> bool:
    """Only where an administrator said that the provider asks for it, and where the token says that it did."""
    if not provider.asks_second_factor:
        return False
    told = proof.claims.get("amr")
    ways = {way for way in told if isinstance(way, str)} if isinstance(told, list) else set()
    if "mfa" in ways or (ways & KNOWN and ways & HELD):
        return True
    return proof.claims.get("acr") in provider.factor_classes
