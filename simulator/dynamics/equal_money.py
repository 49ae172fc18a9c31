"""Equal money: every policy's budget lines times one factor of its own, so that all appropriate the same over the window.

    factor of a policy = total asked for / what its lines appropriate             (`appropriations`)

With a line grows what it buys where that is an amount (posts, persons, square metres, places), and what such money meets
further on: the cap of a hub's grant, posts that hubs pay, events of a community at most (`Quantity.grows_when`). Prices,
awards, durations and shares stay. Money from outside is nobody's budget and stays as it is.

Rescaled amounts are written for the whole district, whatever they were counted per: so all that are rescaled get exactly
the same, in a part-built district too. A policy whose factor is 1 is left alone, and so is one that budgets nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from simulator.documents.equal_money import EqualMoney, Rescaled, total_asked
from simulator.documents.in_force import Amount, InForce, Policy, ProgrammeStart
from simulator.documents.scenario import Scenario
from simulator.documents.wording import plain
from simulator.dynamics.appropriations import Kinds, annual_yuan, appropriated_yuan, is_told, months_appropriated, units
from simulator.language.errors import UnknownName, UserError
from simulator.language.vocabulary import ProgrammeSignature, Quantity


def equalize(
    scenario: Scenario, asked: str | float, kinds: Kinds, baseline: str | None = None, only: Collection[str] = ()
) -> Scenario:
    """The scenario with every policy's lines rescaled to the total asked for; the baseline is its first policy by default.

    With `only`, the lines of these instruments alone are rescaled, so that they with all others come to the total: then the
    factor is theirs, and a policy that lists none of them stays as it is.
    UserError for what is no amount, for budgets that were made equal before, and for lines that would leave their bounds.
    """
    if scenario.equal_money is not None:
        raise UserError(f"the budgets of '{scenario.name}' were made equal already ({scenario.equal_money.asked})")
    before = {policy.name: appropriated_yuan(scenario, policy, kinds) for policy in scenario.policies}
    first = scenario.policies[0].name if baseline is None else baseline
    if first not in before:
        raise UnknownName("policy of this scenario", first, tuple(before))
    total = total_asked(asked, scenario.district.residents.value, before[first], first)
    policies, rescaled = [], {}
    for policy in scenario.policies:
        factor = _factor(scenario, policy, total, before[policy.name], kinds, only)
        if factor is not None and factor != 1:
            policy = _times(scenario, policy, factor, kinds, only)
        policies.append(policy)
        rescaled[policy.name] = Rescaled(factor, before[policy.name], appropriated_yuan(scenario, policy, kinds))
    text = plain(asked) if isinstance(asked, (int, float)) else asked.strip()
    return replace(scenario, policies=tuple(policies), equal_money=EqualMoney(text, total, rescaled))


def _factor(
    scenario: Scenario, policy: Policy, total: float, before: float, kinds: Kinds, only: Collection[str]
) -> float | None:
    """By what the lines that may move are multiplied; None if they budget nothing. UserError if the others take it all."""
    if not only:
        return total / before if before > 0 else None
    chosen = replace(policy, instruments=tuple(item for item in policy.instruments if item.name in only))
    moving = appropriated_yuan(scenario, chosen, kinds)
    if moving <= 0:
        return None
    rest = before - moving
    if rest >= total:
        raise UserError(f"equal money: the other lines of '{policy.name}' come to {rest:,.0f} yuan, so nothing of {total:,.0f} "
                        f"is left for {', '.join(only)}; ask for more")  # fmt: skip
    return (total - rest) / moving


def _times(scenario: Scenario, policy: Policy, factor: float, kinds: Kinds, only: Collection[str]) -> Policy:
    """A policy with its lines (of some instruments only, if these are named), and what grows with them, times a factor."""
    return replace(policy, instruments=tuple(
        _item_times(scenario, policy.name, item, factor, kinds) if not only or item.name in only else item
        for item in policy.instruments
    ))  # fmt: skip


def _item_times(scenario: Scenario, policy: str, item: InForce, factor: float, kinds: Kinds) -> InForce:
    starts: list[ProgrammeStart] = []
    for name, inputs in item.programmes():
        signature = kinds[name].signature
        paid = annual_yuan(inputs, scenario.district) > 0 and months_appropriated(scenario, item, kinds[name]) > 0
        growing = {key: _grown(value, signature.inputs[key], factor, scenario) for key, value in inputs.items()
                   if isinstance(value, Amount) and grows(signature, key, inputs, paid)}  # fmt: skip
        for key, amount in growing.items():
            _check(amount, signature, key, policy, item.name, factor)
        starts.append((name, {**inputs, **growing}))
    return replace(item, programme_starts=tuple(starts))


def grows(signature: ProgrammeSignature, key: str, inputs: Mapping[str, Amount | str], paid: bool) -> bool:
    """Does this input grow with the policy's money, given what the programme is told and whether its own line pays it?"""
    declared = signature.inputs[key]
    if not isinstance(declared, Quantity):
        return False
    return (declared.extensive and paid) or is_told(declared.grows_when, inputs)


def _grown(amount: Amount, declared: object, factor: float, scenario: Scenario) -> Amount:
    """The amount times the factor: one of the whole as what the whole district gets."""
    if isinstance(declared, Quantity) and declared.extensive:
        return Amount(amount.value * units(amount.per, scenario.district) * factor, amount.unit)
    return Amount(amount.value * factor, amount.unit, amount.per)


def _check(
    amount: Amount, signature: ProgrammeSignature, key: str, policy: str, instrument: str, factor: float
) -> None:
    """UserError where an input would become more than its programme accepts."""
    declared = signature.inputs[key]
    if isinstance(declared, Quantity) and amount.value > declared.high:
        raise UserError(
            f"equal money multiplies the lines of '{policy}' by {factor:.4g}: {key} of {instrument} would be "
            f"{amount.value:,.0f} {amount.unit}, and {signature.name} accepts up to {declared.high:,.0f}; ask for less"
        )
