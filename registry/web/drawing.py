"""What a chart is drawn with: marks, the room that text takes, and where an axis has its ticks.

Positions across are per cent of the drawing's width and those down are rem, so a drawing fills the screen it is on while its text keeps its
size and grows with the reader's own setting. A chart has three arrangements; the style sheet shows the one that its figure has room for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

WIDE, MIDDLE, NARROW = "wide", "middle", "narrow"
# The least width at which an arrangement is shown, in rem: the style sheet's container queries, and a screen of 320 px less its margins.
LEAST_WIDTH = {WIDE: 56.0, MIDDLE: 30.0, NARROW: 16.0}

type Number = Decimal | int


@dataclass(frozen=True, slots=True)
class Mark:
    """One shape or line of text: ``kind`` is ``rect line text``; lengths as SVG writes them, ``css`` without its ``mh-chart__``."""

    kind: str
    css: str
    x: str
    y: str
    width: str = ""
    height: str = ""
    x2: str = ""
    y2: str = ""
    dx: str = ""
    text: str = ""

    @property
    def classes(self) -> str:
        return " ".join(f"mh-chart__{name}" for name in self.css.split())


@dataclass(frozen=True, slots=True)
class Drawing:
    """One arrangement of a chart's marks, ``height`` as SVG writes it."""

    name: str
    height: str
    marks: tuple[Mark, ...]


def across(share: float | Decimal) -> str:
    """``share`` of the width, 0 to 100, as SVG writes it: at most two decimals."""
    return f"{float(share):.2f}".rstrip("0").rstrip(".") + "%"


def down(rems: float) -> str:
    """A length in rem as SVG writes it."""
    return f"{rems:.3f}".rstrip("0").rstrip(".") + "rem"


def rect(css: str, x: float, y: float, width: float, height: float) -> Mark:
    """A rectangle: ``x`` and ``width`` in per cent, ``y`` and ``height`` in rem."""
    return Mark("rect", css, across(x), down(y), across(width), down(height))


def line(css: str, x: float, y: float, x2: float, y2: float) -> Mark:
    """A straight line between two points in per cent across and rem down."""
    return Mark("line", css, across(x), down(y), x2=across(x2), y2=down(y2))


def text(css: str, x: float, y: float, words: str, *, dx: float = 0) -> Mark:
    """A line of text on the base line ``y`` rem down, ``dx`` rem to the right of ``x`` per cent."""
    return Mark("text", css, across(x), down(y), dx=down(dx) if dx else "", text=words)


def room(words: str) -> float:
    """About how wide ``words`` is in rem at the charts' 15 px, on the generous side: measured on Segoe UI, Roboto and Liberation Sans."""
    return 0.94 * sum(_width(letter) for letter in words)


def _width(letter: str) -> float:
    if letter in "iljtf.,:;'|!()[] ":
        return 0.34
    if letter in "mwMW%@—":
        return 0.92
    return 0.68 if letter.isupper() else 0.58


def wrapped(words: str, rems: float, lines: int = 2) -> tuple[str, ...]:
    """``words`` broken between words into at most ``lines`` of ``rems`` rem; what does not fit is cut and ends in an ellipsis."""
    made: list[str] = []
    for word in words.split():
        if made and room(f"{made[-1]} {word}") <= rems:
            made[-1] += f" {word}"
        else:
            made.append(word)
    if len(made) > lines:
        made = [*made[: lines - 1], " ".join(made[lines - 1 :])]
    return tuple(_cut(part, rems) for part in made)


def _cut(words: str, rems: float) -> str:
    if room(words) <= rems:
        return words
    while words and room(words + "…") > rems:
        words = words[:-1]
    return words.rstrip() + "…"


def ticks(highest: Number, most: int) -> tuple[Decimal, ...]:
    """Round numbers from 0 to the first at or above ``highest``, at most ``most`` steps apart by 1, 2 or 5 times a power of ten."""
    top = Decimal(highest) if highest > 0 else Decimal(1)
    power = Decimal(10) ** (top.adjusted() - 2)
    while True:
        for step in (power, 2 * power, 5 * power):
            steps = (top / step).to_integral_value(ROUND_CEILING)
            if steps <= most:
                return tuple(step * count for count in range(int(steps) + 1))
        power *= 10


def short(number: Number) -> str:
    """A number as an axis writes it: ``800``, ``12,000``, ``1.2m``."""
    value = Decimal(number)
    return f"{(value / 1_000_000).normalize():f}m" if value >= 1_000_000 else f"{value.normalize():,f}"


def listed(parts: Sequence[str], most: int = 12) -> str:
    """``parts`` in one sentence, the first ``most`` of them."""
    shown = ", ".join(parts[:most])
    return f"{shown}, and {len(parts) - most} more in the table." if len(parts) > most else f"{shown}."
