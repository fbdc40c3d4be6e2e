"""Whose training is due and who has no place yet, in PostgreSQL. It stands on the statement of standing."""

from certification.standing_sql import ROWS

# Who can still be in time; whose certificate has ended; who never had one.
KINDS = ("soon", "expired", "never")

_DUE = f"""
SELECT found.person_id, found.state, found.valid_until,
  CASE WHEN found.state = 'in_grace' OR (found.state IN ('valid', 'expiring', 'review_due')
      AND found.valid_until <= %(at)s::date + %(within)s::int) THEN 'soon'
    WHEN found.state IN ('expired', 'never') THEN found.state END AS kind
FROM ({ROWS}) found
WHERE NOT EXISTS (
  SELECT 1 FROM training_enrolment en
  JOIN training_edition ed ON ed.id = en.edition_id AND ed.status NOT IN ('done', 'cancelled')
  JOIN wagtailcore_page course ON course.id = ed.course_id
  WHERE en.person_id = found.person_id AND en.status IN ('applied', 'waitlisted', 'offered', 'confirmed')
    AND course.translation_key IN (
      SELECT leads.translation_key FROM certification_programmecourse pgc
      JOIN wagtailcore_page leads ON leads.id = pgc.course_id WHERE pgc.programme_id = found.programme_id))
"""  # noqa: S608 - our own constants; what people type goes in as parameters

COUNTS = f"SELECT kind, COUNT(*) FROM ({_DUE}) due WHERE kind IS NOT NULL GROUP BY kind"  # noqa: S608

LIST = f"""
SELECT due.person_id, due.kind, due.state, due.valid_until
FROM ({_DUE}) due
JOIN people_person person ON person.id = due.person_id
WHERE due.kind IS NOT NULL AND (%(kind)s::text IS NULL OR due.kind = %(kind)s::text)
ORDER BY array_position(ARRAY['soon', 'expired', 'never'], due.kind), due.valid_until NULLS LAST,
  person.sort_key, person.id
LIMIT %(limit)s OFFSET %(offset)s
"""  # noqa: S608
