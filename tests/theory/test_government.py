"""Who is in force when: what goes on goes on undisturbed, what is not listed ends, dates, carried levers, shocks, law."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import ClassVar

import pytest

from simulator import catalogue
from simulator.documents.in_force import Amount, InForce
from simulator.documents.instrument import Instrument
from simulator.documents.scenario import Shock
from simulator.dynamics.government import BACKLOG_MONTHS, Government, as_built, units_built
from simulator.dynamics.programmes.inspection import Inspection
from simulator.dynamics.programmes.programme import Process, Programme
from simulator.language.errors import ModelError
from simulator.language.vocabulary import ProgrammeSignature, Quantity
from tests.programmes.world import N_COMMUNITIES, World


class Bell(Programme):
    """Rings when it begins, every month, and when it ends."""

    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature("bell", {"en": "Bell", "zh": "钟"}, {}, "rings")
    rung: ClassVar[list[tuple[float, str, str]]] = []
    until: float = 0.0

    def start(self, until: float = math.inf) -> None:
        """Ring for the beginning."""
        self.until = until
        self.ring("begins")
        super().start(until)

    def run(self) -> Process:
        """Ring every month."""
        return self.every(1.0)

    def act(self, period: float) -> None:
        """Ring."""
        self.ring("rings")

    def close(self) -> None:
        """Ring for the end."""
        self.ring("ends")

    def take_over(self, predecessor: Programme) -> None:
        """Ring for the succession."""
        self.ring("takes over")
        super().take_over(predecessor)

    def ring(self, what: str) -> None:
        """Note when."""
        self.rung.append((self.setting.now, self.instrument, what))


class Law(Inspection):
    """An inspection that an instrument runs."""


KINDS: dict[str, type[Programme]] = {"bell": Bell, "inspection": Law}


def listed(
    name: str, begins: int = 0, ends: int | None = None, levers: Sequence[tuple[str, float, str | None]] = (),
    programmes: Sequence[str] = ("bell",),
) -> InForce:  # fmt: skip
    """An instrument in force; only what a government reads."""
    inputs: dict[str, dict[str, Amount | str]] = {"bell": {}}
    if "inspection" in programmes:
        declared = Inspection.signature.inputs
        inputs["inspection"] = {
            key: Amount(float(getattr(value, "default", 0) or 0), "") for key, value in declared.items()
        }
    starts = tuple((programme, inputs[programme]) for programme in programmes)
    return InForce(name, street_wide(), begins, ends, {}, tuple(levers), starts)


@cache
def street_wide() -> Instrument:
    """Any instrument of streets: of an instrument a government reads the level alone."""
    instrument: Instrument = catalogue.read("instrument", "dual_track_filing")
    assert instrument.level == "street"
    return instrument


def reign(
    in_force: Sequence[InForce], policy: Sequence[InForce], months: int = 4, shocks: Sequence[Shock] = (), spin_up: int = 3
) -> tuple[Government, list[tuple[float, str, str]], World]:
    """Months of government; what rang."""
    world = World(begins=-spin_up)
    Bell.rung.clear()
    government = Government(world.setting, KINDS, in_force, policy, shocks, spin_up)
    for month in range(-spin_up, months):
        government.turn(month)
        world.one_month()
        world.setting.spinning_up = world.month < 0
    return government, list(Bell.rung), world


def rung(bells: list[tuple[float, str, str]], name: str) -> list[tuple[float, str]]:
    """What one instrument rang."""
    return [(when, what) for when, who, what in bells if who == name]


def test_what_goes_on_goes_on_undisturbed() -> None:
    """From the spin-up through month 0: one beginning, no end, a ring every month."""
    _, bells, _ = reign([listed("a")], [listed("a")])
    assert rung(bells, "a") == [(-3, "begins")] + [(month, "rings") for month in range(-3, 4)]


def test_what_is_not_listed_ends_and_what_is_new_begins() -> None:
    _, bells, world = reign([listed("old")], [listed("new"), listed("later", 2), listed("short", 1, 3)])
    assert rung(bells, "old") == [(-3, "begins"), (-3, "rings"), (-2, "rings"), (-1, "rings"), (0, "ends")]
    assert rung(bells, "new") == [(0, "begins"), *[(month, "rings") for month in range(4)]]
    assert rung(bells, "later") == [(2, "begins"), (2, "rings"), (3, "rings")]
    assert rung(bells, "short") == [(1, "begins"), (1, "rings"), (2, "rings"), (3, "ends")]
    assert [p.instrument for p in world.setting.programmes if isinstance(p, Bell)] == ["new", "later"]


def test_an_instrument_with_other_numbers_succeeds_itself() -> None:
    """At the same month and by the same programme; one programme more begins on its own, and after a pause nothing goes on."""
    other = [("filing", 2.0, None)]
    _, bells, world = reign([listed("a")], [listed("a", levers=other, programmes=["bell", "bell"])])
    assert [what for when, what in rung(bells, "a") if when == 0 and what != "rings"] == [
        "begins", "takes over", "ends", "begins",
    ]  # fmt: skip
    assert len([p for p in world.setting.programmes if isinstance(p, Bell)]) == 2
    assert rung(bells, "a").count((3, "rings")) == 2
    _, bells, _ = reign([listed("a")], [listed("a", 1, levers=other)])
    assert "takes over" not in [what for _, what in rung(bells, "a")]


@pytest.mark.parametrize(
    "changed", [listed("a", 1), listed("a", levers=[("filing", 2.0, None)]), listed("a", programmes=["bell", "bell"])]
)
def test_what_is_changed_begins_anew(changed: InForce) -> None:
    """Another date, other values or another programme: the old ends at 0."""
    _, bells, _ = reign([listed("a")], [changed])
    assert (0, "ends") in rung(bells, "a")
    assert (changed.from_month, "begins") in rung(bells, "a")


def test_the_same_listed_twice_goes_on_once() -> None:
    _, bells, _ = reign([listed("a")], [listed("a"), listed("a")])
    assert rung(bells, "a").count((-3, "begins")) == rung(bells, "a").count((0, "begins")) == 1
    assert (0, "ends") not in rung(bells, "a")
    _, bells, world = reign([listed("a"), listed("a")], [listed("a")])
    assert rung(bells, "a").count((-3, "begins")) == 2
    assert rung(bells, "a").count((0, "ends")) == 1
    assert [p.instrument for p in world.setting.programmes if isinstance(p, Bell)] == ["a"]


def test_what_goes_on_ends_when_the_policy_says() -> None:
    """In the spin-up nobody knows yet: its budget runs without an end."""
    government, bells, _ = reign([listed("a")], [listed("a", 0, 2)])
    assert rung(bells, "a")[-1] == (2, "ends")
    assert isinstance(government, Government)
    _, _, world = reign([listed("a")], [listed("a", 0, 20)])
    assert [bell.until for bell in world.setting.programmes if isinstance(bell, Bell)] == [math.inf]


def test_levers_hold_while_the_instrument_does() -> None:
    old, new = listed("old", levers=[("filing", 3.0, None)]), listed("new", 1, 3, [("filing", 2.0, None), ("slip", 0.5, None)])
    government, _, _ = reign([old], [listed("old", 0, 2, [("filing", 3.0, None)]), new])
    assert [government.levers(month)["filing"] for month in range(-3, 5)] == [3, 3, 3, 3, 6, 2, 1, 1]
    assert [government.levers(month)["slip"] for month in range(4)] == [1, 0.5, 0.5, 1]


def test_a_carried_lever_moves_by_what_is_delivered() -> None:
    item = listed("a", levers=[("filing", 5.0, "bell"), ("recognition", 2.0, "bell"), ("slip", 0.5, None)], programmes=["bell"])
    government, _, world = reign([], [item])
    bell = next(p for p in world.setting.programmes if isinstance(p, Bell))
    for delivery, filing, recognition in ((0.0, 1.0, 0.0), (0.25, 2.0, 0.5), (1.0, 5.0, 2.0)):
        bell.delivery = delivery
        levers = government.levers(3)
        assert levers["filing"] == pytest.approx(filing)
        assert levers["recognition"] == pytest.approx(recognition)
        assert levers["slip"] == 0.5
    government, _, world = reign([], [listed("a", levers=[("filing", 5.0, "bell")], programmes=["bell", "bell"])])
    for bell, delivery in zip([p for p in world.setting.programmes if isinstance(p, Bell)], (0.0, 0.5), strict=True):
        bell.delivery = delivery
    assert government.levers(3)["filing"] == pytest.approx(2.0)  # a quarter of the way on average


def test_a_shock_and_its_backlog() -> None:
    """Two months at 0.25: of 1.5 months' worth held up, 0.8 follow evenly over six months."""
    shock = Shock(month=1, months=2, levers={"registration": 0.25, "recognition": 1.0}, backlog=0.8, title=None)
    government, _, _ = reign([], [], shocks=[shock])
    factors = [government.levers(month)["registration"] for month in range(12)]
    follows = 1 + 0.8 * 0.75 * 2 / BACKLOG_MONTHS
    assert factors == pytest.approx([1, 0.25, 0.25, *[follows] * 6, 1, 1, 1])
    assert sum(factor - 1 for factor in factors) == pytest.approx(-1.5 * (1 - 0.8))
    assert [government.levers(month)["recognition"] for month in range(4)] == [0, 1, 1, 0]
    rising = Shock(month=0, months=1, levers={"slip": 2.0}, backlog=1.0, title=None)
    government, _, _ = reign([], [], shocks=[rising])
    assert [government.levers(month)["slip"] for month in range(3)] == [2, 1, 1]


def test_a_shock_overrides_what_policy_sets() -> None:
    """Whether policy holds the lever, carries it half way or not at all; afterwards policy's value stands again."""
    shocks = [Shock(month=1, months=2, levers={"execution_rate": 0.2, "slip": 2.0}, backlog=0.0, title=None)]
    item = listed("a", levers=[("execution_rate", 0.9, None), ("slip", 0.5, None)])
    government, _, _ = reign([], [item], shocks=shocks)
    assert [government.levers(month)["execution_rate"] for month in range(4)] == [0.9, 0.2, 0.2, 0.9]
    assert [government.levers(month)["slip"] for month in range(4)] == [0.5, 1, 1, 0.5]
    government, _, world = reign([], [listed("a", levers=[("execution_rate", 0.9, "bell")])], shocks=shocks)
    bell = next(p for p in world.setting.programmes if isinstance(p, Bell))
    for bell.delivery in (0.0, 0.5, 1.0):
        assert government.levers(1)["execution_rate"] == 0.2
    shocks.append(Shock(month=2, months=2, levers={"execution_rate": 0.1}, backlog=0.0, title=None))
    government, _, _ = reign([], [item], shocks=shocks)
    assert [government.levers(month)["execution_rate"] for month in range(5)] == [0.9, 0.2, 0.1, 0.1, 0.9]


def test_a_programme_that_nobody_succeeds_ends() -> None:
    """The instrument stays, but no longer runs the programme (a document of the user's own under a shipped name)."""
    _, bells, world = reign([listed("a", programmes=["bell", "bell"])], [listed("a", programmes=["bell"])])
    assert rung(bells, "a").count((0, "ends")) == 2  # the first gives way to its successor, the second to nobody
    assert rung(bells, "a").count((0, "takes over")) == 1
    _, bells, world = reign([listed("a")], [listed("a", levers=[("filing", 2.0, None)], programmes=[])])
    assert rung(bells, "a")[-1] == (0, "ends")
    assert not any(isinstance(p, Bell) for p in world.setting.programmes)
    assert world.setting.budget.lines["a:bell"].until == 0


def test_lines_of_streets_are_told_from_those_of_the_district() -> None:
    _, _, world = reign([], [listed("a"), replace(listed("b"), instrument=catalogue.read("instrument", "dedicated_agency"))])
    assert {name: line.of_street for name, line in world.setting.budget.lines.items() if "bell" in name} == {
        "a:bell": True, "b:bell": False,
    }  # fmt: skip


def test_the_law_inspects_where_no_instrument_does() -> None:
    inspected = listed("inspection", 1, 3, programmes=["inspection"])
    world = World(begins=-1)
    government = Government(world.setting, KINDS, [], [inspected], (), 1)
    found = []
    for month in range(-1, 5):
        government.turn(month)
        found.append([p.instrument for p in world.setting.programmes if isinstance(p, Inspection)])
        world.one_month()
    assert found == [["national law"]] * 2 + [["inspection"]] * 2 + [["national law"]] * 2


def test_amounts_as_built() -> None:
    """Only amounts of the whole are divided; places are whole, one at least."""
    world = World()
    city = world.city
    city.share_built = 0.2
    city.streets.share_built[:] = [0.5, 0.25, 0.25]
    city.streets.hub_organization[2] = -1
    built = {"district": 0.2, "street": 1.0, "hub": 0.75, "community": N_COMMUNITIES, "resident": 9000, "household": 3000}
    whole = Quantity("places", 0, 1e6, 0, {"en": "p", "zh": "p"}, whole=True, extensive=True)
    fraction = Quantity("yuan/year", 0, 1e9, 0, {"en": "m", "zh": "m"}, extensive=True)
    share = Quantity("share", 0, 1, 0, {"en": "s", "zh": "s"})
    for per, units in built.items():
        assert units_built(per, city) == pytest.approx(units), per
        amount = Amount(10.0, "yuan", per)  # type: ignore[arg-type]
        assert as_built(amount, fraction, city) == pytest.approx(10 * units)
        assert as_built(amount, share, city) == 10
    assert as_built(Amount(13.0, "places"), whole, city) == 3
    assert as_built(Amount(1.0, "places"), whole, city) == 1
    assert as_built(Amount(0.0, "places"), whole, city) == 0
    with pytest.raises(ModelError, match="'moon' is not known"):
        units_built("moon", city)
