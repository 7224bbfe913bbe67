"""The two typefaces, cut from their installed packages to the letters that the pages use, as woff2.

The files land in `<target>/fonts/`, beside a stylesheet that names them. Without them the pages fall back to system
fonts that `tokens.css` has stretched to the same measure, so nothing moves and nothing breaks.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

# Latin letters, general punctuation, super- and subscripts, and the signs that results are given in. Authors' names
# need the extended Latin letters; they are set in the text face alone.
LATIN = ((0x20, 0x7E), (0xA0, 0xFF), (0x2010, 0x2027), (0x2212, 0x2212), (0x2264, 0x2265))
EXTENDED = (
    *LATIN,
    (0x100, 0x17F),
    (0x2030, 0x203A),
    (0x2070, 0x209C),
    (0x20AC, 0x20AC),
    (0x2122, 0x2122),
    (0x2248, 0x2260),
)
FEATURES = ("kern", "liga", "tnum", "pnum", "lnum", "locl", "ccmp", "mark", "mkmk")


@dataclass(frozen=True)
class Face:
    """One font file to cut: where it comes from, what the stylesheet calls it, and how far it may vary."""

    package: str
    file: str
    name: str
    family: str
    style: str = "normal"
    weight: str = "400"
    letters: tuple[tuple[int, int], ...] = EXTENDED
    axes: dict[str, float | tuple[float, float]] | None = None


SERIF, SANS = "fontpkg_newsreader", "fontpkg_atkinson_hyperlegible"
# One weight is half the bytes; the optical size stays free, since headings go from 20 to 80 px.
FACES = (
    Face(
        SERIF,
        "Newsreader[opsz,wght].ttf",
        "newsreader",
        "Newsreader",
        letters=LATIN,
        axes={"wght": 380.0, "opsz": (16.0, 72.0)},
    ),
    Face(
        SERIF,
        "Newsreader-Italic[opsz,wght].ttf",
        "newsreader-italic",
        "Newsreader",
        "italic",
        letters=LATIN,
        axes={"wght": 380.0, "opsz": 32.0},
    ),
    Face(SANS, "AtkinsonHyperlegible-Regular.ttf", "atkinson", "Atkinson"),
    Face(SANS, "AtkinsonHyperlegible-Italic.ttf", "atkinson-italic", "Atkinson", "italic"),
    Face(SANS, "AtkinsonHyperlegible-Bold.ttf", "atkinson-bold", "Atkinson", weight="700"),
)


def cut(target: Path, *, again: bool = False) -> list[Path]:
    """Write each face as `<target>/fonts/<name>.woff2`, and `fonts.css`; returns the files that are there afterwards.

    Those that are there already are left alone, unless `again`.

    Raises:
        RuntimeError: a font package is not installed.
    """
    folder = Path(target) / "fonts"
    files = [folder / f"{face.name}.woff2" for face in FACES]
    sheet = folder / "fonts.css"
    folder.mkdir(parents=True, exist_ok=True)
    for face, file in zip(FACES, files, strict=True):
        if again or not file.exists():
            _cut_one(face, file)
    if again or not sheet.exists():
        sheet.write_text("".join(_rule(face) for face in FACES), encoding="ascii")
    return [*files, sheet]


def _cut_one(face: Face, file: Path) -> None:
    # fonttools is slow to import and only needed when something is cut
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    from .settings import font_file

    font = TTFont(font_file(face.package, face.file))
    if face.axes:
        font = instantiateVariableFont(font, face.axes)
    options = Options()
    options.layout_features = list(FEATURES)
    options.hinting = False
    options.name_IDs = [0, 1, 2, 13, 14]  # the licence goes with the font
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[code for low, high in face.letters for code in range(low, high + 1)])
    subsetter.subset(font)
    font.flavor = "woff2"
    # Written beside and moved, so that a server that starts meanwhile never reads half a font.
    part = file.with_suffix(".part")
    font.save(part)
    part.replace(file)


def _rule(face: Face) -> str:
    return (
        f'@font-face{{font-family:"{face.family}";font-style:{face.style};font-weight:{face.weight};'
        f'font-display:swap;src:url("{face.name}.woff2") format("woff2")}}\n'
    )
