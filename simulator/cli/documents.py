"""Commands on documents: validate, list, show, schema."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Language(StrEnum):
    """The language of what is printed."""

    en = "en"
    zh = "zh"


LANGUAGE = typer.Option("--lang", envvar="SANSHE_LANG", help="Language of titles.", case_sensitive=False)
AS_JSON = typer.Option("--json", help="Machine-readable, on standard output.")


def validate(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="YAML files of any kind.")],
) -> None:
    """Check documents with all that they refer to: silent if all is well, else every problem with its place.

    Budgets that do not pay for one unit are remarked on, on standard error.
    """
    from simulator import catalogue
    from simulator.documents import Scenario

    for found in catalogue.validate(files):
        if isinstance(found, Scenario):
            for remark in catalogue.remarks(found):
                typer.echo(remark.said("en"), err=True)


def list_(
    what: Annotated[str, typer.Argument(metavar="WHAT", help="districts, policies, instruments, levers, programmes, "
                                                             "measures, parameters, scenarios or sweeps.")],
    lang: Annotated[Language, LANGUAGE] = Language.en,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:  # fmt: skip
    """The catalogue: every name with its title."""
    from simulator.cli import cards

    rows = cards.listing(what, lang.value)
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        cards.print_rows(rows)


def show(
    name: Annotated[str, typer.Argument(help="A district, policy, instrument, lever, programme, measure, parameter or sweep.")],
    kind: Annotated[str | None, typer.Option("--kind", help="Which of several things of that name.")] = None,
    lang: Annotated[Language, LANGUAGE] = Language.en,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """All that has this name, with its numbers, units, ranges, sources and certainty."""
    from simulator.cli import cards

    found = cards.cards(name, kind, lang.value)
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for card in found:
            cards.print_card(card)


def schema(
    kind: Annotated[str, typer.Argument(help="district, instrument, policy, parameters, scenario or sweep.")],
) -> None:
    """The JSON Schema of a kind of document, for editors."""
    from simulator import catalogue
    from simulator.documents.schema import json_schema

    print(json.dumps(json_schema(kind, catalogue.vocabulary()), ensure_ascii=False, indent=2))


def register(app: typer.Typer) -> None:
    """Add these commands to the app."""
    app.command()(validate)
    app.command(name="list")(list_)
    app.command()(show)
    app.command()(schema)
