"""The real model through the command: what other programs read from `compare --json`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simulator.cli import main


def test_compare_as_json_has_the_contracts_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    words = "compare nankai-compare --scale 0.02 --replicates 1 --set years=3 --workers 1 --json"
    assert main(words.split()) == 0
    found = json.loads(capsys.readouterr().out)
    policies = ["nankai-baseline", "chaoyang", "nankai-recommended", "none"]
    assert set(found) >= {"scenario", "policies", "comparison", "manifest"}
    assert found["scenario"] == "nankai-compare"
    assert list(found["policies"]) == policies
    assert list(found["comparison"]) == policies[1:]
    measures = {"registered_count", "filed_count", "active_density", "participation_rate", "unfamiliar_share",
                "spending_total_yuan", "yuan_per_added_participant"}  # fmt: skip
    for policy in policies:
        assert set(found["policies"][policy]) >= measures
        assert all(set(row) >= {"median", "low", "high", "unit"} for row in found["policies"][policy].values())
    for policy in policies[1:]:
        assert set(found["comparison"][policy]) >= measures
        assert all(set(row) >= {"diff", "low", "high", "p_better"} for row in found["comparison"][policy].values())
    assert found["comparison"]["none"]["spending_total_yuan"]["diff"] < 0
    manifest = found["manifest"]
    assert (manifest["scale"], manifest["seed"], manifest["scenario"]["months"]) == (0.02, 1, 36)
    assert manifest["runs"] == {"planned": 4, "done": 4, "failed": 0}
    assert set(manifest) >= {"versions", "platform", "performance", "residents", "facts"}
    assert {facts["of_replicate"] for facts in manifest["facts"].values()} == {0}
