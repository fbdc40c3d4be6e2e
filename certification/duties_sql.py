"""What was to be done regularly and was not, of many people at once. It says what `requirements.missed` says.

The small tables of the rules (`versions`, `books`, `duties`) are made once a statement; each person is then looked up
by index alone, so that the cost of a county does not grow with the country.
"""


def _extended(row: str, key: str) -> str:
    return f"""CASE WHEN {row}.valid_until IS NOT NULL THEN GREATEST({row}.valid_until, (
      SELECT MAX(x.until) FROM certification_relief x WHERE x.{key} = {row}.id AND x.kind = 'extension'
        AND x.status = 'confirmed' AND x.since <= %(at)s::date AND (x.ended_on IS NULL OR x.ended_on > %(at)s::date)
    )) END"""  # noqa: S608 - our own constants; what people type goes in as parameters


# The published versions, and one draft where a preview asks what it would do. A version ends where the next begins.
VERSIONS = """
versions AS MATERIALIZED (
  SELECT v.id, v.programme_id, v.effective_from AS since, v.renewal_window_days AS win, v.grace_days AS grace,
    v.transition, COALESCE(v.transition_before, v.effective_from) AS cutoff, v.transition_until AS keeps_until,
    LEAST(v.effective_to, LEAD(v.effective_from) OVER programme) AS until,
    LAG(v.id) OVER programme AS former_id, LAG(v.renewal_window_days) OVER programme AS former_win,
    LAG(v.grace_days) OVER programme AS former_grace
  FROM certification_ruleversion v
  WHERE v.status = 'published' OR v.id = %(draft)s::bigint
  WINDOW programme AS (PARTITION BY v.programme_id ORDER BY v.effective_from)
)
"""

YEAR_FIRST = "make_date(EXTRACT(YEAR FROM %(at)s::date)::int - 1, 1, 1)"
YEAR_LAST = "make_date(EXTRACT(YEAR FROM %(at)s::date)::int - 1, 12, 31)"
ROLLING_FIRST = "((%(at)s::date - make_interval(months => r.months))::date + 1)"

# The version in force on each day that matters, with the one before it while a transition keeps it for somebody.
BOOKS = f"""
books AS MATERIALIZED (
  SELECT days.day, v.programme_id, v.id, v.win, v.grace, v.transition, v.cutoff, v.former_win, v.former_grace,
    CASE WHEN v.transition <> 'none' AND (v.keeps_until IS NULL OR days.day <= v.keeps_until)
      THEN v.former_id END AS former_id
  FROM versions v
  JOIN (
    SELECT %(at)s::date AS day UNION SELECT {YEAR_FIRST} UNION SELECT {YEAR_LAST}
    UNION SELECT {ROLLING_FIRST} FROM certification_requirement r WHERE r.period = 'rolling_months'
  ) days ON v.since <= days.day AND (v.until IS NULL OR v.until > days.day)
)
"""  # noqa: S608 - our own constants; what people type goes in as parameters

# What is asked regularly with figures that are known. `codes`: under which versions the same is asked that day.
DUTIES = f"""
duties AS MATERIALIZED (
  SELECT r.id, r.version_id, v.programme_id, r.code, r.topic_id, r.category_id, r.minutes, r.count, span.*,
    COALESCE(r.minutes, r.count) AS figure, NULLIF(REPLACE(r.condition, 'no-child', 'child'), '') AS condition,
    r.condition <> 'no-child-placed' AS is_wanted,
    DENSE_RANK() OVER (ORDER BY v.programme_id, span.first, span.last, r.category_id, r.condition) AS term,
    CASE r.kind WHEN 'any' THEN ARRAY['theory', 'practice', 'any'] ELSE ARRAY[r.kind] END AS kinds,
    CASE r.kind WHEN 'any' THEN ARRAY['theory', 'practice', 'any'] WHEN 'theory' THEN ARRAY['theory', 'any']
      WHEN 'practice' THEN ARRAY['practice', 'any'] ELSE ARRAY[r.kind] END AS wide,
    ARRAY(SELECT e.topic_id FROM certification_equivalence e
      WHERE e.requirement_id = r.id AND e.topic_id IS NOT NULL) AS instead,
    EXISTS (SELECT FROM certification_equivalence e WHERE e.requirement_id = r.id AND e.topic_id IS NULL) AS has_others,
    ARRAY(SELECT q.version_id FROM certification_requirement q JOIN versions w ON w.id = q.version_id
      WHERE w.programme_id = v.programme_id AND q.code = r.code) AS same
  FROM certification_requirement r
  JOIN versions v ON v.id = r.version_id
  CROSS JOIN LATERAL (
    SELECT r.period = 'calendar_year' AS is_of_a_year,
      CASE WHEN r.period = 'calendar_year' THEN {YEAR_FIRST} ELSE {ROLLING_FIRST} END AS first,
      CASE WHEN r.period = 'calendar_year' THEN {YEAR_LAST} ELSE %(at)s::date END AS last,
      CASE WHEN r.period = 'calendar_year' THEN {YEAR_LAST} + 1 ELSE {ROLLING_FIRST} END AS settled_from
  ) span
  WHERE r.period IN ('calendar_year', 'rolling_months') AND (r.minutes IS NOT NULL OR r.count IS NOT NULL)
    AND NOT r.unknown ?| ARRAY['period', 'mandatory']
),
spans AS MATERIALIZED (SELECT DISTINCT programme_id, first, last, settled_from FROM duties),
terms AS MATERIALIZED (
  SELECT DISTINCT term AS number, programme_id, first, last, category_id, condition, is_wanted FROM duties
)
"""  # noqa: S608

# Certificates of this system and earlier ones on paper that are not struck, as long as they were known to be valid on
# the day: extensions included.
HELD = f"""
held AS NOT MATERIALIZED (
  SELECT c.person_id, c.programme_id, c.id, NULL::bigint AS earlier_id, c.number, '' AS issuer, c.valid_from,
    {_extended("c", "certificate_id")} AS valid_until, c.review_due
  FROM certification_certificate c
  UNION ALL
  SELECT e.person_id, e.programme_id, NULL, e.id, e.number, e.issuer, e.valid_from,
    {_extended("e", "earlier_id")}, NULL
  FROM certification_earliercertificate e WHERE e.struck_on IS NULL OR e.struck_on > %(at)s::date
)
"""  # noqa: S608


def book_at(book: str, day: str) -> str:
    """The version for `asked` by a row of `books`: the former one where its transition keeps it for this person."""
    return f"""(CASE WHEN {book}.former_id IS NULL THEN {book}.id
    WHEN {book}.transition IN ('holders', 'both') AND EXISTS (
      SELECT FROM held c WHERE c.person_id = asked.person_id AND c.programme_id = asked.programme_id
        AND c.valid_from < {book}.cutoff AND c.valid_from <= {day}
        AND (c.valid_until IS NULL OR c.valid_until + {book}.former_grace >= {day})) THEN {book}.former_id
    WHEN {book}.transition IN ('begun', 'both') AND EXISTS ({_begun(book, day)}) THEN {book}.former_id
    ELSE {book}.id END)"""  # noqa: S608


def _begun(book: str, day: str) -> str:
    return f"""
      SELECT FROM training_enrolment en
      JOIN training_edition ed ON ed.id = en.edition_id
      JOIN wagtailcore_page course ON course.id = ed.course_id
      WHERE en.person_id = asked.person_id AND (en.queued_at AT TIME ZONE %(zone)s)::date < {book}.cutoff
        AND (en.queued_at AT TIME ZONE %(zone)s)::date <= {day}
        AND CASE en.status
          WHEN 'confirmed' THEN TRUE WHEN 'offered' THEN TRUE WHEN 'completed' THEN TRUE
          WHEN 'not_completed' THEN (ed.ends AT TIME ZONE %(zone)s)::date >= {day}
          WHEN 'cancelled' THEN (en.cancelled_at AT TIME ZONE %(zone)s)::date > {day}
          ELSE FALSE END
        AND course.translation_key IN (
          SELECT leads.translation_key FROM certification_programmecourse pgc
          JOIN wagtailcore_page leads ON leads.id = pgc.course_id WHERE pgc.programme_id = asked.programme_id)"""  # noqa: S608


def _applies(day: str) -> str:
    """Category and condition of a term, for `asked`, on that day."""
    return f"""(t.category_id IS NULL OR EXISTS (SELECT FROM people_personcategory pc
        WHERE pc.person_id = asked.person_id AND pc.category_id = t.category_id
          AND pc.since <= {day} AND (pc.until IS NULL OR pc.until >= {day})))
    AND (t.condition IS NULL OR t.is_wanted = EXISTS (SELECT FROM certification_circumstance s
        WHERE s.person_id = asked.person_id AND s.condition = t.condition
          AND s.since <= {day} AND (s.until IS NULL OR s.until >= {day})))"""  # noqa: S608


# The person's lines since the first day that any duty looks at: read once, and only if somebody asks.
MINE = """
mine AS MATERIALIZED (
  SELECT h.on, h.minutes, h.kind, h.topic_id FROM certification_hoursentry h
  WHERE h.person_id = asked.person_id AND h.on <= %(at)s::date
    AND h.on >= (SELECT MIN(d.first) FROM duties d WHERE d.programme_id = asked.programme_id)
)
"""
# Those of the period that count: those of the kind for certain (`is_own`), and those that may be of it.
LINES = """
SELECT h.on, h.minutes, h.topic_id = ANY(d.instead) IS TRUE OR h.kind = ANY(d.kinds) AS is_own
FROM mine h
WHERE h.on BETWEEN d.first AND d.last
  AND (h.topic_id = ANY(d.instead) OR (h.kind = ANY(d.wide) AND (d.topic_id IS NULL OR h.topic_id = d.topic_id)))
"""
FOUND = f"""
CASE WHEN d.count IS NULL THEN COALESCE((
  SELECT GREATEST(SUM(l.minutes), SUM(l.minutes) FILTER (WHERE l.is_own)) FROM ({LINES}) l), 0)
ELSE (
  SELECT GREATEST(COUNT(*) FILTER (WHERE days.most > 0), COUNT(*) FILTER (WHERE days.own > 0)) FROM (
    SELECT SUM(l.minutes) AS most, SUM(l.minutes) FILTER (WHERE l.is_own) AS own FROM ({LINES}) l GROUP BY l.on) days)
END
"""  # noqa: S608
# Courses completed and certificates of other programmes that count, where the duty names any.
OTHERS = """
CASE WHEN d.has_others THEN (
  SELECT COALESCE(SUM(CASE WHEN e.minutes IS NULL THEN d.figure WHEN d.count IS NOT NULL THEN 1 ELSE e.minutes END), 0)
  FROM certification_equivalence e
  JOIN LATERAL (
    SELECT en.completed_on AS day FROM training_enrolment en
    JOIN training_edition ed ON ed.id = en.edition_id
    JOIN wagtailcore_page taken ON taken.id = ed.course_id
    JOIN wagtailcore_page meant ON meant.id = e.course_id AND meant.translation_key = taken.translation_key
    WHERE en.person_id = asked.person_id AND en.status = 'completed'
    UNION ALL
    SELECT c.valid_from FROM held c WHERE c.person_id = asked.person_id AND c.programme_id = e.programme_id
      AND c.programme_id <> asked.programme_id
  ) deed ON deed.day BETWEEN d.first AND d.last
  WHERE e.requirement_id = d.id
) ELSE 0 END
"""

# For one row of `asked`: the requirements that were missed, and since when where that is a calendar year. What is the
# same for several duties is looked up once: the period (certificate, review), then of whom it is asked.
MISSED = f"""
WITH {MINE}
SELECT array_agg(d.id ORDER BY d.id) AS ids, MIN(CASE WHEN d.is_of_a_year THEN d.last + 1 END) AS since
FROM (
  SELECT s.*, {{last_version}} AS last_version, {{first_version}} AS first_version
  FROM spans s
  JOIN books first_book ON first_book.programme_id = s.programme_id AND first_book.day = s.first
  JOIN books last_book ON last_book.programme_id = s.programme_id AND last_book.day = s.last
  WHERE s.programme_id = asked.programme_id
    AND EXISTS (SELECT FROM held c WHERE c.person_id = asked.person_id AND c.programme_id = asked.programme_id
      AND c.valid_from < s.first AND (c.valid_until IS NULL OR c.valid_until >= s.first))
    AND NOT EXISTS (SELECT FROM certification_certificateevent ev
      JOIN certification_certificate c ON c.id = ev.certificate_id
      WHERE c.person_id = asked.person_id AND c.programme_id = asked.programme_id AND ev.kind = 'reviewed'
        AND ev.on >= s.settled_from AND ev.on <= %(at)s::date)
  OFFSET 0
) s
JOIN LATERAL (
  SELECT t.number FROM terms t
  WHERE t.programme_id = s.programme_id AND t.first = s.first AND t.last = s.last
    AND {_applies("t.first")} AND {_applies("t.last")}
  OFFSET 0
) t ON TRUE
JOIN duties d ON d.term = t.number AND d.version_id = s.last_version AND s.first_version = ANY(d.same)
WHERE asked.version_id = ANY(d.same)
  AND NOT EXISTS (SELECT FROM certification_relief x
    WHERE x.person_id = asked.person_id AND x.programme_id = asked.programme_id AND x.kind = 'exemption'
      AND x.status = 'confirmed' AND x.requirement IN ('', d.code) AND x.since <= d.last
      AND LEAST(x.until, x.ended_on - 1) >= d.last)
  AND {FOUND} + {OTHERS} < d.figure
"""  # noqa: S608
