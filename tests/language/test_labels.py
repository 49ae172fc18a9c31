"""Every measure of the contract has its label, and no other."""

from __future__ import annotations

import pytest

from simulator.language.errors import UnknownName
from simulator.language.labels import LANGUAGES, MEASURES, WORDS, measure

CONTRACT = [
    "registered_count",
    "filed_count",
    "latent_count",
    "dormant_count",
    "support_count",
    "counted_count",
    "active_count",
    "registered_density",
    "filed_density",
    "counted_density",
    "active_density",
    "organizations_per_community",
    "registered_growth",
    "filed_growth",
    "support_growth",
    "founding_flow",
    "filing_flow",
    "registration_flow",
    "entry_flow",
    "dormancy_flow",
    "removal_flow",
    "merger_flow",
    "participation_rate",
    "participation_reported",
    "volunteer_rate",
    "backbone_rate",
    "registered_volunteer_rate",
    "unfamiliar_share",
    "leaders_count",
    "trained_leaders_count",
    "events_per_1000",
    "service_coverage",
    "satisfaction",
    "capability_mean",
    "members_gini",
    "money_gini",
    "participation_gini",
    "spending_total_yuan",
    "spending_per_resident_yuan",
    "execution_rate",
    "yuan_per_added_active_organization",
    "yuan_per_added_participant",
    "incubator_queue",
    "incubator_wait_months",
    "incubator_load",
]


def test_the_measures_are_those_of_the_contract() -> None:
    assert sorted(MEASURES) == sorted(CONTRACT)


@pytest.mark.parametrize("name", CONTRACT)
def test_a_measure_speaks_both_languages(name: str) -> None:
    one = MEASURES[name]
    for text in (one.unit, one.title, one.definition):
        assert tuple(text) == LANGUAGES
    assert any("一" <= character <= "鿿" for character in one.title["zh"])
    assert one.definition["en"].endswith(".")
    assert one.definition["zh"].endswith("。")


def test_words_have_the_same_blanks_in_both_languages() -> None:
    def blanks(text: str) -> set[str]:
        return {part.split("}")[0] for part in text.split("{")[1:]}

    assert WORDS
    for name, text in WORDS.items():
        assert blanks(text["en"]) == blanks(text["zh"]), name


def test_what_scale_does_not_promise() -> None:
    queues = {"incubator_queue", "incubator_wait_months", "incubator_load"}
    ginis = {"members_gini", "money_gini", "participation_gini"}
    assert {name for name, one in MEASURES.items() if not one.scaled} == queues | ginis | {"support_count", "support_growth"}


def test_values_and_differences_as_printed() -> None:
    share, count = measure("participation_rate"), measure("active_count")
    assert share.show(0.1234) == "12.34%"
    assert share.show_difference(0.0123) == "+1.23 pp"
    assert count.show(12345.6) == "12,346"
    assert count.show_difference(-7.0) == "-7"
    assert count.show(float("nan")) == count.show_difference(float("nan")) == "–"


def test_an_unknown_measure_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="did you mean participation_rate"):
        measure("participation_rat")
