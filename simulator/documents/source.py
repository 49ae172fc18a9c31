"""A file as text, or a clear refusal: missing, a folder, too large, binary, not UTF-8."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from simulator.documents.tree import Place
from simulator.language.errors import DocumentError

MAX_BYTES: Final = 1_000_000


def read_text(path: Path, file: str) -> str:
    """The text of a file, called `file` in messages; DocumentError if it is not a text file of a bearable size."""
    start = Place(file)
    try:
        if path.is_dir():
            raise DocumentError([start.problem("directory")])
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        size = path.stat().st_size
    except FileNotFoundError:
        raise DocumentError([start.problem("missing file")]) from None
    except (OSError, ValueError) as error:  # ValueError: a path with a zero byte in it
        reason = getattr(error, "strerror", None) or str(error)
        raise DocumentError([start.problem("unreadable", reason=reason)]) from None
    if len(data) > MAX_BYTES:
        raise DocumentError([start.problem("too large", size=size, limit=MAX_BYTES)])
    return decode(data, file)


def decode(data: bytes, file: str) -> str:
    """Bytes as UTF-8 text, without a byte order mark; DocumentError with the place of the first wrong byte."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if b"\0" in data:
            raise DocumentError([Place(file).problem("binary")]) from None
        before = data[: error.start].decode("utf-8", errors="replace")
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        raise DocumentError([Place(file, line, column).problem("not UTF-8", byte=data[error.start])]) from None
    if "\0" in text:
        raise DocumentError([Place(file).problem("binary")])
    return text
