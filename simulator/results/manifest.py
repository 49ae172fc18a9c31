"""What was run: the first page of a result, enough to run it again and to tell it from another."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

LIBRARIES = ("numpy", "scipy", "simpy", "mesa", "pandas", "xarray", "pyarrow", "pydantic", "ruamel.yaml", "matplotlib")


def describe(scenario: Any, policies: Sequence[str], replicates: int, seed: int) -> dict[str, Any]:
    """The manifest before the first run of a loaded scenario with these policies, the baseline first."""
    titles = {policy.name: dict(policy.title) for policy in scenario.policies}
    equal = getattr(scenario, "equal_money", None)
    return {
        "scenario": {
            "name": scenario.name,
            "title": dict(scenario.title),
            "digest": scenario.digest,
            "district": {"name": scenario.district.name, "title": dict(scenario.district.title)},
            "start": str(scenario.start),
            "months": scenario.months,
            "content": essence() if (essence := getattr(scenario, "essence", None)) else None,
        },
        "policies": [{"name": name, "title": titles[name]} for name in policies],
        "instruments": _instrument_titles(scenario),
        "baseline": policies[0],
        "replicates": replicates,
        "seed": seed,
        "scale": scenario.scale,
        "code": code_digest(),
        "versions": versions(),
        "platform": {"python": platform.python_version(), "system": platform.system(), "machine": platform.machine()},
        "equal_money": None if equal is None else equal.described(),
    }


def _instrument_titles(scenario: Any) -> dict[str, dict[str, str]]:
    """The titles of all instruments that are in force at some time, by name."""
    listed = [*getattr(scenario.district, "in_force", ()),
              *(item for policy in scenario.policies for item in getattr(policy, "instruments", ()))]  # fmt: skip
    return {item.name: dict(item.instrument.title) for item in listed}


def identity(manifest: dict[str, Any]) -> tuple[Any, ...]:
    """What makes two results the same comparison: the scenario's content, seed and scale."""
    scenario = manifest["scenario"]
    return scenario["name"], scenario.get("digest"), manifest["seed"], manifest["scale"]


def resume_key(manifest: dict[str, Any]) -> str:
    """Runs may be taken up from an earlier start only if all of this is the same, the program's text included."""
    what = (identity(manifest), manifest["code"], sorted(manifest["versions"].items()))
    return hashlib.sha256(repr(what).encode()).hexdigest()


def versions() -> dict[str, str]:
    """The versions of sanshe and of the libraries that numbers may depend on."""
    found = {}
    for name in ("sanshe", *LIBRARIES):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


@cache
def program() -> str:
    """A digest of the simulator's own text and of the versions of all libraries that numbers may depend on."""
    return hashlib.sha256(repr((code_digest(), sorted(versions().items()))).encode()).hexdigest()[:16]


@cache
def code_digest() -> str:
    """A digest of the simulator's own text: two results with the same one came from the same program."""
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.suffix in {".py", ".yaml"} and path.is_file():
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
