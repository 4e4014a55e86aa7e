"""Odd but real objects where a model, an optimizer, a tensor or a loss is expected."""

from __future__ import annotations

import corpus_cases
import pytest

from autograder.assignments.hw4.checks import networks
from autograder.grading.grader import grade
from autograder.model.assignment import Assignment
from autograder.model.report import Verdict
from autograder.session.launcher import Zygote

MODELS = {
    "no layers": "S([])",
    "no units in the middle": "S([L.Dense(0), L.Dense(256), L.Dense({out})])",
    "no units at the end": "S([L.Dense(256), L.Dense(0)])",
    "no weights": "S([L.Flatten()])",
    "one unit in the middle": "S([L.Dense(256), L.Dense(1), L.Dense({out})])",
    "one layer used twice": "(lambda d: S([L.Dense(256), d, d, L.Dense({out})]))(L.Dense(256))",
    "three layers of the size of the input": "S([L.Dense({inp}), L.Dense({inp}), L.Dense({inp}), L.Dense({out})])",
    "four square layers": "S([L.Dense({inp}), L.Dense({inp}), L.Dense({inp}), L.Dense({inp})])",
    "twelve square layers": "S([L.Dense(64) for _ in range(12)] + [L.Dense({out})])",
    "very wide": "S([L.Dense(4096), L.Dense(4096), L.Dense({out})])",
    "an integer answer": "S([L.Dense(256), L.Dense({out}), L.Lambda(lambda x: tf.cast(x, tf.int32))])",
    "a complex answer": "S([L.Dense(256), L.Dense({out}), L.Lambda(lambda x: tf.cast(x, tf.complex64))])",
    "a text as answer": "S([L.Dense(256), L.Dense({out}), L.Lambda(lambda x: tf.strings.as_string(x))])",
    "one number as answer": "S([L.Dense(256), L.Dense({out}), L.Lambda(lambda x: tf.reduce_mean(x))])",
    "an answer of rank 3": "S([L.Dense(256), L.Dense({out}), L.Lambda(lambda x: x[:, None])])",
    "an answer without rows": "S([L.Dense(256), L.Dense({out}), L.Lambda(lambda x: x[:0])])",
    "a ragged answer": "S([L.Dense(256), L.Dense({out}), L.Lambda(lambda x: tf.RaggedTensor.from_tensor(x))])",
    "a sparse answer": "S([L.Dense(256), L.Dense({out}), L.Lambda(lambda x: tf.sparse.from_dense(x))])",
    "float16": "S([L.Dense(256, dtype='float16'), L.Dense(256, dtype='float16'), L.Dense({out}, dtype='float16')])",
    "float64": "S([L.Dense(256, dtype='float64'), L.Dense(256, dtype='float64'), L.Dense({out}, dtype='float64')])",
    "bfloat16": "S([L.Dense(256, dtype='bfloat16'), L.Dense(256, dtype='bfloat16'), L.Dense({out}, dtype='bfloat16')])",
    "a convolution": "S([L.Reshape((-1, 1)), L.Conv1D(4, 3), L.Flatten(), L.Dense(256), L.Dense({out})])",
    "an embedding": "S([L.Embedding(10, 3), L.Flatten(), L.Dense({out})])",
    "attention": "S([L.Reshape((-1, 1)), L.LSTM(4), L.Dense(256), L.Dense({out})])",
    "a slope that is learned": "S([L.Dense(256), L.PReLU(), L.Dense(256), L.PReLU(), L.Dense({out})])",
    "normalisation everywhere": "S([L.BatchNormalization(), L.Dense(256), L.LayerNormalization(), L.Dense({out})])",
    "no numbers at the start": "S([L.Dense(256, bias_initializer=lambda s, dtype=None: tf.fill(s, float('nan')))] * 2)",
    "weights without units in the middle": "Odd([({inp}, 0), (0, {out})])",
    "weights without units after others": "Odd([({inp}, 8), (8, 0), (0, {out})], start='glorot_uniform')",
    "weights without units at the end": "Odd([({inp}, 4), (4, 0)])",
    "a number as weight": "Odd([()])",
    "a weight of rank 4": "Odd([(2, 2, 2, 2), ({inp}, 4), (4, {out})])",
    "a weight of rank 12": "Odd([(1,) * 12, ({inp}, 4), (4, {out})])",
    "a weight of whole numbers": "Odd([({inp}, 4), (4, {out})], 'int32')",
    "a weight of truth values": "Odd([({inp}, 4), (4, {out})], 'bool')",
    "many small weights": "Odd([(2,)] * 1200)",
    "two answers": "K.Model(K.Input(({inp},)), [L.Dense({out})(K.Input(({inp},)))] * 2)",
    "an unfinished class": "Unfinished()",
    "another object with set_weights": "Pretender()",
}
GIVEN = """
import numpy as np
import tensorflow as tf

K = tf.keras
L, S = tf.keras.layers, tf.keras.Sequential


class Odd(tf.keras.Model):
    def __init__(self, shapes, dtype="float32", start="zeros"):
        super().__init__()
        options = dict(dtype=dtype, initializer=start)
        self.parts = [self.add_weight(shape=s, name=f"w{i}", **options) for i, s in enumerate(shapes)]

    def call(self, x):
        for part in self.parts:
            if len(part.shape) == 2:
                x = tf.matmul(x, tf.cast(part, x.dtype))
        return x


class Unfinished(tf.keras.Model):
    pass


class Pretender:
    weights = trainable_variables = [np.zeros((784, 256)), np.zeros((256, 1))]

    def set_weights(self, weights):
        return None

    def __call__(self, x, **more):
        return np.zeros((len(x), 1))
"""
FUNCTIONS = {
    "leaky_relu": (
        "def leaky_relu(x, alpha=0.01):\n    return {}",
        [
            "tf.RaggedTensor.from_tensor(tf.reshape(x, (1, -1)))",
            "tf.sparse.from_dense(x)",
            "tf.cast(x, tf.complex64)",
            "tf.strings.as_string(x)",
            "tf.Variable(x)",
            "x[None]",
            "tf.zeros((0,))",
            "tf.cast(x, tf.bfloat16)",
            "np.asarray(x, dtype=object)",
            "{'x': x}",
            "tf.cast(x > 0, tf.bool)",
            "iter([x])",
            "tf.constant(2**40)",
        ],
    ),
    "sample_noise": (
        "def sample_noise(batch_size, dim):\n    return {}",
        [
            "tf.zeros((0, dim))",
            "tf.zeros(())",
            "tf.zeros((4000, 4000))",
            "tf.random.uniform((4000, 4000), -1, 1)",
            "tf.constant(['a'])",
            "tf.cast(tf.random.uniform((batch_size, dim)), tf.bfloat16)",
            "tf.random.uniform((1,) * 8)",
            "tf.random.uniform((1,) * 20)",
            "tf.constant([True, False])",
            "np.ma.masked_all((batch_size, dim))",
            "tf.RaggedTensor.from_tensor(tf.random.uniform((batch_size, dim)))",
            "tf.fill((batch_size, dim), float('inf'))",
            "tf.complex(1.0, 2.0)",
            "2**70",
            "tf.random.uniform((batch_size, dim), maxval=9, dtype=tf.int64)",
        ],
    ),
    "generator_loss": (
        "def generator_loss(logits_fake):\n    return {}",
        [
            "tf.zeros((0,))",
            "tf.zeros((3, 3))",
            "tf.constant('a')",
            "tf.complex(tf.reduce_mean(logits_fake), 1.0)",
            "tf.reduce_mean(logits_fake) > 0",
            "2**70",
            "float('inf')",
            "tf.cast(tf.reduce_mean(logits_fake), tf.bfloat16)",
            "tf.gather(logits_fake, [0])",
            "np.float128(1) if hasattr(np, 'float128') else 1",
            "tf.Variable(1.0)",
            "tf.keras.losses.MeanSquaredError()",
            "lambda: 1",
        ],
    ),
    "discriminator_loss": (
        "def discriminator_loss(logits_real, logits_fake):\n    return {}",
        [
            "tf.zeros((0,))",
            "logits_real",
            "tf.constant('a')",
            "[logits_real, logits_fake]",
            "tf.gather(logits_fake, 0)",
        ],
    ),
    "get_solvers": (
        "def get_solvers(learning_rate=1e-3, beta1=0.5):\n"
        "    A, S = tf.keras.optimizers.Adam, tf.keras.optimizers.SGD\n"
        "    return {}",
        [
            "(A(0.0), A(0.0))",
            "(A(float('nan')), A(float('inf')))",
            "(A(-learning_rate), A(-learning_rate))",
            "(A(tf.keras.optimizers.schedules.ExponentialDecay(learning_rate, 1, 0.5)), A())",
            "iter([A(), A()])",
            "(A(learning_rate, beta_1=0.0), A(learning_rate, beta_1=0.999999))",
            "(A(1e30), A(1e-30))",
            "(S(1e30), S(1e38))",
            "(A(learning_rate, global_clipnorm=1e-9), A(learning_rate, clipvalue=1e-9))",
            "{A(), A()}",
            "(A(learning_rate, gradient_accumulation_steps=2), A(use_ema=True, ema_overwrite_frequency=1))",
            "(tf.keras.optimizers.Ftrl(), tf.keras.optimizers.Lion())",
            "np.array([A(), A()], dtype=object)",
            "(A(), None)",
        ],
    ),
}
HEADS = {"discriminator": "def discriminator():", "generator": "def generator(noise_dim=96):"}
SIZES = {"discriminator": {"inp": "784", "out": "1"}, "generator": {"inp": "noise_dim", "out": "784"}}
ODD = [
    *(
        (item, f"{GIVEN}\n\n{head}\n    return {code.format(**SIZES[item])}\n", name)
        for item, head in HEADS.items()
        for name, code in MODELS.items()
    ),
    *((item, frame.replace("{}", code), code) for item, (frame, codes) in FUNCTIONS.items() for code in codes),
]


@pytest.mark.parametrize(("item_id", "source", "name"), ODD, ids=lambda value: value if len(value) < 60 else "")
def test_an_odd_object_is_no_fault_of_ours(
    item_id: str, source: str, name: str, assignment: Assignment, zygote: Zygote
) -> None:
    """It is told what is wrong with it, and never earns all points."""
    (result,) = grade(corpus_cases.only(item_id, source, assignment), assignment, "odd", zygote, only={item_id}).items

    lost = [check for check in result.checks if check.verdict is not Verdict.PASSED]
    assert [check.message for check in lost if check.verdict is Verdict.GRADER_FAULT] == []
    assert lost, name
    assert all(check.message.strip() for check in lost)


@pytest.mark.parametrize("layers", [2, 3, 4])
def test_layers_of_one_size_are_read_in_a_counted_number_of_ways(layers: int) -> None:
    """However many orders and orientations fit, few are tried, and the order in which layers were made is the first."""
    shapes = ((784, 784), (784,)) * layers
    network = networks.Network(None, None, shapes, 784, None, varied=True)  # type: ignore[arg-type]

    first = network.readings[0]
    assert first.kernels == tuple((2 * layer, False) for layer in range(layers))
    assert first.biases == tuple(2 * layer + 1 for layer in range(layers))
    assert len(network.readings) <= networks.MOST_READINGS
    assert len(network.readings) * network.numbers <= networks.MOST_NUMBERS_READ
    assert network.has_more_readings == (layers > 2)


def test_layers_made_in_reverse_are_read_early() -> None:
    """Biases of one size and a square matrix in the middle leave four ways; the first has one orientation for all."""
    shapes = ((784, 1024), (1024, 1024), (1024, 96), (784,), (1024,), (1024,))
    network = networks.Network(None, None, shapes, 96, None, varied=True)  # type: ignore[arg-type]

    assert len(network.readings) == 4
    assert not network.has_more_readings
    assert network.readings[0].kernels == ((2, True), (1, True), (0, True))
