"""Loads the demo: the same invented people, institutions, courses and editions at every load."""

import json
import random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from certification.models import Certificate, CertificateEvent
from config.demo import (
    certificates,
    duties,
    editions,
    evidence,
    institutions,
    machines,
    pages,
    people,
    posts,
    programmes,
    teaching,
)
from people.models import Organisation, User
from training.models import CalendarFeed


class Command(BaseCommand):
    help = "Loads the demo data into an empty site and writes demo.json. Run again, it only writes demo.json."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "The demo has published passwords. Set DEMO=1 if this site is only for trying out."
            )
        if not User.objects.filter(email="officer.timis@demo.example").exists():
            with transaction.atomic():
                self.load()
        self.describe()

    def load(self) -> None:
        """Everything in one transaction: half a demo would be worse than none."""
        today = timezone.localdate()
        chance = random.Random(2026)
        jurisdiction, counties = institutions.build()
        courses = pages.write([code for code, _name in settings.LANGUAGES])
        proofs = programmes.build(jurisdiction, courses)
        ministry = (
            Organisation.objects.filter(depth=1, jurisdiction=jurisdiction).order_by("path").first()
        )
        carers = people.carers(counties, chance, today)
        staff = people.staff(ministry, counties)
        trainers = dict(
            enumerate(person for account, person in staff.items() if account.role == "trainer")
        )
        made = editions.build(counties, courses, carers, trainers, today)
        teaching.build(trainers, courses, made, today)
        certificates.build(made, proofs, today)
        duties.build(proofs["foster-initial"], today)
        learner = next(person for account, person in staff.items() if account.role == "learner")
        evidence.build(learner, next(iter(proofs.values())), counties[0].directorate, today)
        machines.build(counties[0].directorate)
        posts.build(proofs["violence-early-signs"], staff)
        self.stdout.write(
            f"{len(carers)} people, {len(made)} editions, {Certificate.objects.count()} certificates"
        )

    def describe(self) -> None:
        """Write demo.json: what a program needs to drive the site."""
        url = settings.SITE_URL
        learner = User.objects.get(email="learner.timis@demo.example").person
        feed, _made = CalendarFeed.objects.get_or_create(person=learner, revoked_at=None)
        described = {
            "url": url,
            "mailbox": url + reverse("notifications:mailbox"),
            "accounts": [account.as_json() for account in people.ACCOUNTS],
            "certificates": {
                state: url + reverse("verify-short", args=[token])
                for state, token in self.states().items()
            },
            "feeds": {
                "personal": url + reverse("feed-personal", args=[feed.token]),
                "public": url + reverse("feed-public"),
            },
            "api": {
                "url": f"{url}/api/v1/",
                "openapi": url + reverse("api:openapi-json"),
                "docs": url + reverse("api-docs"),
                "token": machines.KEY,
            },
        }
        path = settings.DATA_DIR / "demo.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(described, ensure_ascii=False, indent=1) + "\n")

    def states(self) -> dict[str, str]:
        """The token of one certificate in each state that anybody may look at."""
        today = timezone.localdate()
        rows = Certificate.objects.order_by("pk")
        last = {
            kind: CertificateEvent.objects.filter(kind=kind).values("certificate")
            for kind in ("revoked", "suspended")
        }
        touched = CertificateEvent.objects.values("certificate")
        found = {
            "valid": rows.exclude(pk__in=touched).filter(valid_until=None).last(),
            "expired": rows.exclude(pk__in=touched).filter(valid_until__lt=today).first(),
            "revoked": rows.filter(pk__in=last["revoked"]).first(),
            "suspended": rows.filter(pk__in=last["suspended"]).first(),
        }
        return {state: certificate.token for state, certificate in found.items() if certificate}
