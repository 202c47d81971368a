"""The style sheets: every text and border can be told from what it stands on, and no rule is for nothing."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STYLES = ROOT / "static_site" / "styles"
CSS = (STYLES / "tokens.css").read_text("utf-8")
PAIRS = dict(re.findall(r"--([\w-]+): light-dark\(([^()]+)\);", CSS))
SURFACES = ("bg", "surface", "sunk")
TEXTS = [
    *((text, ground) for text in ("text", "text-2", "muted") for ground in SURFACES),
    *((text, "surface") for text in ("accent", "up", "down", "error", "warning")),
    ("on-accent", "accent"),
    ("up", "up-soft"),
    ("text", "warning-soft"),
    ("text", "accent-soft"),
    ("accent", "accent-soft"),
]
GRAPHICS = [
    *((graphic, "surface") for graphic in ("edge", "neutral", "accent", "up-fill", "down-fill", "error")),
    ("accent", "bg"),
    ("edge", "bg"),
]


def luminance(colour: str) -> float:
    """Return the relative luminance of a hexadecimal colour, as WCAG 2.2 defines it."""
    digits = colour.strip().removeprefix("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    shares = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(token: str, ground: str, scheme: int) -> float:
    """Return the contrast of two tokens in the light (0) or the dark (1) scheme."""
    both = sorted(luminance(PAIRS[name].split(",")[scheme]) for name in (token, ground))
    return (both[1] + 0.05) / (both[0] + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("least", "pairs"), [(4.5, TEXTS), (3.0, GRAPHICS)], ids=["texts", "graphics and borders"])
def test_tokens_have_contrast(least: float, pairs: list[tuple[str, str]], scheme: int) -> None:
    poor = {pair: round(contrast(*pair, scheme), 2) for pair in pairs if contrast(*pair, scheme) < least}
    assert poor == {}


def test_browsers_without_light_dark_get_the_light_values() -> None:
    plain = dict(re.findall(r"^  --([\w-]+): (#[0-9a-f]{3,8});", CSS, re.MULTILINE))
    assert {name: PAIRS[name].split(",")[0] for name in PAIRS} == {name: plain[name] for name in PAIRS}


def test_medium_is_not_bold_where_a_font_has_nothing_between() -> None:
    assert int(re.findall(r"--medium: (\d+);", CSS)[0]) <= 500


def test_every_class_and_id_of_the_style_sheets_is_on_a_page() -> None:
    makers = [*ROOT.glob("static_site/*.html"), *ROOT.glob("static_site/scripts/**/*.js"), *ROOT.glob("*/pages/*.py")]
    made = "\n".join(path.read_text("utf-8") for path in makers)
    sheets = "\n".join(path.read_text("utf-8") for path in STYLES.glob("*.css"))
    rules = re.sub(r"/\*.*?\*/|@[^{]*", "", sheets, flags=re.DOTALL)
    names = set(re.findall(r"[.#]([a-z][\w-]*)(?=[^{}]*\{)", rules)) - {"effect-up", "effect-down"}  # put together
    assert len(names) > 200
    assert [name for name in sorted(names) if not re.search(rf"(?<![\w-]){name}(?![\w-])", made)] == []
