"""What `list` and `show` print: rows and cards of everything that has a name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from rich.cells import cell_len

from simulator import catalogue
from simulator.documents import (
    FIGURES,
    SHARES,
    District,
    Instrument,
    Listed,
    Listing,
    Parameter,
    Scenario,
    Sweep,
)
from simulator.documents.wording import plain
from simulator.language import labels
from simulator.language.errors import UnknownName
from simulator.language.vocabulary import Choice, Lever, ProgrammeSignature

Row = dict[str, Any]
"""One line of a table: column -> value."""

Card = dict[str, Any]
"""kind, name, title, then texts, and tables (lists of rows)."""

KINDS: Final = {
    "districts": "district", "policies": "policy", "instruments": "instrument", "levers": "lever",
    "programmes": "programme", "measures": "measure", "parameters": "parameter", "scenarios": "scenario",
    "sweeps": "sweep",
}  # fmt: skip
"""What can be listed, and the kind of each thing in the list."""


CONSUMED: Final = ("hours", "hours/month", "posts", "places", "m2")
"""Units of what an instrument takes from somebody, besides the money of its lines."""


def names(kind: str) -> list[str]:
    """Every name of a kind."""
    match kind:
        case "lever":
            return list(catalogue.vocabulary().levers)
        case "programme":
            return list(catalogue.vocabulary().programmes)
        case "measure":
            return list(labels.MEASURES)
        case "parameter":
            return list(catalogue.parameters())
    return catalogue.names(kind)


def card(kind: str, name: str, lang: str) -> Card:
    """The card of one thing, which must exist."""
    match kind:
        case "lever":
            return lever_card(catalogue.vocabulary().levers[name], lang)
        case "programme":
            return programme_card(catalogue.vocabulary().programmes[name], lang)
        case "measure":
            return measure_card(labels.MEASURES[name], lang)
        case "parameter":
            return {"kind": kind, **number_row(name, catalogue.parameters()[name], lang)}
    return document_card(name, catalogue.read(kind, name), lang)


def listing(what: str, lang: str) -> list[Row]:
    """The rows of `list`; UnknownName for what cannot be listed."""
    if what not in KINDS:
        raise UnknownName("catalogue", what, list(KINDS))
    kind = KINDS[what]
    if kind == "parameter":
        return [number_row(name, number, lang) for name, number in catalogue.parameters().by_path.items()]
    rows: list[Row] = []
    for name in names(kind):
        found = card(kind, name, lang)
        columns = ("name", "title", "unit", "level", "number", "sources")
        rows.append({key: found[key] for key in columns if key in found})
    return sorted(rows, key=lambda row: row.get("number") or 0) if kind == "instrument" else rows


def cards(name: str, kind: str | None, lang: str) -> list[Card]:
    """The cards of everything with this name; UnknownName with the nearest names if there is none."""
    if kind is not None and kind not in KINDS.values():
        raise UnknownName("kind", kind, list(KINDS.values()))
    kinds = [kind] if kind else list(KINDS.values())
    known = {item: names(item) for item in kinds}
    found = [card(item, name, lang) for item in kinds if name in known[item]]
    if not found:
        raise UnknownName(kind or "name", name, sorted({each for several in known.values() for each in several}))
    return found


def lever_card(lever: Lever, lang: str) -> Card:
    return {"kind": "lever", "name": lever.name, "title": lever.title[lang], "unit": lever.unit,
            "neutral": lever.neutral, "bounds": [lever.low, lever.high], "movements combine by": lever.combine,
            "moves": lever.moves}  # fmt: skip


def programme_card(programme: ProgrammeSignature, lang: str) -> Card:
    rows = []
    for name, told in programme.inputs.items():
        unit = "" if isinstance(told, Choice) else told.unit
        accepts = ", ".join(told.options) if isinstance(told, Choice) else bounds(told.low, told.high)
        default = "required" if told.default is None else told.default
        rows.append({"input": name, "unit": unit, "accepts": accepts, "default": default, "title": told.title[lang]})
    return {"kind": "programme", "name": programme.name, "title": programme.title[lang], "summary": programme.summary,
            "inputs": rows}  # fmt: skip


def measure_card(measure: labels.Measure, lang: str) -> Card:
    return {"kind": "measure", "name": measure.name, "title": measure.title[lang], "unit": measure.unit[lang],
            "better": measure.better, "definition": measure.definition[lang]}  # fmt: skip


def document_card(name: str, document: Any, lang: str) -> Card:
    """The card of a document: district, policy, instrument, scenario or sweep."""
    head = {"name": name, "title": document.title[lang]}
    if isinstance(document, Instrument):
        return {"kind": "instrument", **head, **instrument_parts(document, lang)}
    if isinstance(document, Listing):
        return {"kind": "policy", **head, "instruments": [listed_row(entry, lang) for entry in document.instruments],
                "parameters": [row for entry in document.instruments for row in listed_numbers(entry, lang)]}  # fmt: skip
    if isinstance(document, District):
        return {"kind": "district", **head, **district_parts(document, lang)}
    if isinstance(document, Sweep):
        return {"kind": "sweep", **head, **sweep_parts(document)}
    assert isinstance(document, Scenario)
    return {"kind": "scenario", **head, "district": document.district.name, "start": str(document.start),
            "months": document.months, "policies": ", ".join(policy.name for policy in document.policies),
            "replicates": document.replicates, "seed": document.seed, "scale": document.scale}  # fmt: skip


def sweep_parts(sweep: Sweep) -> Card:
    design = sweep.design
    rows = []
    for number in sweep.varied:
        levels = ", ".join(map(str, number.levels or ()))
        with_it = ", ".join(f"{path} x {plain(times)}" for path, times in number.also.items())
        rows.append({"name": number.name, "varies": levels or bounds(number.low or 0, number.high or 0),
                     "law": "" if levels else number.law, "unit": number.unit, "per": number.per, "path": number.path,
                     "with it": with_it})  # fmt: skip
    return {"scenario": sweep.scenario.name, "policies": ", ".join(policy.name for policy in sweep.scenario.policies),
            "design": f"{design.method}, {design.points} points, seed {design.seed}" if design.points else design.method,
            "replicates": sweep.replicates, "seed": sweep.scenario.seed, "scale": sweep.scenario.scale,
            "equal budget": sweep.equal_budget, "numbers that vary": rows}  # fmt: skip


def instrument_parts(instrument: Instrument, lang: str) -> Card:
    parts: Card = {"number": instrument.number, "level": instrument.level, "acts on": instrument.acts_on[lang],
                   "claim": instrument.claim[lang], "sources": sources(instrument)}  # fmt: skip
    if instrument.note:
        parts["note"] = instrument.note
    if instrument.not_modelled:
        parts["not modelled"] = instrument.not_modelled[lang]
    parts["consumes"] = consumed(instrument)
    parts["parameters"] = [number_row(name, item, lang) for name, item in instrument.parameters.items()]
    parts["levers"] = [{"lever": use.lever, "amount": use.amount, "carried by": use.carried_by or ""}
                       for use in instrument.levers]  # fmt: skip
    parts["programmes"] = [{"programme": use.programme, "is told": ", ".join(f"{key}: {value}" for key, value
                                                                            in use.inputs.items())}
                           for use in instrument.programmes]  # fmt: skip
    reasons = instrument.unlimited.reasons if instrument.unlimited else {}
    parts["not limited"] = [{"when": way, "why": reason[lang]} for way, reason in reasons.items()]
    return parts


def sources(instrument: Instrument) -> str:
    """The reports that tell of it, and where its numbers come from, each source once; the rest is an assumption."""
    named = {part.strip() for item in instrument.parameters.values() if item.source for part in re.split("[,;]", item.source)}
    assumed = any(item.certainty == "assumption" for item in instrument.parameters.values())
    return ", ".join([*instrument.reports, *sorted(named), *(["assumption"] if assumed else [])])


def consumed(instrument: Instrument) -> list[Row]:
    """What it takes: every input of its programmes that is money, hours, posts, places or space, with the catalogue's value."""
    rows = []
    signatures = catalogue.vocabulary().programmes
    for use in instrument.programmes:
        for name, given in use.inputs.items():
            told = signatures[use.programme].inputs[name]
            if isinstance(told, Choice) or given == 0 or (name != "money" and told.unit not in CONSUMED):
                continue
            item = instrument.parameters.get(str(given))
            value, per = (item.value, item.per) if item else (given, "district")
            giver = use.inputs.get("whose", use.inputs.get("paid_by", ""))
            payer = use.inputs.get("payer", "line") if name == "money" else giver
            rows.append({"what": name, "value": value, "unit": told.unit, "per": per, "from": str(payer), "for": use.programme})
    return rows


def district_parts(district: District, lang: str) -> Card:
    figures = []
    for name, figure in FIGURES.items():
        if (parameter := getattr(district, name)) is not None:
            figures.append({**number_row(name, parameter, lang), "title": figure.zh if lang == "zh" else figure.en})
    shares = []
    for name, groups in SHARES.items():
        if (distribution := getattr(district, name)) is not None:
            values = ", ".join(f"{group} {plain(value)}" for group, value in distribution.values.items())
            shares.append({"name": name, "values": values, "certainty": distribution.certainty,
                           "source": distribution.source or "", "title": groups.zh if lang == "zh" else groups.en})  # fmt: skip
    in_force = [{"instrument": entry.name, "title": entry.instrument.title[lang]} for entry in district.in_force]
    return {"figures": figures, "shares": shares, "in force at the start": in_force}


def listed_row(entry: Listed, lang: str) -> Row:
    return {"instrument": entry.name, "title": entry.instrument.title[lang], "from": entry.since,
            "until": entry.until or ""}  # fmt: skip


def listed_numbers(entry: Listed, lang: str) -> list[Row]:
    return [number_row(f"{entry.name}.{name}", item, lang) for name, item in entry.values.items()]


def number_row(name: str, number: Parameter, lang: str) -> Row:
    """One number with all that is known about it."""
    row = {"name": name, "value": number.value, "range": list(number.range) if number.range else None,
           "law": drawing(number), "unit": number.unit, "per": number.per, "certainty": number.certainty,
           "source": number.source or ""}  # fmt: skip
    return {**row, "note": number.note} if number.note else row


def drawing(number: Parameter) -> str:
    """By which law a number is drawn, and with which others."""
    if number.range is None:
        return ""
    if number.product_of:
        return f"product of {', '.join(number.product_of)}"
    follows = f" with {number.drawn_with}" if number.drawn_with else ""
    follows += f" against {number.drawn_against}" if number.drawn_against else ""
    return number.law + follows


def bounds(low: float, high: float) -> str:
    return f"{plain(low)} to {plain(high)}"


def written(value: Any) -> str:
    """A cell or a text as it is printed."""
    if value is None:
        return ""
    if isinstance(value, list):
        return " to ".join(written(item) for item in value)
    return plain(value) if isinstance(value, (int, float)) else str(value)


def print_rows(rows: Sequence[Mapping[str, Any]], write: Callable[[str], None] = print) -> None:
    """A table in columns; Chinese characters are two cells wide."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    columns.sort(key=lambda column: column in ("title", "note"))
    table = [columns, *([written(row.get(column)) for column in columns] for row in rows)]
    widths = [max(cell_len(line[index]) for line in table) for index in range(len(columns))]
    for line in table if rows else []:
        cells = [text + " " * (width - cell_len(text)) for text, width in zip(line, widths, strict=True)]
        write("  ".join(cells).rstrip())


def print_card(card: Card) -> None:
    """A card: its head, its texts, its tables."""
    print(f"{card['kind']} {card['name']}" + (f" · {card['title']}" if "title" in card else ""))
    for key, value in card.items():
        if key in ("kind", "name", "title"):
            continue
        if isinstance(value, list) and (not value or isinstance(value[0], dict)):
            if value:
                print(f"\n{key}")
                print_rows(value)
        elif value is not None:
            print(f"{key}: {written(value)}")
    print()
