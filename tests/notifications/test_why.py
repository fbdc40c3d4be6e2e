"""Nobody asks why a mail came: every notice ends with the reason, in plain text and, where it has one, in HTML."""

import re
from pathlib import Path

import pytest
from django.conf import settings

NOTICES = Path(settings.BASE_DIR) / "templates/notifications"
NAMES = sorted(path.parent.name for path in NOTICES.glob("*/body.txt"))
REASON = re.compile(r'translate "You get (?:this message|it) because [^"]{15,}\."')


def test_the_notices_are_found():
    assert {"offer_ran_out", "reminder", "digest", "sessions_changed"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_notice_says_why_it_came(name):
    text = (NOTICES / name / "body.txt").read_text()
    why = re.search(r"{% block why %}(.*?){% endblock %}", text, flags=re.DOTALL)
    assert why and REASON.search(why[1]), f"{name} does not say why somebody gets it"


@pytest.mark.parametrize("path", sorted(NOTICES.glob("*/body.html")), ids=lambda p: p.parent.name)
def test_so_does_its_formatted_twin(path):
    assert "because" in path.read_text()


def test_a_sentence_without_a_reason_is_seen():
    assert not REASON.search('{% translate "You get this message." %}')
