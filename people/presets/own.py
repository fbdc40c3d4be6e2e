"""What people/ itself takes from a preset: the country, its regions, categories, bodies and helplines."""

from typing import Any, TypeVar

from treebeard.mp_tree import MP_Node

from people.models import Category, Helpline, Jurisdiction, Organisation, Region
from people.presets.loading import Loading

Node = TypeVar("Node", bound=MP_Node)


def load(loading: Loading) -> None:
    """Put all of it, in an order in which nothing is referred to before it is there."""
    jurisdiction = load_jurisdiction(loading)
    load_regions(loading, jurisdiction)
    load_categories(loading, jurisdiction)
    load_bodies(loading, jurisdiction)
    load_helplines(loading, jurisdiction)


def load_jurisdiction(loading: Loading) -> Jurisdiction:
    """Languages, time zone, week, digits and order of names."""
    file = loading.read("core")
    facts = file["jurisdiction"]
    values = {
        "code": facts["code"],
        "name": facts["names"],
        "languages": list(facts["languages"]),
        "default_language": facts["default_language"],
        "time_zone": facts["time_zone"],
        "week_start": facts["week_start"],
        "weekend": list(facts["weekend"]),
        "digits": facts["digits"],
        "name_order": facts["name_order"],
        "level1_label": facts["level1_label"],
        **loading.origin(file, facts),
    }
    found = Jurisdiction.objects.filter(code=facts["code"]).first()
    return loading.put("jurisdiction", Jurisdiction, facts["code"], values, found=found)


def load_regions(loading: Loading, jurisdiction: Jurisdiction) -> None:
    """The units of the territory; a unit's parent stands before it in the file."""
    file = loading.read("regions")
    there = {
        row.code: row
        for row in Region.objects.filter(jurisdiction=jurisdiction).select_related("jurisdiction")
    }
    for fact in file["regions"]:
        values = {
            "jurisdiction": jurisdiction,
            "code": fact["code"],
            "name": fact["names"],
            "kind": fact["kind"],
            "is_hidden": fact["hidden"],
            **loading.origin(file, fact),
        }
        there[fact["code"]] = _put_node(loading, "regions", Region, there, fact, values)
    loading.left_over("regions", Region.objects.filter(jurisdiction=jurisdiction))


def load_categories(loading: Loading, jurisdiction: Jurisdiction) -> None:
    """What people are in law."""
    file = loading.read("core")
    there = {row.code: row for row in jurisdiction.categories.select_related("jurisdiction")}
    for fact in file["categories"]:
        values = {
            "jurisdiction": jurisdiction,
            "code": fact["code"],
            "name": fact["names"],
            "kind": fact["group"],
            **loading.origin(file, fact),
        }
        loading.put("categories", Category, fact["code"], values, found=there.get(fact["code"]))
    loading.left_over("categories", jurisdiction.categories.all())


def load_bodies(loading: Loading, jurisdiction: Jurisdiction) -> None:
    """Ministries, agencies, directorates and centres, with the regions that they cover."""
    file = loading.read("bodies")
    regions = {row.code: row for row in jurisdiction.regions.all()}
    rows = (
        jurisdiction.organisations.exclude(code=None)
        .select_related("jurisdiction")
        .prefetch_related("covers")
    )
    there = {str(row.code): row for row in rows}
    for fact in file["bodies"]:
        values = {
            "jurisdiction": jurisdiction,
            "code": fact["code"],
            "name": fact["names"],
            "short_name": fact["short"],
            "kind": fact["kind"],
            "language": fact["language"],
        }
        # A national body stands above the others in the tree; only territories are written down.
        codes = fact["covers"] if isinstance(fact["covers"], list) else []
        covers = {"covers": [regions[code] for code in codes]}
        there[fact["code"]] = _put_node(
            loading, "bodies", Organisation, there, fact, values, sets=covers
        )
    loading.left_over("bodies", jurisdiction.organisations.all())


def load_helplines(loading: Loading, jurisdiction: Jurisdiction) -> None:
    """Numbers that people in need may call."""
    file = loading.read("core")
    there = {row.code: row for row in jurisdiction.helplines.select_related("jurisdiction")}
    for fact in file["helplines"]:
        values = {
            "jurisdiction": jurisdiction,
            "code": fact["code"],
            "name": fact["names"],
            "number": fact["number"],
            "hours": fact["hours"] or {},
            **loading.origin(file, fact),
        }
        loading.put("helplines", Helpline, fact["code"], values, found=there.get(fact["code"]))
    loading.left_over("helplines", jurisdiction.helplines.all())


def _put_node(
    loading: Loading,
    kind: str,
    model: type[Node],
    there: dict[str, Node],
    fact: dict[str, Any],
    values: dict[str, Any],
    **more: Any,
) -> Node:
    """Put a row of a tree. Its place is set once: who stands under whom is then the administrator's to change."""

    def create(**fields: Any) -> Node:
        if fact["parent"] is None:
            return model.add_root(**fields)
        parent = there[fact["parent"]]
        parent.refresh_from_db()  # its number of children may have grown
        return parent.add_child(**fields)

    return loading.put(
        kind, model, fact["code"], values, found=there.get(fact["code"]), create=create, **more
    )
