"""Papers of training elsewhere in Timiș: one waits, one was granted in part, one refused; a certificate on paper."""

import io
from datetime import date, timedelta

from PIL import Image, ImageDraw

from certification.actions import evidence, review
from certification.actions.evidence import Paper
from certification.actions.review import Line
from certification.models import EarlierCertificate, Evidence, Programme
from people.models import Organisation, Person, User

# What it was, who gave it, how long ago, hours.
PAPERS = (
    ("Primul ajutor pentru copii", "Asociația Salvatorii (inventată)", 20, 8),
    ("Comunicarea cu adolescenții", "Școala de Vară Banat (inventată)", 60, 12),
    ("Târg de produse locale", "Piața Mare (inventată)", 90, 3),
)


def build(learner: Person, programme: Programme, directorate: Organisation, today: date) -> None:
    """Decided by the county's officer; the person's own account handed them in."""
    sender = User.objects.get(person=learner)
    officer = User.objects.get(email="officer.timis@demo.example")
    _waiting, granted, refused = [_hand_in(sender, *paper, today) for paper in PAPERS]
    review.grant(
        by=officer,
        evidence=granted,
        lines=[Line("theory", 6 * 60), Line("practice", 2 * 60)],
        words="O zi a fost despre altceva.",
    )
    review.refuse(
        by=officer, evidence=refused, words="Nu este o formare pentru îngrijirea copiilor."
    )
    EarlierCertificate.objects.create(
        person=learner,
        programme=programme,
        number="118/2016",
        issuer="DGASPC Arad",
        valid_from=date(2016, 6, 14),
        valid_until=date(2019, 6, 13),
        organisation=directorate,
        recorded_on=today - timedelta(days=200),
        recorded_by=officer.pk,
    )


def _hand_in(
    sender: User, title: str, provider: str, days: int, hours: int, today: date
) -> Evidence:
    last = today - timedelta(days=days)
    paper = Paper(title, provider, last - timedelta(days=1), last, hours * 60)
    return evidence.hand_in(
        by=sender, person=sender.person, paper=paper, files=[_photo(title, hours)]
    )


def _photo(title: str, hours: int) -> bytes:
    """A drawn paper, the same at each load."""
    picture = Image.new("RGB", (900, 640), "#f7f3e8")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((30, 30, 870, 610), outline="#7a9a55", width=6)
    for row, words in enumerate(("Adeverinta (demo)", title, f"{hours} ore")):
        draw.text((120, 160 + 110 * row), _plain(words), fill="#12384f", font_size=42)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


def _plain(words: str) -> str:
    """The font that comes with Pillow has Latin letters without Romanian marks."""
    return words.translate(str.maketrans("ăâîșțĂÂÎȘȚ", "aaistAAIST"))
