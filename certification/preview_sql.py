"""What a draft would change on a day: everybody's standing without it beside the standing with it, in PostgreSQL."""

from certification.standing_sql import ROWS

# Three steps: the certificate counts; it counts, but something is due; it does not count. Nothing asked is a step too.
STEP = """CASE WHEN {row}.state IN ('valid', 'expiring') THEN 1 WHEN {row}.state IN ('review_due', 'in_grace') THEN 2
    WHEN {row}.state IS NOT NULL THEN 3 END"""

WITHOUT = ROWS.replace("%(draft)s::bigint", "NULL::bigint")

CHANGES = f"""
SELECT COALESCE(b.person_id, a.person_id) AS person_id, LEFT(region.path, 4) AS county,
  b.state AS before, a.state AS after,
  CASE WHEN {STEP.replace("{row}", "b")} IS NOT DISTINCT FROM {STEP.replace("{row}", "a")} THEN 'keeps'
    WHEN COALESCE({STEP.replace("{row}", "a")}, 4) > COALESCE({STEP.replace("{row}", "b")}, 4) THEN 'loses'
    ELSE 'gains' END AS fate
FROM ({WITHOUT}) b
FULL JOIN ({ROWS}) a ON a.person_id = b.person_id AND a.programme_id = b.programme_id
JOIN people_person person ON person.id = COALESCE(b.person_id, a.person_id)
LEFT JOIN people_region region ON region.id = person.region_id
"""  # noqa: S608 - our own constants; what people type goes in as parameters

COUNTS = f"SELECT county, fate, COUNT(*) FROM ({CHANGES}) found GROUP BY 1, 2"  # noqa: S608

LIST = f"""
SELECT found.person_id, person.family_name, person.given_name, person.patronymic, person.language, found.county,
  found.before, found.after
FROM ({CHANGES}) found
JOIN people_person person ON person.id = found.person_id
WHERE found.fate = %(fate)s AND (%(county)s::text IS NULL OR found.county = %(county)s::text)
ORDER BY person.sort_key, person.id
LIMIT %(limit)s OFFSET %(offset)s
"""  # noqa: S608
