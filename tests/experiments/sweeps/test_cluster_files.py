"""The job files of docs/clusters.md as they stand, with the variables that Slurm and Kubernetes set."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from simulator.experiments.sweeps.opened import open_sweep
from simulator.experiments.sweeps.sweep import sweep
from tests.experiments.sweeps import stubs
from tests.experiments.sweeps.small import TEXT, same

REPOSITORY = Path(__file__).resolve().parents[3]
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", (REPOSITORY / "docs" / "clusters.md").read_text(encoding="utf-8"), re.DOTALL)
SHARDS = 10


def block(language: str, beginning: str) -> str:
    (found,) = (text for kind, text in BLOCKS if kind == language and text.startswith(beginning))
    return str(found)


@pytest.fixture
def env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A folder with hubs.yaml, and a `sanshe` on the path whose runs cost nothing."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hubs.yaml").write_text(TEXT, encoding="utf-8")
    command = tmp_path / "bin" / "sanshe"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m tests.experiments.sweeps.sanshe_stub stub "$@"\n')
    command.chmod(0o755)
    return dict(os.environ, PATH=f"{command.parent}:{os.environ['PATH']}", PYTHONPATH=str(REPOSITORY))


def run(command: list[str], env: dict[str, str]) -> None:
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def assert_whole(merged: Path) -> None:
    assert open_sweep(merged).finished
    sweep(Path("hubs.yaml"), out="whole", one_run=stubs.stub)
    Path(merged, "summary.csv").unlink()
    same(Path("whole"), merged)


@pytest.mark.slow
def test_slurm(env: dict[str, str], tmp_path: Path) -> None:
    script, submission = block("bash", "#!/bin/bash"), block("bash", "mkdir -p shards")
    assert f"--array=0-{SHARDS - 1}" in script
    assert "--signal=B:TERM@" in script
    (tmp_path / "hubs.sbatch").write_text(script)
    Path("shards").mkdir()
    for index in range(SHARDS):
        run(["bash", "hubs.sbatch"], {**env, "SLURM_ARRAY_TASK_ID": str(index), "SLURM_CPUS_PER_TASK": "1"})
    (wrapped,) = re.findall(r'--wrap "(.*?)"', submission)
    run(["bash", "-c", wrapped], env)
    assert_whole(Path("results/hubs"))


@pytest.mark.slow
def test_kubernetes(env: dict[str, str], tmp_path: Path) -> None:
    job, merge = YAML(typ="safe").load_all(block("yaml", "apiVersion: batch/v1"))
    assert (job["kind"], job["spec"]["completionMode"], job["spec"]["completions"]) == ("Job", "Indexed", SHARDS)
    (container,) = job["spec"]["template"]["spec"]["containers"]
    for index in range(SHARDS):
        command = [*container["command"], *(text.replace("/sweeps", str(tmp_path)) for text in container["args"])]
        run([text.replace("--workers 4", "--workers 1") for text in command], {**env, "JOB_COMPLETION_INDEX": str(index)})
    (container,) = merge["spec"]["containers"]
    run([*container["command"], *(text.replace("/sweeps", str(tmp_path)) for text in container["args"])], env)
    assert_whole(Path("results/hubs"))
