"""The front door: which names it has, and that the example on it and in both READMEs runs."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import simulator

REPOSITORY = Path(__file__).resolve().parents[1]
SMALL = "scale=0.02, years=1, policies=['nankai-baseline', 'chaoyang']"

FEW_RUNS = "scale=0.02, replicates=1, set=('years=1',)"


def test_the_names_of_the_front_door() -> None:
    """Other programs rely on them: one that goes or comes is a decision."""
    assert sorted(simulator.__all__) == [
        "DistrictModel", "DocumentError", "FailedRuns", "MEASURES", "ModelError", "Result", "ResultError", "SansheError",
        "Scenario", "SweepResult", "UnknownName", "UserError", "load", "names", "open_result", "open_sweep", "read", "run",
        "run_once", "sweep", "validate",
    ]  # fmt: skip
    assert all(getattr(simulator, name) is not None for name in simulator.__all__)
    assert issubclass(simulator.UnknownName, simulator.UserError)


def block(readme: str) -> str:
    """The one block of Python in a README."""
    (found,) = re.findall(r"```python\n(.*?)```", (REPOSITORY / readme).read_text(encoding="utf-8"), re.DOTALL)
    return str(found)


def test_both_readmes_have_the_same_example() -> None:
    english, chinese = (re.sub(r" *#.*", "", block(readme)) for readme in ("README.md", "README.zh-CN.md"))
    assert english == chinese


def example(of: str) -> str:
    """The Python example of a text, in a small district for one year."""
    if of == "__init__":
        text = textwrap.dedent((simulator.__doc__ or "").split("\n\n", 1)[1].rpartition("\n\n")[0])
    else:
        text = block(of)
    small = re.sub(r"""set=\("scale=0\.1",\)|scale=0\.1""", SMALL, text)
    assert small != text
    few = small.replace("replicates=4", "replicates=2")
    assert few != small
    return few.replace('sim.sweep("places-against-mentors"', f'sim.sweep("places-against-mentors", {FEW_RUNS}')


@pytest.mark.parametrize(("of", "way"), [("__init__", "saved"), ("README.md", "read from standard input")])
def test_the_example_runs_as_a_script_on_two_processes(of: str, way: str, tmp_path: Path) -> None:
    """It has no `if __name__ == "__main__"`: nothing in it may run again in the processes that it starts."""
    checks = "\nassert result.failed == 0, result.runs.error[0]\nassert len(result.runs) == 4\n"
    script = "print('once')\n" + example(of) + checks
    (tmp_path / "example.py").write_text(script, encoding="utf-8")
    saved = way == "saved"
    done = subprocess.run(
        [sys.executable, "-W", "error", "example.py" if saved else "-"], cwd=tmp_path, input=None if saved else script,
        env={"PYTHONPATH": str(REPOSITORY), "PYTHONUTF8": "1"}, text=True, capture_output=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.count("once") == 1
