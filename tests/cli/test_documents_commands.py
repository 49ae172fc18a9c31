"""validate, list, show, schema: what they print, and what they leave unimported."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from simulator import catalogue
from simulator.cli import cards, main
from simulator.documents.library import FORMS
from simulator.documents.parameters import Parameters
from simulator.language.errors import UnknownName

SHIPPED = sorted(catalogue.shipped().rglob("*.yaml"))
REFUSALS = Path(__file__).parents[1] / "refusals"


def run(*arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = main(arguments)
    output = capsys.readouterr()
    return code, output.out, output.err


def test_validate_is_silent_about_everything_shipped(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("validate", *map(str, SHIPPED), capsys=capsys) == (0, "", "")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_schema_accepts_every_shipped_file(path: Path) -> None:
    from simulator.documents.schema import json_schema

    document = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    schema = json_schema(document["kind"], catalogue.vocabulary())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(document)


@pytest.mark.parametrize("name", ["unknown-key", "missing-keys", "number-in-quotes", "level-unknown", "impossible-month",
                                  "unknown-lever", "scale-above-one"])  # fmt: skip
def test_the_schema_refuses_wrong_files(name: str) -> None:
    from simulator.documents.schema import json_schema

    document = YAML(typ="safe", pure=True).load((REFUSALS / f"{name}.yaml").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(json_schema(document["kind"], catalogue.vocabulary()))
    assert not validator.is_valid(document)


@pytest.mark.parametrize("kind", FORMS)
def test_schema_prints_json(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run("schema", kind, capsys=capsys)
    assert code == 0
    assert json.loads(out)["$schema"].endswith("2020-12/schema")


LISTS = ["districts", "policies", "instruments", "levers", "programmes", "measures", "parameters", "scenarios"]


@pytest.mark.parametrize("what", LISTS)
def test_list_names_everything_and_show_shows_it(what: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run("list", what, "--json", capsys=capsys)
    rows = json.loads(out)
    assert code == 0
    assert rows
    for row in rows:
        code, shown, _ = run("show", row["name"], "--lang", "zh", capsys=capsys)
        assert code == 0
        assert row["name"] in shown


def test_a_name_of_two_things_shows_both(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run("show", "chaoyang", capsys=capsys)
    assert "district chaoyang" in out
    assert "policy chaoyang" in out
    _, out, _ = run("show", "chaoyang", "--kind", "policy", capsys=capsys)
    assert "district chaoyang" not in out


def test_show_gives_units_ranges_sources_and_certainty(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run("show", "nankai", "--json", capsys=capsys)
    residents = next(row for row in json.loads(out)[0]["figures"] if row["name"] == "residents")
    assert residents["unit"] == "residents"
    assert residents["certainty"] == "data"
    assert residents["source"]
    assert residents["range"][0] < residents["value"] < residents["range"][1]


def test_chinese_by_option_and_by_environment(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    title = catalogue.read("policy", "chaoyang").title
    assert title["zh"] in run("list", "policies", "--lang", "zh", capsys=capsys)[1]
    assert title["zh"] not in run("list", "policies", capsys=capsys)[1]
    monkeypatch.setenv("SANSHE_LANG", "zh")
    assert title["zh"] in run("list", "policies", capsys=capsys)[1]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(("show", "chaoyng"), "did you mean chaoyang"), (("list", "polices"), "did you mean policies"),
     (("schema", "polcy"), "did you mean policy"), (("show", "nankai", "--kind", "plan"), "unknown kind 'plan'"),
     (("validate", "nothing-here.yaml"), "nothing-here.yaml:1:1: there is no such file")],
)  # fmt: skip
def test_wrong_names_are_refused(arguments: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(*arguments, capsys=capsys)
    assert (code, out) == (1, "")
    assert says in err


@pytest.mark.parametrize("arguments", [("validate",), ("dance",), ("list", "policies", "--lang", "fr"), ("show",)])
def test_wrong_usage_ends_with_2(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*arguments, capsys=capsys)[0] == 2


@pytest.mark.parametrize("arguments", [["--help"], ["validate", str(catalogue.shipped() / "nankai-compare.yaml")]])
def test_help_and_validate_import_nothing_heavy(arguments: list[str]) -> None:
    program = (
        "import sys; from simulator.cli import main; code = main(sys.argv[1:]); "
        "heavy = {'mesa', 'pandas', 'matplotlib', 'xarray'} & set(sys.modules); "
        "sys.exit(f'imported {heavy}' if heavy else code)"
    )
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_everything_works_from_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    by_name = catalogue.load("nankai-compare")
    by_path = catalogue.load("scenarios/nankai-compare.yaml", replicates=by_name.replicates)
    assert by_path.digest == by_name.digest
    with pytest.raises(UnknownName, match="did you mean nankai-compare"):
        catalogue.load("nankai-compar")


def test_keywords_replace_keys_of_the_scenario() -> None:
    scenario = catalogue.load("nankai-compare", replicates=3, seed=7, scale=0.1, policies=["none"])
    assert (scenario.replicates, scenario.seed, scenario.scale) == (3, 7, 0.1)
    assert [policy.name for policy in scenario.policies] == ["none"]


def test_a_list_reads_the_parameters_once(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    numbers, reads = catalogue.parameters(), 0

    def counted() -> Parameters:
        nonlocal reads
        reads += 1
        return numbers

    monkeypatch.setattr(catalogue, "parameters", counted)
    code, out, _ = run("list", "parameters", capsys=capsys)
    assert (code, reads) == (0, 1)
    assert all(path in out for path in numbers)


def test_every_instrument_is_listed_with_its_sources_and_takes_something(capsys: pytest.CaptureFixture[str]) -> None:
    """Fifty rows, each with where its numbers come from; and each card says what the instrument takes from whom."""
    assert main(["list", "instruments", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["number"] for row in rows] == list(range(1, 51))
    reports = {"Nankai", "Luyang", "Changning", "Qingshan", "Tianyuan"}
    assert all(reports & set(row["sources"].split(", ")) for row in rows), "some report tells of every instrument"
    assert {"E001-014", "assumption"} <= {part for row in rows for part in row["sources"].split(", ")}
    for row in rows:
        (card,) = cards.cards(row["name"], "instrument", "en")
        assert card["consumes"] or row["name"] == "higher_level_grants", row["name"]  # money from above is not the district's
    (card,) = cards.cards("volunteer_points", "instrument", "en")
    assert card["consumes"] == [
        {"what": "money", "value": 0.5, "unit": "yuan/year", "per": "resident", "from": "donors", "for": "points"}
    ]
