"""Make the shipped font from a full Noto Sans CJK: `python -m simulator.fonts.make_subset NotoSansCJK-Regular.ttc`.

Keeps ASCII, GB 2312, the punctuation and signs of figures, and place-name characters that GB 2312 lacks. The subset has a
family name of its own, so that it is never mistaken for a complete font that happens to be installed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

FAMILY = "Sanshe Sans SC"
FACE = "Noto Sans CJK SC"
TARGET = Path(__file__).with_name("SansheSansSC-Regular.otf")

PLACE_NAMES = "硚猇瀍鄠埇浐浉甪"
SIGNS = "–—‘’“”…·•×÷±−≤≥≈≠→←↑↓°‰¥€²³½Δ"


def gb2312() -> str:
    """Every character of the national standard of 1980 (6,763 characters and its signs)."""
    pairs = (bytes((high, low)) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    return "".join(pair.decode("gb2312", errors="ignore") for pair in pairs)


def simplified_face(source: Path) -> TTFont:
    """The simplified-Chinese face of a font collection; SystemExit if it has none."""
    fonts = TTCollection(str(source)).fonts
    for font in fonts:
        if font["name"].getDebugName(1) == FACE:
            return font
    names = ", ".join(sorted({font["name"].getDebugName(1) for font in fonts}))
    raise SystemExit(f"{source} has no face '{FACE}'; it has: {names}")


def main(source: Path) -> None:
    """Write the subset beside this file."""
    font = simplified_face(source)
    options = Options()
    options.layout_features = ["kern", "palt", "halt"]
    options.hinting = False
    options.name_IDs = [0, 1, 2, 4, 5, 6, 13, 14]
    options.notdef_outline = True
    options.desubroutinize = False
    subsetter = Subsetter(options)
    ascii_letters_and_signs = "".join(map(chr, range(0x20, 0x7F)))
    subsetter.populate(text=ascii_letters_and_signs + gb2312() + SIGNS + PLACE_NAMES)
    subsetter.subset(font)
    for record in font["name"].names:
        if record.nameID in (1, 4):
            record.string = FAMILY
        if record.nameID == 6:
            record.string = FAMILY.replace(" ", "") + "-Regular"
    if "CFF " in font:
        top = font["CFF "].cff
        top.fontNames[0] = FAMILY.replace(" ", "") + "-Regular"
        top.topDictIndex[0].FamilyName = FAMILY
        top.topDictIndex[0].FullName = FAMILY
    font.recalcTimestamp = False
    font.save(TARGET)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python -m simulator.fonts.make_subset NotoSansCJK-Regular.ttc")
    main(Path(sys.argv[1]))
