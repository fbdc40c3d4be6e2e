"""The board in PostgreSQL: who stands how is asked once, then counted by programme and by group."""

from certification.standing_sql import ENDS

DAYS = (30, 60, 90)
# The nearest of these ends: whoever is counted under 30 days is counted under 60 and 90 too.
BAND = f"CASE {' '.join(f'WHEN {ENDS.format(days=days)} THEN {days}' for days in DAYS)} END"

# Where somebody lives. The path of the region is a scalar query: joined, all regions were read for each row.
HOME = """JOIN (
    SELECT one.person_id, home.locality, home.path FROM (SELECT DISTINCT found.person_id FROM found) one
    CROSS JOIN LATERAL (
      SELECT p.locality, (SELECT r.path FROM people_region r WHERE r.id = p.region_id LIMIT 1) AS path
      FROM people_person p WHERE p.id = one.person_id OFFSET 0
    ) home
  ) home ON home.person_id = found.person_id"""
# Of the whole country, everybody is read once.
HOME_OF_ALL = """JOIN (
    SELECT p.id AS person_id, p.locality, r.path FROM people_person p LEFT JOIN people_region r ON r.id = p.region_id
  ) home ON home.person_id = found.person_id"""
# How a row of `found` comes to its groups (by index alone, see `standing_sql`), and the key of the group. Somebody may
# belong to several, to each once.
GROUPS = {
    "category": (
        """CROSS JOIN LATERAL (
      SELECT DISTINCT pc.category_id FROM people_personcategory pc WHERE pc.person_id = found.person_id
        AND pc.since <= %(at)s::date AND (pc.until IS NULL OR pc.until >= %(at)s::date)
        AND (%(category)s::bigint IS NULL OR pc.category_id = %(category)s::bigint) OFFSET 0
    ) pc
    JOIN certification_programme_categories asks
      ON asks.category_id = pc.category_id AND asks.programme_id = found.programme_id""",
        "pc.category_id::text",
    ),
    # Each institution one step below those of the reader, with its whole branch; and those of the reader themselves.
    "institution": (
        """JOIN (
      SELECT DISTINCT m.person_id, o.key FROM (
        SELECT o.id, LEFT(o.path, length(base) + %(step)s::int) AS key
        FROM people_organisation o JOIN unnest(%(bases)s::text[]) base ON starts_with(o.path, base) OFFSET 0
      ) o
      CROSS JOIN LATERAL (
        SELECT m.person_id FROM people_membership m WHERE m.organisation_id = o.id
          AND m.since <= %(at)s::date AND (m.until IS NULL OR m.until >= %(at)s::date) OFFSET 0
      ) m
    ) m ON m.person_id = found.person_id""",
        "m.key",
    ),
    "county": (
        HOME,
        "COALESCE(LEFT(home.path, 4), '')",
    ),
    "locality": (
        HOME,
        "COALESCE(LEFT(home.path, 4), '') || '|' || home.locality",
    ),
}


def counted(by: str | None, found: str, *, everywhere: bool) -> str:
    """The statement for one way to break down, or for none. Its first rows are the programmes: they have no key.

    `found` is the SQL that says who stands how (`periods.found`).
    """
    whole = f"""
WITH found AS MATERIALIZED (
  SELECT found.person_id, found.programme_id, found.state, {BAND} AS band FROM ({found}) found
)
SELECT found.programme_id, NULL::text AS key, found.state, found.band, COUNT(*) AS people
FROM found GROUP BY 1, 2, 3, 4
"""  # noqa: S608 - our own constants; what people choose goes in as parameters
    if by is None:
        return whole
    join, key = GROUPS[by]
    if everywhere and join is HOME:
        join = HOME_OF_ALL
    return f"""{whole}
UNION ALL
SELECT found.programme_id, {key} AS key, found.state, found.band, COUNT(*)
FROM found
  {join}
GROUP BY 1, 2, 3, 4
"""  # noqa: S608
