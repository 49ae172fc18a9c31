"""The arithmetic of each pattern, on districts whose answer is known. Each test fails if its arithmetic is broken."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any

import numpy as np
import pytest

from simulator.city.organizations import Kind, Status, Tier
from simulator.dynamics.programmes.contest import Contest
from simulator.experiments.patterns import PATTERNS
from simulator.experiments.patterns.communities import COMMUNITIES, Participation, dispersion
from simulator.experiments.patterns.contests import CONTESTS, Contests, held_again
from simulator.experiments.patterns.counts import S_SHAPED, Counts, both_bends
from simulator.experiments.patterns.dormancy import FUNDED, UNFUNDED, Dormancy
from simulator.experiments.patterns.finding import Verdict
from simulator.experiments.patterns.founding import FOUNDING, Founding, founding_by_density
from simulator.experiments.patterns.incubation import INCUBATION, Stays
from simulator.experiments.patterns.leaving import LEAVING, OLD_FIRST, Leaving, outside_the_years, years_observed
from simulator.experiments.patterns.money import MONEY_AND_BODIES, MONEY_AND_PARTICIPATION
from simulator.experiments.patterns.shocks import DIP, REBOUND
from simulator.experiments.patterns.sizes import SIZES, Sizes
from simulator.experiments.patterns.volunteers import VOLUNTEERS, Volunteers
from simulator.experiments.patterns.worlds import (
    CARRIED_ON,
    MENTORS_FEW,
    MONEY_TWICE,
    SHOCK,
    SHOCK_FORGOTTEN,
    USUAL,
    WITHOUT_MONEY,
)
from simulator.model import DistrictModel
from tests.chance import assert_poisson
from tests.experiments.patterns.stage import Stage
from tests.model.worlds import advanced, microcosm, with_numbers
from tests.programmes.samples import SAMPLES

# counts --------------------------------------------------------------------------------------------------------------


def growth_by_quarter(curve: Any) -> list[float]:
    return np.diff(curve(np.linspace(0, 20, 5))).tolist()


@pytest.mark.parametrize("steepest", [6.0, 10.0, 14.0])
def test_a_logistic_bends_both_ways(steepest: float) -> None:
    assert both_bends(growth_by_quarter(lambda t: 100 / (1 + np.exp(-(t - steepest) / 3)))) > 0.02


@pytest.mark.parametrize(
    "curve",
    [np.exp, lambda t: 100 * np.exp(t / 10), lambda t: 1 - np.exp(-t / 8), lambda t: 1 / (1 + np.exp(-t / 3)),
     lambda t: 100 - (t - 10) ** 3 - 300 * t],
    ids=["exponential", "slow exponential", "saturating", "upper half of a logistic", "shrinking and bent the other way"],
)  # fmt: skip
def test_other_curves_do_not(curve: Any) -> None:
    assert both_bends(growth_by_quarter(curve)) < 0


def test_a_straight_line_is_nought() -> None:
    assert both_bends(growth_by_quarter(lambda t: 3 * t)) == pytest.approx(0)


def test_counts_are_taken_at_the_quarters() -> None:
    stage = Stage()
    stage.measures["counted_count"] = 100.0
    watcher = Counts(stage)
    for month in range(1, 9):
        stage.month_passed()
        stage.measures["counted_count"] = 100.0 + month**2
        watcher.watch(stage)
    tallies = watcher.tallies(stage)
    assert list(tallies.values()) == [100, 104, 116, 136, 164]
    assert S_SHAPED.number({CARRIED_ON: tallies}) == pytest.approx(-8 / 64)


# founding ------------------------------------------------------------------------------------------------------------


def test_founding_peaks_where_the_parameter_says() -> None:
    model = DistrictModel(with_numbers(microcosm(), founding__peak=0.83))
    seen = {USUAL: Founding(model).tallies(model)}
    assert FOUNDING.number(seen) == pytest.approx(0.83, abs=0.006)
    assert FOUNDING.bounds.judge(FOUNDING.number(seen), 0.0) is Verdict.MET
    assert 0 < seen[USUAL]["full"] < 1
    assert 0 < seen[USUAL]["empty"] < 1
    model.close()


@pytest.mark.parametrize("numbers", [{"founding__peak": 5.0}, {"founding__alpha": 0.0}], ids=["no competition", "flat"])
def test_a_hill_without_an_inside_is_none(numbers: dict[str, float]) -> None:
    model = DistrictModel(with_numbers(microcosm(), **numbers))
    crowding, factor = founding_by_density(model.setting)
    assert FOUNDING.bounds.judge(float(crowding[factor.argmax()]), 0.0) is Verdict.NOT_MET
    model.close()


# dormancy ------------------------------------------------------------------------------------------------------------

ALONE = {"dormancy__theta1": 0.0, "dormancy__theta2": 0.0, "dormancy__delta": 0.0, "dormancy__leaderless_factor": 1.0}
"""Numbers at which age and funding alone decide."""


def test_dormancy_by_age_is_that_of_the_age_term() -> None:
    model = DistrictModel(with_numbers(microcosm(), **ALONE))
    p, bodies = model.parameters["dormancy"], model.city.organizations
    bodies.skill_factor[:] = bodies.dormancy_inside[:] = 1
    young = np.arange(len(bodies)) % 2 == 0
    bodies.tier_since[:] = np.where(young, -12.0, -60.0)
    bodies.funded_until[:] = np.where(np.arange(len(bodies)) % 4 < 2, 5.0, -5.0)
    watcher = Dormancy(model)
    watcher.watch(model)
    seen = {USUAL: watcher.tallies(model)}

    def hazard(years: float, left: float) -> float:
        return p["filed_mu_inf"] + (p["filed_mu_0"] - p["filed_mu_inf"]) * np.exp(-years / p["tau_years"]) * left

    assert UNFUNDED.number(seen) == pytest.approx(hazard(1, 1) / hazard(5, 1))
    paid = 1 - p["funding_flattens"]
    assert FUNDED.number(seen) == pytest.approx(hazard(1, paid) / hazard(5, paid))
    filed = bodies.active() & (bodies.tier == Tier.FILED) & (bodies.kind != Kind.FEDERATION)
    years = sum(value for name, value in seen[USUAL].items() if name.startswith("years"))
    assert years == pytest.approx(np.count_nonzero(filed) / 12)
    model.close()


def test_what_is_expected_to_fall_dormant_does() -> None:
    """Events against the hazards added up, over three years; other fates of the month and mergers aside. False alarm 1e-4."""
    slept, expected = 0, 0.0
    for replicate in range(4):
        model = DistrictModel(microcosm(), replicate=replicate)
        watcher = Dormancy(model)
        for _ in range(36):
            bodies = model.city.organizations
            awake = np.flatnonzero(bodies.active() & (bodies.tier == Tier.FILED))
            model.step()
            slept += int(np.count_nonzero(model.city.organizations.status[awake] == Status.DORMANT))
            watcher.watch(model)
        expected += sum(value for name, value in watcher.tallies(model).items() if name.startswith("asleep"))
        model.close()
    assert_poisson(slept, expected)


# sizes ---------------------------------------------------------------------------------------------------------------


def test_sizes_are_those_of_community_bodies_alive() -> None:
    model = advanced(DistrictModel(microcosm()), 1)
    bodies = model.city.organizations
    members = bodies.members[bodies.alive() & (bodies.kind == Kind.COMMUNITY)].astype(float)
    gini = np.abs(members[:, None] - members[None, :]).mean() / (2 * members.mean())
    assert SIZES.number({USUAL: Sizes(model).tallies(model)}) == pytest.approx(gini)
    model.close()


# leaving -------------------------------------------------------------------------------------------------------------


def test_leavers_are_counted_by_year_and_age() -> None:
    """Twenty registered bodies, half ten years old, half two, and a quarter of a federation; two old ones and a young leave."""
    stage = Stage()
    bodies, streets = stage.city.organizations, stage.city.streets
    streets.share_built[:] = 0.25
    bodies.tier[:] = Tier.FILED
    bodies.tier[:20] = Tier.REGISTERED
    bodies.kind[:20] = Kind.COMMUNITY
    bodies.kind[20], bodies.tier[20] = Kind.FEDERATION, Tier.REGISTERED
    bodies.tier_since[:21] = np.where(np.arange(21) % 2 == 0, -120.0, -24.0)
    watcher = Leaving(stage)
    for month in range(12):
        if month == 5:
            bodies.status[[0, 2]] = Status.REMOVED
            bodies.status[1] = Status.MERGED
            bodies.status[40] = Status.REMOVED  # filed
        stage.month_passed()
        watcher.watch(stage)
    tallies = watcher.tallies(stage)
    years = (6 * 20.25 + 6 * 17.25) / 12
    assert tallies["years"] == pytest.approx(years)
    assert LEAVING.number({USUAL: tallies}) == pytest.approx(3 / years)
    leavers = (10.5 + 10.5 + 2.5) / 3


    stock = sum(
        (10.25 if month < 6 else 8.25) * (10 + (month + 1) / 12) + (10 if month < 6 else 9) * (2 + (month + 1) / 12)
        for month in range(12)
    ) / 12 / years  # fmt: skip
    assert OLD_FIRST.number({USUAL: tallies}) == pytest.approx(leavers / stock)


@pytest.mark.parametrize(
    ("start", "months", "observed", "asked"),
    [("2018-01", 60, range(36), True), ("2016-07", 60, range(18, 54), True), ("2020-01", 60, range(12), True),
     ("2013-01", 60, range(36), False), ("2020-06", 60, range(36), False), ("2010-01", 24, range(24), False)],
)  # fmt: skip
def test_the_years_are_those_of_the_register(start: str, months: int, observed: range, asked: bool) -> None:
    stage = Stage(start, months)
    assert years_observed(stage.spec) == observed
    assert (outside_the_years(stage.spec) is None) == asked


def test_other_years_are_not_counted() -> None:
    stage = Stage("2016-07")
    watcher = Leaving(stage)
    stage.city.organizations.status[:] = Status.REMOVED
    stage.month_passed()
    watcher.watch(stage)
    assert set(watcher.tallies(stage).values()) == {0.0}


# money ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("pattern", "measure"), [(MONEY_AND_BODIES, "registered_count"),
                                                  (MONEY_AND_PARTICIPATION, "participation_rate")])  # fmt: skip
def test_gains_are_against_no_money(pattern: Any, measure: str) -> None:
    def seen(without: float, once: float, twice: float) -> Any:
        return {world: {measure: value, "spending_total_yuan": 1e6}
                for world, value in ((WITHOUT_MONEY, without), (USUAL, once), (MONEY_TWICE, twice))}  # fmt: skip

    assert pattern.number(seen(200, 210, 220)) == pytest.approx(2)
    assert pattern.number(seen(0, 1, 2**0.6)) == pytest.approx(1.5157, abs=1e-4)
    assert pattern.number(seen(200, 190, 185)) == pytest.approx(1.5)
    assert "+10" in pattern.remark(seen(2.0, 12.0, 14.0))["en"] or measure == "participation_rate"


# contests ------------------------------------------------------------------------------------------------------------


def contest_of(stage: Stage, **inputs: float | str) -> Contest:
    contest = stage.world.add("contest", **(dict(SAMPLES["contest"]) | inputs))
    assert isinstance(contest, Contest)
    return contest


def alike(stage: Stage) -> None:
    """All bodies may apply, and are as able and large as each other."""
    bodies = stage.city.organizations
    bodies.tier[:300], bodies.capability[:300], bodies.members[:300] = Tier.FILED, 0.4, 10


@pytest.mark.parametrize(("persistence", "expected"), [(1.0, 1.0), (4.0, 2.0)])
def test_last_years_winners_among_equals(persistence: float, expected: float) -> None:
    """100 of 300 won last year, and 3 awards are given: with odds of 4 a winner's chance is 4 / (100 * 4 + 200) over 1 / 300.

    1,500 calls of 3 awards: the standard error is 2.1 % without persistence and 1.1 % with it; 8 % is 3.8 of them or more,
    false-alarm rate below 2e-4. (That three are drawn one after another moves the second by less than 1 %.)
    """
    stage = Stage()
    alike(stage)
    contest = contest_of(stage, persistence=persistence, apply_share=1.0, award=10_000, money=30_000)
    bodies = stage.city.organizations
    bodies.last_won[:100] = -12.0
    wins = held_again(contest, bodies, 0.0, 3, 1500)
    assert all(winners.size == 3 for winners in wins)
    rate = np.mean([np.count_nonzero(winners < 100) for winners in wins]) / 100
    assert rate / (3 / 300) == pytest.approx(expected, rel=0.08)


def test_holding_a_call_again_leaves_no_trace() -> None:
    stage = Stage()
    contest = contest_of(stage, money=100_000, award=10_000)
    bodies = stage.city.organizations
    before, total, delivery = bodies.copy(), len(stage.city.treasury.journal), contest.delivery
    wins = held_again(contest, bodies, 0.0, 5, 20)
    assert all(winners.size == 5 for winners in wins)
    assert len({tuple(winners) for winners in wins}) > 10
    assert all(np.array_equal(getattr(bodies, name), getattr(before, name)) for name in bodies.names())
    assert (len(stage.city.treasury.journal), contest.delivery, stage.setting.now) == (total, delivery, 0.0)
    assert stage.setting.clock.peek() == 0.0  # only the contest's own start waits


def test_calls_are_read_from_the_journal_and_held_against_the_year_before() -> None:
    """Among equals without persistence: chance. The call of the first year has none before it."""
    stage = Stage()
    alike(stage)
    contest_of(stage, persistence=1.0, apply_share=1.0, award=10_000, money=500_000)
    watcher, bodies = Contests(stage), stage.city.organizations
    winners = []
    for _ in range(30):
        won_before = bodies.last_won.copy()
        stage.world.one_month()
        stage.month = stage.world.month
        watcher.watch(stage)
        if (bodies.last_won != won_before).any():
            winners.append(set(np.flatnonzero(bodies.last_won != won_before).tolist()))
    tallies = watcher.tallies(stage)
    assert len(winners) == 3
    assert tallies["calls"] == 2
    pairs = list(itertools.pairwise(winners))
    assert tallies["by chance"] == pytest.approx(sum(len(one) * len(next_) / 300 for one, next_ in pairs))
    assert tallies["won in the run"] == sum(len(one & next_) for one, next_ in pairs)
    # 200 calls of 9 expected wins: 0.08 is 3.7 standard errors, false-alarm rate below 3e-4
    assert CONTESTS.number({USUAL: tallies}) == pytest.approx(1, abs=0.08)


# communities ---------------------------------------------------------------------------------------------------------


def test_dispersion_of_two_communities() -> None:
    assert dispersion(np.array([10, 30]), np.array([100, 100])) == pytest.approx(2 * 100 / 16)
    assert dispersion(np.array([20, 20, 20]), np.array([100, 100, 100])) == 0


def test_dispersion_of_luck_alone_is_one() -> None:
    """400 degrees of freedom: standard error 0.07; 0.3 is more than 4 of them."""
    draw = np.random.default_rng(1)
    residents = draw.integers(2000, 9000, 401)
    assert dispersion(draw.binomial(residents, 0.12), residents) == pytest.approx(1, abs=0.3)


def test_participants_are_those_from_stage_two() -> None:
    stage = Stage()
    residents = stage.residents
    residents.cell[:] = 16  # aware
    residents.cell[:1000:10] = 32
    residents.cell[1000:2000:5] = 64
    residents.recount()
    watcher = Participation(stage)
    share = np.array([0.1, 0.2, 0, 0, 0, 0, 0, 0, 0])
    p = share.mean()
    assert COMMUNITIES.number({USUAL: watcher.tallies(stage)}) == pytest.approx(
        np.sum(1000 * (share - p) ** 2 / (p * (1 - p))) / 8
    )


# volunteers ----------------------------------------------------------------------------------------------------------


def test_of_six_new_volunteers_two_are_gone_within_a_year() -> None:
    stage = Stage()
    residents = stage.residents
    residents.cell[:] = 2 * 16
    residents.ever_volunteer[:] = False
    residents.ever_volunteer[9] = True
    residents.cell[8] = 16
    watcher = Volunteers(stage)
    changes = {
        1: [(0, 3), (1, 3), (2, 3), (3, 3), (4, 3), (5, 3), (8, 3), (9, 3)],  # 8 jumps from stage 1, 9 comes back
        4: [(0, 2)], 6: [(0, 3)],  # gone and back: gone
        8: [(1, 4)],  # a backbone is a volunteer still
        13: [(2, 0)],  # the twelfth month after
        14: [(3, 2)],  # the thirteenth
    }  # fmt: skip
    for month in range(1, 15):
        for home, stage_number in changes.get(month, []):
            residents.cell[home] = stage_number * 16
            residents.ever_volunteer[home] |= stage_number >= 3
        stage.month_passed()
        watcher.watch(stage)
    tallies = watcher.tallies(stage)
    assert tallies == {"new": 6, "gone": 2}
    assert VOLUNTEERS.number({USUAL: tallies}) == pytest.approx(1 / 3)


# incubation ----------------------------------------------------------------------------------------------------------


def test_a_stay_is_from_before_to_after() -> None:
    stage = Stage()
    bodies = stage.city.organizations
    bodies.status[7] = Status.INCUBATING  # came before anybody looked
    bodies.capability[:] = 0.3
    watcher = Stays(stage)
    stage.measures["incubator_load"] = 1.5
    for change in (
        [(1, Status.INCUBATING, 0.35), (2, Status.INCUBATING, 0.3), (3, Status.INCUBATING, 0.3)],
        [(1, Status.INCUBATING, 0.45), (2, Status.DORMANT, 0.4), (7, Status.AWAKE, 0.9)],
        [(1, Status.AWAKE, 0.5), (3, Status.AWAKE, 0.4)],
    ):
        for row, status, capability in change:
            bodies.status[row], bodies.capability[row] = status, capability
        stage.month_passed()
        watcher.watch(stage)
    tallies = watcher.tallies(stage)
    assert tallies == pytest.approx({"stays": 2, "rise": 0.3, "load": 4.5, "months": 3})
    overloaded = tallies | {"rise": 0.06}
    assert INCUBATION.number({USUAL: tallies, MENTORS_FEW: overloaded}) == pytest.approx(0.2)


# shocks --------------------------------------------------------------------------------------------------------------


def test_dip_and_rebound() -> None:
    seen = {
        USUAL: {"in the month": 20.0, "in the year after": 240.0},
        SHOCK: {"in the month": 3.0, "in the year after": 248.5},
        SHOCK_FORGOTTEN: {"in the month": 3.0, "in the year after": 240.0},
    }
    assert DIP.number(seen) == pytest.approx(0.15)
    assert REBOUND.number(seen) == pytest.approx(0.5)
    assert REBOUND.bounds.judge(0.5, 0.1) is Verdict.MET
    assert REBOUND.bounds.judge(1.2, 0.1) is Verdict.NOT_MET


# all -----------------------------------------------------------------------------------------------------------------


def test_every_pattern_is_told_in_both_languages_and_has_a_name_of_its_own() -> None:
    assert len({pattern.name for pattern in PATTERNS}) == len(PATTERNS)
    for pattern in PATTERNS:
        for words in (pattern.title, pattern.criterion, pattern.definition):
            assert set(words) == {"en", "zh"}
            assert all(words.values())
        assert dataclasses.is_dataclass(pattern)
