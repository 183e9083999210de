"""The releases of one module that may be chosen, newest first, and which of them a range holds, as bits of a number."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache

from registry.resolving.model import Offer
from registry.values.ranges import Bounds, Range, parse_range
from registry.values.versions import version_key

_LAST = "\x7f"  # behind every key of a version
_parsed = lru_cache(maxsize=4096)(parse_range)


class Shelf:
    """Bit 0 stands for the newest. The same offers in whatever order make the same shelf."""

    def __init__(self, offers: Sequence[Offer], *, prereleases: bool) -> None:
        keyed = sorted(((version_key(offer.version), offer) for offer in offers), key=lambda pair: (pair[0], pair[1].key))
        self._keys = [key for key, _ in keyed]
        self.offers = [offer for _, offer in reversed(keyed)]
        self.everything = (1 << len(self.offers)) - 1
        self._prereleases = prereleases
        self._whole = sum(1 << bit for bit, key in enumerate(reversed(self._keys)) if key.endswith("~"))
        self._known: dict[str, int] = {}

    def fits(self, text: str) -> int:
        """The offers in the range ``text``; raises :class:`Refused` (``range_invalid``)."""
        if text not in self._known:
            found = _parsed(text)
            self._known[text] = self._wide(found) if self._prereleases else self._plain(found)
        return self._known[text]

    def chosen(self, bits: int) -> Iterator[int]:
        """The places of ``bits``, newest first."""
        while bits:
            lowest = bits & -bits
            yield lowest.bit_length() - 1
            bits ^= lowest

    @property
    def has_whole(self) -> bool:
        """Whether there is one that is no pre-release."""
        return bool(self._whole)

    def newest(self) -> Offer | None:
        """The newest that is no pre-release, or the newest there is."""
        bits = self.everything if self._prereleases else self._whole or self.everything
        return next((self.offers[place] for place in self.chosen(bits)), None)

    def is_beyond(self, text: str) -> bool:
        """Whether the range ``text`` begins behind the newest there is."""
        lows = [bounds.low for bounds in _parsed(text).either]
        return all(low is not None and version_key(str(low)) > self._keys[-1] for low in lows)

    def _wide(self, found: Range) -> int:
        bits = 0
        for bounds in found.wide:
            bits |= self._between(bounds)
        return bits

    def _plain(self, found: Range) -> int:
        bits = 0
        for bounds in found.either:
            named = 0
            for version in bounds.named:
                core = version_key(str(version.finalize_version()))[:-1]
                named |= self._span(f"{core}!", f"{core}~")
            bits |= self._between(bounds) & (self._whole | named)
        return bits

    def _between(self, bounds: Bounds) -> int:
        low = version_key(str(bounds.low)) if bounds.low is not None else ""
        return self._span(low, version_key(str(bounds.high)) if bounds.high is not None else _LAST)

    def _span(self, low: str, high: str) -> int:
        first, end = bisect_left(self._keys, low), bisect_left(self._keys, high)
        return ((1 << max(0, end - first)) - 1) << (len(self._keys) - end) if end > first else 0
