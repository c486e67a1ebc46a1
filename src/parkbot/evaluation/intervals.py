"""95 % intervals: of shares after Wilson, of everything else by the bootstrap with a fixed seed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CONFIDENCE = 0.95
RESAMPLES = 2000
SEED = 20261122

Statistic = Callable[..., NDArray[np.float64]]
"""Takes values and the keyword `axis`, as numpy.mean does."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value, and the interval that holds it with 95 % confidence (None: too few cases for one)."""

    value: float
    low: float | None
    high: float | None
    n: int


def share(flags: Sequence[bool]) -> Estimate:
    """The share of true ones in a sequence that is not empty, with Wilson's score interval (1927)."""
    from scipy.stats import binomtest

    interval = binomtest(sum(flags), len(flags)).proportion_ci(CONFIDENCE, method="wilson")
    return Estimate(sum(flags) / len(flags), float(interval.low), float(interval.high), len(flags))


def mean(values: Sequence[float]) -> Estimate:
    """The mean of values, not none, with a percentile bootstrap interval (Efron 1979)."""
    return _bootstrapped(values, np.mean)


def percentile(values: Sequence[float], rank: float) -> Estimate:
    """The `rank`-th percentile (0 to 100) of values, not none, with a percentile bootstrap interval."""
    return _bootstrapped(values, lambda drawn, axis: np.percentile(drawn, rank, axis=axis))


def _bootstrapped(values: Sequence[float], statistic: Statistic) -> Estimate:
    from scipy.stats import bootstrap

    sample = np.asarray(values, np.float64)
    value = float(statistic(sample, axis=0))
    if len(sample) < 2:
        return Estimate(value, None, None, len(sample))
    interval = bootstrap(
        (sample,),
        statistic,
        vectorized=True,
        n_resamples=RESAMPLES,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(SEED),
    ).confidence_interval
    return Estimate(value, float(interval.low), float(interval.high), len(sample))
