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
    "mentoring": {"mentors": 4, "money": 8_000, "fee": 2_000},
    "selection": {"money": 6_000, "jury": 3_000, "chosen_per_call": 4, "apply_share": 0.5},
    "certification": {"money": 60_000, "subsidy": 3_000, "rate": 1.0},
    "points": {"money": 24_000, "goods_per_volunteer": 300},
    "awards": {"money": 30_000, "awards": 6, "prize": 5_000},
    "evaluation": {"money": 60_000, "cost_per_body": 3_000},
    "rating": {"money": 60_000, "cost_per_body": 3_000},
    "tiers": {"money": 12_000, "promote": 0.5, "demote": 0.1, "demote_below": 0.4},
    "rule": {"money": 12_000, "whose": "stations", "hours": 60},
}
