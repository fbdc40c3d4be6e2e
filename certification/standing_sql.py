"""The standing of many people at once, in PostgreSQL. It says what `standing.standing` says, line by line."""

from certification.duties_sql import BOOKS, DUTIES, HELD, MISSED, VERSIONS, book_at

# One row a person and a programme asked of one of the person's categories on the day. The scope is a query of
# Django's for the numbers of the people whom the reader may see; everything else is a parameter.
ASKED = """
SELECT asked.person_id, asked.programme_id, chosen.version_id,
  CASE WHEN chosen.version_id = book.id THEN book.win ELSE book.former_win END AS win,
  CASE WHEN chosen.version_id = book.id THEN book.grace ELSE book.former_grace END AS grace
FROM (
  SELECT DISTINCT pc.person_id, pg.id AS programme_id
  FROM people_personcategory pc
  JOIN certification_programme_categories asks ON asks.category_id = pc.category_id
  JOIN certification_programme pg ON pg.id = asks.programme_id AND pg.is_active
  WHERE pc.since <= %(at)s::date AND (pc.until IS NULL OR pc.until >= %(at)s::date)
    AND (%(programme)s::bigint IS NULL OR pg.id = %(programme)s::bigint)
    AND (%(category)s::bigint IS NULL OR pc.category_id = %(category)s::bigint)
    AND pc.person_id IN ({scope})
) asked
JOIN books book ON book.programme_id = asked.programme_id AND book.day = %(at)s::date
CROSS JOIN LATERAL (SELECT {chosen} AS version_id) chosen
"""  # noqa: S608 - our own constants; what people type goes in as parameters

# The certificate that speaks for the person: the best of the good ones, else the newest; ours before one on paper.
BEST = """
SELECT c.id, c.earlier_id, c.number, c.issuer, c.valid_until, review.due, judged.state,
  CASE WHEN judged.state IN ('revoked', 'suspended') THEN change.reason ELSE '' END AS said,
  CASE judged.state
    WHEN 'revoked' THEN change.on WHEN 'suspended' THEN change.on
    WHEN 'in_grace' THEN c.valid_until + 1 WHEN 'expired' THEN c.valid_until + asked.grace + 1
    WHEN 'review_due' THEN review.due
    WHEN 'expiring' THEN GREATEST(c.valid_from, change.on, c.valid_until - asked.win)
    ELSE GREATEST(c.valid_from, change.on)
  END AS since,
  CASE
    WHEN judged.state = 'in_grace' THEN c.valid_until + asked.grace
    WHEN judged.rank < 5 THEN c.valid_until
  END AS until
FROM (
  SELECT h.* FROM held h
  WHERE h.person_id = asked.person_id AND h.programme_id = asked.programme_id AND h.valid_from <= %(at)s::date
  OFFSET 0  -- a fence: what extensions say of the last day is looked up once
) c
LEFT JOIN LATERAL (
  SELECT e.kind, e.on, e.reason FROM certification_certificateevent e
  WHERE e.certificate_id = c.id AND e.on <= %(at)s::date AND e.kind <> 'reviewed'
  ORDER BY e.on DESC, e.id DESC LIMIT 1
) change ON TRUE
LEFT JOIN LATERAL (
  SELECT e.next_review, TRUE AS done FROM certification_certificateevent e
  WHERE e.certificate_id = c.id AND e.on <= %(at)s::date AND e.kind = 'reviewed'
  ORDER BY e.on DESC, e.id DESC LIMIT 1
) reviewed ON TRUE
CROSS JOIN LATERAL (SELECT CASE WHEN reviewed.done THEN reviewed.next_review ELSE c.review_due END AS due) review
CROSS JOIN LATERAL (
  SELECT state, CASE state WHEN 'valid' THEN 1 WHEN 'expiring' THEN 2 WHEN 'review_due' THEN 3 WHEN 'in_grace' THEN 4
    ELSE 5 END AS rank
  FROM (SELECT CASE
    WHEN change.kind IN ('revoked', 'suspended') THEN change.kind
    WHEN c.valid_until < %(at)s::date AND %(at)s::date <= c.valid_until + asked.grace THEN 'in_grace'
    WHEN c.valid_until < %(at)s::date THEN 'expired'
    WHEN review.due <= %(at)s::date THEN 'review_due'
    WHEN c.valid_until - asked.win <= %(at)s::date THEN 'expiring'
    ELSE 'valid' END AS state) one
) judged
WHERE change.kind IS DISTINCT FROM 'replaced'
ORDER BY judged.rank, CASE WHEN judged.rank < 5 THEN COALESCE(c.valid_until, 'infinity') END DESC,
  c.earlier_id IS NOT NULL, c.valid_from DESC, c.id DESC, c.earlier_id DESC
LIMIT 1
"""

# Since when the person has a place on a course that leads to the programme, on that day.
UNDER_WAY = """
SELECT MIN((en.queued_at AT TIME ZONE %(zone)s)::date) AS since
FROM training_enrolment en
JOIN training_edition ed ON ed.id = en.edition_id
JOIN wagtailcore_page course ON course.id = ed.course_id
WHERE best.state IS NULL AND en.person_id = asked.person_id
  AND (en.queued_at AT TIME ZONE %(zone)s)::date <= %(at)s::date
  AND CASE en.status
    WHEN 'confirmed' THEN TRUE WHEN 'offered' THEN TRUE
    WHEN 'completed' THEN en.completed_on > %(at)s::date
    WHEN 'not_completed' THEN (ed.ends AT TIME ZONE %(zone)s)::date >= %(at)s::date
    WHEN 'cancelled' THEN (en.cancelled_at AT TIME ZONE %(zone)s)::date > %(at)s::date
    ELSE FALSE END
  AND course.translation_key IN (
    SELECT leads.translation_key FROM certification_programmecourse pgc
    JOIN wagtailcore_page leads ON leads.id = pgc.course_id WHERE pgc.programme_id = asked.programme_id)
"""

# A certificate that counts, though something regular was missed, waits for a review (decision 0014).
ROWS = f"""
WITH {VERSIONS}, {BOOKS}, {DUTIES}, {HELD}
SELECT asked.person_id, asked.programme_id,
  CASE WHEN missed.ids IS NOT NULL THEN 'review_due' WHEN best.state IS NOT NULL THEN best.state
    WHEN under_way.since IS NULL THEN 'never' ELSE 'in_progress' END AS state,
  CASE WHEN missed.ids IS NULL THEN COALESCE(best.since, under_way.since)
    ELSE LEAST(missed.since, CASE WHEN best.state = 'review_due' THEN best.since END) END AS since,
  best.until, best.id AS certificate_id, best.earlier_id, COALESCE(best.issuer, '') AS issuer,
  COALESCE(best.number, '') AS number, best.valid_until, best.due AS review_due, COALESCE(best.said, '') AS said,
  COALESCE(missed.ids, '{{{{}}}}') AS missed
FROM ({ASKED}) asked
LEFT JOIN LATERAL ({BEST}) best ON TRUE
LEFT JOIN LATERAL ({UNDER_WAY}) under_way ON TRUE
LEFT JOIN LATERAL ({MISSED}) missed ON best.state IN ('valid', 'expiring', 'review_due')
"""  # noqa: S608

# A certificate that counts on the day and ends so many days later at most.
ENDS = "(found.state IN ('valid', 'expiring', 'review_due') AND found.valid_until <= %(at)s::date + {days}::int)"
WITHIN = f"(%(within)s::int IS NULL OR {ENDS.format(days='%(within)s')})"

COUNTS = f"SELECT state, COUNT(*) FROM ({ROWS}) found WHERE {WITHIN} GROUP BY state"  # noqa: S608

# What needs doing first; the order of standing.State.
STATE_ORDER = (
    "array_position(ARRAY['never','in_progress','expired','revoked','suspended','in_grace','expiring','review_due','valid'],"
    " found.state)"
)
ORDERS = {
    "name": "person.sort_key, person.id, found.programme_id",
    "-name": "person.sort_key DESC, person.id DESC, found.programme_id",
    "state": f"{STATE_ORDER}, person.sort_key, person.id, found.programme_id",
    "-state": f"{STATE_ORDER} DESC, person.sort_key, person.id, found.programme_id",
    "until": "found.valid_until NULLS LAST, person.sort_key, person.id, found.programme_id",
    "-until": "found.valid_until DESC NULLS LAST, person.sort_key, person.id, found.programme_id",
}

LIST = f"""
SELECT found.*, person.family_name, person.given_name, person.patronymic, person.language
FROM ({ROWS}) found
JOIN people_person person ON person.id = found.person_id
WHERE (%(state)s::text IS NULL OR found.state = %(state)s::text) AND {WITHIN}
ORDER BY {{order}}
LIMIT %(limit)s OFFSET %(offset)s
"""  # noqa: S608


def versions(has_transitions: bool) -> dict[str, str]:
    """How a statement finds the version that holds for a person: the long way only where a transition exists at all."""
    if not has_transitions:
        return {
            "chosen": "book.id",
            "last_version": "last_book.id",
            "first_version": "first_book.id",
        }
    return {
        "chosen": book_at("book", "%(at)s::date"),
        "last_version": book_at("last_book", "s.last"),
        "first_version": book_at("first_book", "s.first"),
    }
