"""A seeded district of a million cases, made inside PostgreSQL: same seed, same rows.

Its shape is a real one's where it is known: 800 grids in 100 communities in 10 streets, 150 small
classes in 11 big ones, 40 departments; one case in ten open, one in fifty urgent. What a list's
worst day looks like is in it on purpose: a big class and a street that occur only in the oldest
tenth, and cases that go to teams by category, so that most pairs of filters exclude each other.
"""

from datetime import datetime

from django.db import connection, transaction

from commonward.areas.models import Area
from commonward.cases.actions import adopt_shipped
from commonward.cases.models import Category, ProcedureVersion
from commonward.people.actions import raise_revision
from commonward.people.models import Team

SEED = 0.311
STREETS = 10
COMMUNITIES = 100
GRIDS = 800
BIG_CLASSES = ("01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "99")
SMALL_CLASSES = 150
DEPARTMENTS = 40
OLD_CLASS = "99"
"""A big class that occurs only among the oldest tenth of the cases."""
DISTRICT = "430299"


def seed_reference(at: datetime) -> None:
    """Areas, categories, teams and procedures, as every later row refers to them."""
    with transaction.atomic():
        adopt_shipped(at)
        _areas(at)
        big = Category.objects.bulk_create(
            Category(code=code, name=f"大类{code}", name_en=f"Class {code}") for code in BIG_CLASSES
        )
        Category.objects.bulk_create(
            Category(
                code=f"{parent.code}{n // len(big) + 1:02}",
                name=f"小类{n}",
                name_en=f"Small class {n}",
                parent=parent,
            )
            for n in range(SMALL_CLASSES)
            for parent in [big[n % len(big)]]
        )
        Team.objects.bulk_create(
            Team(code=f"D{n:02}", name=f"部门{n}", name_en=f"Department {n}")
            for n in range(DEPARTMENTS)
        )
        Team.objects.bulk_create(
            Team(code=f"G{n:03}", name=f"网格{n}", name_en=f"Grid {n}", kind="grid")
            for n in range(GRIDS)
        )
        # Marked even where nothing was set up: what has no mark is read anew each time.
        for name in ("answering", "areas", "calendars", "cases", "people"):
            raise_revision(name)


def _areas(at: datetime) -> None:
    top = Area.objects.create(
        code=DISTRICT,
        name="样区",
        level="district",
        path=f"/43/4302/{DISTRICT}/",
        synthetic=True,
        valid_from=at,
    )
    above = {"": top}
    for level, count, per, width in (
        ("street", STREETS, STREETS, 3),
        ("community", COMMUNITIES, COMMUNITIES // STREETS, 3),
        ("grid", GRIDS, GRIDS // COMMUNITIES, 3),
    ):
        made = []
        parents = list(above.values())
        for n in range(count):
            parent = parents[n // per]
            code = f"{parent.code}{n % per + 1:0{width}}"
            made.append(
                Area(
                    code=code,
                    name=f"{level}{n}",
                    level=level,
                    parent=parent,
                    path=f"{parent.path}{code}/",
                    synthetic=True,
                    valid_from=at,
                )
            )
        above = {a.code: a for a in Area.objects.bulk_create(made)}


def seed_cases(count: int, at: datetime, *, open_share: float = 0.1, days: int = 1_000) -> None:
    """So many cases opened over so many days before `at`, the open ones with due moments."""
    procedure = ProcedureVersion.objects.get(name="service_matter", in_force=True)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT setseed(%s)", [SEED])
        cursor.execute(_DRAWN, {"old": OLD_CLASS})
        cursor.execute(
            _CASES,
            {
                "count": count,
                "at": at,
                "days": days,
                "open": open_share,
                "procedure": procedure.pk,
            },
        )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE cases_case")


def seed_clocks(at: datetime, *, due_share: float) -> None:
    """One running stage clock for each open case; the share of them that the tick finds due."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CLOCKS, {"at": at, "share": due_share})
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE cases_clock")


# Arrays, so that a million draws do not become a million joins. The department follows the
# category: what a real district's answering rules do to the combinations that exist.
_DRAWN = """
CREATE TEMPORARY TABLE drawn ON COMMIT DROP AS SELECT
  ARRAY(SELECT id FROM cases_category WHERE parent_id IS NOT NULL AND code NOT LIKE %(old)s || '%%'
        ORDER BY code) AS small,
  ARRAY(SELECT id FROM cases_category WHERE parent_id IS NOT NULL AND code LIKE %(old)s || '%%'
        ORDER BY code) AS old,
  ARRAY(SELECT id FROM areas_area WHERE level = 'grid' ORDER BY code) AS grids,
  ARRAY(SELECT path::text FROM areas_area WHERE level = 'grid' ORDER BY code) AS paths,
  ARRAY(SELECT id FROM people_team WHERE kind = 'department' ORDER BY code) AS departments,
  ARRAY(SELECT id FROM people_team WHERE kind = 'grid' ORDER BY code) AS workers
"""

_CASES = """
INSERT INTO cases_case (
  number, procedure_id, stage, back_to, is_open, version, category_id, grade, summary, origin,
  area_id, area_path, lat, lon, address, team_id, handling_team_id, unrouted, routing,
  opened_at, stage_since, changed_at, closed_at, due_at, warn_at, paused, provisional,
  outcome, counters, counted, public, source, source_ref)
SELECT
  'S' || lpad(n::text, 9, '0'), %(procedure)s,
  CASE WHEN NOT open THEN (ARRAY['closed','closed','closed','closed','closed','closed','closed',
                                 'closed','joined','refused','void'])[1 + mod(b, 11)]
       WHEN mod(b, 25) = 0 THEN 'suspended'
       ELSE (ARRAY['collect','verify','file','dispatch','handle','handle','handle','handle',
                   'feed_back','check','close','evaluate'])[1 + mod(b, 12)] END,
  '', open, 5, category, CASE WHEN mod(c, 50) = 0 THEN 'urgent' ELSE 'ordinary' END,
  'Case ' || n, (ARRAY['public','public','public','patrol','hotline'])[1 + mod(c, 5)],
  grids[g], paths[g], 28.1 + random() / 3, 113.0 + random() / 3, 'Street ' || mod(n, 500),
  CASE WHEN mod(b, 12) IN (0, 1, 9) THEN workers[g] ELSE department END,
  CASE WHEN mod(b, 12) > 3 THEN department END,
  mod(b, 500) = 0 AND open, '{}',
  opened, opened, opened, CASE WHEN NOT open THEN opened + life * interval '1 hour' END,
  CASE WHEN open THEN due END, CASE WHEN open THEN due - interval '8 hours' END,
  open AND mod(b, 25) = 0, open AND mod(b, 97) = 0,
  CASE WHEN open THEN '' ELSE 'solved' END, '{}', true, true, '', ''
FROM (
  SELECT d.*, n, open, b, c, life, opened,
    CASE WHEN n < %(count)s / 10 AND mod(c, 7) = 0 THEN old[1 + mod(a, cardinality(old))]
         ELSE small[1 + mod(a, cardinality(small))] END AS category,
    departments[1 + mod(mod(a, cardinality(small)), cardinality(departments))] AS department,
    -- The last street has been gone since the oldest tenth.
    CASE WHEN n < %(count)s / 10 THEN 1 + mod(c, 800) ELSE 1 + mod(c, 720) END AS g,
    %(at)s::timestamptz + (life - 40) * interval '1 hour' AS due
  FROM (
    SELECT n, (random() * 1e6)::int AS a, (random() * 1e6)::int AS b, (random() * 1e6)::int AS c,
      (random() * 400)::int AS life,
      random() < %(open)s * (0.5 + 1.0 * n / %(count)s) AS open,
      %(at)s::timestamptz - %(days)s * interval '1 day' * (1 - 1.0 * n / %(count)s) AS opened
    FROM generate_series(1, %(count)s) AS n
  ) AS rolled, drawn AS d
) AS made
"""

_CLOCKS = """
INSERT INTO cases_clock (case_id, kind, stage, calendar, face, started_at, due_at, provisional,
                         next_at, rung, attempts, fault)
SELECT id, 'stage', stage, 'site',
  jsonb_build_object('limit', jsonb_build_object('amount', 10, 'unit', 'urgent_day'),
                     'started', floor(extract(epoch FROM begun))::bigint),
  begun, begun + interval '10 days', false, begun + interval '8 days', 0, 0, ''
FROM (
  SELECT id, stage,
    date_trunc('second', %(at)s::timestamptz) - interval '8 days'
      + CASE WHEN random() < %(share)s THEN -(random() * interval '1 hour')
             ELSE interval '1 hour' + random() * interval '7 days' END AS begun
  FROM cases_case c WHERE is_open AND NOT EXISTS (SELECT FROM cases_clock WHERE case_id = c.id)
) AS running
"""
