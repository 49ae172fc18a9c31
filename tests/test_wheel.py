"""The installed package, away from its repository: the catalogue, the words and the font travel with it."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
SANSHE = ("-c", "import sys; from simulator.cli import main; sys.exit(main())")


def python(*words: str, path: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Python in a folder, with one more place to import from."""
    environment = {**os.environ, "PYTHONPATH": str(path), "PYTHONUTF8": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment, text=True, capture_output=True, timeout=600, check=False
    )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked wheel; skipped only if what builds it cannot be had."""
    folder = tmp_path_factory.mktemp("wheel")
    wanted = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    backend = python("-m", "pip", "install", "--quiet", "--target", "backend", *wanted, path=folder, folder=folder)
    if backend.returncode:
        pytest.skip(f"{', '.join(wanted)} cannot be had: {backend.stderr.strip()[-200:]}")
    words = ("-m", "pip", "wheel", str(REPOSITORY), "--no-deps", "--no-build-isolation", "--quiet", "--wheel-dir", ".")
    built = python(*words, path=folder / "backend", folder=folder)
    assert built.returncode == 0, built.stderr[-2000:]
    (wheel,) = folder.glob("sanshe-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.mark.slow
def test_an_installed_wheel_works_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    where = python("-c", "import simulator; print(simulator.__file__)", path=installed, folder=tmp_path)
    assert Path(where.stdout.strip()) == installed / "simulator" / "__init__.py"
    (entry,) = installed.glob("sanshe-*.dist-info/entry_points.txt")
    assert "sanshe = simulator.cli:main" in entry.read_text(encoding="utf-8")
    listed = python(*SANSHE, "list", "districts", path=installed, folder=tmp_path)
    assert listed.returncode == 0, listed.stderr
    assert "nankai" in listed.stdout
    assert list(tmp_path.iterdir()) == []
    words = ("run", "scenarios/nankai-compare.yaml", "--scale", "0.02", "--replicates", "1", "--set", "years=2", "--lang", "zh")
    ran = python(*SANSHE, *words, path=installed, folder=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "居民参与率" in ran.stdout
    result = tmp_path / "results" / "nankai-compare"
    assert (result / "summary.csv").is_file()
    assert (result / "figures" / "comparison.png").is_file()
