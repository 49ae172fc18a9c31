"""A programme of another package runs like our own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import pytest

from simulator import catalogue
from simulator.dynamics.programmes import declaring as d
from simulator.dynamics.programmes.programme import Process, Programme
from simulator.language.vocabulary import ProgrammeSignature
from simulator.model import run_once


class Lottery(Programme):
    """Pays a thousand yuan outside every month."""

    signature: ClassVar[ProgrammeSignature] = ProgrammeSignature(
        "street_lottery", {"en": "Street lottery", "zh": "街道抽奖"}, {"money": d.money()}, "pays every month"
    )
    basic_expenditure: ClassVar[bool] = True

    def run(self) -> Process:
        return self.every(1.0)

    def act(self, period: float) -> None:
        self.pay_outside(min(100_000, self.spendable_fen(period)), "lottery")


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    entry = SimpleNamespace(name="street_lottery", load=lambda: Lottery, value="elsewhere:Lottery")
    monkeypatch.setattr(catalogue, "entry_points", lambda **_: [entry])
    for remembered in (catalogue.programmes, catalogue.vocabulary):
        remembered.cache_clear()
    yield
    monkeypatch.undo()
    for remembered in (catalogue.programmes, catalogue.vocabulary):
        remembered.cache_clear()


def test_a_programme_from_outside_runs_and_spends(installed: None, tmp_path: Path) -> None:
    (tmp_path / "lucky_draw.yaml").write_text(
        "kind: instrument\ntitle: {en: Lucky draw, zh: 抽奖}\nlevel: district\nacts_on: {en: nobody, zh: 无}\n"
        "claim: {en: none, zh: 无}\nparameters:\n"
        "  yearly: {value: 12000, range: [0, 24000], unit: yuan/year, certainty: assumption}\n"
        "programmes:\n  - {programme: street_lottery, money: yearly}\n",
        encoding="utf-8",
    )
    (tmp_path / "lucky.yaml").write_text(
        "kind: policy\ntitle: {en: Lucky, zh: 幸运}\ninstruments:\n  - lucky_draw\n", encoding="utf-8"
    )
    (tmp_path / "scenario.yaml").write_text(
        "kind: scenario\ntitle: {en: Luck, zh: 运气}\ndistrict: nankai\nstart: 2018-01\nyears: 1\n"
        "policies: [lucky]\nscale: 0.02\n",
        encoding="utf-8",
    )
    record = run_once(catalogue.load(tmp_path / "scenario.yaml"), "lucky")
    assert record.accounts["lucky_draw:street_lottery"] == pytest.approx(12_000, rel=0.01)
