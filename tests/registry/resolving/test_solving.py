"""On small graphs the solver says what trying everything says; its answers hold, and its sentences are true."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping, Sequence
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.errors import Conflict, Refused
from registry.resolving.effort import Effort
from registry.resolving.explaining import Explanation, explained
from registry.resolving.model import Asked, Chosen, Need, Offer
from registry.resolving.search import attempt
from registry.resolving.solving import resolve
from registry.resolving.stock import Stock
from registry.values.ranges import parse_range

MODULES = [f"force/{letter}" for letter in "abcd"]
VERSIONS = ["1.0.0", "1.1.0", "2.0.0", "2.1.0-beta", "3.0.0"]
RANGES = ["*", "^1", "^2", "^3", "1.0.0", "<2", ">=2", ">=1.1 <3", "1.0.0 || >=3", "1.1.0 || 2.0.0", ">=2.1.0-beta", "^9", ""]
Offers = dict[str, list[Offer]]

needs = st.builds(Need, st.sampled_from([*MODULES, *MODULES, "force/hidden"]), st.sampled_from(RANGES))
asks = st.lists(st.builds(Need, st.sampled_from(MODULES), st.sampled_from(RANGES)), min_size=1, max_size=4).map(
    lambda some: [Asked(f"step {number}", need) for number, need in enumerate(some, 1)]
)


@st.composite
def graphs(draw: st.DrawFn) -> Offers:
    offers: Offers = {}
    for place, module in enumerate(MODULES):
        versions = draw(st.lists(st.sampled_from(VERSIONS), unique=True, max_size=4))
        offers[module] = [
            Offer(module, version, tuple(draw(st.lists(needs, max_size=2))), place * 10 + number) for number, version in enumerate(versions)
        ]
    return offers


@cache
def holds(text: str, version: str, prereleases: bool = False) -> bool:
    return parse_range(text).holds(version, prereleases=prereleases)


def is_answer(asked: Sequence[Asked], some: Mapping[str, Offer], prereleases: bool = False) -> bool:
    """Whether ``some`` keeps all that is asked for and all its own needs."""
    every = [each.need for each in asked] + [need for offer in some.values() for need in offer.needs]
    return all(need.module in some and holds(need.range, some[need.module].version, prereleases) for need in every)


def answers(asked: Sequence[Asked], offers: Offers, prereleases: bool = False) -> bool:
    """By trying every choice, each module in some version or not at all."""
    choices = [[None, *offers[module]] for module in offers]
    return any(
        is_answer(asked, {offer.module: offer for offer in some if offer is not None}, prereleases) for some in itertools.product(*choices)
    )


def shuffled(asked: Sequence[Asked], offers: Offers, chance: random.Random) -> tuple[list[Asked], Offers]:
    def mixed(offer: Offer) -> Offer:
        return Offer(offer.module, offer.version, tuple(chance.sample(offer.needs, len(offer.needs))), offer.key)

    modules = chance.sample(list(offers), len(offers))
    others = {module: [mixed(offer) for offer in chance.sample(offers[module], len(offers[module]))] for module in modules}
    return chance.sample(list(asked), len(asked)), others


def outcome(asked: Sequence[Asked], offers: Offers, prereleases: bool = False) -> object:
    try:
        return [(each.offer.key, each.required_by) for each in resolve(asked, offers, prereleases=prereleases)]
    except Conflict as error:
        return error.code


def explanation(asked: Sequence[Asked], offers: Offers) -> Explanation:
    stock = Stock(offers, Effort(), prereleases=False)
    assert attempt(stock, asked) is None
    return explained(stock, asked)


@settings(max_examples=400, deadline=None)
@given(asks, graphs(), st.booleans(), st.randoms(use_true_random=False))
def test_it_finds_an_answer_where_there_is_one_and_always_the_same(
    asked: list[Asked], offers: Offers, prereleases: bool, chance: random.Random
) -> None:
    found = outcome(asked, offers, prereleases)
    assert (found != "no_solution") == answers(asked, offers, prereleases)
    assert outcome(*shuffled(asked, offers, chance), prereleases) == found
    if found != "no_solution":
        chosen = resolve(asked, offers, prereleases=prereleases)
        assert is_answer(asked, {each.offer.module: each.offer for each in chosen}, prereleases)
        assert [each.offer.module for each in chosen] == sorted({each.offer.module for each in chosen})
        _check_required(asked, chosen)


def _check_required(asked: Sequence[Asked], chosen: tuple[Chosen, ...]) -> None:
    """Each is required by somebody who was chosen, or from outside, and everybody's needs are named."""
    said = {(each.offer.module, *by) for each in chosen for by in each.required_by}
    meant = {(each.need.module, each.by, each.need.range) for each in asked}
    meant |= {(need.module, str(each.offer), need.range) for each in chosen for need in each.offer.needs}
    assert said == meant
    assert all(each.required_by for each in chosen)


@settings(max_examples=400, deadline=None)
@given(asks, graphs())
def test_what_it_says_of_a_conflict_is_so(asked: list[Asked], offers: Offers) -> None:
    if answers(asked, offers):
        return
    found = explanation(asked, offers)
    assert not answers(found.asked, offers)  # the steps it names cannot be had together,
    for each in found.asked:
        assert answers([other for other in found.asked if other is not each], offers)  # and none of them can be left out
    modules = {want.module for want in found.wants}
    assert len(modules) == 1
    for offer in offers.get(modules.pop(), ()):
        assert not all(holds(want.range, offer.version) for want in found.wants)
    for mend in found.mends:
        those = asked if mend.is_all else found.asked
        mended = [Asked(each.by, Need(each.need.module, mend.range)) if each == mend.asked else each for each in those]
        assert answers(mended, offers)
    _check_said(asked, offers, found)


def _check_said(asked: Sequence[Asked], offers: Offers, found: Explanation) -> None:
    with pytest.raises(Conflict) as conflict:
        resolve(asked, offers)
    assert (conflict.value.code, conflict.value.where) == ("no_solution", "steps")
    for want in found.wants:
        assert f"{want.module} {want.range.replace('*', '')}".strip() in conflict.value.message
    for mend in found.mends:
        assert f"{mend.asked.need.module} {mend.range} in {mend.asked.by}" in conflict.value.mend
    assert conflict.value.message.count(". ") == 0
    assert conflict.value.message.endswith(".")
    assert conflict.value.mend


# --- Sentences ------------------------------------------------------------------------------------------------------------
def offer(name: str, *needs: str) -> Offer:
    """``hampshire/x 1.3.0`` that needs such as ``met/y ^1``."""
    module, version = name.split(" ")
    return Offer(module, version, tuple(Need(*need.split(" ", 1)) for need in needs), hash(name) % 1000)


def stocked(*offers: Offer) -> Offers:
    found: Offers = {}
    for each in offers:
        found.setdefault(each.module, []).append(each)
    return found


def steps(*needs: str) -> list[Asked]:
    names = ["Fetch", "Check data", "Send"]
    return [Asked(f"step {number} ({names[number - 1]})", Need(*need.split(" ", 1))) for number, need in enumerate(needs, 1)]


def said(asked: Sequence[Asked], offers: Offers) -> tuple[str, str]:
    with pytest.raises(Conflict) as conflict:
        resolve(asked, offers)
    return conflict.value.message, conflict.value.mend


def test_two_requirers_are_named_with_both_ranges_and_what_would_free_them() -> None:
    offers = stocked(offer("hampshire/x 1.3.0", "met/y ^1"), offer("met/y 1.4.0"), offer("met/y 2.0.0"))
    assert said(steps("hampshire/x ^1.2", "met/y ^2"), offers) == (
        "Step 2 (Check data) asks for met/y ^2, and hampshire/x 1.3.0, which step 1 (Fetch) asks for, needs met/y ^1: no version is both.",
        "Ask for met/y ^1.4.0 in step 2 (Check data).",
    )


def test_an_older_version_is_offered_where_that_frees_it() -> None:
    offers = stocked(offer("a/x 1.0.0"), offer("a/x 2.0.0", "a/y ^1"), offer("a/y 1.0.0"), offer("a/y 2.0.0"))
    assert said(steps("a/x ^2", "a/y ^2"), offers)[1] == "Ask for a/x ^1.0.0 in step 1 (Fetch), or for a/y ^1.0.0 in step 2 (Check data)."


def test_two_steps_that_ask_for_the_same_module() -> None:
    assert said(steps("a/x ^1", "a/x ^2"), stocked(offer("a/x 1.0.0"), offer("a/x 2.0.0")))[0] == (
        "Step 1 (Fetch) asks for a/x ^1, and step 2 (Check data) asks for a/x ^2: no version is both."
    )


def test_a_way_that_is_longer_is_told() -> None:
    offers = stocked(
        offer("a/x 1.0.0", "a/p *"), offer("a/p 1.0.0", "a/q *"), offer("a/q 1.0.0", "a/y ^1"), offer("a/y 1.0.0"), offer("a/y 2.0.0")
    )
    assert said(steps("a/x *", "a/y ^2"), offers)[0] == (
        "Step 2 (Check data) asks for a/y ^2, and a/q 1.0.0, to which step 1 (Fetch) comes by way of a/x 1.0.0 and a/p 1.0.0, needs a/y ^1: "
        "no version is both."
    )


@pytest.mark.parametrize(
    ("text", "versions", "told", "mend"),
    [
        ("^9", ["1.4.0", "1.2.0"], "the newest that can be taken is 1.4.0", "Ask for met/y ^1.4.0 in step 1 (Fetch)."),
        ("~1.3", ["1.4.0", "1.2.0"], "no version in that range can be taken; the newest that can is 1.4.0", "Ask for met/y ^1.4.0 in step 1 (Fetch)."),
        ("^1", [], "no version of met/y can be taken", ""),
        ("^1", ["1.0.0-beta.1"], "only pre-releases of it can be taken, such as 1.0.0-beta.1", "met would have to release a version of met/y in ^1; or"),
    ],
)  # fmt: skip
def test_one_requirer_alone(text: str, versions: list[str], told: str, mend: str) -> None:
    found, way = said(steps(f"met/y {text}"), stocked(*(offer(f"met/y {version}") for version in versions)))
    assert found == f"Step 1 (Fetch) asks for met/y {text}, but {told}."
    assert way.startswith(mend)


def test_where_no_other_range_helps_the_publisher_is_named() -> None:
    offers = stocked(offer("a/x 1.0.0", "met/y ^1"), offer("b/z 1.0.0", "met/y ^2"), offer("met/y 1.0.0"), offer("met/y 2.0.0"))
    found, way = said(steps("a/x *", "b/z *"), offers)
    assert found == (
        "a/x 1.0.0, which step 1 (Fetch) asks for, needs met/y ^1, and b/z 1.0.0, which step 2 (Check data) asks for, needs met/y ^2: "
        "no version is both."
    )
    assert way == "a would have to release a version of a/x that takes met/y ^2; or choose another module."


def test_what_is_hidden_and_what_does_not_exist_answer_alike() -> None:
    assert said(steps("met/y *"), {}) == said(steps("met/y *"), {"met/y": []})


def test_pre_releases_only_where_a_range_names_one_or_they_are_asked_for() -> None:
    offers = stocked(offer("a/x 1.0.0"), offer("a/x 1.1.0-rc.1"))

    def taken(text: str, **options: bool) -> str:
        return resolve(steps(f"a/x {text}"), offers, **options)[0].offer.version

    assert taken("*") == taken("^1") == "1.0.0"
    assert taken(">=1.1.0-rc.0") == taken("^1", prereleases=True) == "1.1.0-rc.1"


def test_what_is_no_range_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        resolve(steps("a/x latest"), stocked(offer("a/x 1.0.0")))
    assert refusal.value.code == "range_invalid"


def test_circles_are_walked_once() -> None:
    offers = stocked(offer("a/x 1.0.0", "a/y *"), offer("a/y 1.0.0", "a/x ^1", "a/y 1.0.0"))
    assert [str(each.offer) for each in resolve(steps("a/x *"), offers)] == ["a/x@1.0.0", "a/y@1.0.0"]
