"""What holds of the stories together: every instrument has one, the false alarms add up, and looking on changes nothing.

Each story itself is told by its own file (conftest.py).
"""

from __future__ import annotations

import numpy as np
import pytest

from simulator import catalogue
from simulator.language.errors import DocumentError, SansheError
from simulator.model import run_once
from tests.chance import assert_uniform
from tests.stories import chances, moments
from tests.stories.findings import examine
from tests.stories.lives import live
from tests.stories.moments import ratio
from tests.stories.removal import NOTHING, removals
from tests.stories.story import Expectation, Story, files, read
from tests.stories.telling import tell
from tests.stories.worlds import instrument, street, worlds

FILING = {"story": "Filing is opened.", "instrument": "dual_track_filing", "months": 6}


def story(**given: object) -> Story:
    """A story of filing with these keys."""
    return Story.model_validate(FILING | {"then": ({"lever": "filing", "is": 4},)} | given)


# all of them ----------------------------------------------------------------------------------------------------------


def test_every_instrument_has_a_story() -> None:
    told = {read(path).instrument for path in files()}
    assert sorted(set(catalogue.names("instrument")) - told) == [], "these instruments have no story yet"


def test_stories_are_called_by_number_and_instrument() -> None:
    for path in files():
        name = read(path).instrument
        number = instrument(name).number
        wanted = f"{number:02d}-{name}"
        assert path.stem == wanted or path.stem.startswith(f"{wanted}-"), f"{path.name} should be called {wanted}.yaml"


def test_stories_are_told_in_both_languages() -> None:
    assert [path.name for path in files() if read(path).zh is None] == []


def test_false_alarms_add_up() -> None:
    """No story lets one expectation spend more than ALLOWED (conftest.py), and there are not too many of them."""
    over_pairs = sum(len(read(path).outcomes) for path in files())
    assert over_pairs * chances.ALLOWED <= chances.FALSE_ALARM, (
        f"{over_pairs} expectations over pairs share {chances.FALSE_ALARM:g}: raise MOST_OUTCOMES, which lets each spend less"
    )


# chances --------------------------------------------------------------------------------------------------------------


def test_the_chance_of_other_luck_is_that_of_other_luck() -> None:
    """Where the mean of 20 other pairs lands, as a chance said of the first 20, is uniform: 4,000 times, normal pairs."""
    first, second = np.random.default_rng(7).normal(0.35, 1.0, (2, 4000, 20))
    assert_uniform([chances.p_wrong_side(row - other) for row, other in zip(first, second.mean(axis=1), strict=True)])


def test_a_certain_difference_has_no_chance_to_fail() -> None:
    assert chances.p_wrong_side(np.full(20, 3.0)) == 0
    assert chances.p_wrong_side(np.full(20, -3.0)) == 1


# looking on -----------------------------------------------------------------------------------------------------------


def test_a_world_that_is_looked_at_goes_on_as_if_nobody_had_looked() -> None:
    world = worlds(read(files()[0])).with_it
    unseen = run_once(world, world.policies[0].name)
    seen = live(world, 0, watched=True)
    for row, name in enumerate(unseen.measures):
        assert np.array_equal(unseen.values[row, :, 0], seen.measures[name], equal_nan=True), name


def test_the_two_worlds_are_the_same_until_the_instrument_acts() -> None:
    told = worlds(story())
    without, with_it = (live(world, 0, watched=True) for world in (told.without, told.with_it))
    parted = [moments.differ(*both) for both in zip(without.moments, with_it.moments, strict=True)]
    # hired in the third month, the clerk has moved the lever in the fourth
    assert parted == [False, False, False, False, True, True]


def test_a_body_is_compared_with_itself() -> None:
    told = worlds(story())
    without, with_it = (live(world, 0, watched=True) for world in (told.without, told.with_it))
    one, other = ratio(without.moments[4], with_it.moments[4], "filing", "latent groups") or (0, 0)
    assert other == pytest.approx(4 * one)
    assert ratio(without.moments[4], with_it.moments[4], "dormancy", "bodies inside") is None


# what a story may say -------------------------------------------------------------------------------------------------


def test_removing_the_lever_or_its_carrier_leaves_the_other_where_it_is() -> None:
    lever, programme = removals(instrument("dual_track_filing"), ())
    whole, no_lever, no_programme = (worlds(story(), removal).with_it.policies[0].instruments[0]
                                     for removal in (NOTHING, lever, programme))  # fmt: skip
    assert (len(whole.lever_moves), len(whole.programme_starts)) == (1, 1)
    assert (len(no_lever.lever_moves), len(no_lever.programme_starts)) == (0, 1)
    assert (len(no_programme.lever_moves), len(no_programme.programme_starts)) == (1, 0)


def test_an_acting_number_is_put_where_it_does_nothing() -> None:
    shelter = Story.model_validate(FILING | {
        "instrument": "district_incubator", "then": ({"measure": "filed_count", "moves": "up"},),
        "acting": ("inc_gain", "dormancy_inside"),
    })  # fmt: skip
    *_, gain, inside = removals(instrument("district_incubator"), shelter.acting)
    for removal, key, neutral in ((gain, "gain", 0.0), (inside, "dormancy_inside", 1.0)):
        (_, told), = worlds(shelter, removal).with_it.policies[0].instruments[0].programme_starts
        assert told[key].value == neutral  # type: ignore[union-attr]


REFUSED = {
    "one of": {"then": ({"lever": "filing", "hazard": "filing", "is": 4},)},
    "claims one of": {"then": ({"lever": "filing"},)},
    "can't be said to be 'times'": {"then": ({"measure": "filed_count", "times": 2},)},
    "is reversed": {"then": ({"lever": "filing", "is": {"from": 2, "to": 1}},)},
    "percent": {"then": ({"lever": "filing", "is": "20 %"},)},
    "is no amount": {"then": ({"lever": "filing", "is": "many"},)},
    "'of' names": {"then": ({"measure": "filed_count", "moves": "up", "of": "everybody"},)},
    "'for' names": {"then": ({"hours": "hubs", "moves": "up"},)},
    "no month": {"then": ({"money": "wages", "moves": "up", "month": 3},)},
    "lies beyond": {"then": ({"measure": "filed_count", "moves": "up", "month": 7},)},
    "before the story's end": {"from": 6},
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_a_story_may_not_say(words: str) -> None:
    with pytest.raises(ValueError, match=words):
        story(**REFUSED[words])


UNKNOWN = {
    "unknown lever 'fling'": {"then": ({"lever": "fling", "is": 4},)},
    "unknown hazard 'marriage'": {"then": ({"hazard": "marriage", "moves": "up"},)},
    "unknown group of filing 'volunteers'": {"then": ({"hazard": "filing", "of": "volunteers", "moves": "up"},)},
    "unknown measure or reading 'fled_count'": {"then": ({"measure": "fled_count", "moves": "up"},), "pairs": 5},
    "unknown parameter of dual_track_filing 'filing_mul'": {"with": {"filing_mul": 2}},
    "is outside": {"with": {"filing_mult": 1000}},
    "unknown figure of the street 'registred'": {"world": {"registred": 3}},
    "unknown parameter 'founding.alfa'": {"parameters": {"founding.alfa": 3}},
    "unknown instrument 'trams'": {"beside": {"trams": None}},
}


@pytest.mark.parametrize("words", UNKNOWN)
def test_what_a_story_can_not_mean(words: str) -> None:
    with pytest.raises(SansheError, match=words):
        tell(story(**UNKNOWN[words]))


def test_a_slip_of_the_pen_is_refused_with_its_place(tmp_path: object) -> None:
    path = tmp_path / "03-slip.yaml"  # type: ignore[operator]
    path.write_text("story: A slip.\ninstrument: dual_track_filing\nthan:\n  - {lever: filing, is: 4}\n")
    with pytest.raises(DocumentError, match=r"03-slip.yaml:3:1: .*than.*did you mean then"):
        read(path)


# what is said of what was found ---------------------------------------------------------------------------------------


def test_an_untrue_story_says_what_was_found() -> None:
    told = tell(story(months=6, pairs=5, then=(
        {"lever": "filing", "is": 5}, {"hazard": "filing", "moves": "down"}, {"measure": "latent_count", "moves": "up"},
        {"hazard": "founding", "month": 5, "unchanged": True},
    )))  # fmt: skip
    words = [str(finding) for finding in told.faults]
    assert words[0] == "not so: 'lever filing is 5'; found 4 in month 5, 1 without"
    assert words[1].startswith("not so: 'hazard filing goes down'; found ")
    assert "standard error" in words[2]
    assert "5 pairs" in words[2]


def test_what_other_luck_would_undo_is_refused() -> None:
    expectation = Expectation.model_validate({"measure": "participation_rate", "moves": "up"})
    worldly = worlds(story())
    pairs = [(live(worldly.without, r, False), live(worldly.with_it, r, False)) for r in range(5)]
    finding = examine(expectation, pairs)
    assert not finding.holds or finding.spends_too_much


def test_nothing_is_in_force_in_the_street_but_the_law() -> None:
    assert street().district.in_force == ()
    assert street().policies[0].instruments == ()
