"""Links that answer without signing in: only whoever got the message has them."""

from django.core import signing

from training.models import Enrolment

_OFFERS = signing.Signer(salt="training.offer", sep="~")


def offer_token(enrolment: Enrolment) -> str:
    """For the link of an offer. An enrolment is offered a place once, so the link answers nothing else."""
    return _OFFERS.sign(str(enrolment.pk))


def read_offer_token(token: str) -> int | None:
    """The enrolment's number, or None for what we did not sign."""
    try:
        return int(_OFFERS.unsign(token))
    except (signing.BadSignature, ValueError):
        return None
