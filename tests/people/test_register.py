"""The people register: search and order of names on the real database, and whose records open."""

import re

import pytest

from people.models import AuditEvent, Person, User
from people.queries import counties, register_rows
from tests.factories import people as make

pytestmark = pytest.mark.django_db


def names(queryset) -> list[str]:
    return [person.list_name for person in queryset]


class TestSearch:
    @pytest.mark.parametrize(
        "typed", ["Școală", "Şcoala", "scoala", "SCOALA", "  școal ", "scoala ana", "ana ȘCOALĂ"]
    )
    def test_romanian_with_or_without_marks(self, cast, typed):
        person = make.person(cast.timis, "Școală", "Ana")
        assert person in Person.objects.matching(typed)

    def test_short_i_stays_apart_in_cyrillic(self, cast):
        one = make.person(cast.timis, "Чайка", "Ivan", language="bg")
        other = make.person(cast.timis, "Чаика", "Ivan", language="bg")
        assert list(Person.objects.matching("чайка")) == [one]
        assert list(Person.objects.matching("чаика")) == [other]

    @pytest.mark.parametrize("typed", ["Їжакевич", "їжакевич", "Yizhakevych"])
    def test_ukrainian_by_its_letters_or_the_official_latin(self, cast, typed):
        person = make.person(cast.timis, "Їжакевич", "Ганна", language="uk")
        make.person(cast.timis, "Іжакевич", "Ганна", language="uk")
        assert list(Person.objects.matching(typed)) == [person]

    @pytest.mark.parametrize("typed", ["أحمد", "احمد", "إحمد", "آحمد"])
    def test_arabic_alefs_are_one(self, cast, typed):
        person = make.person(cast.timis, "أحمد", "نور", language="ar")
        assert person in Person.objects.matching(typed)

    @pytest.mark.parametrize("typed", ["فاطمة", "فاطمه", "فَاطِمَة", "فاطـمة"])
    def test_teh_marbuta_marks_and_tatweel(self, cast, typed):
        person = make.person(cast.timis, "علي", "فاطمة", language="ar")
        assert person in Person.objects.matching(typed)

    @pytest.mark.parametrize("typed", ["oneil", "O'Neil", "o’neil", "oneil a"])
    def test_apostrophes_do_not_matter(self, cast, typed):
        assert make.person(cast.timis, "O'Neil", "Ana") in Person.objects.matching(typed)

    @pytest.mark.parametrize(
        "typed",
        ["'", "& | !", ":*", "\\", "%", "_", "!!a", "<->", "('", "\u202e", "--", "a' OR 1=1"],
    )
    def test_signs_are_only_signs(self, cast, typed):
        list(Person.objects.matching(typed))
        assert cast.browser(cast.ion).get("/en/me/people/", {"q": typed}).status_code == 200

    def test_a_zero_byte_is_refused_politely(self, cast):
        assert cast.browser(cast.ion).get("/en/me/people/?q=a%00b").status_code == 200

    def test_every_word_must_match(self, cast):
        assert cast.ana.person not in Person.objects.matching("Popescu Zoe")


class TestOrder:
    def test_romanian_letters_stand_after_their_plain_ones(self, cast):
        for name in ("Țepeș", "Șandru", "Toma", "Stan", "Ștefan", "Sandu", "Zota", "Ăla", "Albu"):
            make.person(cast.turda, name)
        wanted = ["Albu", "Ăla", "Sandu", "Stan", "Șandru", "Ștefan", "Toma", "Țepeș", "Zota"]
        found = [p.family_name for p in register_rows(cast.olga) if p.family_name in wanted]
        assert found == wanted

    def test_ukrainian_letters_stand_where_the_alphabet_has_them(self, cast):
        for name in ("Єва", "Ґалаґан", "Гай", "Дем", "Жук", "Ека", "Іва", "Їжак", "Йосип"):
            make.person(cast.turda, name, language="uk")
        wanted = ["Гай", "Ґалаґан", "Дем", "Ека", "Єва", "Жук", "Іва", "Їжак", "Йосип"]
        assert [
            p.family_name for p in register_rows(cast.olga) if p.family_name in wanted
        ] == wanted

    def test_family_names_before_given_names(self, cast):
        for family, given in (("Ion Barbu", "Ana"), ("Ion", "Zoe"), ("Ion", "Ana")):
            make.person(cast.turda, family, given)
        found = [name for name in names(register_rows(cast.olga)) if name.startswith("Ion")]
        assert found == ["Ion, Ana", "Ion, Zoe", "Ion Barbu, Ana"]


class TestList:
    def test_fifty_a_page_and_the_search_stays_in_the_address(self, cast):
        for number in range(51):
            make.person(cast.turda, f"Multă{chr(97 + number % 26)}{chr(97 + number // 26)}")
        browser = cast.browser(cast.olga)
        page = browser.get("/en/me/people/?q=multa")
        assert (
            len(page.context["page"].object_list) == 50
            and page.context["page"].paginator.count == 51
        )
        assert "page=2" in page.content.decode() and "q=multa" in page.content.decode()
        second = browser.get("/en/me/people/?q=multa&page=2").content.decode()
        assert re.search(r"<title>[^<]*\(page 2 of 2\)", second)

    def test_the_number_of_queries_does_not_grow(self, cast, django_assert_max_num_queries):
        browser = cast.browser(cast.ion)
        browser.get("/en/me/people/")
        with django_assert_max_num_queries(20) as few:
            browser.get("/en/me/people/")
        for _row in range(3):
            make.person(cast.lugoj)
        with django_assert_max_num_queries(len(few)) as more:
            page = browser.get("/en/me/people/")
        assert page.context["page"].paginator.count > 3 and 0 < len(more) <= len(few)

    def test_an_institution_filters_with_its_branch(self, cast):
        page = cast.browser(cast.ion).get(f"/en/me/people/?organisation={cast.lugoj.pk}")
        assert set(page.context["page"].object_list) == {cast.vasile, cast.doru.person}

    @pytest.mark.parametrize("path", ["people/", "people/stale/"])
    def test_the_address_with_an_institution_of_another_county_is_not_there(self, cast, path):
        make.person(cast.turda, "Strein")
        for user, there, gone in (
            (cast.ion, cast.lugoj, (cast.cluj, cast.turda, cast.anpdca)),
            (cast.olga, cast.turda, (cast.timis, cast.lugoj)),
        ):
            browser = cast.browser(user)
            assert browser.get(f"/en/me/{path}?organisation={there.pk}").status_code == 200
            for pk in (*(one.pk for one in gone), 999999, 10**30):
                assert browser.get(f"/en/me/{path}?organisation={pk}").status_code == 404

    @pytest.mark.parametrize("typed", ["x", "-1", "1 2", "%00", "cluj"])
    def test_what_is_no_number_is_said_at_its_field(self, cast, typed):
        page = cast.browser(cast.ion).get(f"/en/me/people/?organisation={typed}")
        assert page.context["form"].errors["organisation"]
        assert cast.clara.person not in page.context["page"].object_list

    def test_search_does_not_reach_another_county(self, cast):
        page = cast.browser(cast.ion).get("/en/me/people/?q=Mureșan")
        assert list(page.context["page"].object_list) == []
        assert (
            "Mureșan, Clara" not in page.content.decode()
            and "Nobody found" in page.content.decode()
        )

    def test_the_place_of_another_county_is_not_shown(self, cast):
        make.member(cast.ana.person, cast.turda, "learner", since=make.today())
        row = register_rows(cast.ion, text="Popescu").get()
        assert row.place == "DGASPC Timiș"

    @pytest.mark.parametrize("who", ["ana", "petar", "nour"])
    def test_who_sees_nobody_gets_an_explanation(self, cast, who):
        assert cast.browser(getattr(cast, who)).get("/en/me/people/").status_code == 403

    def test_names_are_escaped_and_keep_their_direction(self, cast):
        make.person(cast.lugoj, "<script>alert(1)</script>", "نور")
        page = cast.browser(cast.ion).get("/en/me/people/?q=script").content.decode()
        assert "<script>alert" not in page and "<bdi>" in page


class TestRecord:
    @pytest.mark.parametrize(
        ("who", "whom", "opens"),
        [
            ("ion", "ana", True),
            ("quin", "ana", True),
            ("vera", "ana", True),
            ("mara", "ana", True),
            ("adm", "clara", True),
            ("ana", "ana", True),
            ("olga", "ana", False),
            ("ion", "clara", False),
            ("doru", "ana", False),
            ("petar", "ana", False),
            ("nour", "ana", False),
            ("clara", "ana", False),
        ],
    )
    def test_whose_record_opens_for_whom(self, cast, who, whom, opens):
        person = getattr(cast, whom).person
        answer = cast.browser(getattr(cast, who)).get(f"/en/me/people/{person.pk}/")
        assert answer.status_code == (200 if opens else 404)
        noted = AuditEvent.objects.filter(verb="person.opened", person_id=person.pk).count()
        assert noted == (1 if opens and who != whom else 0)

    @pytest.mark.parametrize("who", ["olga", "quin", "vera", "mara", "doru", "ana"])
    def test_who_may_not_correct_gets_404(self, cast, who):
        browser = cast.browser(getattr(cast, who))
        for page in ("edit", "account"):
            url = f"/en/me/people/{cast.vasile.pk}/{page}/"
            for answer in (browser.get(url), browser.post(url)):
                assert answer.status_code == 404

    def test_roles_in_another_county_are_not_listed(self, cast):
        make.member(cast.ana.person, cast.turda, "learner")
        page = cast.browser(cast.ion).get(f"/en/me/people/{cast.ana.person_id}/").content.decode()
        assert "DGASPC Timiș" in page and "Turda" not in page

    def test_correcting_a_record(self, cast):
        url = f"/en/me/people/{cast.vasile.pk}/edit/"
        browser = cast.browser(cast.ion)
        form = browser.get(url).context["form"]
        data = {name: field.initial for name, field in form.fields.items() if field.initial}
        data.update(
            region=cast.timis_region.pk,
            family_name="Țurcan",
            categories=[cast.carer.pk, cast.worker.pk],
        )
        assert browser.post(url, data)["Location"] == f"/en/me/people/{cast.vasile.pk}/"
        person = Person.objects.get(pk=cast.vasile.pk)
        assert person.family_name == "Țurcan" and person.categories.current().count() == 2
        assert person.latin_name == "Vasile Țurcan" or "urcan" in person.latin_name

    def test_posting_every_field_of_the_model_changes_only_the_forms(self, cast):
        url = f"/en/me/people/{cast.vasile.pk}/edit/"
        before = Person.objects.values().get(pk=cast.vasile.pk)
        data = {field.attname: "7" for field in Person._meta.concrete_fields}
        data.update(
            family_name="X",
            given_name="Y",
            language="ro",
            memberships="7",
            user="7",
            roles="administrator",
        )
        cast.browser(cast.ion).post(url, data)
        after = Person.objects.values().get(pk=cast.vasile.pk)
        for field in ("national_id_hash", "created_at", "verified_on", "erased_at", "id"):
            assert after[field] == before[field]

    def test_adding_a_person_for_another_county_is_refused(self, cast):
        data = {
            "organisation": cast.cluj.pk,
            "family_name": "Nou",
            "given_name": "Nou",
            "language": "ro",
        }
        page = cast.browser(cast.ion).post("/en/me/people/add/", data)
        assert page.context["form"].errors["organisation"]
        assert not Person.objects.filter(family_name="Nou").exists()

    def test_a_town_hall_adds_its_own_person(self, cast):
        data = {
            "organisation": cast.lugoj.pk,
            "family_name": "Nou",
            "given_name": "Nou",
            "language": "ro",
        }
        browser = cast.browser(cast.doru)
        answer = browser.post("/en/me/people/add/", data)
        assert browser.get(answer["Location"]).status_code == 200
        assert Person.objects.get(family_name="Nou").memberships.get().organisation == cast.lugoj

    def test_a_number_that_is_taken_is_said_at_its_field(self, cast):
        make.person(cast.timis, national_id="1980010112345")
        data = {
            "organisation": cast.lugoj.pk,
            "family_name": "Nou",
            "given_name": "Nou",
            "language": "ro",
            "national_id": "19800101-12345",
        }
        page = cast.browser(cast.ion).post("/en/me/people/add/", data)
        assert page.context["form"].errors["national_id"] == [
            "A person with this number is already on record."
        ]

    @pytest.mark.parametrize("who", ["ana", "petar", "vera", "quin"])
    def test_who_may_add_nobody_gets_an_explanation(self, cast, who):
        assert cast.browser(getattr(cast, who)).get("/en/me/people/add/").status_code == 403

    def test_opening_an_account(self, cast):
        url = f"/en/me/people/{cast.vasile.pk}/account/"
        browser = cast.browser(cast.ion)
        taken = browser.post(url, {"email": "ana@example.org"})
        assert taken.context["form"].errors["email"] == ["Another account has this e-mail address."]
        assert browser.post(url, {"email": "vasile@example.org"}).status_code == 302
        assert User.objects.get(email="vasile@example.org").person == cast.vasile


class TestOwnPages:
    @pytest.mark.parametrize(
        "who", ["ana", "ion", "petar", "nour", "mara", "doru", "vera", "quin", "adm"]
    )
    def test_start_shows_what_the_role_opens(self, cast, who):
        browser = cast.browser(getattr(cast, who))
        page = browser.get("/en/me/")
        assert page.status_code == 200
        for link in page.context["staff_links"]:
            assert browser.get(link["href"]).status_code == 200, link["href"]
        assert bool(page.context["staff_links"]) is (who not in {"ana", "petar"})

    def test_a_superuser_without_a_person_has_a_page_too(self, db):
        browser = make.signed_in(make.superuser())
        assert browser.get("/en/me/").status_code == 200
        assert browser.get("/en/me/profile/").status_code == 200
        assert browser.get("/en/me/profile/edit/")["Location"] == "/en/me/welcome/"

    def test_ones_own_details(self, cast):
        browser = cast.browser(cast.ana)
        page = browser.get("/en/me/profile/").content.decode()
        assert "Popescu" in page and "ana@example.org" in page and "Learner" in page
        data = {"family_name": "Pop", "given_name": "Ana", "language": "uk", "phone": "0722"}
        assert browser.post("/en/me/profile/edit/", data)["Location"] == "/en/me/profile/"
        user = make.fresh(cast.ana)
        assert (user.language, user.person.language, user.person.family_name) == ("uk", "uk", "Pop")
        assert not AuditEvent.objects.filter(verb="person.opened").exists()

    def test_pages_ask_to_sign_in(self, cast):
        browser = make.signed_in(None)
        for page in (
            "",
            "profile/",
            "profile/edit/",
            "welcome/",
            "people/",
            f"people/{cast.ana.person_id}/",
            "people/add/",
            "people/import/",
            "people/import/template.csv",
            "roles/",
            f"roles/{cast.timis.pk}/",
        ):
            assert (
                browser.get(f"/en/me/{page}")["Location"]
                == f"/en/account/login/?next=/en/me/{page}"
            )

    def test_who_has_a_record_needs_no_welcome(self, cast):
        assert (
            cast.browser(cast.ana).get("/en/me/welcome/?next=/en/me/profile/")["Location"]
            == "/en/me/profile/"
        )
        for evil in (
            "https://evil.example/",
            "//evil.example",
            "\\\\evil.example",
            "javascript:alert(1)",
        ):
            assert (
                cast.browser(cast.ana).get("/en/me/welcome/", {"next": evil})["Location"]
                == "/en/me/"
            )

    def test_counties_are_the_smallest_units_by_name(self, cast):
        capital = make.region("RO-B", "București")
        make.region("RO-B-1", "Sectorul 1", parent=capital)
        make.region("RO-X", "Ascuns", is_hidden=True)
        assert [str(region) for region in counties()] == ["Cluj", "Sectorul 1", "Timiș"]


class TestRolesPages:
    @pytest.mark.parametrize(
        "who", ["ana", "ion", "olga", "mara", "vera", "quin", "doru", "petar", "nour"]
    )
    def test_for_administrators_only(self, cast, who):
        browser = cast.browser(getattr(cast, who))
        assert browser.get("/en/me/roles/").status_code == 403
        row = getattr(cast, who).person.memberships.get()
        assert browser.get(f"/en/me/roles/{cast.timis.pk}/").status_code == 404
        assert browser.get(f"/en/me/roles/{cast.timis.pk}/grant/").status_code == 404
        assert browser.post(f"/en/me/roles/membership/{row.pk}/end/").status_code in {403, 404}
        row.refresh_from_db()
        assert row.until is None

    def test_an_administrator_of_a_county_sees_its_institutions_only(self, cast):
        browser = cast.browser(make.staff(cast.timis, "administrator"))
        page = browser.get("/en/me/roles/").content.decode()
        assert "Primăria Lugoj" in page and "Cluj" not in page and "Takes the roll" not in page
        assert "Answers for who is trained in the county" in page
        assert browser.get(f"/en/me/roles/{cast.cluj.pk}/").status_code == 404
        row = cast.olga.person.memberships.get()
        assert browser.post(f"/en/me/roles/membership/{row.pk}/end/").status_code == 404

    def test_giving_and_ending_a_role(self, cast):
        browser = cast.browser(cast.adm)
        url = f"/en/me/roles/{cast.lugoj.pk}/grant/"
        assert "Nobody found" in browser.get(url, {"q": "Nimeni"}).content.decode()
        found = browser.get(url, {"q": "turcanu"})
        assert list(found.context["found"]) == [cast.vasile]
        data = {
            "q": "turcanu",
            "person": cast.vasile.pk,
            "role": "nominator",
            "since": make.today(),
        }
        assert browser.post(url, data)["Location"] == f"/en/me/roles/{cast.lugoj.pk}/"
        row = cast.vasile.memberships.get(role="nominator")
        assert "Țurcanu" in browser.get(f"/en/me/roles/{cast.lugoj.pk}/").content.decode()
        wrong = browser.post(f"/en/me/roles/membership/{row.pk}/end/", {"until": "2020-01-01"})
        assert wrong.context["form"].errors["until"]
        browser.post(f"/en/me/roles/membership/{row.pk}/end/", {"until": ""})
        assert not cast.vasile.memberships.current().filter(role="nominator").exists()

    def test_wrong_days_and_roles_are_said_at_the_field(self, cast):
        url = f"/en/me/roles/{cast.lugoj.pk}/grant/"
        data = {
            "q": "turcanu",
            "person": cast.vasile.pk,
            "role": "king",
            "since": "2026-02-02",
            "until": "2026-01-01",
        }
        errors = cast.browser(cast.adm).post(url, data).context["form"].errors
        assert set(errors) == {"role", "until"}

    def test_ones_own_administration_stays(self, cast):
        row = cast.adm.person.memberships.get()
        answer = cast.browser(cast.adm).post(f"/en/me/roles/membership/{row.pk}/end/")
        assert answer.status_code == 403
        page = cast.browser(cast.adm).get(f"/en/me/roles/{cast.anpdca.pk}/").content.decode()
        assert f"membership/{row.pk}/end" not in page


class TestOnesOwn:
    def test_the_way_back_is_one_that_a_carer_may_go_and_nothing_is_said_of_a_trace(self, cast):
        ana, ion = cast.browser(cast.ana, language="en"), cast.browser(cast.ion, language="en")
        path = f"/en/me/people/{cast.ana.person_id}/"
        own, others = ana.get(path).content.decode(), ion.get(path).content.decode()
        trace = "was written into the record of who looked at what"
        (back,) = re.findall(r'<a class="back-link" href="([^"]+)"', own)
        assert ana.get(back).status_code == 200 and trace not in own
        (back,) = re.findall(r'<a class="back-link" href="([^"]+)"', others)
        assert back == "/en/me/people/" and trace in others
        assert ana.get("/en/me/people/").status_code == 403
        assert AuditEvent.objects.filter(verb="person.opened").count() == 1
