"""How ratings rank modules: the mean drawn towards a prior, so that few ratings move little (docs/ratings.md)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import fsum

PRIOR_MEAN = 3.0  # the middle of the scale: nothing is known in favour or against
PRIOR_WEIGHT = 5  # as if so many ratings of the prior mean had been given


def weighed(ratings: Iterable[Sequence[float]]) -> float:
    """The Bayesian mean of ``ratings``, each the five criteria of one adopter from 1 to 5: (weight · prior + sum of means) / (weight + number).

    Source: the posterior mean of a normal mean with a conjugate prior worth :data:`PRIOR_WEIGHT` observations. 0.0 where nobody rated, so
    that what nobody rated stands after what somebody did. The order of ``ratings`` makes no difference, not even in the last digit.
    """
    means = [sum(each) / len(each) for each in ratings]
    if not means:
        return 0.0
    return (PRIOR_WEIGHT * PRIOR_MEAN + fsum(means)) / (PRIOR_WEIGHT + len(means))
