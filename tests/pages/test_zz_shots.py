from datetime import date
import pytest
from django.conf import settings
from playwright.sync_api import sync_playwright
from certification.actions import rules
from certification.models import Programme
from people.models import PersonCategory, Category
from tests.factories import certification as proof
from tests.pages.conftest import cookie, signed_in

D = date
pytestmark = pytest.mark.skipif(False, reason="")

def test_shots(site, address):
    cast = site.cast
    programme = Programme.objects.get(code="ro.asistent-maternal")
    carer = Category.objects.get(code="ro.asistent-maternal")
    for who, begins in ((cast.ana.person, D(2024,10,21)), (cast.vasile, D(2024,9,1)), (cast.clara.person, D(2026,2,1))):
        PersonCategory.objects.create(person=who, category=carer, since=D(2024,1,1))
        proof.certificate(who, programme, issuer=cast.timis, valid_from=begins, valid_until=None, review_due=D(2027,1,1))
    proof.line(cast.ana.person, D(2024,9,9), 3000); proof.line(cast.ana.person, D(2024,10,9), 1800, kind="practice")
    proof.line(cast.vasile, D(2025,9,9), 480)
    proof.circumstance(cast.ana.person, D(2020,1,1), D(2021,6,30))
    draft = rules.draft(programme=programme, effective_from=D(2027,3,1), by=cast.adm)
    rules.change(version=draft, by=cast.adm, transition="both", transition_until=D(2028,12,31))
    row = draft.requirements.get(code="yearly-course")
    rules.put_requirement(version=draft, by=cast.adm, code="extra", kind="theory", minutes=750, equal=[{"programme": site.papers["valid"].programme}])
    rules.remove_requirement(requirement=row, by=cast.adm)
    other = draft.requirements.first()
    paths = {
        "programmes": ("/programmes/", "adm"), "programme": (f"/programmes/{programme.pk}/", "adm"),
        "new": (f"/programmes/{site.papers['valid'].programme_id}/new-version/", "adm"),
        "draft": (f"/programmes/versions/{draft.pk}/", "adm"), "figures": (f"/programmes/versions/{draft.pk}/figures/", "adm"),
        "requirement": (f"/programmes/requirements/{other.pk}/", "adm"),
        "preview": (f"/programmes/versions/{draft.pk}/preview/?fate=gains", "adm"),
        "publish": (f"/programmes/versions/{draft.pk}/publish/", "adm"),
        "person": (f"/standing/people/{cast.ana.person_id}/", "ion"),
        "circumstances": (f"/standing/people/{cast.ana.person_id}/circumstances/", "ion"),
    }
    import os
    langs = os.environ.get("SHOT_LANGS", "ro ar").split()
    with sync_playwright() as p:
        b = p.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox","--disable-dev-shm-usage"])
        for who in ("adm", "ion"):
            value = cookie(signed_in(site, who))
            for w in (390, 1280):
                c = b.new_context(viewport={"width": w, "height": 900})
                c.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": address}])
                page = c.new_page()
                for lang in langs:
                    for name, (path, eyes) in paths.items():
                        if eyes != who: continue
                        r = page.goto(f"{address}/{lang}{path}")
                        print(name, r.status)
                        page.screenshot(path=f"var/shots/{name}-{lang}-{w}.png", full_page=True)
                if w == 390 and who == "adm":
                    page.goto(f"{address}/ro/programmes/versions/{draft.pk}/requirements/new/")
                    page.click("form.form button[type=submit]")
                    page.screenshot(path="var/shots/error-ro-390.png", full_page=True)
                c.close()
        b.close()
