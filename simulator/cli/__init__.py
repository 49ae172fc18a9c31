"""The door: `sanshe`. It holds no logic of its own, and imports late, so that help and refusals come at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import typer

from simulator.cli import bench, documents, experiments, patterns, sweeps
from simulator.language.errors import SansheError

app = typer.Typer(
    name="sanshe",
    help="Social organisations and residents' participation in Chinese districts, under policy (三社联动).",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


documents.register(app)
experiments.register(app)
sweeps.register(app)
patterns.register(app)
bench.register(app)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code. What the user got wrong is a message, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        app(args=None if arguments is None else list(arguments), prog_name="sanshe")
    except SystemExit as exit:
        return exit.code if isinstance(exit.code, int) else 1
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except SansheError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0
