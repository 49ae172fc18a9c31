"""Budgets that do not pay for one whole unit of what they buy: said before anything runs, so that nobody wonders at nothing.

    yuan a year of the built district < price of one unit          of the mean built street, where each street decides

Such a line is no mistake (money is kept until enough has come together), but a reader should know. In a part-built district it
happens to lines that are large enough in the whole one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from simulator.documents.in_force import Amount
from simulator.documents.scenario import Scenario
from simulator.dynamics.appropriations import Kinds, annual_yuan, is_told
from simulator.language.labels import word
from simulator.language.vocabulary import ProgrammeSignature, Quantity, Title


@dataclass(frozen=True, slots=True)
class SmallBudget:
    """One line that is too small for one unit."""

    policy: str
    line: str
    unit: Title
    annual_yuan: float
    price_yuan: float
    by_street: bool
    scale: float

    def said(self, language: str) -> str:
        """As it is told on a terminal and in the manifest."""
        sentence = "small_budget_of_street" if self.by_street else "small_budget"
        text = word(sentence, language, policy=self.policy, line=self.line, unit=self.unit[language],
                    money=f"{self.annual_yuan:,.0f}", price=f"{self.price_yuan:,.0f}",
                    years=f"{self.price_yuan / self.annual_yuan:,.1f}")  # fmt: skip
        return text + (word("small_budget_at_scale", language, scale=f"{self.scale:g}") if self.scale < 1 else "")


def small_budgets(scenario: Scenario, kinds: Kinds) -> Iterator[SmallBudget]:
    """Every line of every policy whose yearly money does not pay for one unit."""
    built, streets = _built(scenario)
    for policy in scenario.policies:
        for item in policy.instruments:
            for name, inputs in item.programmes():
                by_street = inputs.get("level") == "street"
                money = annual_yuan(inputs, scenario.district) * built / (streets if by_street else 1)
                price, signature = _price(kinds[name].signature, inputs), kinds[name].signature
                if 0 < money < price:
                    unit = signature.buys[0] if signature.buys else signature.title
                    line = f"{item.name}:{name}"
                    yield SmallBudget(policy.name, line, unit, money, price, by_street, scenario.scale)


def _built(scenario: Scenario) -> tuple[float, float]:
    """The share of the communities that is built, and about how many streets they lie in."""
    communities = scenario.district.communities.value
    built = min(max(3, round(scenario.scale * communities)), communities)
    return built / communities, min(scenario.district.streets.value, built)


def _price(signature: ProgrammeSignature, inputs: Mapping[str, Amount | str]) -> float:
    """What one whole unit costs; 0 where money buys fractions too."""
    prices = [
        told.value
        for key, declared in signature.inputs.items()
        if isinstance(declared, Quantity) and is_told(declared.price_when, inputs)
        and isinstance(told := inputs[key], Amount)
    ]  # fmt: skip
    return max(prices, default=0.0)
