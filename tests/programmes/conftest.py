"""What the tests of programmes share: a small district, and numpy that does not forgive."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from tests.programmes.world import World


@pytest.fixture
def world() -> World:
    """A district after the spin-up, at month 0."""
    return World()


@pytest.fixture(autouse=True)
def _numpy_is_strict() -> Iterator[None]:
    """Divisions by nothing are faults, not warnings."""
    with np.errstate(divide="raise", invalid="raise"):
        yield
