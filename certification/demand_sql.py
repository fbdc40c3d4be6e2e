"""How many people need a place, and how many places there are, counted in PostgreSQL by county, language and month."""

from certification.standing_sql import ROWS

# Who counts: whoever has no certificate or one that has run out, this month; whoever holds one, in the month in which
# it ends. Who has a place already, or whose certificate was taken back, is not counted: see `demand`.
NEEDS = f"""
SELECT found.programme_id, LEFT(region.path, 4) AS county, person.language,
  CASE WHEN found.state IN ('never', 'expired', 'in_grace') THEN 0
    ELSE (EXTRACT(YEAR FROM found.valid_until) - EXTRACT(YEAR FROM %(at)s::date)) * 12
      + EXTRACT(MONTH FROM found.valid_until) - EXTRACT(MONTH FROM %(at)s::date) END::int AS month,
  COUNT(*) AS people
FROM ({ROWS}) found
JOIN people_person person ON person.id = found.person_id
LEFT JOIN people_region region ON region.id = person.region_id
WHERE (found.state IN ('never', 'expired', 'in_grace')
    OR (found.state IN ('valid', 'expiring', 'review_due') AND found.valid_until < %(horizon)s::date))
  AND NOT EXISTS (
    SELECT 1 FROM training_enrolment en
    JOIN training_edition ed ON ed.id = en.edition_id AND ed.status NOT IN ('done', 'cancelled')
    JOIN wagtailcore_page course ON course.id = ed.course_id
    WHERE en.person_id = found.person_id AND en.status IN ('confirmed', 'offered')
      AND course.translation_key IN (
        SELECT leads.translation_key FROM certification_programmecourse pgc
        JOIN wagtailcore_page leads ON leads.id = pgc.course_id WHERE pgc.programme_id = found.programme_id))
GROUP BY 1, 2, 3, 4
"""  # noqa: S608 - our own constants; what people type goes in as parameters

# Places that are still free in editions that begin later, and those of drafts by the month they are planned for.
PLACES = """
SELECT pg.programme_id, LEFT(region.path, 4) AS county, ed.language,
  COALESCE((ed.starts AT TIME ZONE %(zone)s)::date, ed.planned_for) AS day,
  GREATEST(ed.capacity - (
    SELECT COUNT(*) FROM training_enrolment en
    WHERE en.edition_id = ed.id AND en.status IN ('offered', 'confirmed', 'completed', 'not_completed')
  ), 0)::int AS places,
  ed.status = 'draft' AS is_draft
FROM (
  SELECT DISTINCT pgc.programme_id, leads.translation_key FROM certification_programmecourse pgc
  JOIN wagtailcore_page leads ON leads.id = pgc.course_id
  WHERE %(programme)s::bigint IS NULL OR pgc.programme_id = %(programme)s::bigint
) pg
JOIN wagtailcore_page course ON course.translation_key = pg.translation_key
JOIN training_edition ed ON ed.course_id = course.id
LEFT JOIN people_region region ON region.id = ed.region_id
WHERE ed.status IN ('draft', 'announced', 'open') AND COALESCE(ed.starts > %(now)s, ed.planned_for IS NOT NULL)
  AND (ed.starts IS NULL OR (ed.starts AT TIME ZONE %(zone)s)::date < %(horizon)s::date)
"""
