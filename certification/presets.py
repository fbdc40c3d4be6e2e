"""What certification/ takes from a preset: programmes with their dated rule versions and requirements, and posts."""

from datetime import date
from typing import Any

from django.db.models import Q

from certification.models import Equivalence, Post, Programme, Requirement, RuleVersion
from courses.models import Topic
from people import presets
from people.models import Category, Jurisdiction

Period = Requirement.Period
VALIDITY = {
    "months": RuleVersion.Validity.MONTHS,
    "indefinite": RuleVersion.Validity.INDEFINITE,
    "none": RuleVersion.Validity.INDEFINITE,  # the law sets no term: nothing runs out by itself
    "unknown": RuleVersion.Validity.UNKNOWN,
}


def load_programmes(loading: presets.Loading) -> None:
    """Put the country's programmes, earlier versions before later ones."""
    jurisdiction = Jurisdiction.objects.get(code=loading.country)
    file = loading.read("programmes")
    categories = {row.code: row for row in jurisdiction.categories.all()}
    rows = jurisdiction.programmes.select_related("jurisdiction").prefetch_related("categories")
    there = {row.code: row for row in rows}
    equal: list[tuple[Requirement, dict[str, Any]]] = []
    for fact in file["programmes"]:
        values = {
            "jurisdiction": jurisdiction,
            "code": fact["code"],
            "name": fact["names"],
            "paper_name": fact["certificate"]["names"],
            # Whether two people have to agree is the platform's proposal: no law that was read says so.
            "second_person": fact["second_person"]["asked"],
            **loading.origin(file, fact),
        }
        sets = {"categories": [categories[code] for code in fact["categories"]]}
        programme = loading.put(
            "programmes", Programme, fact["code"], values, found=there.get(fact["code"]), sets=sets
        )
        for version in fact["versions"]:
            equal += _put_version(loading, file, programme, version, categories)
    _add_equivalences(equal)
    loading.left_over("programmes", jurisdiction.programmes.all())
    _load_posts(loading, file.get("posts", []), categories)


def _load_posts(
    loading: presets.Loading, facts: list[dict[str, Any]], categories: dict[str, Category]
) -> None:
    """Posts that the country has, under the name and from the source of the category of their holders.

    Which institutions must have one, and what else they require, is the authority's own to say.
    """
    jurisdiction = Jurisdiction.objects.get(code=loading.country)
    there = {row.code: row for row in jurisdiction.posts.prefetch_related("programmes")}
    programmes = {row.code: row for row in jurisdiction.programmes.all()}
    for fact in facts:
        category = categories[fact["category"]]
        values = {
            "jurisdiction": jurisdiction, "code": category.code, "name": category.name,
            "source": category.source, "as_of": category.as_of, "is_verified": category.is_verified,
        }  # fmt: skip
        sets = {"programmes": [programmes[code] for code in fact["programmes"]]}
        found = there.get(category.code)
        loading.put("posts", Post, category.code, values, found=found, sets=sets)
    loading.left_over("posts", jurisdiction.posts.all())


def _put_version(
    loading: presets.Loading,
    file: dict[str, Any],
    programme: Programme,
    fact: dict[str, Any],
    categories: dict[str, Category],
) -> list[tuple[Requirement, dict[str, Any]]]:
    since = date.fromisoformat(fact["effective_from"])
    until = date.fromisoformat(fact["effective_to"]) if fact["effective_to"] else None
    code = f"{programme.code} {since}"
    mine = Q(preset__effective_from=since.isoformat()) | Q(effective_from=since)
    found = programme.versions.published().select_related("programme").filter(mine).first()
    if found is None and _overlaps(programme, since, until):
        loading.skip("versions", code, "a version made by hand holds at that time")
        return []
    values = {
        "programme": programme,
        "effective_from": since,
        "effective_to": until,
        "legal_basis": fact["legal_basis"],
        "validity": VALIDITY[fact["validity"]["kind"]],
        "validity_months": fact["validity"]["months"],
        "review_interval_months": fact["review_interval_months"],
        "attendance_percent": fact["attendance_percent"],
        "note": fact["note"],
        "unknown": _unknown(fact, found),
        **_transition(fact.get("transition")),
        **_origin_of_version(loading, file, fact),
    }
    # Where the law is silent or unknown the platform's own setting stays.
    values |= {
        name: fact[name] for name in ("renewal_window_days", "grace_days") if fact[name] is not None
    }
    version = loading.put("versions", RuleVersion, code, values, found=found)
    return _put_requirements(loading, file, version, fact["requirements"], categories)


def _unknown(fact: dict[str, Any], found: RuleVersion | None) -> list[str]:
    """Which figures nobody knows; an interval that an administrator has entered is known to them."""
    names = [name for name in fact["unknown"] if name in RuleVersion.Figure]
    if found and found.review_interval_months and RuleVersion.Figure.REVIEW in names:
        names.remove(RuleVersion.Figure.REVIEW)
    return names


def _transition(fact: dict[str, Any] | None) -> dict[str, Any]:
    """Whom the version before this one still holds for."""
    if fact is None:
        return {"transition": RuleVersion.Transition.NONE}
    days = {name: date.fromisoformat(fact[name]) for name in ("before", "until") if fact[name]}
    return {
        "transition": fact["keeps"],
        "transition_before": days.get("before"),
        "transition_until": days.get("until"),
    }


def _overlaps(programme: Programme, since: date, until: date | None) -> bool:
    others = programme.versions.published().filter(
        Q(effective_to__isnull=True) | Q(effective_to__gt=since)
    )
    return (others.filter(effective_from__lt=until) if until else others).exists()


def _origin_of_version(
    loading: presets.Loading, file: dict[str, Any], fact: dict[str, Any]
) -> dict[str, Any]:
    """The version's source, and where single figures are from; verified only if each of the law's figures is."""
    main = presets.resolve(file, fact["source"])
    single = {name: presets.resolve(file, reference) for name, reference in fact["sources"].items()}
    told = [main.source]
    told += [
        f"{name}: {origin.source}"
        for name, origin in single.items()
        if origin.source != main.source
    ]
    law = [one for name, one in single.items() if not fact["sources"][name].startswith("PLATFORM")]
    verified = main.is_verified and all(one.is_verified for one in law)
    return {"source": "; ".join(told), "as_of": main.as_of, "is_verified": verified}


def _put_requirements(
    loading: presets.Loading,
    file: dict[str, Any],
    version: RuleVersion,
    facts: list[dict[str, Any]],
    categories: dict[str, Category],
) -> list[tuple[Requirement, dict[str, Any]]]:
    """The requirements of a version; of the new ones what counts in their place, for when every programme is there."""
    equal = []
    rows = version.requirements.select_related("version", "category", "topic")
    there = {row.code: row for row in rows}
    topics = {row.code: row for row in Topic.objects.all()}
    for position, fact in enumerate(facts, start=1):
        code = f"{version.programme.code} {version.effective_from} {fact['code']}"
        if fact.get("mandatory", True) is False:
            loading.skip("requirements", code, "offered, not asked")
            continue
        values = {
            "version": version,
            "code": fact["code"],
            "category": categories[fact["category"]] if fact["category"] else None,
            "condition": fact["condition"] or "",
            "kind": fact["kind"],
            "topic": topics[fact["topic"]] if fact["topic"] else None,
            "minutes": fact["minutes"],
            "count": fact["count"],
            "period": fact["period"] or Period.UNKNOWN,
            "position": position,
            "path": fact.get("path") or _path(fact["period"]),
            "months": fact.get("months"),
            "is_separate": fact.get("separate", False),
            "unknown": [name for name in fact.get("unknown", ()) if name in Requirement.Figure],
            **loading.origin(file, fact),
        }
        found = there.get(fact["code"])
        row = loading.put("requirements", Requirement, code, values, found=found)
        equal += [(row, one) for one in fact.get("equivalences", ()) if found is None]
    loading.left_over("requirements", version.requirements.all())
    return equal


def _add_equivalences(facts: list[tuple[Requirement, dict[str, Any]]]) -> None:
    """Only with the requirement itself: what an administrator took away afterwards does not come back."""
    for row, fact in facts:
        topic, programme = fact.get("topic"), fact.get("programme")
        Equivalence.objects.get_or_create(
            requirement=row,
            topic=Topic.objects.get(code=topic) if topic else None,
            programme=Programme.objects.get(code=programme) if programme else None,
            course=None,
            defaults={"minutes": fact.get("minutes")},
        )


def _path(period: str | None) -> str:
    """What is asked one time is asked before the first certificate, unless the preset says otherwise."""
    once = (Period.ONCE, Period.BEFORE_FIRST_PLACEMENT)
    return Requirement.Path.FIRST if period in once else Requirement.Path.BOTH
