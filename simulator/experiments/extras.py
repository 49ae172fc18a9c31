"""Libraries that only some need, imported when they are."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from simulator.language.errors import UserError


def wanted(module: str, extra: str) -> Any:
    """The module; UserError with what to install if it is not there."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name is not None and error.name.partition(".")[0] == module.partition(".")[0]:
            library = module.partition(".")[0]
            raise UserError(f"this needs {library}, which is not installed; install it with: pip install 'sanshe[{extra}]'"
                            ) from None  # fmt: skip
        raise
