"""Tags and filters of the pages: states as shape, word and colour; sizes, dates and codes in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_info

from registry.index.use_entries import UseEntry
from registry.values.languages import is_same_language, language_tag
from registry.values.licences import licence_name
from registry.web import words
from registry.web.charts import Figure

register = template.Library()

# One shape for each tone, so that colour is never the only sign: disc with a tick, triangle, rhombus, octagon with a cross, ring.
_SHAPES = {
    "good": "M8 0a8 8 0 1 0 0 16A8 8 0 0 0 8 0zm-1.2 11.6L3.4 8.2l1.4-1.4 2 2 4.4-4.4 1.4 1.4z",
    "change": "M8 .8 16 15H0zM7.1 6v4.4h1.8V6zm0 5.6v1.7h1.8v-1.7z",
    "check": "M8 0l8 8-8 8-8-8zM7.1 4v5h1.8V4zm0 6.2v1.8h1.8v-1.8z",
    "stop": "M4.7 0h6.6L16 4.7v6.6L11.3 16H4.7L0 11.3V4.7zM5.2 3.8 3.8 5.2 6.6 8l-2.8 2.8 1.4 1.4L8 9.4l2.8 2.8 1.4-1.4L9.4 8l2.8-2.8"
    "-1.4-1.4L8 6.6z",
    "none": "M8 0a8 8 0 1 0 0 16A8 8 0 0 0 8 0zm0 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2z",
}
_STATUS_TONES = {
    "draft": "check",
    "listed": "good",
    "deprecated": "none",
    "yanked": "stop",
    "retired": "none",
    "checking": "check",
    "in_review": "check",
    "awaiting_author": "change",
    "held": "change",
    "refused": "stop",
}
# What a value is called, by the list it comes from: `{{ release.platform|called:"PLATFORMS" }}`.
_LISTS: dict[str, Mapping[str, str]] = {
    name: getattr(words, name)
    for name in (
        "PLATFORMS",
        "KINDS",
        "FLOW_TONES",
        "REUSE",
        "VISIBILITIES",
        "STATUSES",
        "STATES",
        "OWNER_TYPES",
        "ECOSYSTEMS",
        "GROUPS",
        "SIGNERS",
        "REVIEW_KINDS",
        "REVIEWS_OF",
        "OUTCOMES",
        "ACTS",
        "SIGN_OFFS",
        "RECALL_ANSWERS",
        "THEMES",
        "STAGES",
        "SHARINGS",
        "ADOPTION_ENTRIES",
        "BENEFIT_CLASSES",
        "BENEFIT_OUTCOMES",
        "COST_KINDS",
        "CURRENCIES",
    )
}
_PAIRS: dict[str, Mapping[str, tuple[str, str]]] = {
    name: getattr(words, name)
    for name in (
        "DEPENDENCY_STATUSES",
        "EFFORTS",
        "SEVERITIES",
        "LEVELS",
        "PAPER_STATES",
        "ACCESS_STATES",
        "STANDINGS",
        "CLAIM_STATUSES",
        "LACKING",
        "OUTTURNS",
    )
}


@register.simple_tag
def status(tone: str, text: object) -> SafeString:
    """A state: ``tone`` is ``good change check stop none``, ``text`` says it in words."""
    shape = format_html('<svg class="mh-ico" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d="{}"/></svg>', _SHAPES[tone])
    return format_html('<span class="mh-status mh-status--{}">{}{}</span>', tone, shape, text)


@register.simple_tag
def status_of(value: str, source: str = "") -> SafeString:
    """The state that a code stands for: of a module or release, or of the list ``source`` in :mod:`registry.web.words`."""
    if source:
        return status(*_PAIRS[source][value])
    return status(_STATUS_TONES[value], words.STATUSES.get(value) or words.STATES[value])


@register.simple_tag
def status_of_review(state: str, to_come: int) -> SafeString:
    """The state of an open review, with how many sign-offs are still to come."""
    return status(_STATUS_TONES[state], f"{words.STATES[state]}: {plural(to_come, 'sign-off')} to come")


@register.filter
def called(value: str, source: str) -> str:
    """What the list ``source`` calls ``value``; the value itself where the list does not know it."""
    return _LISTS[source].get(value, value)


@register.filter
def organisations(by_kind: Mapping[str, int]) -> str:
    """So many organisations of each kind, in words."""
    return words.organisations(by_kind)


@register.filter
def verified_by(by_kind: Mapping[str, int]) -> str:
    """Who is verified to run it: "3 forces, verified"."""
    return f"{words.organisations(by_kind)}, verified"


@register.filter
def grouped(number: int) -> str:
    """``number`` with its thousands apart."""
    return f"{number:,}"


@register.filter
def of(counts: Mapping[str, int], key: str) -> int:
    """The count of ``key``, or none."""
    return counts.get(key, 0)


@register.filter
def behind(number: int) -> str:
    """How many newer versions there are."""
    return f"{number:,} behind"


@register.filter
def also_used(use: UseEntry) -> str:
    """What others are besides those verified to run it: "1 pilot (Dorset), 2 assessing, 4 interested"."""
    return words.also_used(use.stages)


@register.filter
def lower_first(text: str) -> str:
    """``text`` as it stands inside a sentence."""
    return text[:1].lower() + text[1:]


@register.filter
def minus(number: int) -> int:
    """The same number of days the other way round."""
    return -number


@register.filter
def mailbox(address: str) -> SafeString:
    """An address that may be broken after its @, where a narrow column has no room for all of it."""
    name, _, host = address.partition("@")
    return format_html("{}@<wbr>{}", name, host)


@register.filter
def all_called(values: tuple[str, ...], source: str) -> list[str]:
    """:func:`called` for each of ``values``."""
    return [called(value, source) for value in values]


@register.filter
def sentence(text: str) -> str:
    """``text`` with a capital at the start."""
    return words.sentence(text)


@register.filter
def size(number: int) -> str:
    """A number of bytes as people read it: ``640 bytes``, ``64 KB``, ``2.4 MB``."""
    if number < 1000:
        return f"{number} bytes"
    if number < 1_000_000:
        return f"{number / 1000:.0f} KB"
    return f"{number / 1_000_000:.1f} MB"


@register.filter
def day(moment: date | None, pattern: str = "j F Y") -> str:
    """A date as prose writes it, ``3 November 2026``; in tables ``day:"j M Y"``."""
    return formats.date_format(moment, pattern) if moment else ""


@register.filter
def plural(number: int, word: str) -> str:
    """``1 file``, ``3 files``; ``word`` names the plural where it is not the singular and an s: ``"value,values"``."""
    one, _, many = word.partition(",")
    return f"{number:,} {one if number == 1 else many or one + 's'}"


@register.filter
def lasting(seconds: float | None) -> str:
    """A length of time as people read it: ``0.4 seconds``, ``42 seconds``, ``3 min 20 s``, ``2 h 5 min``; a dash of nothing."""
    if seconds is None:
        return "–"
    whole = round(seconds)
    if whole < 60:
        return f"{seconds:.1f} seconds" if seconds < 9.95 else f"{whole} seconds"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600:,} h {whole % 3600 // 60} min"


@register.filter
def percent(number: int | None) -> str:
    """``98%``; a dash of nothing."""
    return "–" if number is None else f"{number}%"


@register.filter
def points(value: float) -> str:
    """What was given on a scale: a whole number as it is, a mean to one decimal place."""
    return str(value) if isinstance(value, int) else f"{value:.1f}"


@register.filter
def lang(language: str) -> SafeString:
    """The ``lang`` attribute of content that is not in the page's own language."""
    tag = language_tag(language)
    return mark_safe("") if tag is None or is_same_language(tag, "en") else format_html(' lang="{}"', tag)


@register.filter
def in_its_own_name(language: str) -> str:
    """A language as its speakers call it: ``da`` is Dansk; the tag itself where we have no name."""
    try:
        return str(get_language_info(language.lower())["name_local"]).capitalize()
    except KeyError:
        return language


@register.filter
def licence_in_full(expression: str) -> str:
    """The full name of a licence such as ``MIT``."""
    return licence_name(expression)


@register.simple_tag
def spans(parts: Any, width: int = 1000) -> list[tuple[str, int, int]]:
    """``((tone, count), ...)`` as ``(tone, x, width)`` of a bar ``width`` units long, two units of ground between its parts."""
    shown = [(tone, count) for tone, count in parts if count]
    total = sum(count for _, count in shown)
    room = width - 2 * max(len(shown) - 1, 0)
    placed, x = [], 0
    for tone, count in shown:
        length = round(room * count / total)
        placed.append((tone, x, length))
        x += length + 2
    return placed


@register.inclusion_tag("components/figure.html")
def figure(figure: Figure) -> dict[str, Figure]:
    """A chart of :mod:`registry.web.charts` with its table behind it."""
    return {"figure": figure}


@register.filter
def first_line(markdown: str) -> str:
    """The first words of a change note without their Markdown, for a cell of a table; at most 160 characters."""
    line = next((line.strip() for line in markdown.splitlines() if line.strip(" #*-_=\t")), "")
    plain = line.lstrip("#*-+> \t").replace("`", "").replace("**", "")
    return plain if len(plain) <= 160 else plain[:159].rstrip() + "…"
