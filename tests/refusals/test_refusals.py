"""Every wrong file of this folder meets the refusals that `expected.yaml` ties to it, through the real command."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from ruamel.yaml import YAML

from simulator import catalogue
from simulator.cli import main
from simulator.documents import wording
from simulator.documents.source import MAX_BYTES
from simulator.experiments.sweeps.varying import load as load_sweep
from simulator.language.errors import DocumentError

FOLDER = Path(__file__).parent
EXPECTED: dict[str, list[dict[str, str]]] = YAML(typ="safe").load((FOLDER / "expected.yaml").read_text(encoding="utf-8"))

CHANGES = {
    "years": "--set:1:1: 'years' is not a change",
    "yeers=5": "--set:1:1: unknown path 'yeers' (did you mean years?)",
    "years=fifty": "--set:1:7: expected a number, got the text 'fifty'",
    "years=.inf": "--set:1:7: '.inf' is not a finite number",
    "scale=2": "--set:1:7: 2 is too large",
    "district.residens=5": "--set:1:1: unknown path 'district.residens' (did you mean district.residents",
    "district.residents=5": "--set:1:20: residents = 5 is out of bounds",
    "policies.bas.easy_filing.filing_mult=2": "--set:1:1: unknown path 'policies.bas.easy_filing.filing_mult' (did",
    "policies.base.easy_fling.filing_mult=2": "--set:1:1: policy 'base' does not list easy_fling",
    "policies.base.easy_filing.filing_mul=2": "--set:1:1: unknown path 'policies.base.easy_filing.filing_mul' (did you mean",
    "policies.base.easy_filing.filing_mult=-2": "--set:1:39: filing_mult = -2 is out of bounds",
    "policies.base.easy_filing.filing_mult.per=moon": "--set:1:43: the text 'moon' is not accepted here",
    "policies.base.easy_filing.from=start+70m": "--set:1:32: from start+70m is month 70 of the scenario",
    "policies.base.easy_filing.until=soon": "--set:1:33: 'soon' is not a date",
    "parameters.entry.kappa=-5": "--set:1:24: entry.kappa = -5 is outside the range [0.1, 1]",
    "parameters.participation.b_peer=2": "--set:1:33: unknown parameter 'participation.b_peer'",
}
"""What each wrong change of the scenario `right.yaml` meets."""


def refused(path: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The lines of the refusal of a file; the command must fail with 1 and say nothing else."""
    assert main(["validate", path]) == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert "Traceback" not in output.err
    return output.err.rstrip("\n").split("\n")


def test_every_wrong_file_is_in_the_table() -> None:
    wrong = {path.stem for path in FOLDER.glob("*.yaml")} - {"expected", "right"}
    assert wrong == set(EXPECTED)
    assert len(wrong) >= 45


@pytest.mark.parametrize("name", EXPECTED)
def test_wrong_file(name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(FOLDER)
    lines = refused(f"{name}.yaml", capsys)
    assert len(lines) == len(EXPECTED[name])
    for line, expected in zip(lines, EXPECTED[name], strict=True):
        place = f"{expected.get('in', f'{name}.yaml')}:{expected['at']}: "
        assert line.startswith(place)
        assert expected["says"] in line


@pytest.mark.parametrize("change", CHANGES)
def test_wrong_change(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    with pytest.raises(DocumentError) as error:
        catalogue.load("right.yaml", set=[change])
    assert str(error.value).startswith(CHANGES[change])


SWEEPS: dict[str, tuple[dict[str, Any], str]] = {
    "set too": (
        {"set": ["policies.base.easy_filing.filing_mult.value=3"]},
        "sweep:1:1: 'policies.base.easy_filing.filing_mult' varies, so it cannot be set from outside too",
    ),
    "points too": ({"points": pd.DataFrame({"a": [1]})}, "sweep:1:1: points were given, and this design is grid"),
}
"""What else can be wrong with a sweep from outside, and what it meets."""


def sweep_from_outside(**wrong: Any) -> None:
    about = {"title": {"en": "Tried", "zh": "试验"}, "scenario": "right", "design": {"method": "grid"}}
    load_sweep({**about, "vary": {"policies.base.easy_filing.filing_mult": [1, 2]}}, **wrong)


@pytest.mark.parametrize("name", SWEEPS)
def test_wrong_sweep_from_outside(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    wrong, says = SWEEPS[name]
    with pytest.raises(DocumentError) as error:
        sweep_from_outside(**wrong)
    assert str(error.value).startswith(says)


def test_files_that_cannot_be_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    large = tmp_path / "large.yaml"
    large.write_bytes(b"#" * (MAX_BYTES + 1))
    assert "there is no such file" in refused(str(tmp_path / "missing.yaml"), capsys)[0]
    assert "this is a folder" in refused(str(tmp_path), capsys)[0]
    assert "more than a document may have" in refused(str(large), capsys)[0]
    assert "cannot be read" in refused(str(large / "below-a-file.yaml"), capsys)[0]


def test_files_of_one_command_are_refused_together(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(FOLDER)
    assert main(["validate", "empty.yaml", "tab.yaml", "right.yaml"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in lines] == ["empty.yaml", "tab.yaml"]


class Recorder(dict[str, str]):
    """Sentences that remember which of them were said."""

    def __init__(self, sentences: dict[str, str]) -> None:
        super().__init__(sentences)
        self.said: set[str] = set()

    def __getitem__(self, sentence: str) -> str:
        self.said.add(sentence)
        return super().__getitem__(sentence)


def test_every_sentence_is_met(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal that nothing can fire is not a check."""
    monkeypatch.chdir(FOLDER)
    recorder = Recorder(wording.SENTENCES)
    monkeypatch.setattr(wording, "SENTENCES", recorder)
    large = tmp_path / "large.yaml"
    large.write_bytes(b"#" * (MAX_BYTES + 1))
    files: list[Any] = [f"{name}.yaml" for name in EXPECTED]
    for path in (*files, tmp_path, tmp_path / "missing.yaml", large, large / "below-a-file.yaml"):
        with pytest.raises(DocumentError):
            catalogue.validate([path])
    for change in CHANGES:
        with pytest.raises(DocumentError):
            catalogue.load("right.yaml", set=[change])
    for wrong, _ in SWEEPS.values():
        with pytest.raises(DocumentError):
            sweep_from_outside(**wrong)
    assert set(wording.SENTENCES) - recorder.said == set()
