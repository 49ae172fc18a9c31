"""What a policy's lines appropriate over a scenario's window, for the whole district, before anything has been run.

    of a line = sum over its appropriations in the window of  annual * (months until the next, or until it ends) / 12

The calendar is that of `budget.py`: a line appropriates at its first month and every twelve months after, basic expenditure
every month; a year that begins inside the window counts in full, unless the line ends within it. A line that the district
had in force keeps the calendar of the spin-up. Amounts per street, community, hub, resident or household are counted with
the district's figures, as `government.units_built` counts them at scale 1 (households are drawn there, around it).
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from simulator.documents.district import District
from simulator.documents.in_force import Amount, InForce, Policy
from simulator.documents.scenario import Scenario
from simulator.dynamics.government import same_numbers
from simulator.dynamics.programmes.programme import Programme, is_given
from simulator.language.errors import ModelError
from simulator.language.units import MONTHS_PER_YEAR

Kinds = Mapping[str, type[Programme]]
"""Programme classes by name."""


def appropriated_yuan(scenario: Scenario, policy: Policy, kinds: Kinds) -> float:
    """Yuan that the lines of a policy appropriate from month 0 to the horizon."""
    return sum(
        annual_yuan(inputs, scenario.district) / MONTHS_PER_YEAR * months_appropriated(scenario, item, kinds[name])
        for item in policy.instruments
        for name, inputs in item.programmes()
    )


def annual_yuan(inputs: Mapping[str, Amount | str], district: District) -> float:
    """Yuan a year that a programme's line appropriates, of the whole district; 0 if it has none, or only gifts."""
    money = inputs.get("money")
    return money.value * units(money.per, district) if isinstance(money, Amount) and not is_given(inputs) else 0.0


def months_appropriated(scenario: Scenario, item: InForce, kind: type[Programme]) -> float:
    """Months' worth of its annual amount that a line of this programme appropriates in the window."""
    names = {item.name, item.instrument.succeeds if item.instrument else None}
    carried_on = item.from_month == 0 and any(entry.name in names for entry in scenario.district.in_force)
    ends = math.inf if item.until_month is None else float(item.until_month)
    if not math.isinf(kind.appropriated_months):
        if carried_on and any(same_numbers(entry, item) for entry in scenario.district.in_force):
            return 0.0  # done before the start
        ends, carried_on = min(ends, item.from_month + kind.appropriated_months), False
    period = 1 if kind.basic_expenditure else MONTHS_PER_YEAR
    spin_up = int(scenario.parameters.value("spin_up.months"))
    first = -spin_up % period if carried_on else item.from_month
    return sum(min(period, ends - month) for month in range(first, scenario.months, period) if month < ends)


def units(per: str, district: District) -> float:
    """How many streets, communities, hubs, residents or households a whole district has."""
    match per:
        case "district":
            return 1.0
        case "street":
            return district.streets.value
        case "hub":
            return min(district.hubs.value, district.streets.value)
        case "community":
            return district.communities.value
        case "resident":
            return district.residents.value
        case "household":
            return district.households.value
    raise ModelError(f"an amount per '{per}' is not known")



def is_told(words: Mapping[str, str] | None, inputs: Mapping[str, Amount | str]) -> bool:
    """Is a programme told all these words? None: never."""
    return words is not None and all(inputs[name] == word for name, word in words.items())
