"""One copy of the truth: agents write columns, records stay as they were taken, threads don't meet, months have an end."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from simulator.city.organizations import Status
from simulator.dynamics.numbers import Numbers
from simulator.language.errors import UserError
from simulator.model import DistrictModel, run_once
from tests.model.worlds import advanced, microcosm, shortened


def test_what_an_agent_is_told_the_column_knows() -> None:
    model = DistrictModel(microcosm())
    body = next(iter(model.organizations))
    body.status = Status.DORMANT
    assert model.city.organizations.status[body.row] == Status.DORMANT
    assert body.status is Status.DORMANT
    body.remark = "no column, the agent's own"
    assert body.remark == "no column, the agent's own"


def test_a_slip_of_the_pen_is_no_new_column() -> None:
    with pytest.raises(AttributeError, match="no column 'membrs'"):
        DistrictModel(microcosm()).city.organizations.membrs = 3  # type: ignore[attr-defined]


def test_a_record_does_not_change_with_the_next_month() -> None:
    model = advanced(DistrictModel(microcosm()), 1)
    record = model.to_record()
    before = record.values.copy()
    model.step()
    np.testing.assert_array_equal(record.values, before)


def test_a_scenario_ends() -> None:
    model = advanced(DistrictModel(shortened(microcosm(), 2)), 2)
    with pytest.raises(UserError, match="ends after 2 months; give it more years"):
        model.step()
    assert model.month == 2


def test_threads_do_not_meet() -> None:
    """Three runs side by side in one process are the runs one after another."""
    scenario = shortened(microcosm(), 6)
    alone = [run_once(scenario, "chaoyang", replicate).values.tobytes() for replicate in range(3)]
    together = threading.Barrier(3)

    def run(replicate: int) -> bytes:
        together.wait(60)
        return run_once(scenario, "chaoyang", replicate).values.tobytes()

    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(run, range(3))) == alone


def test_national_law_reads_its_numbers() -> None:
    model = advanced(DistrictModel(microcosm(), "none"), 1)
    assert not [path for path in model.parameters.unread() if path.startswith("inspection.")]


def test_what_was_read_of_a_group_of_numbers() -> None:
    numbers = Numbers(microcosm().parameters)
    group = numbers["activity"]
    assert {"activity.a", "activity.beta"} < set(numbers.unread())
    assert group["a"] == group.get("a") == dict(group.items())["a"]
    assert numbers.read() == {"activity.a"}
    with pytest.raises(KeyError):
        group["nobody's"]
    assert group.get("nobody's") is None
    assert {**group} == dict(group.items())
    assert numbers.read() == {f"activity.{name}" for name in group}  # who copies a group reads it all
