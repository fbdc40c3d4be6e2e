"""Checking a credential of any issuer as a verifier does: proof, dates, status. What cannot be checked is never good.

Nothing is fetched here: the caller's `Fetch` gives the JSON of an address, or None where it knows none.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from formats import status_list
from formats.data_integrity import is_signed, proof_of
from formats.linked_data import BADGES, CREDENTIALS, EXTENSIONS, NotSignable
from formats.multikey import did_document_url, from_multikey

Fetch = Callable[[str], Mapping[str, Any] | None]

LONGEST = 64_000  # bytes of a credential
_MOST = 40  # objects in it
_CONTEXTS = ([CREDENTIALS, BADGES, EXTENSIONS], [CREDENTIALS, BADGES], [CREDENTIALS])


class State(StrEnum):
    """What a credential is worth. Only the first is good."""

    ACTIVE = "active"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    TAMPERED = "tampered"
    UNCHECKED = "unchecked"


# Of two reasons against a credential the weightier one is told.
_FIRST = (State.REVOKED, State.SUSPENDED, State.EXPIRED, State.NOT_YET, State.UNCHECKED)


@dataclass(frozen=True)
class Report:
    """The answer, and for those that are not good the reason as a word for logs and tests."""

    state: State
    reason: str = ""
    document: Mapping[str, Any] | None = None  # only what the proof covers


class _Bad(Exception):
    def __init__(self, state: State, reason: str) -> None:
        self.report = Report(state, reason)
        super().__init__(reason)


def check(data: bytes | str, fetch: Fetch, at: datetime) -> Report:
    """What the credential in this JSON text is worth at that moment (aware)."""
    try:
        document = _read(data)
        _signed(document, fetch)
    except _Bad as bad:
        return bad.report
    found = [_failure(_not_taken_back, document, fetch, at), _failure(_in_force, document, at)]
    bad_ones = sorted(filter(None, found), key=lambda report: _FIRST.index(report.state))
    return bad_ones[0] if bad_ones else Report(State.ACTIVE, document=document)


def _failure(test: Callable[..., None], *given: Any) -> Report | None:
    try:
        test(*given)
    except _Bad as bad:
        return bad.report
    return None


def _read(data: bytes | str) -> dict[str, Any]:
    if len(data) > LONGEST:
        raise _Bad(State.UNCHECKED, "too_long")
    try:
        document = json.loads(data, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise _Bad(State.UNCHECKED, "unreadable") from error
    if not isinstance(document, dict) or proof_of(document) is None:
        raise _Bad(State.UNCHECKED, "no_proof")
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name that stands twice could be read in two ways."""
    if len(found := dict(pairs)) != len(pairs):
        raise ValueError("A name stands twice.")
    return found


def _signed(document: Mapping[str, Any], fetch: Fetch) -> None:
    """That the issuer whom it names signed it, the whole of it."""
    issuer, proof = _issuer(document), proof_of(document) or {}
    if document.get("@context") not in _CONTEXTS or not _plain(document):
        raise _Bad(State.UNCHECKED, "unknown_form")
    method = proof["verificationMethod"]
    if method.partition("#")[0] != issuer:
        raise _Bad(State.TAMPERED, "foreign_key")
    try:
        if not is_signed(document, _key(issuer, method, fetch)):
            raise _Bad(State.TAMPERED, "proof_wrong")
    except NotSignable as error:
        raise _Bad(State.TAMPERED, "not_covered") from error


def _plain(document: Mapping[str, Any]) -> bool:
    """The form in which issuers write: so nothing in it can make its canonical form take for ever.

    A tree of single values has no two branches that look alike, which is what the algorithm is slow with.
    """
    todo: list[Any] = [value for name, value in document.items() if name != "@context"]
    names = [name for name in document if name != "@context"]
    objects = 0
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            objects += 1
            names += value
            todo += value.values()
        elif isinstance(value, list):
            if len(value) > 1 and not _words(value):
                return False
            todo += value
        elif isinstance(value, str) and value.startswith("_:"):
            return False
    return objects <= _MOST and not any(name.startswith("@") for name in names)


def _words(values: list[Any]) -> bool:
    return len(values) < 10 and all(isinstance(value, str) for value in values)


def _issuer(document: Mapping[str, Any]) -> str:
    issuer = document.get("issuer")
    found = issuer.get("id") if isinstance(issuer, dict) else issuer
    if not isinstance(found, str):
        raise _Bad(State.UNCHECKED, "no_issuer")
    return found


def _key(issuer: str, method: str, fetch: Fetch) -> Ed25519PublicKey:
    """The key that the issuer publishes under that address for signing."""
    try:
        published = fetch(did_document_url(issuer))
        if published is None or published["id"] != issuer:
            raise _Bad(State.UNCHECKED, "issuer_unknown")
        fitting = [
            from_multikey(one["publicKeyMultibase"])
            for one in published["verificationMethod"]
            if one["id"] == method and one["controller"] == issuer
            if method in published["assertionMethod"]
        ]
    except (ValueError, TypeError, KeyError) as error:
        raise _Bad(State.UNCHECKED, "issuer_unknown") from error
    if not fitting or not isinstance(fitting[0], Ed25519PublicKey):
        raise _Bad(State.TAMPERED, "key_unknown")
    return fitting[0]


def _moment(document: Mapping[str, Any], name: str) -> datetime | None:
    if name not in document:
        return None
    try:
        moment = datetime.fromisoformat(document[name])
    except (TypeError, ValueError) as error:
        raise _Bad(State.UNCHECKED, "date_unreadable") from error
    if moment.tzinfo is None:
        raise _Bad(State.UNCHECKED, "date_unreadable")
    return moment


def _in_force(document: Mapping[str, Any], at: datetime) -> None:
    since, until = _moment(document, "validFrom"), _moment(document, "validUntil")
    if since and at < since:
        raise _Bad(State.NOT_YET, "not_yet")
    if until and at > until:
        raise _Bad(State.EXPIRED, "expired")


def _not_taken_back(document: Mapping[str, Any], fetch: Fetch, at: datetime) -> None:
    """The bit of the revocation list; where it is set, that of the suspension list says for how long."""
    entry = document.get("credentialStatus")
    if not isinstance(entry, dict) or entry.get("type") != "BitstringStatusListEntry":
        raise _Bad(State.UNCHECKED, "no_status")
    try:
        index = int(entry["statusListIndex"])
    except (KeyError, TypeError, ValueError) as error:
        raise _Bad(State.UNCHECKED, "no_status") from error
    issuer = _issuer(document)

    def bit(name: str, purpose: str) -> bool:
        bits = _bits(entry.get(name), purpose, issuer, fetch, at)
        try:
            return status_list.is_set(bits, index)
        except ValueError as error:
            raise _Bad(State.UNCHECKED, "status_wrong") from error

    if not bit("statusListCredential", status_list.REVOCATION):
        return
    try:
        suspended = bit("statusReference", status_list.SUSPENSION)
    except _Bad:
        suspended = False
    raise _Bad(*((State.SUSPENDED,) * 2 if suspended else (State.REVOKED,) * 2))


def _bits(address: Any, purpose: str, issuer: str, fetch: Fetch, at: datetime) -> bytes:
    """The bits of a list that the same issuer signed, and that has not run out."""
    found = fetch(address) if isinstance(address, str) else None
    if found is None:
        raise _Bad(State.UNCHECKED, "status_missing")
    listed = found.get("credentialSubject")
    fits = (
        isinstance(listed, dict)
        and found.get("id") == address
        and _issuer(found) == issuer
        and "BitstringStatusListCredential" in found.get("type", [])
        and listed.get("statusPurpose") == purpose
    )
    if not fits or not isinstance(listed, dict):
        raise _Bad(State.UNCHECKED, "status_wrong")
    try:
        _signed(found, fetch)
        _in_force(found, at)
        return status_list.decoded(listed.get("encodedList", ""))
    except (_Bad, ValueError) as error:
        reason = error.report.reason if isinstance(error, _Bad) else "unreadable"
        raise _Bad(State.UNCHECKED, f"status_{reason}") from error
