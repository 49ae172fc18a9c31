"""Every sentence of refusal that a document can meet, in one place.

`say("unknown key", key="yeers", hint=" (did you mean years?)")` fills in the sentence. Keeping them together makes
them sound alike, and lets a test ask that each of them is met by at least one wrong file in `tests/refusals`.
"""

from __future__ import annotations

from typing import Any, Final

SENTENCES: Final[dict[str, str]] = {
    # the file
    "missing file": "there is no such file; give the path of a YAML file",
    "directory": "this is a folder; give the path of a YAML file inside it",
    "unreadable": "the file cannot be read ({reason})",
    "too large": "the file has {size} bytes, more than a document may have ({limit})",
    "binary": "not a text file (it holds zero bytes); a document is YAML, written as UTF-8 text",
    "not UTF-8": "not UTF-8 text (byte 0x{byte:02X}); save the file as UTF-8",
    "empty": "the file is empty; a document starts with its kind: {kinds}",
    # YAML
    "tab": "a tab cannot stand here; indent with spaces",
    "not YAML": "not YAML: {problem}{hint}",
    "full width": " (line {line} has a full-width {found}; YAML wants a plain {plain})",
    "several documents": "a second document starts here; one file holds one document",
    "duplicate key": "key '{key}' is written twice; it is first on line {line}",
    "odd key": "a key must be a plain word, not a list or a mapping",
    "tag": "tag '{tag}' is not accepted; write plain text, numbers, lists and mappings",
    "too deep": "nested more than {limit} levels deep",
    "too many values": "more than {limit} values once aliases are written out; write fewer, or no aliases",
    "unknown alias": "alias '*{name}' names nothing that is complete before it",
    "not finite": "'{text}' is not a finite number",
    "number too long": "a number of {digits} digits is too long",
    # shape
    "not a mapping": "expected a mapping (key: value), got {given}",
    "not a list": "expected a list (- item), got {given}",
    "not a number": "expected a number, got {given}",
    "not whole": "expected a whole number, got {given}",
    "not text": "expected text, got {given}",
    "empty text": "this text is empty",
    "not one of": "{given} is not accepted here; expected {accepted}",
    "wrong length": "expected {accepted}, got {given}",
    "nothing in it": "this is empty; expected at least one item",
    "missing key": "key '{key}' is missing{about}",
    "unknown key": "unknown key '{key}'{hint}",
    "no kind": "key 'kind' is missing; expected one of {kinds}",
    "unknown kind": "unknown kind: {given}{hint}",
    "other kind": "'{name}' is of kind {given}; one of kind {wanted} is wanted here",
    # numbers
    "below": "{given} is too small; expected a number {relation} {limit}",
    "above": "{given} is too large; expected a number {relation} {limit}",
    "range reversed": "range [{low}, {high}] is reversed; write the smaller number first",
    "outside own range": "value {value} is outside its own range [{low}, {high}]",
    "outside bounds": "{name} = {value} is out of bounds; {of} accepts {low} to {high} ({unit})",
    "range outside bounds": "range [{low}, {high}] of {name} reaches out of bounds; {of} accepts {least} to {most} ({unit})",
    "outside range": "{name} = {value} is outside the range [{low}, {high}] of {of}; stay inside, or give a `source` for it"
    " in a file",
    "law without range": "'{key}' needs a range to draw from",
    "law of positive numbers": "law {law} needs a range above 0, not [{low}, {high}]",
    "two relations": "'{one}' and '{other}' cannot both hold; keep one of them",
    "relation to itself": "{name} hangs together with itself; name another number",
    "relation of a relation": "{name} is itself {how} {others}; name what it follows instead",
    "must be whole": "{name} = {value} must be a whole number of {unit}",
    "wrong unit": "unit '{given}' of {name} is wrong; {of} is counted in '{wanted}'",
    "no source": "certainty '{certainty}' needs a source; name it, or call the number an assumption",
    "shares": "the shares {names} sum to {total}; they must sum to 1",
    "more than": "{less} ({small}) cannot be more than {more} ({large})",
    "whole months": "{given} years is not a whole number of months",
    # names
    "unknown name": "unknown {kind} '{given}'{hint}",
    "unused parameter": "parameter '{name}' moves nothing: no lever or programme of this instrument refers to it",
    "word wanted": "input '{input}' of {programme} is a word, not a number; expected one of {accepted}",
    "missing input": "programme {programme} needs input '{input}' ({unit})",
    "not carried": "no programme '{given}' among this instrument's programmes can carry this lever{hint}",
    "does nothing": "an instrument needs at least one lever or programme",
    "one name an entry": "an entry of the list holds one instrument; give each its own line starting with '-'",
    "listed twice": "instrument {name} is listed twice with overlapping times (first on line {line})",
    "ambiguous change": "{name} is listed more than once in '{parent}'; `remove` it and list it anew",
    "nothing to remove": "'{parent}' does not list {name}, so it cannot be removed{hint}",
    "remove without extends": "`remove` needs `extends`: there is no list to remove from",
    "policy twice": "policy '{name}' is named twice",
    "levers clash": "{name} sets lever {lever} to {value}, but {other} sets it to {other_value} at the same time; "
    "only one of them can hold",
    "lever set twice": "lever {lever} can only be set, and this instrument sets it above already; give it one entry",
    "carried lever set twice": "{name} and {other} both set lever {lever} at the same time, and that of {carried} moves with "
    "what {carrier} delivers; only one of them can hold",
    "circular": "circular extends: {chain}",
    "dates in force": "what is in force at the start has no dates; leave '{key}' out",
    # dates
    "bad date": "{problem}",
    "until before from": "until ({until}) is not after from ({start})",
    "outside window": "{key} {given} is month {month} of the scenario, outside its {months} months ({first} to {last})",
    # sweeps
    "levels and range": "a number varies over levels or between low and high; keep one of them",
    "no range to vary": "expected {{low: …, high: …}} or {{levels: [...]}}",
    "level twice": "a level is written twice",
    "points missing": "method {method} needs `points`: how many",
    "points not wanted": "method {method} makes its points itself; take `points` away",
    "file of a table": "method {method} takes no file",
    "nothing varies": "nothing varies; name at least one number under `vary`, or give a table of points",
    "not varied": "'{path}' holds for the whole sweep; set it at the top, or in the scenario",
    "varied and set": "'{path}' varies, so it cannot be set from outside too; keep one of them",
    "total missing": "`equal_budget_by` says whose lines make budgets equal, and `equal_budget` to what total; it is missing",
    "no table": "method table needs a `file`: a .csv or .parquet with a column for each number",
    "table not wanted": "points were given, and this design is {method}; write design: {{method: table}}",
    "varied twice": "'{path}' varies already (as '{other}'); keep one of them",
    "name of a key": "a column of the results is called '{name}' already; choose another name",
    "name twice": "'{name}' names '{other}' already; choose another name",
    "grid without levels": "a grid needs levels of {path}; give [1, 2, 4] or {{low: …, high: …, steps: 5}}",
    "steps without grid": "only a grid has steps; method {method} spreads its points itself",
    "values in a table": "the values of {path} stand in the table; take them away here",
    "unreadable table": "the table cannot be read ({reason}); expected a .csv (UTF-8) or a .parquet file",
    "table without rows": "the table has no rows; expected one for each point, below a line of names",
    "column twice": "column '{name}' stands twice in the table",
    "nameless column": "this column has no name",
    "cells missing": "{given} cells in this row; expected {wanted}",
    "empty cell": "the cell of '{name}' is empty",
    "column missing": "the table {file} has no column for {name}{hint}",
    "range wanted": "method {method} needs a range of {path}: {{low: …, high: …}}",
    "words move nothing": "{path} varies over words, so nothing can be a multiple of it",
    "wrong per": "{name} is not counted per {given}; {of} is counted per {wanted}",
    # --set
    "set without value": "'{given}' is not a change; write path.to.key=value",
    "set unknown path": "unknown path '{path}'{hint}",
    "set policy lacks": "policy '{policy}' does not list {given}, so it cannot be changed{hint}",
}


def say(sentence: str, **values: Any) -> str:
    """The sentence of this name, filled in."""
    return SENTENCES[sentence].format(**values)


def describe(value: Any) -> str:
    """What was given, in the user's words."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"the truth value {str(value).lower()}"
    if isinstance(value, str):
        short = value if len(value) <= 60 else value[:57] + "..."
        return f"the text '{short}'"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, (tuple, list)):
        return "a list"
    return f"the number {plain(value)}"


def plain(number: float) -> str:
    """A number without needless digits: 3 instead of 3.0."""
    return f"{number:.12g}"
