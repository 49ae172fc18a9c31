"""Stacking: instruments on one lever combine as the lever declares, whatever the order in which a policy lists them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from simulator import catalogue
from simulator.documents.in_force import InForce
from simulator.dynamics.government import Government
from simulator.dynamics.levers import LEVERS
from simulator.dynamics.programmes.rule import Rule
from simulator.language.errors import DocumentError
from tests.programmes.world import World

DISTRICTS = Path(__file__).parents[1] / "model" / "districts"
MIDDLE = {"add": (-1.5, 1.5), "multiply": (0.0, 3.0)}
"""Amounts that are tried, from one half beyond what a lever admits in sum to the other."""
STACKING = sorted(name for name, lever in LEVERS.items() if lever.combine in MIDDLE)


@dataclass(frozen=True)
class Move:
    """One instrument of the user's own on a lever, and what its rule delivers if it carries the lever."""

    amount: float
    carried: bool
    delivery: float

    @property
    def part(self) -> float:
        """The share of it that is there."""
        return self.delivery if self.carried else 1.0


@st.composite
def stacks(draw: st.DrawFn) -> tuple[str, list[Move], list[int]]:
    """A lever, two to four instruments on it, and an order of the list."""
    lever = LEVERS[draw(st.sampled_from(STACKING))]
    low, high = MIDDLE[lever.combine]
    amounts = st.floats(max(low, lever.low), min(high, lever.high)).map(lambda amount: round(amount, 6))
    share = st.one_of(st.just(0.0), st.just(1.0), st.floats(0, 1))
    moves = draw(st.lists(st.builds(Move, amounts, st.booleans(), share), min_size=2, max_size=4))
    return lever.name, moves, draw(st.permutations(range(len(moves))))


def combined_by_hand(lever_name: str, moves: Sequence[Move]) -> float:
    """Sums and products written out, of what is delivered."""
    lever = LEVERS[lever_name]
    if lever.combine == "add":
        value = lever.neutral + math.fsum(move.part * move.amount for move in moves)
    else:
        value = lever.neutral * math.prod(1 + move.part * (move.amount - 1) for move in moves)
    return min(max(value, lever.low), lever.high)


def written(folder: Path, lever: str, moves: Sequence[Move], order: Sequence[int]) -> Path:
    """The documents of these instruments and of a scenario whose policy lists them in this order."""
    for name in ("instruments", "policies"):
        (folder / name).mkdir(exist_ok=True)
    if not (folder / "districts").exists():
        copytree(DISTRICTS, folder / "districts")
    title = "title: {en: Tried, zh: 试验}\n"
    for number, move in enumerate(moves):
        carrier = ", carried_by: rule" if move.carried else ""
        (folder / "instruments" / f"mover_{number}.yaml").write_text(
            f"kind: instrument\n{title}level: district\nacts_on: {{en: nobody, zh: 无}}\nclaim: {{en: nothing, zh: 无}}\n"
            f"levers:\n  - {{lever: {lever}, amount: {move.amount:.6f}{carrier}}}\n"
            + ("programmes:\n  - {programme: rule}\n" if move.carried else ""),
            encoding="utf-8",
        )
    listed = "".join(f"  - mover_{number}\n" for number in order)
    (folder / "policies" / "tried.yaml").write_text(f"kind: policy\n{title}instruments:\n{listed}", encoding="utf-8")
    scenario = folder / "scenario.yaml"
    scenario.write_text(
        f"kind: scenario\n{title}district: microcosm\nstart: 2018-01\nyears: 2\npolicies: [tried]\n"
        "replicates: 1\nseed: 1\n", encoding="utf-8",
    )  # fmt: skip
    return scenario


def governed(in_force: Sequence[InForce]) -> tuple[Government, World]:
    """A government at month 0 of this list."""
    world = World()
    government = Government(world.setting, catalogue.programmes(), [], in_force, (), 0)
    government.turn(0)
    return government, world


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(stack=stacks())
@example(stack=("slip", [Move(amount, False, 1.0) for amount in (1.1, 0.7, 1.3, 0.9)], [0, 2, 3, 1])).via("rounds by order")
def test_any_order_of_the_list_moves_a_lever_alike(stack: tuple[str, list[Move], list[int]]) -> None:
    """From the documents to the lever: as declared, to rounding; the same in any order, to the bit."""
    lever, moves, order = stack
    stand = []
    with TemporaryDirectory() as folder:
        for listed in (range(len(moves)), order):
            policy = catalogue.load(written(Path(folder), lever, moves, listed)).policies[0]
            assert [item.name for item in policy.instruments] == [f"mover_{number}" for number in listed]
            government, world = governed(policy.instruments)
            for programme in world.setting.programmes:
                if isinstance(programme, Rule):
                    programme.delivery = moves[int(programme.instrument.removeprefix("mover_"))].delivery
            levers = government.levers(0)
            stand.append(levers[lever])
            others = {name: levers[name] for name in LEVERS if name != lever}
            assert others == {name: LEVERS[name].neutral for name in others}
    assert stand[0] == stand[1]
    assert stand[0] == pytest.approx(combined_by_hand(lever, moves), rel=1e-12, abs=1e-12)


SHIPPED = sorted(catalogue.instruments())


def shipped_policy(folder: Path, *entries: str) -> Path:
    """A policy file of these entries."""
    file = folder / "tried.yaml"
    listed = "".join(f"  - {entry}\n" for entry in entries)
    file.write_text(f"kind: policy\ntitle: {{en: Tried, zh: 试验}}\ninstruments:\n{listed}", encoding="utf-8")
    return file


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize(("relieved", "posted"), [(0.0, 0.0), (1.0, 0.0), (0.5, 1.0), (1.0, 1.0)])
def test_relief_and_posts_multiply_the_committees_free_time(
    order: tuple[int, int], relieved: float, posted: float
) -> None:
    """The one lever that two shipped instruments move: (1 + r (m - 1)) (1 + p (m - 1)), each as far as it is delivered."""
    names = ("paperwork_relief", "social_work_posts")
    policy = policies_of(*(names[place] for place in order))
    government, world = governed(policy)
    delivered = {"rule": relieved, "staffing": posted}
    for programme in world.setting.programmes:
        programme.delivery = delivered.get(programme.signature.name, 0.0)
    by = {item.name: next(amount for lever, amount, _ in item.levers() if lever == "committee_free_time") for item in policy}
    expected = (1 + relieved * (by[names[0]] - 1)) * (1 + posted * (by[names[1]] - 1))
    assert government.levers(0)["committee_free_time"] == pytest.approx(expected)


def policies_of(*names: str) -> list[InForce]:
    """These shipped instruments through the documents, with their own numbers, from the start on."""
    with TemporaryDirectory() as folder:
        scenario = written(Path(folder), "slip", [], [])
        shipped_policy(Path(folder) / "policies", *names)
        return list(catalogue.load(scenario).policies[0].instruments)


@cache
def all_shipped() -> tuple[InForce, ...]:
    """The whole catalogue in force from the start on."""
    return tuple(policies_of(*SHIPPED))


@settings(max_examples=20, deadline=None)
@given(order=st.permutations(range(len(SHIPPED))), delivery=st.sampled_from([0.0, 0.3, 1.0]))
def test_all_fifty_in_any_order_stand_alike(order: list[int], delivery: float) -> None:
    """All of the catalogue at once, each delivering the same share: every lever to the bit."""
    stand = []
    for places in (range(len(SHIPPED)), order):
        government, world = governed([all_shipped()[place] for place in places])
        for programme in world.setting.programmes:
            programme.delivery = delivery
        levers = government.levers(0)
        stand.append({name: levers[name] for name in LEVERS})
    assert len(SHIPPED) == 50
    assert stand[0] == stand[1]
    moved = sum(stand[0][name] != LEVERS[name].neutral for name in LEVERS)
    assert moved == 0 if delivery == 0 else moved > 15


@pytest.mark.parametrize("name", SHIPPED)
def test_no_instrument_is_in_force_twice_nor_ends_before_it_begins(name: str, tmp_path: Path) -> None:
    for entries, says in (
        ((name, name), f"instrument {name} is listed twice with overlapping times"),
        ((f"{name}: {{until: start+12m}}", f"{name}: {{from: start+11m}}"), f"instrument {name} is listed twice"),
        ((f"{name}: {{from: start+6m, until: start+3m}}",), "until (start+3m) is not after from (start+6m)"),
        ((f"{name}: {{from: start+6m, until: start+6m}}",), "until (start+6m) is not after from (start+6m)"),
    ):
        with pytest.raises(DocumentError) as error:
            catalogue.validate([shipped_policy(tmp_path, *entries)])
        assert says in str(error.value)
    catalogue.validate([shipped_policy(tmp_path, f"{name}: {{until: start+12m}}", f"{name}: {{from: start+12m}}")])


@pytest.mark.parametrize("lever", sorted(name for name, lever in LEVERS.items() if lever.combine == "set"))
def test_a_lever_that_can_only_be_set_is_set_once(lever: str, tmp_path: Path) -> None:
    """Two values are refused in any order; the same value twice holds."""
    low, high = LEVERS[lever].low, LEVERS[lever].high
    for order in ([0, 1], [1, 0]):
        moves = [Move(low, False, 1.0), Move(high / 2, False, 1.0)]
        with pytest.raises(DocumentError, match=f"lever {lever} to .* at the same time; only one of them can hold"):
            catalogue.load(written(tmp_path, lever, moves, order))
        moves = [Move(high / 2, False, 1.0)] * 2
        government, _ = governed(catalogue.load(written(tmp_path, lever, moves, order)).policies[0].instruments)
        assert government.levers(0)[lever] == high / 2
