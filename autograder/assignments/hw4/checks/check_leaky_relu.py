"""leaky_relu(x, alpha=0.01): a tensor of any shape and float dtype, to the same shape and dtype, or to float32."""

import numpy as np

from autograder.checking import Student, Tensor, close, item, kind, numbers, returned, show, tensor

from . import reference

SINGLE = 1e-6  # of the largest entry: one float32 product is off by at most 6e-8
HALF = 2e-3  # the same for float16, off by at most 5e-4


@item("leaky_relu", weight=2)
def test_scales_negative_inputs_by_alpha(student: Student, rng: np.random.Generator) -> None:
    """Negative inputs are multiplied by alpha, for any alpha between 0 and 1; the others stay unchanged."""
    for alpha, by_name in ((float(rng.uniform(0.05, 0.5)), False), (float(rng.uniform(0.5, 0.95)), True)):
        x = both_signs(rng, (4, 6))
        if by_name:
            got = student.call("leaky_relu", x=tensor(x), alpha=alpha)
        else:
            got = student.call("leaky_relu", tensor(x), alpha)

        assert close(got, reference.leaky_relu(x, alpha), SINGLE), what_came(x, alpha, got, f", alpha = {show(alpha)}")


@item("leaky_relu", weight=1)
def test_alpha_is_001_by_default(student: Student, rng: np.random.Generator) -> None:
    """The default value of alpha is 0.01."""
    x = both_signs(rng, (12,))

    got = student.call("leaky_relu", tensor(x))

    assert close(got, reference.leaky_relu(x, 0.01), SINGLE), what_came(x, 0.01, got, " without alpha")


@item("leaky_relu", weight=1)
def test_keeps_shape_and_dtype(student: Student, rng: np.random.Generator) -> None:
    """The result is a TensorFlow tensor with the shape and float dtype of the input (float32 is accepted too)."""
    kinds = (("float32", (2, 3, 4), SINGLE), ("float64", (5,), SINGLE), ("float16", (), HALF))
    inputs = [both_signs(rng, shape).astype(dtype) for dtype, shape, _ in kinds]

    # The last question is the first one again.
    *results, again = student.call_each("leaky_relu", [[tensor(x), 0.01] for x in [*inputs, inputs[0]]])

    for (dtype, _, tolerance), x, result in zip(kinds, inputs, results, strict=True):
        got = returned(result)
        assert isinstance(got, Tensor), f"your function returned {kind(got)}"
        assert got.dtype in (x.dtype, np.float32), f"for {dtype} your function returned {got.dtype}"
        assert got.shape == x.shape, f"for shape {x.shape} your function returned shape {got.shape}"
        # Its size is the business of the checks above, and so is whether x is multiplied with alpha or divided by it.
        slope = float(got.reshape(-1)[0] / x.reshape(-1)[0])
        is_leaky = (0 < slope < 1 or close(slope, 100.0, tolerance)) and close(
            got, reference.leaky_relu(x, slope), tolerance
        )
        seen = what_came(x, 0.01, got, ", alpha = 0.01")
        assert is_leaky, f"shape and dtype are right, but the values are not those of a leaky ReLU: {seen}"
    same = close(returned(again), returned(results[0]), SINGLE)
    assert same, "two calls with the same x and alpha returned different numbers"


@item("leaky_relu", weight=1)
def test_slope_is_nowhere_zero(student: Student, rng: np.random.Generator) -> None:
    """The gradient is 1 for positive inputs and smaller but positive for negative ones, so every unit can learn."""
    x = both_signs(rng, (10,))
    answer = student.call("leaky_relu", tensor(x), 0.01)
    assert numbers(answer) is not None, what_came(x, 0.01, answer, "")

    (got,) = student.gradient("leaky_relu", tensor(x), 0.01)

    assert got is not None, "there is no gradient: TensorFlow cannot trace the result back to x"
    assert got.shape == x.shape, f"the gradient for shape {x.shape} has shape {got.shape}"
    below, above = got[x < 0], got[x > 0]
    assert close(above, np.ones(len(above)), SINGLE), f"for positive inputs the gradient is {show(above[0])}"
    leaks = 0 < below[0] < 1 and np.ptp(below) <= SINGLE
    assert leaks, f"for negative inputs, with alpha = 0.01, it is {show(below[0])}"


def both_signs(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Return float32 numbers of size 0.5 to 3, the first below and the last above zero; none is near the kink."""
    x = np.asarray(rng.uniform(0.5, 3.0, size=shape) * rng.choice([-1.0, 1.0], size=shape), dtype=np.float32)
    flat = x.reshape(-1)
    flat[-1] = abs(flat[-1])
    flat[0] = -abs(flat[0])
    return x


def what_came(x: np.ndarray, alpha: float, got: object, given: str) -> str:
    """Say what a wrong result looks like at the input where it is furthest off."""
    values = numbers(got)
    if values is None:
        return f"your function returned {kind(got)}"
    if values.shape != x.shape:
        return f"for a tensor of shape {x.shape} your function returned shape {values.shape}"
    entry = np.unravel_index(np.argmax(np.abs(values - reference.leaky_relu(x, alpha))), x.shape)
    hint = " (it divides by alpha)" if close(values, reference.leaky_relu(x, 1 / alpha), HALF) else ""
    return f"for x = {show(x[entry])}{given} your function returned {show(values[entry])}{hint}"
