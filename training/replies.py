"""Answers of calendar programs, as mails that arrive: whose, about what, and whether they still fit."""

from formats.itip import Reply, read_reply
from training.actions import answers
from training.answer_links import enrolment_of_address, session_pk_of
from training.models import Enrolment, Session, SessionAnswer


def take(mail: bytes) -> bool:
    """Write down the answer in a mail. False for what is no answer to one of our invitations: a human may want it.

    The secret of the place is in the address that the mail was sent to; the answer must be that person's own,
    about a session of that edition. What was asked before the session moved is taken in and dropped.
    """
    reply = read_reply(mail)
    if reply is None:
        return False
    enrolment = _whose(reply)
    pk = session_pk_of(reply.uid)
    if enrolment is None or pk is None or reply.attendee != enrolment.person.email.lower():
        return False
    session = Session.objects.filter(pk=pk, edition=enrolment.edition_id).first()
    if session is None:
        return False
    if not _is_out_of_date(reply, session):
        answers.record(
            by=None,
            enrolment=enrolment,
            sessions=[session],
            answer=reply.answer,
            via=SessionAnswer.Via.CALENDAR,
            said_at=reply.stamp,
        )
    return True


def _whose(reply: Reply) -> Enrolment | None:
    found = (enrolment_of_address(address) for address in reply.addresses)
    return next((enrolment for enrolment in found if enrolment), None)


def _is_out_of_date(reply: Reply, session: Session) -> bool:
    """About another time than that of the session now; programs that do not say the time give the version."""
    if reply.start:
        return reply.start != session.starts
    return reply.sequence < session.sequence
