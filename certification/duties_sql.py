"""What was to be done regularly and was not, of many people at once. It says what `requirements.missed` says.

Written for one day and for many, see `days_sql`. The small tables of the rules (`versions`, `books`, `duties`) are
made once a statement. What people did is then read by index alone, as `standing_sql` explains, and added up for all of
them at once.
"""

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

YEAR_FIRST = "make_date(EXTRACT(YEAR FROM <<days>>)::int - 1, 1, 1)"
YEAR_LAST = "make_date(EXTRACT(YEAR FROM <<days>>)::int - 1, 12, 31)"
ROLLING_FIRST = "((<<days>> - make_interval(months => r.months))::date + 1)"

# Where there are many days: the days at which each of them looks.
RELEVANT = f"""[[
days AS MATERIALIZED (SELECT DISTINCT folk.at FROM folk folk(id, at)),
relevant AS MATERIALIZED (
  SELECT days.at, days.at AS day FROM days
  UNION SELECT days.at, {YEAR_FIRST} FROM days
  UNION SELECT days.at, {YEAR_LAST} FROM days
  UNION SELECT days.at, {ROLLING_FIRST} FROM days, certification_requirement r WHERE r.period = 'rolling_months'
),]]"""  # noqa: S608 - our own constants; what people type goes in as parameters

# The version in force on each day that matters, with the one before it while a transition keeps it for somebody.
BOOKS = f"""{RELEVANT}
books AS MATERIALIZED (
  SELECT days.day, v.programme_id, v.id, v.win, v.grace, v.transition, v.cutoff, v.former_win, v.former_grace,
    CASE WHEN v.transition <> 'none' AND (v.keeps_until IS NULL OR days.day <= v.keeps_until)
      THEN v.former_id END AS former_id
  FROM versions v
  JOIN (
    [1[SELECT <<days>> AS day UNION SELECT {YEAR_FIRST} UNION SELECT {YEAR_LAST}
    UNION SELECT {ROLLING_FIRST} FROM certification_requirement r WHERE r.period = 'rolling_months']1]
    [[SELECT DISTINCT day FROM relevant]]
  ) days ON v.since <= days.day AND (v.until IS NULL OR v.until > days.day)
)
"""  # noqa: S608 - our own constants; what people type goes in as parameters

# What is asked regularly with figures that are known. `codes`: under which versions the same is asked that day.
DUTIES = f"""
duties AS MATERIALIZED (
  SELECT r.id, r.version_id, v.programme_id, r.code, r.topic_id, r.category_id, r.minutes, r.count, span.*,
    COALESCE(r.minutes, r.count) AS figure, NULLIF(REPLACE(r.condition, 'no-child', 'child'), '') AS condition,
    r.condition <> 'no-child-placed' AS is_wanted,
    DENSE_RANK() OVER (
      ORDER BY v.programme_id, span.is_of_a_year, span.first, span.last, r.category_id, r.condition) AS term,
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
    SELECT [[DISTINCT]] r.period = 'calendar_year' AS is_of_a_year,
      CASE WHEN r.period = 'calendar_year' THEN {YEAR_FIRST} ELSE {ROLLING_FIRST} END AS first,
      CASE WHEN r.period = 'calendar_year' THEN {YEAR_LAST} ELSE <<days>> END AS last,
      CASE WHEN r.period = 'calendar_year' THEN {YEAR_LAST} + 1 ELSE {ROLLING_FIRST} END AS settled_from
    [[FROM days]]
  ) span
  WHERE r.period IN ('calendar_year', 'rolling_months') AND (r.minutes IS NOT NULL OR r.count IS NOT NULL)
    AND NOT r.unknown ?| ARRAY['period', 'mandatory']
),
-- Of many days one may roll from 1 January to 31 December, as the year before another of them does.
spans AS MATERIALIZED (
  SELECT DISTINCT [[days.at, d.is_of_a_year,]] d.programme_id, d.first, d.last, d.settled_from,
    first_book.id AS first_id, first_book.former_id AS first_former_id, last_book.id AS last_id,
    last_book.former_id AS last_former_id
  FROM duties d
  [[JOIN days ON CASE WHEN d.is_of_a_year THEN d.first = {YEAR_FIRST} ELSE d.last = days.at END]]
  JOIN books first_book ON first_book.programme_id = d.programme_id AND first_book.day = d.first
  JOIN books last_book ON last_book.programme_id = d.programme_id AND last_book.day = d.last
),
terms AS MATERIALIZED (
  SELECT DISTINCT term AS number, programme_id, [[is_of_a_year,]] first, last, category_id, condition, is_wanted
  FROM duties
)
"""  # noqa: S608

# What people need not do, or have done by something else: asked only about those who would lack it. One row at a time
# by index, which is what a scalar query with a LIMIT is; an EXISTS may be turned into a reading of the whole table.
EXEMPT = """
SELECT TRUE FROM certification_relief x
WHERE x.person_id = short.person_id AND x.programme_id = short.programme_id AND x.kind = 'exemption'
  AND x.status = 'confirmed' AND x.requirement IN ('', short.code) AND x.since <= short.last
  AND LEAST(x.until, x.ended_on - 1) >= short.last
LIMIT 1
"""
REVIEWED = """
SELECT TRUE FROM (
  SELECT c.id FROM certification_certificate c
  WHERE c.person_id = short.person_id AND c.programme_id = short.programme_id OFFSET 0
) c
CROSS JOIN LATERAL (
  SELECT ev.on FROM certification_certificateevent ev WHERE ev.certificate_id = c.id AND ev.kind = 'reviewed' OFFSET 0
) ev
WHERE ev.on >= short.settled_from AND ev.on <= <<short>>
LIMIT 1
"""
# Courses completed and certificates of other programmes that count, where the duty names any.
OTHERS = """
CASE WHEN short.has_others THEN (
  SELECT COALESCE(SUM(CASE WHEN e.minutes IS NULL THEN short.figure WHEN short.count IS NOT NULL THEN 1
    ELSE e.minutes END), 0)
  FROM certification_equivalence e
  JOIN LATERAL (
    SELECT en.completed_on AS day FROM training_enrolment en
    JOIN training_edition ed ON ed.id = en.edition_id
    JOIN wagtailcore_page taken ON taken.id = ed.course_id
    JOIN wagtailcore_page meant ON meant.id = e.course_id AND meant.translation_key = taken.translation_key
    WHERE en.person_id = short.person_id AND en.status = 'completed'
    UNION ALL
    SELECT c.valid_from FROM certification_certificate c
    WHERE c.person_id = short.person_id AND c.programme_id = e.programme_id
      AND c.programme_id <> short.programme_id
    UNION ALL
    SELECT c.valid_from FROM certification_earliercertificate c
    WHERE c.person_id = short.person_id AND c.programme_id = e.programme_id
      AND c.programme_id <> short.programme_id AND (c.struck_on IS NULL OR c.struck_on > <<short>>)
  ) deed ON deed.day BETWEEN short.first AND short.last
  WHERE e.requirement_id = short.id
) ELSE 0 END
"""


def _belongs(day: str) -> str:
    """Is the person of the term's category that day?"""
    return f"""(t.category_id IS NULL OR (SELECT TRUE FROM people_personcategory pc
        WHERE pc.person_id = e.person_id AND pc.category_id = t.category_id
          AND pc.since <= {day} AND (pc.until IS NULL OR pc.until >= {day}) LIMIT 1))"""  # noqa: S608


def _holds(day: str) -> str:
    return f"bool_or(s.since <= {day} AND (s.until IS NULL OR s.until >= {day}))"


# One row that the planner takes for a hundred: without statistics of what a step found, it believes in a handful of
# rows and then goes through all rows of one step for each row of another.
MANY = "CROSS JOIN json_array_elements('[1]') AS many"

# From those whose certificate counts to those who missed something:
# `eligible`: once for each span of theirs that began under a certificate, with the versions of its first and last day;
# `owed`: the duties of each, by category and circumstances on both days; `lines`: their hours of the span;
# `short`: what is not reached by hours alone; `missed`: what nothing else makes good either.
MISSED = f"""
eligible AS MATERIALIZED (
  SELECT row_number() OVER () AS e, one.* FROM (
    SELECT a.n, [[a.at, s.is_of_a_year,]] a.person_id, a.programme_id, a.version_id, s.first, s.last, s.settled_from,
      CASE WHEN was_last.n IS NULL THEN s.last_id ELSE s.last_former_id END AS last_version,
      CASE WHEN was_first.n IS NULL THEN s.first_id ELSE s.first_former_id END AS first_version
    FROM best
    JOIN asked a ON a.n = best.n
    LEFT JOIN spans s ON s.programme_id = a.programme_id [[AND s.at = a.at]]
    LEFT JOIN keepers was_first ON was_first.n = a.n AND was_first.day = s.first
    LEFT JOIN keepers was_last ON was_last.n = a.n AND was_last.day = s.last
    WHERE best.state IN ('valid', 'expiring', 'review_due') OFFSET 0
  ) one {MANY}
  WHERE one.first IS NOT NULL AND EXISTS (SELECT FROM certs c
    WHERE c.n = one.n AND c.valid_from < one.first AND (c.valid_until IS NULL OR c.valid_until >= one.first))
),
circumstanced AS MATERIALIZED (
  SELECT one.e, array_agg(one.number) FILTER (WHERE one.on_first) AS on_first,
    array_agg(one.number) FILTER (WHERE one.on_last) AS on_last
  FROM (
    SELECT e.e, t.number, {_holds("t.first")} AS on_first, {_holds("t.last")} AS on_last
    FROM eligible e
    CROSS JOIN LATERAL (
      SELECT s.condition, s.since, s.until FROM certification_circumstance s WHERE s.person_id = e.person_id OFFSET 0
    ) s
    JOIN terms t ON t.condition = s.condition AND t.programme_id = e.programme_id AND t.first = e.first
      AND t.last = e.last [[AND t.is_of_a_year = e.is_of_a_year]]
    GROUP BY e.e, t.number
  ) one {MANY} GROUP BY one.e
),
owed AS MATERIALIZED (
  SELECT row_number() OVER () AS o, one.* FROM (
    SELECT e.e, e.n, [[e.at,]] e.person_id, e.programme_id, e.settled_from, d.id, d.code, d.topic_id, d.figure, d.count,
      d.first, d.last, d.is_of_a_year, d.has_others, d.instead, d.kinds, d.wide
    FROM eligible e
    LEFT JOIN circumstanced c ON c.e = e.e
    LEFT JOIN terms t ON t.programme_id = e.programme_id AND t.first = e.first AND t.last = e.last
      [[AND t.is_of_a_year = e.is_of_a_year]]
    LEFT JOIN duties d ON d.term = t.number AND d.version_id = e.last_version AND e.first_version = ANY(d.same)
      AND e.version_id = ANY(d.same)
    WHERE (t.condition IS NULL OR (t.is_wanted = COALESCE(t.number = ANY(c.on_first), FALSE)
        AND t.is_wanted = COALESCE(t.number = ANY(c.on_last), FALSE)))
      AND {_belongs("t.first")} AND {_belongs("t.last")}
    OFFSET 0
  ) one {MANY} WHERE one.id IS NOT NULL
),
lines AS MATERIALIZED (
  SELECT e.e, h.on, h.minutes, h.kind, h.topic_id
  FROM (SELECT DISTINCT e, person_id, first, last FROM owed) e
  CROSS JOIN LATERAL (
    SELECT h.on, h.minutes, h.kind, h.topic_id FROM certification_hoursentry h
    WHERE h.person_id = e.person_id AND h.on BETWEEN e.first AND e.last OFFSET 0
  ) h {MANY}
),
-- Those of the kind for certain are `own`; `most` are those that may be of it, too.
short AS MATERIALIZED (
  SELECT o.*, reached.minutes, reached.days FROM (
    SELECT days.o, COALESCE(GREATEST(SUM(days.most), SUM(days.own)), 0) AS minutes,
      GREATEST(COUNT(*) FILTER (WHERE days.most > 0), COUNT(*) FILTER (WHERE days.own > 0)) AS days
    FROM (
      SELECT o.o, SUM(l.minutes) AS most,
        SUM(l.minutes) FILTER (WHERE l.topic_id = ANY(o.instead) IS TRUE OR l.kind = ANY(o.kinds)) AS own
      FROM owed o
      LEFT JOIN lines l ON l.e = o.e AND (l.topic_id = ANY(o.instead)
        OR (l.kind = ANY(o.wide) AND (o.topic_id IS NULL OR l.topic_id = o.topic_id)))
      GROUP BY o.o, CASE WHEN o.count IS NOT NULL THEN l.on END
    ) days GROUP BY days.o
  ) reached JOIN owed o ON o.o = reached.o
  WHERE CASE WHEN o.count IS NULL THEN reached.minutes ELSE reached.days END < o.figure
),
missed AS MATERIALIZED (
  SELECT short.n, array_agg(short.id ORDER BY short.id) AS ids,
    MIN(CASE WHEN short.is_of_a_year THEN short.last + 1 END) AS since
  FROM short
  WHERE ({EXEMPT}) IS NULL AND ({REVIEWED}) IS NULL
    AND CASE WHEN short.count IS NULL THEN short.minutes ELSE short.days END + {OTHERS} < short.figure
  GROUP BY short.n
)
"""  # noqa: S608
