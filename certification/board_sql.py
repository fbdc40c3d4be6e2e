"""The board in PostgreSQL: everybody's standing is worked out once, then counted by programme and by group."""

from certification.standing_sql import ENDS, ROWS

DAYS = (30, 60, 90)
# The nearest of these ends: whoever is counted under 30 days is counted under 60 and 90 too.
BAND = f"CASE {' '.join(f'WHEN {ENDS.format(days=days)} THEN {days}' for days in DAYS)} END"

# Where somebody lives. The path of the region is a scalar query: joined, all regions were read for each row.
HOME = """CROSS JOIN LATERAL (
      SELECT p.locality, (SELECT r.path FROM people_region r WHERE r.id = p.region_id LIMIT 1) AS path
      FROM people_person p WHERE p.id = found.person_id OFFSET 0
    ) home"""
# How a row of `found` comes to its groups (by index alone, see `standing_sql`), and the key of the group. Somebody may
# belong to several.
GROUPS = {
    "category": (
        """CROSS JOIN LATERAL (
      SELECT pc.category_id FROM people_personcategory pc WHERE pc.person_id = found.person_id
        AND pc.since <= %(at)s::date AND (pc.until IS NULL OR pc.until >= %(at)s::date)
        AND (%(category)s::bigint IS NULL OR pc.category_id = %(category)s::bigint) OFFSET 0
    ) pc
    JOIN certification_programme_categories asks
      ON asks.category_id = pc.category_id AND asks.programme_id = found.programme_id""",
        "pc.category_id::text",
    ),
    # Each institution one step below those of the reader, with its whole branch; and those of the reader themselves.
    "institution": (
        """CROSS JOIN LATERAL (
      SELECT m.organisation_id FROM people_membership m WHERE m.person_id = found.person_id
        AND m.since <= %(at)s::date AND (m.until IS NULL OR m.until >= %(at)s::date) OFFSET 0
    ) m
    JOIN people_organisation o ON o.id = m.organisation_id
    CROSS JOIN LATERAL (
      SELECT base FROM unnest(%(bases)s::text[]) base WHERE starts_with(o.path, base) OFFSET 0
    ) base""",
        "LEFT(o.path, length(base.base) + %(step)s::int)",
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


def counted(by: str | None) -> str:
    """The statement for one way to break down, or for none. Its first rows are the programmes: they have no key."""
    whole = f"""
WITH found AS MATERIALIZED (SELECT person_id, programme_id, state, valid_until FROM ({ROWS}) one)
SELECT found.programme_id, NULL::text AS key, found.state, {BAND} AS band, COUNT(*) AS people
FROM found GROUP BY 1, 2, 3, 4
"""  # noqa: S608 - our own constants; what people choose goes in as parameters
    if by is None:
        return whole
    join, key = GROUPS[by]
    return f"""{whole}
UNION ALL
SELECT one.programme_id, one.key, one.state, one.band, COUNT(*)
FROM (
  SELECT DISTINCT found.person_id, found.programme_id, found.state, {BAND} AS band, {key} AS key
  FROM found
    {join}
) one GROUP BY 1, 2, 3, 4
"""  # noqa: S608
