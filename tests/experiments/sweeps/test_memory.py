"""A hundred thousand runs pass through a parent that stays as large as it was."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]

SCRIPT = """
import json, os, psutil
from simulator.experiments.sweeps.sweep import sweep
from tests.experiments.sweeps import stubs
from tests.experiments.sweeps.small import small

sizes = {}
def told(progress):
    sizes[progress.done] = psutil.Process().memory_info().rss
found = sweep(small(policies=["chaoyang"], design={"method": "lhs", "points": 1000}, replicates=100), workers=2, out="out",
              one_run=stubs.stub, progress=told)
assert found.counts.done == 100_000, found
print(json.dumps(sizes))
"""

ALLOWED = 16 << 20
"""Bytes of growth: what chunks in flight come and go with. A kilobyte kept of each run would be six times this."""


@pytest.mark.slow
def test_the_parent_does_not_grow(tmp_path: Path) -> None:
    env = dict(os.environ, PYTHONPATH=str(REPOSITORY))
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    sizes = {int(runs): size for runs, size in json.loads(done.stdout).items()}
    early = max(size for runs, size in sizes.items() if runs <= 20_000)
    late = max(size for runs, size in sizes.items() if runs > 20_000)
    assert late - early < ALLOWED, f"{(late - early) / 2**20:.1f} MB more after 100,000 runs than after 20,000"
