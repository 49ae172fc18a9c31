"""One plausible programme of each kind for the small district, with everything that must be told."""

from __future__ import annotations

from collections.abc import Mapping

SAMPLES: Mapping[str, Mapping[str, float | str]] = {
    "contest": {"money": 600_000, "award": 30_000, "visible_events_per_award": 1},
    "purchase": {"money": 600_000, "price": 60_000},
    "grant": {"money": 300_000, "grant_yuan": 20_000},
    "incubator": {"money": 100_000, "places": 5, "mentor_hours": 30, "applications_per_100": 60, "starter_yuan": 2000},
    "training": {"money": 60_000, "persons": 30},
    "staffing": {"money": 600_000, "posts": 5, "where": "hub"},
    "events": {"money": 300_000},
    "census": {"money": 60_000},
    "inspection": {"money": 60_000},
    "merger": {"money": 12_000, "rate": 0.5, "size_below": 25},
    "attraction": {"money": 120_000, "fee_per_body": 20_000, "bodies_per_year": 5},
    "premises": {"money": 120_000, "m2": 400},
}
