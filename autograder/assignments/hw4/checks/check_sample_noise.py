"""sample_noise(batch_size, dim): a float32 tensor (batch_size, dim), uniform on [-1, 1), fresh on every call."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.checking import Student, Tensor, item, kind, numbers, returned, show

# Chance that an honest submission fails test_is_uniform_from_minus_1_to_1: the Dvoretzky-Kiefer-Wolfowitz bound says
# P(sup |F_n - F| > d) <= 2 exp(-2 n d^2), so d = 0.0205 for the 20,000 numbers drawn.
FALSE_ALARM = 1e-7
BATCH, DIM = 200, 100
MOST_OF_AN_AXIS = BATCH  # numbers that are looked at, whatever size comes back
FEWEST = 1000  # numbers; a wrong shape is the business of another check, and of fewer the bound allows anything
# Of neighbours that are drawn by themselves; for 20,000 pairs 5.3 standard deviations, which chance passes once in 1e7.
NEAR = 0.012  # by which 20,000 numbers may be off a distribution that is named: 3.4 standard deviations
CORRELATION = 5.3 / math.sqrt(BATCH * DIM)


@dataclass(frozen=True)
class Draws:
    """What the student's function drew in the calls of all checks, which one request asks for."""

    many: Any
    of_sizes: dict[tuple[int, int], Any]
    alike: list[Any]  # calls with the same arguments


@item("sample_noise", weight=3)
def test_is_uniform_from_minus_1_to_1(student: Student, rng: np.random.Generator) -> None:
    """The numbers are uniform on [-1, 1), and each is drawn independently."""
    drawn = numbers_of(draws(student, rng).many)
    assert len(drawn) >= FEWEST, f"for batch_size = {BATCH}, dim = {DIM} your function returned {len(drawn)} numbers"
    values = np.sort(drawn)
    low, high, size = values[0], values[-1], len(values)
    within = low >= -1 and high <= 1
    assert within, f"of {size} numbers the smallest is {show(low)} and the largest {show(high)}{shape_of(values)}"

    steps = np.arange(size + 1) / size
    even = (values + 1) / 2
    distance = max(np.max(steps[1:] - even), np.max(even - steps[:-1]))

    quarters = np.histogram(values, bins=[-1, -0.5, 0, 0.5, 1])[0] / size
    seen = ", ".join(f"{share:.0%}" for share in quarters)
    assert distance <= np.sqrt(np.log(2 / FALSE_ALARM) / (2 * size)), (
        f"the four quarters of the range contain {seen} of the numbers{shape_of(values)}"
    )
    neighbours = max(abs(np.corrcoef(drawn[step:], drawn[:-step])[0, 1]) for step in (1, DIM))
    limit = CORRELATION * math.sqrt(BATCH * DIM / size)
    assert neighbours <= limit, "the numbers are uniform but not independent: each follows from an earlier one"


@item("sample_noise", weight=2)
def test_has_a_row_for_each_sample(student: Student, rng: np.random.Generator) -> None:
    """The shape is (batch_size, dim)."""
    drawn = draws(student, rng)
    assert_random(drawn)
    for sizes, result in drawn.of_sizes.items():
        shape = noise_in(result).shape

        assert shape == sizes, f"for batch_size = {sizes[0]}, dim = {sizes[1]} the shape is {shape}"


@item("sample_noise", weight=1)
def test_is_a_float32_tensor(student: Student, rng: np.random.Generator) -> None:
    """The result is a TensorFlow tensor of dtype float32, the dtype of the networks."""
    drawn = draws(student, rng)
    assert_random(drawn)
    noise = noise_in(drawn.alike[0])

    assert isinstance(noise, Tensor), "your function returned a NumPy array, not a tensor"
    assert noise.dtype == np.float32, f"your function returned {noise.dtype}"


@item("sample_noise", weight=1)
def test_is_fresh_on_every_call(student: Student, rng: np.random.Generator) -> None:
    """Every call draws new random numbers, one for each entry."""
    drawn = draws(student, rng)
    assert_random(drawn)
    calls = [numbers_of(result) for result in drawn.alike]

    # In float32 about 2^23 values are possible: that half of 1,600 numbers agree by chance never happens.
    distinct = len(np.unique(calls[0]))
    assert distinct > 0.5 * calls[0].size, f"a call for {calls[0].size} numbers returned only {distinct} different ones"
    assert not repeats(drawn), "two calls returned the same numbers"


def shape_of(values: np.ndarray) -> str:
    """Say how sorted numbers are distributed, where it is a common distribution; "" where it is not."""
    share = (np.arange(len(values)) + 0.5) / len(values)
    low, high = round(float(values[0]), 2), round(float(values[-1]), 2)
    if high > low and np.max(np.abs((values - low) / (high - low) - share)) < NEAR:
        return f"; they are uniform from {show(low)} to {show(high)}"
    mean, deviation = float(values.mean()), float(values.std())
    # The normal distribution has 2.3%, 15.9%, half, 84.1% and 97.7% of its numbers below these.
    shares = [float(np.mean(values < mean + step * deviation)) for step in (-2, -1, 0, 1, 2)]
    is_normal = np.max(np.abs(np.array(shares) - [0.0228, 0.1587, 0.5, 0.8413, 0.9772])) < NEAR
    return "; they are normally distributed" if is_normal else ""


def repeats(drawn: Draws) -> bool:
    """Return whether two calls with the same arguments gave the same numbers."""
    first, second, third = (numbers_of(result) for result in drawn.alike)
    return any(np.array_equal(one, other) for one, other in ((first, second), (first, third), (second, third)))


def assert_random(drawn: Draws) -> None:
    """Fail a check of habits when nothing is drawn at all: a table of fixed numbers, in order or of another size."""
    values = numbers_of(drawn.many)
    in_range = float(np.mean(np.abs(values) <= 1)) > 0.25  # of those from 0 to 2 half are, of normal ones two thirds
    seen = "not judged, because the numbers are neither random nor between -1 and 1"
    ordered = len(values) < FEWEST or bool(abs(np.corrcoef(values[1:], values[:-1])[0, 1]) > 0.9)
    varied = not repeats(drawn) or len(np.unique(values)) > len(values) / 2
    assert min(in_range, not ordered, varied), seen


def draws(student: Student, rng: np.random.Generator) -> Draws:
    """Return what the student's function draws, the same for all checks."""

    def make() -> Draws:
        batch_size, dim = int(rng.integers(3, 9)), int(rng.integers(10, 20))
        shapes = [(batch_size, dim), (dim, batch_size), (1, dim)]
        alike = int(rng.integers(20, 40)), int(rng.integers(20, 40))
        many, *results = student.call_each("sample_noise", [(BATCH, DIM), *shapes, alike, alike, alike])
        return Draws(many, dict(zip(shapes, results, strict=False)), results[len(shapes) :])

    return student.once("draws of sample_noise", make)


def noise_in(result: Any) -> np.ndarray:
    """Return the result of a call, once it is known to be an array of varying numbers."""
    noise = returned(result)
    assert isinstance(noise, np.ndarray), f"your function returned {kind(noise)}, not a tensor"
    values = numbers(noise[tuple(slice(MOST_OF_AN_AXIS) for _ in noise.shape)])
    assert values is not None, f"your function returned an array of {noise.dtype}"
    assert np.isfinite(values).all(), "some numbers are NaN or infinite"
    varies = noise.size > 1 and np.ptp(values) > 0
    assert varies, "all numbers are the same"
    return noise


def numbers_of(result: Any) -> np.ndarray:
    """Return the numbers of a result one after the other, as float64 and not more than were asked for."""
    return np.asarray(noise_in(result)).reshape(-1)[: BATCH * DIM].astype(np.float64)
