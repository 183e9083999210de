"""Made-up graphs of modules: catalogues as they grow, and the families that are worst for whoever resolves them."""

from __future__ import annotations

import random
from collections.abc import Iterator

from registry.resolving.model import Asked, Need, Offer

Offers = dict[str, list[Offer]]
Question = tuple[list[Asked], Offers]
LAYERS = 4
PER_MODULE = 10  # releases of each module of a catalogue


def steps(*needs: Need) -> list[Asked]:
    """One step for each of ``needs``."""
    return [Asked(f"step {number}", need) for number, need in enumerate(needs, 1)]


def shelf(module: str, versions: list[str], needs: list[list[Need]], first: int = 0) -> list[Offer]:
    """The releases of ``module``."""
    return [Offer(module, version, tuple(some), first + place) for place, (version, some) in enumerate(zip(versions, needs, strict=True))]


def catalogue(releases: int, *, asked: int = 20, seed: int = 7) -> Question:
    """``releases`` in all, ten of each module in two majors, in four layers: each needs up to three of the layer below, mostly in its own major.

    Twenty steps ask for modules of the top layer, some in a range.
    """
    chance = random.Random(seed)
    count = releases // PER_MODULE
    versions = [f"{major}.{minor}.0" for major in (1, 2) for minor in range(PER_MODULE // 2)]
    offers: Offers = {}
    for number in range(count):
        layer = number % LAYERS
        below = [] if not layer else [chance.randrange(layer - 1, count, LAYERS) for _ in range(chance.randrange(4))]
        needs = [[_below(each, major, chance) for each in below[: 1 + major]] for major in (1, 2) for _ in range(PER_MODULE // 2)]
        offers[f"force/m{number}"] = shelf(f"force/m{number}", versions, needs, number * PER_MODULE)
    top = chance.sample(range(LAYERS - 1, count, LAYERS), min(asked, count // LAYERS))
    return steps(*(Need(f"force/m{each}", chance.choice(["*", "^2", ">=1"])) for each in top)), offers


def _below(module: int, major: int, chance: random.Random) -> Need:
    return Need(f"force/m{module}", f"^{major}" if chance.random() < 0.7 else ">=1")


def deep_diamond(depth: int = 200, width: int = 2) -> Question:
    """Two modules on every level, each needing both of the next: 2**200 ways, all of which meet."""
    offers: Offers = {}
    for level in range(depth):
        below = [Need(f"deep/l{level + 1}-{side}", "^1") for side in range(width)] if level + 1 < depth else []
        for side in range(width):
            offers[f"deep/l{level}-{side}"] = shelf(f"deep/l{level}-{side}", ["1.0.0", "1.1.0"], [below, below])
    return steps(*(Need(f"deep/l0-{side}", "*") for side in range(width))), offers


def pigeons(holes: int = 7) -> Question:
    """One more module than there are holes, of which each version takes one, and a hole holds one: only counting tells that they do not fit."""
    offers: Offers = {
        f"hole/h{hole}": shelf(f"hole/h{hole}", [f"{number}.0.0" for number in range(1, holes + 2)], [[]] * (holes + 1))
        for hole in range(holes)
    }
    for pigeon in range(1, holes + 2):
        needs = [[Need(f"hole/h{hole}", f"{pigeon}.0.0")] for hole in range(holes)]
        offers[f"bird/p{pigeon}"] = shelf(f"bird/p{pigeon}", [f"1.{hole}.0" for hole in range(holes)], needs)
    return steps(*(Need(f"bird/p{pigeon}", "*") for pigeon in range(1, holes + 2))), offers


def long_way_back(modules: int = 40, versions: int = 20) -> Question:
    """A chain in which every version but the oldest needs what is found impossible only at its very end."""
    every = [f"1.{number}.0" for number in range(versions)]
    offers: Offers = {"back/end": shelf("back/end", ["1.0.0"], [[]])}
    for place in range(modules):
        after = f"back/m{place + 1:02}" if place + 1 < modules else "back/end"
        needs = [[Need(after, "*" if number else "1.0.0")] for number in range(versions)]
        if place + 1 == modules:
            needs = [[Need(after, "^2" if number else "^1")] for number in range(versions)]
        offers[f"back/m{place:02}"] = shelf(f"back/m{place:02}", every, needs)
    return steps(Need("back/m00", "*")), offers


def far_apart(modules: int = 30, versions: int = 10) -> Question:
    """Two steps that can never agree, with steps between them that are about neither."""
    every = [f"1.{number}.0" for number in range(versions)]
    offers: Offers = {f"mid/m{place:02}": shelf(f"mid/m{place:02}", every, [[]] * versions) for place in range(modules)}
    offers["aaa/first"] = shelf("aaa/first", every, [[Need("lib/one", "^1")]] * versions)
    offers["zzz/last"] = shelf("zzz/last", every, [[Need("lib/one", "^2")]] * versions)
    offers["lib/one"] = shelf("lib/one", ["1.0.0", "2.0.0"], [[], []])
    names = ["aaa/first", *(f"mid/m{place:02}" for place in range(modules)), "zzz/last"]
    return steps(*(Need(name, "*") for name in names)), offers


def dense(modules: int = 30, versions: int = 8, seed: int = 3) -> Question:
    """Every version needs five other modules in exact versions at random: as hard as such graphs come."""
    chance = random.Random(seed)
    names = [f"rand/r{place:02}" for place in range(modules)]
    every = [f"{number}.0.0" for number in range(1, versions + 1)]
    offers: Offers = {}
    for name in names:
        needs = [
            [
                Need(other, " || ".join(chance.sample(every, versions // 2)))
                for other in chance.sample([each for each in names if each != name], 5)
            ]
            for _ in every
        ]
        offers[name] = shelf(name, every, needs)
    return steps(*(Need(name, "*") for name in names[:10])), offers


def fan(width: int = 1000) -> Question:
    """One module that needs a thousand."""
    offers: Offers = {f"wide/w{place}": shelf(f"wide/w{place}", ["1.0.0"], [[]]) for place in range(width)}
    offers["wide/all"] = shelf("wide/all", ["1.0.0"], [[Need(f"wide/w{place}", "*") for place in range(width)]])
    return steps(Need("wide/all", "*")), offers


def circle(length: int = 400) -> Question:
    """A circle of which every version needs the next in its own major."""
    offers: Offers = {}
    for place in range(length):
        after = f"ring/r{(place + 1) % length}"
        offers[f"ring/r{place}"] = shelf(f"ring/r{place}", ["1.0.0", "2.0.0"], [[Need(after, "^1")], [Need(after, "^2")]])
    return steps(Need("ring/r0", "*"), Need(f"ring/r{length // 2}", "^1")), offers


def many_releases(versions: int = 5000) -> Question:
    """Two modules of thousands of releases, which agree only in their oldest."""
    every = [f"1.{number}.0" for number in range(versions)]
    offers: Offers = {"long/lib": shelf("long/lib", ["1.0.0", "2.0.0"], [[], []])}
    offers["long/one"] = shelf("long/one", every, [[Need("long/lib", "^2" if number else "^1")] for number in range(versions)])
    offers["long/two"] = shelf("long/two", every, [[Need("long/lib", "^1")]] * versions)
    return steps(Need("long/one", "*"), Need("long/two", "*")), offers


def worst() -> Iterator[tuple[str, Question]]:
    """The families by name."""
    yield "a diamond 200 levels deep", deep_diamond()
    yield "8 pigeons in 7 holes", pigeons()
    yield "20 pigeons in 19 holes", pigeons(19)
    yield "a chain of 40 that fails at its end", long_way_back()
    yield "two steps that never agree, 30 between", far_apart()
    yield "30 modules at random, 5 needs each", dense()
    yield "a fan of 400", fan(400)
    yield "a fan of 1,000", fan()
    yield "a circle of 400", circle()
    yield "two modules of 5,000 releases", many_releases()
