"""What each line bought: counted in its own unit, from month 0, for the whole district, and never out of thin air."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from simulator.dynamics.programmes import PROGRAMMES
from simulator.dynamics.programmes.incubator import Incubator
from simulator.language.labels import LANGUAGES
from simulator.language.units import FEN_PER_YUAN
from simulator.model import DistrictModel
from tests.model.worlds import advanced, microcosm, nankai, policy_of, recorded
from tests.programmes.world import World


@cache
def lived() -> DistrictModel:
    """Three years of the policy that pays for most."""
    return advanced(DistrictModel(microcosm(), "nankai-recommended"), 36)


def bought(line: str, policy: str = "nankai-recommended") -> list[float]:
    found: list[float] = recorded("microcosm", policy).lines[line]["bought"]
    return found


def spent(line: str) -> float:
    return float(recorded("microcosm", "nankai-recommended").lines[line]["spent_yuan"])


def number(instrument: str, name: str) -> float:
    item = next(item for item in policy_of(microcosm(), "nankai-recommended") if item.name == instrument)
    return item.values[name].value


def payments(line: str, purpose: str) -> int:
    """Transfers of a purpose by a line since month 0, from the journal."""
    treasury = lived().city.treasury
    journal = treasury.journal
    own = journal.payer == treasury.open(f"line:{line}")
    return int((own & (journal.purpose == treasury.purposes.index(purpose)) & (journal.month >= 0)).sum())


@pytest.mark.parametrize("name", PROGRAMMES)
def test_every_programme_says_what_its_money_buys(name: str) -> None:
    units = PROGRAMMES[name].signature.buys
    assert units
    assert all(set(unit) == set(LANGUAGES) and all(unit.values()) for unit in units)


def test_lines_are_the_money_of_the_record() -> None:
    record, model = recorded("microcosm", "nankai-recommended"), lived()
    for name, yuan in record.accounts.items():
        assert record.lines.get(name, {"spent_yuan": 0.0})["spent_yuan"] == yuan
    assert sum(line["budgeted_yuan"] for line in record.lines.values()) == pytest.approx(
        model._spending.budgeted_fen / FEN_PER_YUAN
    )


@pytest.mark.parametrize(
    ("line", "each"),
    [
        ("dedicated_agency:staffing", 120_000 / 12),
        ("free_space:premises", 300 / 12),
        ("owners_committee:events", 500),
        ("exchange_visits:grant", 5000),
    ],
)
def test_what_is_paid_at_once_costs_its_price(line: str, each: float) -> None:
    """Wages, rents, events and grants: bought times price is what the line spent, but for fen."""
    assert bought(line)[0] > 0
    assert spent(line) == pytest.approx(bought(line)[0] * each, rel=1e-4)


@pytest.mark.parametrize("line", ["venture_contest:contest", "micro_venture:contest", "household_fund:contest"])
def test_an_award_is_a_first_instalment(line: str) -> None:
    assert bought(line)[0] == payments(line, "first instalment") > 0


def test_contracts_and_the_months_they_are_served() -> None:
    """A half is bought with each instalment; halves promised and not yet paid at the horizon are not counted."""
    contracts, months = bought("service_purchase:purchase")
    assert contracts == payments("service_purchase:purchase", "first instalment") > 0
    assert 6 * contracts <= months <= 12 * contracts
    assert months % 6 == 0


def test_an_incubator_counts_places_taken_and_bodies_let_in() -> None:
    incubator = next(one for one in lived().setting.programmes if isinstance(one, Incubator))
    place_months, let_in = bought("district_incubator:incubator")
    assert let_in == sum(month >= 0 for hall in incubator.halls for month, _ in hall.places.waits) > 0
    assert 0 < place_months <= 36 * sum(hall.places.places for hall in incubator.halls)


def test_hours_without_money_are_told_too() -> None:
    """Bodies inspected and mergers: what the hours booked for them come to, of which the spin-up has its part."""
    booked = lived().city.hours.booked_for
    inspected = bought("annual_inspection:inspection")[0]
    assert 0 < inspected < booked["civil affairs", "inspection"] / number("annual_inspection", "hours_per_body")
    merged = sum(float(month.get("merger", np.zeros(1)).sum()) for month in lived()._flows)
    assert bought("merger_of_like:merger")[0] == merged
    assert spent("merger_of_like:merger") == 0


def test_trained_persons_finish_courses() -> None:
    trained = bought("leader_training:training")[0]
    assert 0 < trained <= spent("leader_training:training") / number("leader_training", "cost_per_person_yuan") + 6


def test_nothing_is_counted_before_the_start() -> None:
    model = DistrictModel(microcosm(), "nankai-recommended")
    assert model.setting.tallies
    assert all(tally.bought == [0] * len(tally.bought) for tally in model.setting.tallies.values())
    model.close()


def test_a_part_built_district_tells_of_the_whole() -> None:
    """A tenth is built: its wages buy what those of the whole would, and so do its events, but for households drawn."""
    lines = recorded("nankai", "chaoyang").lines
    assert lines["dedicated_agency:staffing"]["bought"][0] == pytest.approx(6 * 57, rel=1e-9)
    events = recorded("nankai", "nankai-baseline").lines["household_fund:events"]
    assert events["bought"][0] == pytest.approx(events["spent_yuan"] / 3000, rel=1e-6)
    assert events["bought"][0] > 0.5 * 360_000 * 12 * 5 / 3000
    assert nankai(0.1).scale == 0.1


def test_a_successor_counts_on() -> None:
    world = World()
    first = world.add("events", money=360_000, cost_per_event=1000, hours_per_event=0)
    world.run(6)
    second = world.make("events", money=720_000, cost_per_event=1000, hours_per_event=0)
    second.succeed(first)
    world.run(12)
    held = float(world.funded_events.sum())
    assert world.setting.tallies[first.name].bought == [pytest.approx(held)]
    assert held > 180


def test_a_census_counts_the_groups_that_it_visits() -> None:
    """With hours and money for all of them, every latent group once."""
    world = World()
    organizations = world.city.organizations
    latent = int(np.count_nonzero((organizations.tier == 0) & organizations.active()))
    census = world.add("census", money=1e6, months=6, hours_per_group=0.1, discovery=0)
    world.run(12)
    assert world.setting.tallies[census.name].bought == [pytest.approx(latent)]


def test_agencies_are_counted_when_they_are_here() -> None:
    world = World()
    agencies = world.add("attraction", money=1_200_000, fee_per_body=100_000, bodies_per_year=12, procedure_months=6)
    world.run(18)
    came = world.setting.tallies[agencies.name].bought[0]
    assert 0 < came < world.paid("introduction fee") / 100_000 / FEN_PER_YUAN
