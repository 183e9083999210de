"""How ratings order a list: for every set of ratings, not only for those one thinks of."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from registry.curation.ranking import PRIOR_MEAN, PRIOR_WEIGHT, weighed

points = st.integers(1, 5)
rating = st.tuples(points, points, points, points, points)
ratings = st.lists(rating, min_size=1, max_size=60)


@given(ratings, st.randoms(use_true_random=False))
def test_the_order_of_ratings_makes_no_difference(given_: list[tuple[int, ...]], random) -> None:
    shuffled = random.sample(given_, len(given_))
    assert weighed(shuffled) == weighed(given_)


@given(ratings, st.data())
def test_a_better_rating_never_ranks_a_module_lower(given_: list[tuple[int, ...]], data) -> None:
    which, criterion = data.draw(st.integers(0, len(given_) - 1)), data.draw(st.integers(0, 4))
    better = [list(each) for each in given_]
    better[which][criterion] = min(5, better[which][criterion] + 1)
    before, after = weighed(given_), weighed(better)
    assert after > before if tuple(better[which]) != given_[which] else after == before


@given(ratings)
def test_the_figure_lies_between_the_prior_and_what_was_given(given_: list[tuple[int, ...]]) -> None:
    mean = sum(sum(each) / 5 for each in given_) / len(given_)
    low, high = sorted((PRIOR_MEAN, mean))
    assert low - 1e-9 <= weighed(given_) <= high + 1e-9


@given(ratings, rating)
def test_one_more_rating_moves_it_by_no_more_than_its_share(given_: list[tuple[int, ...]], more: tuple[int, ...]) -> None:
    """The scale is four points long, and the newcomer is one of all that were given and of those that are as if given."""
    assert abs(weighed([*given_, more]) - weighed(given_)) <= 4 / (PRIOR_WEIGHT + len(given_) + 1) + 1e-9


@given(rating)
def test_the_first_rating_moves_a_module_by_a_third_of_a_point_at_most(first: tuple[int, ...]) -> None:
    assert abs(weighed([first]) - PRIOR_MEAN) <= 2 / (PRIOR_WEIGHT + 1) + 1e-9


@given(st.integers(1, 60), rating)
def test_agreement_counts_for_more_the_more_agree(number: int, each: tuple[int, ...]) -> None:
    fewer, more = weighed([each] * number), weighed([each] * (number + 1))
    mean = sum(each) / 5
    assert abs(more - mean) <= abs(fewer - mean)


def test_a_single_five_stands_below_many_good_ones() -> None:
    """4.6 by thirty: eighteen gave 5 and twelve gave 4 everywhere."""
    many = [(5,) * 5] * 18 + [(4,) * 5] * 12
    assert weighed([(5,) * 5]) < weighed(many)
    assert (round(weighed([(5,) * 5]), 2), round(weighed(many), 2)) == (3.33, 4.37)


def test_the_worked_example_of_the_page_and_of_the_docs() -> None:
    assert round(weighed([(4, 5, 3, 4, 4), (5, 5, 4, 5, 5)]), 2) == 3.4
    assert weighed([]) == 0.0
