"""The demo's institutions: the preset's ministry and directorates, and below three of them town halls and centres."""

from dataclasses import dataclass

from django.core.management import call_command

from certification.models import Authority, Layout, Signatory
from config.demo.names import COUNTIES
from people.models import Jurisdiction, Organisation, Region
from training.models import Room, Venue

TOWN_HALL = {
    "en": "{} Town Hall", "ro": "Primăria {}", "uk": "Мерія міста {}", "bg": "Община {}", "ar": "بلدية {}",
}  # fmt: skip
CENTRE = {
    "en": "Training Centre {}", "ro": "Centrul de formare {}", "uk": "Навчальний центр {}",
    "bg": "Център за обучение {}", "ar": "مركز التدريب {}",
}  # fmt: skip
POST = {
    "en": "Director general", "ro": "Director general", "uk": "Генеральний директор", "bg": "Генерален директор",
    "ar": "المدير العام",
}  # fmt: skip
TRAINER = {
    "en": "Trainer", "ro": "Formator", "uk": "Тренер", "bg": "Обучител", "ar": "المدرّب",
}  # fmt: skip


@dataclass(frozen=True)
class County:
    """A directorate of the demo with what is below it."""

    region: Region
    directorate: Organisation
    town_halls: tuple[Organisation, ...]
    centre: Organisation
    rooms: tuple[Room, ...]


def _named(shapes: dict[str, str], name: str) -> dict[str, str]:
    return {language: shape.format(name) for language, shape in shapes.items()}


def _below(
    parent: Organisation, code: str, kind: str, names: dict[str, str], region: Region
) -> Organisation:
    found = Organisation.objects.filter(code=code).first()
    if found is None:
        parent.refresh_from_db()
        fields = {
            "code": code,
            "kind": kind,
            "name": names,
            "short_name": names["ro"],
            "language": "ro",
        }
        found = parent.add_child(jurisdiction=parent.jurisdiction, **fields)
        found.covers.add(region)
    return found


def _rooms(centre: Organisation, region: Region, town: str) -> tuple[Room, ...]:
    venue, _made = Venue.objects.get_or_create(
        organisation=centre,
        name=centre.short_name,
        defaults={
            "address": f"Strada Exemplului 12, {town}",
            "region": region,
            "directions": "Autobuzul 33, stația Piața Mică; intrarea este din curte.",
            "access": "Rampă la intrare, toaletă adaptată la parter.",
        },
    )
    names = (("Sala mare", 40), ("Sala de lucru", 18))
    return tuple(
        Room.objects.get_or_create(venue=venue, name=n, defaults={"capacity": c})[0]
        for n, c in names
    )


def _county(code: str, name: str, towns: tuple[str, ...], city: str, number: int) -> County:
    region = Region.objects.get(code=code)
    directorate = (
        Organisation.objects.filter(kind="directorate", covers=region).order_by("path").first()
    )
    if directorate is None:
        raise LookupError(f"The Romanian preset has no directorate that covers {code}.")
    short = code.removeprefix("RO-").lower()
    directorate.phone = f"0{240 + number}5 000 10{number}"
    directorate.email = f"formare.{short}@dgaspc.example"
    directorate.address = f"Bulevardul Exemplului {number}, {city}"
    directorate.save()
    halls = tuple(
        _below(directorate, f"demo.{short}.hall{i}", "town_hall", _named(TOWN_HALL, town), region)
        for i, town in enumerate(towns, start=1)
    )
    centre = _below(directorate, f"demo.{short}.centre", "centre", _named(CENTRE, city), region)
    authority, _made = Authority.objects.get_or_create(
        organisation=directorate, defaults={"prefix": f"DGASPC-{short.upper()}"}
    )
    _paper(authority, name, first=code == "RO-TM")
    return County(region, directorate, halls, centre, _rooms(centre, region, city))


def _paper(authority: Authority, name: str, *, first: bool) -> None:
    """Who signs. The first county prints in two languages; in the others a second person confirms revocations."""
    for place, (person, post) in enumerate(
        [(f"Exemplu Director {name}", POST), (f"Exemplu Formator {name}", TRAINER)], start=1
    ):
        who = {"name": person, "post": post}
        Signatory.objects.get_or_create(authority=authority, place=place, defaults=who)
    if first:
        Layout.objects.get_or_create(authority=authority, defaults={"second_language": "en"})
    else:
        authority.asks_second_person = True
        authority.save(update_fields=["asks_second_person"])


def build() -> tuple[Jurisdiction, list[County]]:
    """Load the Romanian preset and put the three counties' institutions below it."""
    call_command("load_preset", "ro", verbosity=0)
    counties = [_county(*county, number) for number, county in enumerate(COUNTIES, start=1)]
    return Jurisdiction.objects.get(code="ro"), counties
