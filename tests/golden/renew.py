"""Write the golden file anew, after a change that is meant to change results: `python -m tests.golden.renew`.

Read the difference before it is committed: every line that moved is a claim that it should have.
"""

from __future__ import annotations

from tests.golden.tiny import FILE, committed, computed, write


def main() -> None:
    """Renew the file and say how much of it moved."""
    before = committed() if FILE.exists() else {}
    rows = computed()
    write(rows)
    moved = sum(key not in before or repr(before[key]) != repr(value) for key, value in rows.items())
    print(f"{FILE.name}: {len(rows)} numbers, {moved} of them new or changed")


if __name__ == "__main__":
    main()
