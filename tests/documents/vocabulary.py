"""A small vocabulary and a folder of documents in it, so that these tests do not depend on the catalogue."""

from __future__ import annotations

from pathlib import Path

from simulator.documents.library import Library
from simulator.documents.shelves import Shelves
from simulator.language.vocabulary import Choice, Lever, ProgrammeSignature, Quantity, Vocabulary

TITLE = {"en": "Tried", "zh": "试验"}

SMALL = Vocabulary(
    levers={
        "speed": Lever("speed", "factor", 1.0, 0.0, 10.0, "multiply", TITLE, "up: everything goes faster"),
        "share": Lever("share", "share", 0.5, 0.0, 1.0, "set", TITLE, "up: more of it"),
    },
    programmes={
        "kitchen": ProgrammeSignature("kitchen", TITLE, {
            "money": Quantity("yuan/year", 0, 1e9, None, TITLE),
            "stoves": Quantity("stoves", 1, 100, 2, TITLE, whole=True),
            "menu": Choice(("plain", "festive"), "plain", TITLE),
        }),
    },
)  # fmt: skip

HEAD = "title: {en: Tried, zh: 试验}\n"

INSTRUMENT = f"""kind: instrument
{HEAD}level: street
acts_on: {{en: cooks, zh: 厨师}}
claim: {{en: more meals, zh: 更多餐食}}
parameters:
  faster: {{value: 2, range: [1, 4], unit: factor, certainty: assumption}}
  budget: {{value: 1000, range: [100, 5000], unit: yuan/year, source: a survey, certainty: data}}
levers:
  - {{lever: speed, amount: faster, carried_by: kitchen}}
  - {{lever: share, amount: 0.8}}
programmes:
  - {{programme: kitchen, money: budget, menu: festive}}
"""

SCENARIO = f"""kind: scenario
{HEAD}district: smalltown
start: 2018-01
years: 5
policies: [base, longer]
replicates: 4
"""


def library(folder: Path, **files: str) -> Library:
    """A library over a folder with one instrument, two policies, a district, model numbers, and further files.

    A file's name is written with two underscores for the slash: `policies__mine="..."`.
    """
    district = (Path(__file__).parents[1] / "refusals" / "districts" / "smalltown.yaml").read_text(encoding="utf-8")
    given = {
        "instruments__cooking": INSTRUMENT,
        "policies__base": f"kind: policy\n{HEAD}instruments:\n  - cooking: {{from: start+3m, until: start+2y}}\n",
        "policies__longer": f"kind: policy\n{HEAD}extends: base\ninstruments:\n  - cooking: {{until: 2022-01, faster: 3}}\n",
        "districts__smalltown": district.replace("easy_filing", "cooking"),
        "parameters": "kind: parameters\nmeals:\n  a_day: {value: 3, range: [1, 5], unit: meals, certainty: assumption}\n",
        "scenario": SCENARIO,
        **files,
    }
    for name, text in given.items():
        path = folder / (name.replace("__", "/") + ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Library(SMALL, Shelves(folder))
