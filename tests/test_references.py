"""The mathematics that the hidden checks compare with: formulas against slopes, sums and TensorFlow itself."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import checking
from autograder.assignments.hw4.checks import readings, reference, sampling, word2vec
from autograder.session.wire import Handle

STEP = 1e-5  # of the central differences; with float64 their error is about 1e-10
SLOPE_TOLERANCE = 1e-7
SEEDS = st.integers(0, 2**32 - 1)


def slopes(function: Callable[[np.ndarray], float], x: np.ndarray) -> np.ndarray:
    """Return the gradient of a function by central differences."""
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += STEP
        down[index] -= STEP
        gradient[index] = (function(up) - function(down)) / (2 * STEP)
    return gradient


@settings(deadline=None, max_examples=30)
@given(SEEDS)
def test_softmax_gradients_are_the_slopes_of_the_cost(seed: int) -> None:
    rng = np.random.default_rng(seed)
    center, outputs, target = rng.normal(size=4), rng.normal(size=(6, 4)), int(rng.integers(6))

    cost, grad_center, grad = reference.softmax_cost_and_gradients(center, target, outputs)

    probabilities = np.exp(outputs @ center) / np.exp(outputs @ center).sum()
    assert np.isclose(cost, -np.log(probabilities[target]))
    by_center = slopes(lambda v: reference.softmax_cost_and_gradients(v, target, outputs)[0], center)
    by_outputs = slopes(lambda u: reference.softmax_cost_and_gradients(center, target, u)[0], outputs)
    assert np.allclose(grad_center, by_center, atol=SLOPE_TOLERANCE)
    assert np.allclose(grad, by_outputs, atol=SLOPE_TOLERANCE)


@settings(deadline=None, max_examples=30)
@given(SEEDS)
def test_negative_sampling_gradients_are_the_slopes_of_the_cost(seed: int) -> None:
    rng = np.random.default_rng(seed)
    center, outputs, target = rng.normal(size=3), rng.normal(size=(7, 3)), 2
    negatives = [int(word) for word in rng.choice([0, 1, 3, 4], size=6)]  # some words come twice

    cost, grad_center, grad = reference.negative_sampling_cost_and_gradients(center, target, outputs, negatives)

    likelihoods = 1 / (1 + np.exp(-np.array([1, *[-1] * 6]) * (outputs[[target, *negatives]] @ center)))
    assert np.isclose(cost, -np.log(likelihoods).sum())

    def by(v: np.ndarray, u: np.ndarray) -> float:
        return reference.negative_sampling_cost_and_gradients(v, target, u, negatives)[0]

    assert np.allclose(grad_center, slopes(lambda v: by(v, outputs), center), atol=SLOPE_TOLERANCE)
    assert np.allclose(grad, slopes(lambda u: by(center, u), outputs), atol=SLOPE_TOLERANCE)
    assert not grad[[5, 6]].any()


@settings(deadline=None, max_examples=20)
@given(SEEDS)
def test_skipgram_gradients_are_the_slopes_of_the_cost(seed: int) -> None:
    rng = np.random.default_rng(seed)
    inputs, outputs = rng.normal(size=(2, 5, 3))
    context = [1, 3, 1, 4]  # a word twice, and the center word itself

    def by(v: np.ndarray, u: np.ndarray) -> reference.CostAndGradients:
        return reference.skipgram(4, context, v, u, reference.softmax_cost_and_gradients)

    cost, grad_in, grad_out = by(inputs, outputs)

    pair_costs = [reference.softmax_cost_and_gradients(inputs[4], word, outputs)[0] for word in context]
    assert np.isclose(cost, sum(pair_costs))
    assert np.allclose(grad_in, slopes(lambda v: by(v, outputs)[0], inputs), atol=SLOPE_TOLERANCE)
    assert np.allclose(grad_out, slopes(lambda u: by(inputs, u)[0], outputs), atol=SLOPE_TOLERANCE)


def test_losses_are_cross_entropies_and_stay_finite() -> None:
    """At 0 the discriminator is undecided; at 1e4 a wrong score costs what it is large."""
    zero, large = np.zeros((3, 1)), np.full((3, 1), 1e4)

    assert np.isclose(reference.discriminator_loss(zero, zero), 2 * np.log(2))
    assert np.isclose(reference.generator_loss(zero), np.log(2))
    assert reference.discriminator_loss(large, -large) == 0
    assert np.isclose(reference.discriminator_loss(-large, large), 2e4)
    assert np.isclose(reference.generator_loss(-large), 1e4)
    assert np.isclose(reference.generator_loss(np.array([[-1.0], [2.0]])), np.log1p(np.exp([1.0, -2.0])).mean())


def test_sigmoid_has_no_overflow() -> None:
    assert np.allclose(reference.sigmoid(np.array([-1e4, 0.0, 1e4])), [0, 0.5, 1])


def test_leaky_relu_multiplies_what_is_below_zero() -> None:
    assert reference.leaky_relu(np.array([-2.0, 0.0, 3.0]), 0.1).tolist() == [-0.2, 0.0, 3.0]


def test_dense_network_applies_an_activation_after_each_layer() -> None:
    layers = [(np.array([[1.0], [2.0]]), np.array([-4.0])), (np.array([[3.0]]), 0.0)]
    x = np.array([[1.0, 1.0], [2.0, 3.0]])

    scores = reference.dense_network(x, layers, [reference.relu, reference.identity])

    assert scores.tolist() == [[0.0], [12.0]]


def test_adam_agrees_with_keras() -> None:
    """Kingma's algorithm in float64 and Keras in float32 go the same way."""
    tf = pytest.importorskip("tensorflow")
    rng = np.random.default_rng(0)
    gradients = [rng.normal(size=3).astype(np.float32) for _ in range(8)]
    variable, optimizer = tf.Variable(np.zeros(3, np.float32)), tf.keras.optimizers.Adam(0.02, beta_1=0.6)

    path = reference.adam_path(np.zeros(3), gradients, 0.02, 0.6)

    for gradient, want in zip(gradients, path, strict=True):
        optimizer.apply_gradients([(tf.constant(gradient), variable)])
        assert np.allclose(variable.numpy(), want, atol=1e-6)


@pytest.mark.parametrize(
    ("got", "want", "text"),
    [
        (2.0, 2.0, ""),
        (-2.0, 2.0, "it is -2; 2 is right (-1 times the right value, the wrong sign)"),
        (3.7, 2.0, "it is 3.7; 2 is right"),
        (2.0 / np.log(2), 2.0, "it is 2.89; 2 is right (1.44 times the right value, as with a logarithm to base 2)"),
        (None, 2.0, "it is None (did you forget `return`?), not a number"),
        (Handle(3, "NoneType"), np.ones(2), "it is None (did you forget `return`?), not an array"),
        ("two", 2.0, "it is a str, not a number"),
        (np.ones(3), np.ones((3, 1)), "it has shape (3,); (3, 1) is right"),
        (np.array([1.0, np.nan]), np.ones(2), "it contains NaN"),
        (3 * np.eye(2), np.eye(2), "every entry of it is 3 times the right value"),
        (np.array([[0.0, 1], [2, 0]]), np.array([[0.0, 2], [1, 0]]), "it is the transpose of the right one"),
        (np.array([[1.0], [5]]), np.array([[1.0], [2]]), "it differs in row 1: entry [1, 0] is 5 where 2 is right"),
    ],
)
def test_mismatch_says_what_is_wrong(got: object, want: object, text: str) -> None:
    """The text is empty for a right answer, and otherwise names what differs in a few words."""
    assert checking.mismatch("it", got, want) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.ones(5), ""),
        (np.ones((10, 4)), "it has shape (10, 4); (5,) is right"),
        (np.array([1, 2, 3, 4, np.inf]), "it contains infinite numbers"),
        ("five", "it is a str, not an array"),
    ],
)
def test_what_is_no_array_of_finite_numbers_is_told_apart(value: object, text: str) -> None:
    assert checking.misformed("it", value, (5,)) == text


@pytest.mark.parametrize(
    ("model", "sentence", "costs"), sampling.SLIPS, ids=lambda value: value if isinstance(value, str) else ""
)
@pytest.mark.parametrize("seed", range(5))
def test_each_slip_is_told_from_right_code_and_from_the_others(model, sentence, costs, seed) -> None:
    """What code with one slip returns is read as that slip, whatever the vectors and the words."""
    rng = np.random.default_rng(seed)
    examples = [(pair, [w for w in range(16) if w != pair.target] * 3) for pair in word2vec.pairs(rng, 16)]
    answers = [model(pair, words[: sampling.DEFAULT_K]) for pair, words in examples]

    found = sampling.slip(answers, examples)

    assert readings.first_fitting([sampling.RIGHT], answers, examples) is None
    assert found is not None
    assert (found.sentence, found.costs) == (sentence, frozenset(costs))


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.floats(-9, 9).filter(lambda factor: abs(factor) > 0.01 and abs(factor - 1) > 0.01), st.booleans())
def test_a_factor_is_read_where_it_is_in_all_values_or_in_both_gradients(seed, factor, in_all) -> None:
    rng = np.random.default_rng(seed)
    examples = [(word2vec.pair(rng, 6, size),) for size in (4, 6, 9)]
    plain = readings.Reading(lambda pair: reference.softmax_cost_and_gradients(*pair.parts))
    rights = [plain.want(*example) for example in examples]
    answers = [(c * (factor if in_all else 1), v * factor, u * factor) for c, v, u in rights]

    found = readings.scaled(plain, answers, examples, frozenset({word2vec.COST}))

    assert found is not None
    assert found.costs == {word2vec.COST if in_all else word2vec.GRAD_CENTER}
    assert found.sentence.startswith("cost and gradients" if in_all else "both gradients")
    assert readings.scaled(plain, [(c, v * factor, u) for c, v, u in rights], examples, frozenset()) is None


@pytest.mark.parametrize(("number", "text"), [(-0.0, "0"), (1e-8, "1e-8"), (0.12345, "0.123"), (4987.3, "4987")])
def test_numbers_are_shown_short(number: float, text: str) -> None:
    assert checking.show(number) == text


def test_close_wants_the_same_shape_and_finite_numbers() -> None:
    assert checking.close(np.ones(3, np.float32), np.ones(3))
    assert not checking.close(np.ones((3, 1)), np.ones(3))
    assert not checking.close(np.array([1.0, np.inf]), np.ones(2))
    assert not checking.close(np.array([1.0, 1.001]), np.ones(2))


def test_a_row_and_a_column_count_as_a_vector() -> None:
    assert checking.flat(np.ones((1, 4)), 4).shape == (4,)
    assert checking.flat(np.ones((4, 1)), 4).shape == (4,)
    assert checking.flat(np.ones((2, 2)), 4).shape == (2, 2)
    assert checking.scalar(np.array([[2.5]])) == 2.5


@settings(max_examples=50, deadline=None)
@given(st.floats(0.5, 8.0))
def test_a_cost_in_bits_is_told_from_its_factor(cost):
    """A cost with the logarithm to base 2 is named as a multiple of the right one, however the quotient is rounded."""
    assert "as with a logarithm to base 2" in checking.mismatch("the cost", cost / np.log(2), cost)
