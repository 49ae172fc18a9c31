"""A tiny run gives what it gave: whoever changes a result learns of it here. Nothing is left to chance."""

from __future__ import annotations

import math

from tests.golden.tiny import committed, computed

TOLERANCE = 1e-9
"""Relative: another platform's exp may differ in its last bit; dice that then fall otherwise would show as much more."""


def same(one: float, other: float) -> bool:
    """Equal up to the tolerance, or both unknown."""
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=1e-12)


def test_results_are_as_they_were() -> None:
    today, before = computed(), committed()
    assert today.keys() == before.keys()
    apart = {
        key: (before[key], value)
        for key, value in today.items()
        if not same(value, before[key])
    }
    assert apart == {}, "if this change is meant, renew the file: python -m tests.golden.renew"
